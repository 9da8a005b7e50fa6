"""A person's own data: a copy of all of it, and its erasure.

Each app answers for its own rows in a module ``<app>/privacy.py`` with two functions:

``export(user) -> dict``   what it knows about her, as plain values that JSON can hold
``erase(user) -> None``    take it away, or make anonymous what must be kept (money, other people's grades)

and, if something is lost for her by erasing, ``warnings(user) -> list[str]``.
"""

import importlib
import importlib.util
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

# Erased from the end of the journey to its start; her account itself is last.
APPS = ("revenue", "creators", "courses", "media_pipeline", "accounts")


class PrivacyModule(Protocol):
    """What ``<app>/privacy.py`` offers."""

    def export(self, user: Any) -> dict[str, Any]: ...

    def erase(self, user: Any) -> None: ...


def modules() -> Iterator[tuple[str, PrivacyModule]]:
    """Yield each app that keeps something about people, with its privacy module."""
    for app in APPS:
        if importlib.util.find_spec(f"{app}.privacy"):
            yield app, importlib.import_module(f"{app}.privacy")


def export_zip(user: Any) -> bytes:
    """Return a zip with one JSON file for each app."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for app, module in modules():
            text = json.dumps(module.export(user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
            archive.writestr(f"{app}.json", text)
        archive.writestr("about.json", json.dumps({"made": timezone.now().isoformat(), "format": 1}))
    return buffer.getvalue()


def warnings(user: Any) -> list[str]:
    """Return sentences about what she would lose by erasing."""
    found: list[str] = []
    for _app, module in modules():
        ask = getattr(module, "warnings", None)
        found += ask(user) if ask else []
    return found


@transaction.atomic
def erase(*, user: Any, by: Any) -> None:
    """Erase everything about ``user`` that need not be kept. Cannot be undone."""
    log(user, "accounts.erase", user=by)
    for _app, module in modules():
        module.erase(user)
