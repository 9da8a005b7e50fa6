"""Answers of a quiz that are not handed in yet, kept on the server while she chooses them."""

import time
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from courses.models import LessonPage, QuizAttempt, QuizDraft
from courses.pieces import Piece


def draft_of(learner: Any, lesson: LessonPage, piece: Piece) -> dict[str, Any] | None:
    """Return what ``learner`` has chosen in a quiz so far: ``client_id``, ``fields`` and ``written``."""
    handed_in = QuizAttempt.objects.owned_by(learner).values("client_id")
    drafts = QuizDraft.objects.owned_by(learner).exclude(client_id__in=handed_in)  # one may have come at that moment
    row = drafts.filter(lesson_key=lesson.lesson_key, piece_id=piece.id).first()
    return row and {"client_id": str(row.client_id), "fields": row.fields, "written": row.written_ms}


@transaction.atomic
def keep_draft(
    *,
    learner: Any,
    lesson: LessonPage,
    piece: Piece,
    client_id: uuid.UUID,
    fields: Mapping[str, list[str]],
    written_ms: int,
) -> bool:
    """Keep ``fields`` when they are newer than what is kept; say whether they were.

    What belongs to a form that has been handed in comes too late. A clock that is ahead counts as now, so that it
    does not keep every other device out.
    """
    if QuizAttempt.objects.owned_by(learner).filter(client_id=client_id).exists():
        return False
    values = {"client_id": client_id, "fields": dict(fields), "written_ms": min(written_ms, int(time.time() * 1000))}
    row, created = QuizDraft.objects.get_or_create(
        learner=learner, lesson_key=lesson.lesson_key, piece_id=piece.id, defaults=values
    )
    newer = QuizDraft.objects.filter(pk=row.pk, written_ms__lt=values["written_ms"])
    return created or newer.update(**values) == 1
