"""What of a course that came as a file can be used: its pictures, videos and captions, and each piece of its lessons.

What cannot is left out, and said.
"""

import io
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as N_
from PIL import Image, UnidentifiedImageError
from wagtail.blocks import Block, CharBlock, RichTextBlock, StreamBlock, StructBlock

from courses.blocks import LessonBlock
from courses.exchange.archive import Archive, UnreadableCourseError
from courses.exchange.course_file import LARGEST_PICTURE, MOST_PIXELS, Course, with_new_ids, with_references
from courses.exchange.rich_words import allowed
from courses.models import Drill, Rubric
from courses.questions.blocks import QuestionsBlock
from media_pipeline.captions.webvtt import MAX_BYTES, BadCaptions, parse
from media_pipeline.probing.sniffing import LOOK_AT, Kind, sniff

Ids = Mapping[tuple[str, str], Any]  # what has a name in the file, by kind and name: its id here
_PICTURES = ("JPEG", "PNG", "WEBP", "GIF")
_NOT_ITS_SHAPE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)


def check_media(course: Course, archive: Archive, *, largest_video: int) -> None:
    """Leave out the pictures, videos and captions that are missing, too large, or something else."""
    for name, picture in list(course.pictures.items()):
        if why := _wrong_with_picture(archive, name):
            course.leave_out(why, title=picture.title)
            del course.pictures[name]
    for name, video in list(course.videos.items()):
        if why := _wrong_with_video(archive, name, largest_video):
            course.leave_out(why, title=video.title)
            del course.videos[name]
            continue
        for language, file in list(video.captions.items()):
            if not _can_be_read(archive, file):
                course.leave_out(N_("The captions of “%(title)s” cannot be read."), title=video.title)
                del video.captions[language]  # type: ignore[attr-defined]


def _wrong_with_picture(archive: Archive, name: str) -> str:
    if name not in archive:
        return N_("The picture “%(title)s” is not in the file.")
    if archive.size(name) > LARGEST_PICTURE:
        return N_("The picture “%(title)s” is too large.")
    try:
        with Image.open(io.BytesIO(archive.read(name, most=LARGEST_PICTURE)), formats=_PICTURES) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return N_("The picture “%(title)s” is too large.")
            picture.verify()
    except (UnreadableCourseError, UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError):
        return N_("“%(title)s” is no picture that can be used here (JPEG, PNG, WebP, GIF).")
    except _NOT_ITS_SHAPE:
        return N_("“%(title)s” is no picture that can be used here (JPEG, PNG, WebP, GIF).")
    return ""


def _wrong_with_video(archive: Archive, name: str, largest: int) -> str:
    if name not in archive:
        return N_("The video “%(title)s” is not in the file.")
    if archive.size(name) > largest:
        return N_("The video “%(title)s” is too large.")
    try:
        kind = sniff(archive.head(name, LOOK_AT))
    except UnreadableCourseError:
        kind = Kind.UNKNOWN
    return "" if kind == Kind.VIDEO else N_("“%(title)s” is no video.")


def _can_be_read(archive: Archive, name: str) -> bool:
    try:
        return name in archive and bool(parse(archive.read(name, most=MAX_BYTES)))
    except (UnreadableCourseError, BadCaptions):
        return False


def check_rubrics(course: Course, make: Callable[[dict[str, Any]], Rubric]) -> dict[str, Rubric]:
    """Return the rubrics of the file by name, those that are none left out."""
    found = {}
    for name, said in list(course.rubrics.items()):
        try:
            rubric = make(said)
            rubric.clean_fields(exclude=["locale", "shelf"])
            found[name] = rubric
        except (ValidationError, *_NOT_ITS_SHAPE):
            course.leave_out(N_("The rubric “%(title)s” is not one."), title=str(said.get("name", name))[:80])
            del course.rubrics[name]
    return found


def clean_texts(course: Course) -> None:
    """Send the rich text of its lessons through the editor's own list of what is allowed: slow, and no database."""
    known = LessonBlock()
    for lesson in course.lessons:
        for raw in lesson.body:
            if block := known.child_blocks.get(str(raw.get("type"))):
                raw["value"] = _clean_text(block, raw.get("value"))


def _clean_text(block: Block, value: Any) -> Any:
    """Return what the editor keeps of a value; None for one that is not its shape."""
    try:
        if isinstance(block, RichTextBlock):
            return allowed(value, block.features)
        if isinstance(block, StructBlock):
            rich = [name for name, child in block.child_blocks.items() if isinstance(child, RichTextBlock)]
            return value | {name: allowed(value[name], block.child_blocks[name].features) for name in rich}
    except _NOT_ITS_SHAPE:
        return None
    return value


def checked_pieces(course: Course, ids: Ids) -> Course:
    """Return the course with the pieces of its lessons, and its drills, as the editor would save them.

    Its texts went through :func:`clean_texts`. ``ids`` are what pictures, videos and rubrics of the file are here.
    What cannot be used is left out, and said.
    """
    course = replace(course, left_out=list(course.left_out))
    known = LessonBlock()
    lessons = []
    for number, lesson in enumerate(course.lessons, 1):
        kept = []
        for place, raw in enumerate(lesson.body, 1):
            block = known.child_blocks.get(str(raw.get("type")))
            if block is None:
                what = str(raw.get("type"))[:40]
                course.leave_out(
                    N_("Lesson %(number)s, piece %(place)s: “%(what)s” is not known here."),
                    number=number, place=place, what=what,
                )  # fmt: skip
                continue
            checked, why = _checked(block, raw, ids)
            if checked is None:
                course.leave_out(
                    N_("Lesson %(number)s, piece %(place)s (%(kind)s): %(why)s"),
                    number=number, place=place, kind=raw["type"], why=why,
                )  # fmt: skip
            else:
                kept.append(checked)
        lessons.append(replace(lesson, body=kept))
    return replace(course, lessons=lessons, drills=list(_drills(course, ids)))


def _drills(course: Course, ids: Ids) -> Iterator[dict[str, Any]]:
    kinds = QuestionsBlock().child_blocks
    for said in course.drills:
        raw = said.get("question") if isinstance(said.get("question"), dict) else {}
        block = kinds.get(str(raw.get("type")))
        title, skill = str(said.get("title", ""))[:120], said.get("skill")
        checked, why = (
            _checked(block, raw, ids) if block and skill in Drill.Skill.values else (None, gettext("It is not whole."))
        )
        if checked is None or not title:
            course.leave_out(N_("The drill “%(title)s” is not one: %(why)s"), title=title, why=why)
        else:
            yield {"title": title, "skill": skill, "question": checked}


def _checked(block: Block, raw: Mapping[str, Any], ids: Ids) -> tuple[dict[str, Any] | None, str]:
    """Return a piece as it is stored, with ids of its own; or None and a sentence."""
    try:
        value = with_new_ids(with_references(raw["value"], lambda kind, name: ids.get((kind, str(name)))))
        if isinstance(block, CharBlock | RichTextBlock) and not isinstance(value, str):
            return None, gettext("It is not whole.")
        _require_known_parts(block, value)
        stored = block.get_prep_value(block.clean(block.to_python(value)))
    except ValidationError as error:
        return None, "; ".join(dict.fromkeys(sentences_of(error)))[:300]
    except _NOT_ITS_SHAPE:
        return None, gettext("It is not whole.")
    found: dict[str, Any] = json.loads(json.dumps(stored, cls=DjangoJSONEncoder))
    return {"type": raw["type"], "value": found, "id": str(uuid.uuid4())}, ""


def _require_known_parts(block: Block, value: Any) -> None:
    """Raise LookupError for a question of an unknown kind, which Wagtail would pass over in silence."""
    if isinstance(block, StreamBlock):
        for part in value:
            block.child_blocks[part["type"]]
    elif questions := getattr(block, "child_blocks", {}).get("questions"):
        _require_known_parts(questions, value["questions"])


def sentences_of(error: ValidationError) -> Iterator[str]:
    """Yield what a block's error says about itself and the blocks inside it."""
    inside = getattr(error, "block_errors", None)
    if inside is None:
        yield from map(str, error.messages)
        return
    yield from map(str, getattr(error, "non_block_errors", None) or [])
    for one in inside.values() if isinstance(inside, dict) else inside:
        if one is not None:
            yield from sentences_of(one)
