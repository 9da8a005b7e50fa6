"""What is found in one lesson: where it stands, what is wrong, and what to do. Reads the stream's raw data."""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page
from wagtail.rich_text import extract_references_from_rich_text

from courses.checking.addresses import addresses_in
from courses.checking.readability import SCHOOL_YEARS, measure
from courses.pieces import (
    ASSIGNMENT,
    LONGEST_SECONDS,
    QUIZ,
    READING,
    VIDEO,
    Piece,
    asset_ids_of,
    piece_name,
    seconds_of,
)
from courses.questions.marking import Choice, Question, Text
from courses.questions.reading import question_of

LONGEST_QUOTE = 160
LONGEST_ADDRESS = 45  # letters; it has no place to break, and has to fit a phone
_PARAGRAPH_ENDS = re.compile(r"</(?:p|li|h\d)>|<br\s*/?>")


class Finding(NamedTuple):
    """One thing to mend. ``block_id`` is where the editor opens; None for the page as a whole."""

    where: str
    what: str
    block_id: str | None = None


class DeadLink(NamedTuple):
    """An address of another site where nothing is; ``status`` is None where nobody answers at all."""

    status: int | None
    since: datetime


@dataclass(frozen=True)
class Known:
    """What the database says about the videos and pages that lessons name.

    ``captions`` maps a video to its languages, and each of them to whether a person has read it.
    """

    durations_ms: Mapping[uuid.UUID, int] = field(default_factory=dict)
    captions: Mapping[uuid.UUID, Mapping[str, bool]] = field(default_factory=dict)
    silent: frozenset[uuid.UUID] = frozenset()
    live_pages: frozenset[int] = frozenset()
    dead_links: Mapping[str, DeadLink] = field(default_factory=dict)


def findings_of(pieces: Iterable[Piece], language: str, known: Known) -> list[Finding]:
    """Return what to mend in the ``pieces`` of one lesson in ``language``, in their order."""
    pieces = list(pieces)
    found: list[Finding] = []
    for number, piece in enumerate(pieces, 1):
        where = f"{number}. {piece_name(piece)}"
        problems = [*_length(piece, known), *_videos(piece, language, known), *_pictures(piece), *_links(piece, known)]
        problems += _questions(piece) if piece.kind == QUIZ else []
        found += [Finding(where, what, block_id) for what, block_id in problems]
    return found + (_reading_level(pieces) if language.startswith("en") else [])


Problem = tuple[str, str]


def _length(piece: Piece, known: Known) -> Iterator[Problem]:
    if seconds_of(piece, known.durations_ms) > LONGEST_SECONDS:
        minutes = LONGEST_SECONDS // 60
        yield (
            ngettext(
                "It takes more than %(minutes)d minute. People stop there: divide it, or put questions in between.",
                "It takes more than %(minutes)d minutes. People stop there: divide it, or put questions in between.",
                minutes,
            )
            % {"minutes": minutes},
            str(piece.id),
        )


def _videos(piece: Piece, language: str, known: Known) -> Iterator[Problem]:
    block_id = str(piece.id)
    if piece.kind == VIDEO and piece.asset_id not in known.captions:
        yield _("There is no video here. Choose one, or take the piece away."), block_id
        return
    for asset_id in sorted(asset_ids_of([piece]) & known.captions.keys() - known.silent):
        was_read = known.captions[asset_id].get(language)
        if was_read is None:
            yield _("The video has no captions in the language of this page. Write them, or have them made."), block_id
        elif not was_read:
            yield _("A machine made the captions. Read them once and confirm them."), block_id


def _pictures(piece: Piece) -> Iterator[Problem]:
    values = piece.value if piece.kind == READING else [piece.value]
    for block_id, value in zip(piece.block_ids, values, strict=True):
        for picture in _structs_with(value, "image"):
            if isinstance(picture["image"], int) and not picture.get("decorative") and not picture.get("alt_text"):
                what = _("A picture has no words for those who cannot see it. Write them, or mark it as decoration.")
                yield what, str(block_id)


def _structs_with(value: Any, name: str) -> Iterator[Mapping[str, Any]]:
    """Yield each struct inside a raw value that has ``name``."""
    if isinstance(value, Mapping) and name in value:
        yield value
    for part in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else []:
        yield from _structs_with(part, name)


def rich_texts(piece: Piece) -> list[tuple[str, str]]:
    """Return the rich texts of a piece with the id of the block each stands in."""
    if piece.kind == READING:
        values = zip(piece.block_ids, piece.value, strict=True)
        return [(str(block_id), value) for block_id, value in values if isinstance(value, str)]
    return [(str(piece.id), piece.value.get("brief") or "")] if piece.kind == ASSIGNMENT else []


def linked_pages(html: str) -> set[int]:
    """Return the ids of the pages that a rich text links to."""
    found = extract_references_from_rich_text(html)
    return {int(pk) for model, pk, _model_path, _content_path in found if model is Page and str(pk).isdecimal()}


def _links(piece: Piece, known: Known) -> Iterator[Problem]:
    for block_id, html in rich_texts(piece):
        for _page_id in sorted(linked_pages(html) - known.live_pages):
            yield _("A link leads to a page that is not published. Publish it, or choose another."), block_id
        for address in addresses_in(html):
            if address in known.dead_links:
                yield _about_dead_link(address, known.dead_links[address]), block_id


def _about_dead_link(address: str, link: DeadLink) -> str:
    facts = {
        "address": Truncator(address).chars(LONGEST_ADDRESS),
        "status": link.status,
        "day": date_format(localtime(link.since), "DATE_FORMAT"),
    }
    if link.status:
        return _("A link leads to %(address)s. It has answered %(status)d since %(day)s. Change or remove it.") % facts
    return _("A link leads to %(address)s. Nobody has answered there since %(day)s. Change or remove it.") % facts


def _questions(piece: Piece) -> Iterator[Problem]:
    for number, raw in enumerate(piece.value.get("questions") or [], 1):
        for what in _problems_of(raw):
            yield _("Question %(number)d: %(what)s") % {"number": number, "what": what}, str(raw.get("id") or piece.id)


def _problems_of(raw: Mapping[str, Any]) -> Iterator[str]:
    try:
        question = question_of(raw)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):  # a draft may be half written
        yield _("It is not finished. Fill in what is missing.")
        return
    if not _has_right_answer(question):
        yield _("It has no right answer. Mark one.")
    if isinstance(question, Choice):
        said = all(option.feedback for option in question.options)
    else:
        said = bool(question.right and question.wrong)
    if not said:
        yield _("An answer has no feedback. Say why it is right, or what to look at instead.")


def _has_right_answer(question: Question) -> bool:
    if isinstance(question, Choice):
        return bool(question.right_ids)
    if isinstance(question, Text):
        return any(map(question.is_right, ([text] for text in question.accepted)))
    return question.is_right(question.right_answer())


def _reading_level(pieces: list[Piece]) -> list[Finding]:
    """Say what years of school the English of a lesson asks for, where it is more than most have had."""
    blocks = [(block_id, _paragraphs(html)) for piece in pieces for block_id, html in rich_texts(piece)]
    whole = measure([text for _id, paragraphs in blocks for text in paragraphs])
    if not whole.is_hard:
        return []
    block_id = next(block_id for block_id, paragraphs in blocks if whole.longest == measure(paragraphs).longest)
    quoted = whole.longest[:LONGEST_QUOTE] + "…" * (len(whole.longest) > LONGEST_QUOTE)
    what = _(
        "The words ask for about %(years)d years of school; aim for %(aim)d. Make sentences and words shorter,"
        " first this sentence: “%(sentence)s”"
    )
    facts = {"years": round(whole.years), "aim": SCHOOL_YEARS, "sentence": quoted}
    return [Finding(_("Reading level"), what % facts, block_id)]


def _paragraphs(html: str) -> list[str]:
    return [unescape(strip_tags(part)) for part in _PARAGRAPH_ENDS.split(html)]
