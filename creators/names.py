"""Names of languages and countries in the reader's language."""

from collections.abc import Iterable
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from django.utils.translation import get_language

# What the women of the programme speak; the order is that of the choices on the page.
SPOKEN = (
    *("zh", "yue", "ug", "bo", "en", "es", "ar", "hi", "bn", "ur"),
    *("sw", "id", "pt", "fr", "vi", "th", "fil", "ru", "tr", "fa"),
)


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def language_list(codes: Iterable[str]) -> str:
    """Name ``codes`` such as "zh" one after the other, in the active language; unknown codes are left out."""
    locale = _locale(get_language() or "en")
    names = [locale.languages[code] for code in codes if code in locale.languages]
    return format_list(names, locale=locale) if names else ""


def language_choices() -> list[tuple[str, str]]:
    """Return (code, name) of every language she can choose, in the active language."""
    names = _locale(get_language() or "en").languages
    return [(code, names.get(code, code)) for code in SPOKEN]


def country_name(region: str) -> str:
    """Return the country of an ISO 3166-2 ``region`` such as "CN-GD": never more exact than a country."""
    return _locale(get_language() or "en").territories.get(region[:2].upper(), "") if region else ""
