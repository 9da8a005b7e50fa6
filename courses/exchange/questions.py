"""Questions taken out of quizzes and the bank, and read from a file that somebody brings back."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.images import get_image_model
from wagtail.permissions import policy_registry

from courses.bank import content_of, stored
from courses.exchange import qti_package
from courses.exchange.question_rows import Read, read
from courses.spreadsheets import decoding
from media_pipeline.permissions import choosable_by

MOST_QUESTIONS = 200

_COLUMN_OF = {
    "text": "question",
    "right": "when right",
    "wrong": "when wrong",
    "choices": "",
    "items": "",
    "pairs": "",
    "accepted": "answer",
    "target": "answer",
    "match": "belongs to",
    "clip": "video",
    "x": "left",
    "y": "top",
}


@dataclass(frozen=True)
class Sheet:
    """A file as it was read: what can be saved, and why the rest cannot, by line."""

    questions: list[dict[str, Any]]
    problems: list[tuple[int, str]]
    by_question: bool = False  # the numbers of ``problems`` are of questions, not of lines


def read_sheet(file: BinaryIO, *, by: Any) -> Sheet:
    """Read questions, as CSV, XLSX or QTI, without saving anything. Raises UnreadableTableError.

    Pictures and videos have to be such as ``by`` may choose.
    """
    packaged = qti_package.questions_in(file, most=MOST_QUESTIONS)
    found = read(decoding.records(file), most=MOST_QUESTIONS) if packaged is None else packaged
    _check_media(found, by)
    raws, seen = [], set()
    for question in found:
        raw = None if question.problems else checked_question(question)
        if raw is None:
            continue
        if content_of(raw) in seen:
            question.refuse(question.line, _("The same question stands above already."))
            continue
        seen.add(content_of(raw))
        raws.append(raw)
    problems = [problem for question in found for problem in question.problems]
    return Sheet(raws, problems, by_question=packaged is not None)


def _check_media(found: list[Read], by: Any) -> None:
    """Refuse pictures and videos that are not hers to choose: two queries."""
    pictures = {value["image"] for question in found for value in _values(question, "picture")}
    videos = {str(value) for question in found for value in _values(question, "clip")}
    images = policy_registry.get_by_type(get_image_model())
    mine = images.instances_user_has_any_permission_for(by, ["choose"])
    known_pictures = set(mine.filter(pk__in=pictures).values_list("pk", flat=True))
    named = [video for video in videos if _is_uuid(video)]
    known_videos = {str(pk) for pk in choosable_by(by).filter(pk__in=named).values_list("pk", flat=True)}
    for question in found:
        if any(value["image"] not in known_pictures for value in _values(question, "picture")):
            question.refuse(question.line, _("There is no such picture among those that you may use."))
        if any(str(value).lower() not in known_videos for value in _values(question, "clip")):
            question.refuse(question.line, _("There is no such video among those that you may use."))


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _values(question: Read, name: str) -> Iterator[Any]:
    parts = [part for parts in question.value.values() if isinstance(parts, list) for part in parts]
    for value in [question.value, *(part["value"] for part in parts if isinstance(part["value"], dict))]:
        if value.get(name):
            yield value[name]


def checked_question(question: Read) -> dict[str, Any] | None:
    """Return the raw block of a question as the editor would store it; None when it is refused, with the reasons."""
    try:
        value = stored(question.kind, question.value)
    except ValidationError as error:
        for why in _sentences(error):
            question.refuse(question.line, why)
        return None
    except (ArithmeticError, TypeError, ValueError):
        question.refuse(question.line, _("A cell holds something else than is asked for here."))
        return None
    return {"type": question.kind, "value": value, "id": str(uuid.uuid4())}


def _sentences(error: ValidationError, column: str = "", *, in_part: bool = False) -> Iterator[str]:
    """Yield what a block's error says about itself and the blocks inside it, with the column of each."""
    inside = getattr(error, "block_errors", None)
    if inside is None:
        yield from (f"{column}: {why}" if column else why for why in error.messages)
        return
    yield from map(str, getattr(error, "non_block_errors", None) or [])
    for name, one in inside.items() if isinstance(inside, dict) else enumerate(inside):
        if one is None:
            continue
        named = "answer" if name == "text" and in_part else _COLUMN_OF.get(name, name)
        yield from _sentences(one, column if isinstance(name, int) else named, in_part=in_part or isinstance(name, int))
