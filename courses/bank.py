"""The bank of questions and drills: what goes into it, and what goes into the quizzes of a lesson's draft.

Either way a question is copied and its copy gets ids of its own; docs/decisions/courses-bank.md says why.
"""

import hashlib
import json
import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log
from wagtail.models import Locale
from wagtail_localize.models import Translation

from courses.checking.report import draft_pieces
from courses.exchange.course_file import with_new_ids, without_ids
from courses.models import Drill, LessonPage, Shelf
from courses.pieces import QUIZ
from courses.questions.blocks import QuestionsBlock

IN_A_QUIZ = 20  # courses.blocks.QuizBlock
ENOUGH = 60  # of a hundred; the pass mark until she sets another
TITLE = 120  # letters, of a drill

Raw = dict[str, Any]


class BankRefusal(PermissionDenied):
    """Why a lesson or the bank takes nothing now, in words for who asked."""


def questions_in(lesson: LessonPage) -> list[Raw]:
    """Return the raw questions of every quiz in the draft of ``lesson``."""
    return [raw for piece in draft_pieces(lesson) if piece.kind == QUIZ for raw in piece.value.get("questions") or []]


def questions_of_drills(drills: Iterable[Drill]) -> list[Raw]:
    """Return the raw questions of ``drills``."""
    return [drill.question.raw_data[0] for drill in drills]


def stored(kind: str, value: Any) -> Raw:
    """Return the value of a question as the editor would store it.

    Raises ValidationError for one that is not finished; ArithmeticError, TypeError or ValueError for what is none.
    """
    block = QuestionsBlock().child_blocks[kind]
    clean = block.get_prep_value(block.clean(block.to_python(value)))
    value_as_stored: Raw = json.loads(json.dumps(clean, cls=DjangoJSONEncoder))
    return value_as_stored


def content_of(raw: Raw) -> str:
    """Return what a question says, without the ids of its parts: the same question is known by it."""
    return hashlib.sha256(json.dumps(without_ids(raw), sort_keys=True).encode()).hexdigest()


def copies(questions: Iterable[Raw], *, beside: Iterable[Raw] = ()) -> list[Raw]:
    """Return ``questions`` with ids of their own, each content once, without those that stand in ``beside``."""
    seen = {content_of(raw) for raw in beside}
    wanted = {content_of(raw): raw for raw in questions}
    return [with_new_ids(raw) for content, raw in wanted.items() if content not in seen]


@transaction.atomic
def add_drills(*, questions: list[Raw], skill: str, locale: Locale, by: Any) -> int:
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
def add_drill(*, raw: Raw, title: str, skill: str, locale: Locale, shelf: Shelf, by: Any) -> bool:
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
def keep(*, question_ids: Collection[str], lesson: LessonPage, skill: str, by: Any) -> int:
    """Copy questions of the draft of ``lesson`` into the bank of its shelf, not yet in use; return how many were new.

    Raises BankRefusal for one that is not finished, PermissionDenied for who may not edit the lesson or write drills.
    """
    if not lesson.permissions_for_user(by).can_edit():
        raise PermissionDenied
    chosen = [raw for raw in questions_in(lesson) if raw.get("id") in question_ids]
    for raw in chosen:
        _check_finished(raw)
    shelf = lesson.course.shelf
    in_bank = questions_of_drills(Drill.objects.filter(shelf=shelf, locale=lesson.locale))
    return sum(
        add_drill(raw=raw, title=raw["value"]["text"], skill=skill, locale=lesson.locale, shelf=shelf, by=by)
        for raw in copies(chosen, beside=in_bank)
    )


def _check_finished(raw: Raw) -> None:
    """Refuse a question that is half written, which a draft may hold."""
    try:
        stored(raw["type"], raw["value"])
    except (ValidationError, ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        text = str((raw.get("value") or {}).get("text") or "…")
        raise BankRefusal(_("This question is not finished: “%(question)s”") % {"question": text}) from error


@transaction.atomic
def add_quiz(*, questions: list[Raw], title: str, lesson: LessonPage, by: Any) -> bool:
    """Put ``questions`` as a quiz at the end of the draft of ``lesson``; say whether it was not there already.

    Raises PermissionDenied when ``by`` may not edit the lesson now, BankRefusal for more than a quiz takes.
    """
    _check_room(len(questions))
    draft = _draft_to_change(lesson, by)
    block_id = str(uuid.uuid5(lesson.lesson_key, "".join(map(content_of, questions))))
    body = list(draft.body.raw_data)
    if any(raw.get("id") == block_id for raw in body):
        return False
    value = {"title": title, "pass_mark": ENOUGH, "questions": questions}
    _save(draft, [*body, {"type": QUIZ, "value": value, "id": block_id}], by)
    return True


@transaction.atomic
def add_to_quiz(*, questions: list[Raw], quiz_id: str, lesson: LessonPage, by: Any) -> int:
    """Copy ``questions`` to the end of a quiz in the draft of ``lesson``; return how many were not in it already.

    Raises PermissionDenied when ``by`` may not edit the lesson now, BankRefusal when the quiz is gone or full.
    """
    draft = _draft_to_change(lesson, by)
    body = list(draft.body.raw_data)
    place = next((n for n, raw in enumerate(body) if raw["type"] == QUIZ and raw.get("id") == quiz_id), None)
    if place is None:
        raise BankRefusal(_("This quiz is no longer in the draft. Choose another."))
    value = body[place]["value"]
    there = value.get("questions") or []
    new = copies(questions, beside=there)
    _check_room(len(new), len(there))
    if new:
        body[place] = body[place] | {"value": value | {"questions": [*there, *new]}}
        _save(draft, body, by)
    return len(new)


def _check_room(new: int, there: int = 0) -> None:
    """Refuse more questions than a quiz takes."""
    if not new or new + there <= IN_A_QUIZ:
        return
    room = max(0, IN_A_QUIZ - there)
    refusal = ngettext(
        "A quiz has %(most)d questions at most: this one has room for %(room)d more.",
        "A quiz has %(most)d questions at most: this one has room for %(room)d more.",
        room,
    )
    raise BankRefusal(refusal % {"most": IN_A_QUIZ, "room": room})


def _draft_to_change(lesson: LessonPage, by: Any) -> LessonPage:
    """Return the draft of ``lesson`` for the rest of the transaction, unless ``by`` may not change it now."""
    locked = LessonPage.objects.select_for_update().get(pk=lesson.pk)
    hers = locked.permissions_for_user(by)
    if not hers.can_edit():
        raise PermissionDenied
    if hers.page_locked():
        raise BankRefusal(_("This lesson is locked: somebody works on it or looks it over. It stays as it was."))
    key, locale = locked.translation_key, locked.locale_id
    if Translation.objects.filter(source__object_id=key, target_locale=locale, enabled=True).exists():
        raise BankRefusal(_("This lesson is a translation. Put the questions into the lesson it comes from."))
    draft: LessonPage = locked.get_latest_revision_as_object()
    return draft


def _save(draft: LessonPage, body: list[Raw], by: Any) -> None:
    """Save ``body`` as the draft; the rest of it may be half written still."""
    draft.body = json.dumps(body)
    draft.save_revision(user=by, log_action=True, clean=False)
