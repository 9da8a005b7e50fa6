"""Pages in two languages: the English one first, its translation beside it."""

import json
from typing import Any

from wagtail.fields import StreamField
from wagtail.models import Locale, Page

from website.demo.reading import LANGUAGES


def locales() -> dict[str, Locale]:
    """Return the site's locales by language, made when they are missing."""
    return {code: Locale.objects.get_or_create(language_code=code)[0] for code in LANGUAGES}


def fill(page: Page, fields: dict[str, Any]) -> None:
    """Set ``fields``; the value of a stream field is its raw data."""
    for name, value in fields.items():
        stream = isinstance(page._meta.get_field(name), StreamField)
        setattr(page, name, json.dumps(value) if stream else value)


def publish(page: Page, *, by: Any) -> None:
    """Check the page as the admin would, and publish it as a revision of ``by``."""
    page.full_clean()
    page.save_revision(user=by).publish(user=by)


def translated(page: Page, language: str) -> Page:
    """Return the version of ``page`` in ``language``, as a draft copy when there is none."""
    if page.locale.language_code == language:
        return page
    locale = locales()[language]
    existing = page.get_translation_or_none(locale)
    return existing.specific if existing else page.copy_for_translation(locale)
