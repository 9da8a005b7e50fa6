"""The bank of questions and drills: what goes into it, and what goes into the quizzes of a lesson's draft."""

import hashlib
import json
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Locale

from courses.exchange.course_file import without_ids
from courses.models import Drill, LessonPage, Shelf

IN_A_QUIZ = 20  # courses.blocks.QuizBlock
ENOUGH = 60  # of a hundred; the pass mark until she sets another
TITLE = 120  # letters, of a drill


def content_of(raw: dict[str, Any]) -> str:
    """Return what a question says, without the ids of its parts: the same question is known by it."""
    return hashlib.sha256(json.dumps(without_ids(raw), sort_keys=True).encode()).hexdigest()


@transaction.atomic
def add_drills(*, questions: list[dict[str, Any]], skill: str, locale: Locale, by: Any) -> int:
    """Put ``questions`` into the bank of her shelf, not yet in use; return how many were new.

    A question that came by a file before is not added again. Raises PermissionDenied for who may write none.
    """
    shelf = Shelf.objects.of(by).order_by("opened_at").first()
    if shelf is None:
        raise PermissionDenied
    return sum(
        add_drill(raw=raw, title=raw["value"]["text"], skill=skill, locale=locale, shelf=shelf, by=by)
        for raw in questions
    )


@transaction.atomic
def add_drill(*, raw: dict[str, Any], title: str, skill: str, locale: Locale, shelf: Shelf, by: Any) -> bool:
    """Put one question into the bank of ``shelf``, not yet in use; say whether it was new there.

    Raises PermissionDenied for who may write none.
    """
    if not by.has_perm("courses.add_drill"):
        raise PermissionDenied
    drill, created = Drill.objects.get_or_create(
        translation_key=uuid.uuid5(shelf.pk, content_of(raw)),
        locale=locale,
        defaults={
            "title": title[:TITLE],
            "skill": skill,
            "question": json.dumps([raw]),
            "is_in_use": False,
            "shelf": shelf,
        },
    )
    if created:
        log(drill, "wagtail.create", user=by)
    return created


@transaction.atomic
def add_quiz(*, questions: list[dict[str, Any]], title: str, lesson: LessonPage, by: Any) -> bool:
    """Put ``questions`` as a quiz at the end of the draft of ``lesson``; say whether it was not there already.

    Raises PermissionDenied when ``by`` may not edit the lesson now, ValueError for more than a quiz takes.
    """
    if len(questions) > IN_A_QUIZ:
        raise ValueError(len(questions))
    locked = LessonPage.objects.select_for_update().get(pk=lesson.pk)
    hers = locked.permissions_for_user(by)
    if not hers.can_edit() or hers.page_locked():
        raise PermissionDenied
    draft = locked.get_latest_revision_as_object()
    block_id = str(uuid.uuid5(locked.lesson_key, "".join(map(content_of, questions))))
    body = list(draft.body.raw_data)
    if any(raw.get("id") == block_id for raw in body):
        return False
    value = {"title": title, "pass_mark": ENOUGH, "questions": questions}
    draft.body = json.dumps([*body, {"type": "quiz", "value": value, "id": block_id}])
    draft.save_revision(user=by, log_action=True, clean=False)  # the rest of it may be half written still
    return True
