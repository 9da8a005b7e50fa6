"""The Content-Security-Policy nonce where there is no request at hand: widgets and panels of the Wagtail admin.

Wagtail 8 writes a few inline scripts (choosers, date pickers, inline panels). Under our policy a browser runs
them only with the nonce of the page they stand on.
"""

import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.widgets.chooser import BaseChooser

current_request: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)
INLINE_SCRIPT = re.compile(r"<script(?: type=\"text/javascript\")?>")


def nonce() -> str:
    """Return the nonce of the page being made, or an empty string outside a request."""
    request = current_request.get()
    return str(request.csp_nonce) if request is not None else ""


def with_nonce(html: str) -> SafeString:
    """Give each inline script of ``html``, which Wagtail made, the nonce of the page."""
    value = nonce()
    return mark_safe(INLINE_SCRIPT.sub(f'<script nonce="{value}">', html) if value else html)  # noqa: S308


def give_choosers_the_nonce() -> None:
    """Wrap ``BaseChooser.render``, the one widget of Wagtail that makes its script without a template."""
    original: Callable[..., str] = BaseChooser.render

    def render(self: BaseChooser, *args: Any, **kwargs: Any) -> SafeString:
        return with_nonce(original(self, *args, **kwargs))

    BaseChooser.render = render
