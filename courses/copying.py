"""A copy of a course is a course of its own: no answer and no progress in one ever counts in the other."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from wagtail.models import Page, Revision

from courses.models import LessonPage


def renamed(raw: Any, within: uuid.UUID) -> Any:
    """Return a raw stream whose blocks have other ids, which follow from ``within`` and the old ones."""
    if isinstance(raw, list):
        return [renamed(part, within) for part in raw]
    if not isinstance(raw, Mapping):
        return raw
    parts = {name: renamed(part, within) for name, part in raw.items()}
    if "value" in raw and raw.get("id"):
        parts["id"] = str(uuid.uuid5(within, str(raw["id"])))
    return parts


@transaction.atomic
def name_pieces_anew(copy: Page) -> None:
    """Give the pieces, questions and answers of each lesson in ``copy`` ids of their own, in its history too.

    The versions of a lesson still agree with each other, so they can be compared.
    """
    for lesson in LessonPage.objects.descendant_of(copy, inclusive=True):
        lesson.body = json.dumps(renamed(list(lesson.body.raw_data), lesson.lesson_key))
        lesson.save(clean=False)
        for revision in Revision.objects.for_instance(lesson):
            raw = json.loads(revision.content["body"])
            revision.content["body"] = json.dumps(renamed(raw, lesson.lesson_key))
            revision.save(update_fields=["content"])
