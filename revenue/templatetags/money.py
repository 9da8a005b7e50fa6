"""Money in templates: ``{{ minor|money:currency }}``, and ``{% amount minor currency %}`` on a creator's own pages."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from revenue import showing

register = template.Library()


@register.filter
def money(minor: int, currency: str) -> str:
    """Write minor units in the reader's language."""
    return showing.money(minor, currency)


@register.filter
def exact_money(micros: int, currency: str) -> str:
    """Write micros in the reader's language with every decimal they have."""
    return showing.exact_money(micros, currency)


@register.filter
def country(code: str) -> str:
    """Write a country's code as its name in the reader's language."""
    return showing.country(code)


@register.simple_tag(takes_context=True)
def amount(context: dict[str, Any], minor: int, currency: str) -> SafeString:
    """Write minor units, or dots while she hides amounts on a shared phone (``hide_amounts`` in the context)."""
    if context.get("hide_amounts"):
        return format_html(
            '<span class="money"><span aria-hidden="true">{}</span><span class="visually-hidden">{}</span></span>',
            showing.HIDDEN, _("hidden"),
        )  # fmt: skip
    return format_html('<span class="money">{}</span>', showing.money(minor, currency))


@register.simple_tag(takes_context=True)
def private(context: dict[str, Any], name: str) -> SafeString:
    """Write a name that only she understands, or dots while she hides amounts."""
    if context.get("hide_amounts"):
        return format_html(
            '<span aria-hidden="true">{}</span><span class="visually-hidden">{}</span>', showing.HIDDEN, _("hidden")
        )
    return format_html("<bdi>{}</bdi>", name)


@register.simple_tag(takes_context=True)
def exact_amount(context: dict[str, Any], micros: int, currency: str) -> SafeString:
    """Write micros with every decimal, or dots while she hides amounts."""
    text = showing.HIDDEN if context.get("hide_amounts") else showing.exact_money(micros, currency)
    return format_html('<span class="money">{}</span>', text)
