"""The nonce of the Content-Security-Policy, for templates that are rendered without a request."""

from django import template
from django.utils.safestring import SafeString

from website import csp

register = template.Library()
register.simple_tag(csp.nonce, name="csp_nonce")


@register.filter
def with_nonce(html: str) -> SafeString:
    """Give each inline script of a block of Wagtail's own the nonce of the page."""
    return csp.with_nonce(html)
