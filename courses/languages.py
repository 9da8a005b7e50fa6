"""One thing in several languages: which version somebody is shown."""

import uuid
from collections.abc import Iterable
from typing import Protocol, TypeVar

from wagtail.models import Locale


class Translated(Protocol):
    """A page or a row of which there is a version in each language."""

    translation_key: uuid.UUID
    locale: Locale


Version = TypeVar("Version", bound=Translated)


def in_language(versions: Iterable[Version], language: str | None) -> dict[uuid.UUID, Version]:
    """Return one version for each translation key, in their order: the one in ``language``, else the first."""
    chosen: dict[uuid.UUID, Version] = {}
    for version in versions:
        if version.translation_key not in chosen or version.locale.language_code == language:
            chosen[version.translation_key] = version
    return chosen
