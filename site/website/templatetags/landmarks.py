"""Names for parts of Wagtail's admin that a screen reader would otherwise list twice alike."""

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def with_search_named(html: str, name: str) -> SafeString:
    """Name the search of a block of Wagtail's own: the one of its sidebar has no name and stands beside it."""
    return mark_safe(html.replace('role="search"', f'role="search" aria-label="{conditional_escape(name)}"'))  # noqa: S308
