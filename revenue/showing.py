"""Amounts and countries as a person reads them, in her language; only here do integers become words."""

from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency
from django.utils.translation import get_language, to_locale

from revenue import money as amounts

HIDDEN = "•••"
_NONE = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}  # codes of CLDR that are no country


def money(minor: int, currency: str) -> str:
    """Write minor units with their currency: ``$12.30``, ``US$12.30``, ``¥1,230``."""
    return _written(Decimal(minor).scaleb(-amounts.minor_digits(currency)), currency)


def exact_money(micros: int, currency: str) -> str:
    """Write micros with as many decimals as they need, at least those of the currency."""
    value = Decimal(micros).scaleb(-6).normalize()
    digits = max(amounts.minor_digits(currency), -int(value.as_tuple().exponent))
    return _written(value, currency, digits)


def country(code: str) -> str:
    """Write an ISO 3166-1 code as a country's name; what is no code stays as it is."""
    return _locale().territories.get(code, code)


def countries() -> list[tuple[str, str]]:
    """Return every country's code and name in the reader's language, after an empty choice."""
    names = _locale().territories
    found = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in _NONE]
    return [("", "—"), *sorted(found, key=lambda pair: pair[1])]


def _written(value: Decimal, currency: str, digits: int | None = None) -> str:
    locale = _locale()
    pattern = locale.currency_formats["standard"].pattern
    if digits is None:
        return format_currency(value, currency, locale=locale)
    whole, _dot, rest = pattern.partition(".00")
    return format_currency(value, currency, whole + "." + "0" * digits + rest, locale=locale, currency_digits=False)


def _locale() -> Locale:
    try:
        return Locale.parse(to_locale(get_language() or "en"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
