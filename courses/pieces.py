"""A lesson as a chain of pieces: reading, video, quiz, assignment. Reads the stream's raw data, asks no database.

Headings, texts and pictures that follow each other are one piece of reading; the id of its first block
names it, and the ids of the others are accepted for it too, so that moving a paragraph takes nothing away.
"""

import math
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

READING, VIDEO, QUIZ, ASSIGNMENT = "reading", "video", "quiz", "assignment"
_OWN_PIECE = {"video": VIDEO, "quiz": QUIZ, "assignment": ASSIGNMENT}

LETTERS_A_MINUTE = {True: 320, False: 1000}  # read calmly on a phone; Han characters or letters
QUESTION_SECONDS = 30
LONGEST_SECONDS = 360  # attention falls sharply after six minutes of a learning video


@dataclass(frozen=True)
class Piece:
    """One step of a lesson. ``start`` and ``stop`` are places in the stream."""

    id: uuid.UUID
    kind: str
    block_ids: tuple[uuid.UUID, ...]
    start: int
    stop: int
    value: Any

    @property
    def asset_id(self) -> uuid.UUID | None:
        """The video of a video piece."""
        return asset_id_of(self.value.get("video")) if self.kind == VIDEO else None

    @property
    def counts(self) -> bool:
        """Whether the lesson needs it; a video that is gone is not needed."""
        return self.kind != VIDEO or self.asset_id is not None

    def is_in(self, ids: Iterable[uuid.UUID]) -> bool:
        """Say whether ``ids`` has this piece."""
        return not set(self.block_ids).isdisjoint(ids)


class Measured:
    """What a piece takes of her time and of her line."""

    seconds: float
    bytes_: int

    @property
    def minutes(self) -> int:
        """How long it takes, in whole minutes."""
        return whole_minutes(self.seconds)

    @property
    def megabytes(self) -> float:
        """What its video costs, 0 when there is none."""
        return megabytes_of(self.bytes_)

    @property
    def is_too_long(self) -> bool:
        """Whether its writer should divide it."""
        return self.seconds > LONGEST_SECONDS


def asset_id_of(raw: Any) -> uuid.UUID | None:
    """Return the id of a video from the raw value of its chooser."""
    return uuid.UUID(str(raw)) if raw else None


def _blocks(body: Any) -> Iterator[tuple[int, str, uuid.UUID, Any]]:
    for number, raw in enumerate(body.raw_data):
        if raw.get("id"):
            yield number, raw["type"], uuid.UUID(raw["id"]), raw["value"]


def pieces_of(body: Any) -> list[Piece]:
    """Return the pieces of a lesson's ``body`` in order."""
    pieces: list[Piece] = []

    def group(entry: tuple[int, str, uuid.UUID, Any]) -> Any:
        return entry[2] if entry[1] in _OWN_PIECE else READING

    for _key, entries in groupby(_blocks(body), key=group):
        run = list(entries)
        kind = _OWN_PIECE.get(run[0][1], READING)
        value = run[0][3] if kind != READING else [entry[3] for entry in run]
        ids = tuple(entry[2] for entry in run)
        pieces.append(Piece(ids[0], kind, ids, run[0][0], run[-1][0] + 1, value))
    return pieces


def piece_name(piece: Piece) -> str:
    """Return what the instructor calls a piece."""
    names = {VIDEO: _("Video"), QUIZ: _("Quiz"), ASSIGNMENT: _("Assignment")}
    title = piece.value.get("title", "") if piece.kind in (QUIZ, ASSIGNMENT) else ""
    return f"{names[piece.kind]}: {title}" if title else names.get(piece.kind, _("Reading"))


def asset_ids_of(pieces: Iterable[Piece]) -> set[uuid.UUID]:
    """Return the ids of every video in ``pieces``, the examples of assignments included."""
    pieces = list(pieces)
    found = {piece.asset_id for piece in pieces}
    found |= {asset_id_of(piece.value.get("example")) for piece in pieces if piece.kind == ASSIGNMENT}
    found |= {asset_id_of(raw) for piece in pieces if piece.kind == QUIZ for raw in _clips(piece.value)}
    return {asset_id for asset_id in found if asset_id}


def _clips(value: Any) -> Iterator[Any]:
    """Yield the clips inside the raw value of a quiz, those of its answers included."""
    if isinstance(value, Mapping):
        yield value.get("clip")
    for part in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else []:
        yield from _clips(part)


def taught_in(pieces: Iterable[Piece]) -> dict[str, str]:
    """Return which piece teaches which advice of the shot check; of several the first."""
    videos = [piece for piece in pieces if piece.kind == VIDEO]
    return {code: str(piece.id) for piece in reversed(videos) for code in piece.value.get("teaches") or ()}


def letters_of(value: Any) -> str:
    """Return the words inside a raw value."""
    if isinstance(value, str):
        return strip_tags(value)
    if isinstance(value, Mapping):
        return " ".join(letters_of(part) for part in value.values())
    if isinstance(value, list):
        return " ".join(letters_of(part) for part in value)
    return ""


def reading_seconds(text: str) -> float:
    """Return how long ``text`` takes to read."""
    han = sum("\u3400" <= letter <= "\u9fff" for letter in text)
    return 60 * (han / LETTERS_A_MINUTE[True] + (len(text) - han) / LETTERS_A_MINUTE[False])


def seconds_of(piece: Piece, durations_ms: Mapping[uuid.UUID, int]) -> float:
    """Return how long a piece takes; the work on an assignment itself is not counted."""
    if piece.kind == VIDEO:
        return durations_ms.get(piece.asset_id, 0) / 1000 if piece.asset_id else 0
    if piece.kind == QUIZ:
        return QUESTION_SECONDS * len(piece.value.get("questions", []))
    if piece.kind == ASSIGNMENT:
        return reading_seconds(letters_of(piece.value.get("brief", "")))
    return reading_seconds(letters_of(piece.value))


def seconds_left(seconds: float, *, position_ms: int, unplayed: float) -> float:
    """Return what is left of a video of ``seconds`` that she has left at ``position_ms``.

    The way from there to the end, or the share of it (0 to 1) that she has not played,
    whichever is more.
    """
    return max(0.0, seconds - position_ms / 1000, seconds * unplayed)


def whole_minutes(seconds: float) -> int:
    """Return ``seconds`` as minutes, rounded up, at least one."""
    return max(1, math.ceil(seconds / 60))


def megabytes_of(bytes_: int) -> float:
    """Return ``bytes_`` as megabytes of 1,000,000 bytes, as a phone counts them."""
    return round(bytes_ / 1_000_000, 1)


def minutes_of(pieces: Iterable[Piece], durations_ms: Mapping[uuid.UUID, int]) -> int:
    """Return the whole minutes that ``pieces`` take, at least one."""
    return whole_minutes(sum(seconds_of(piece, durations_ms) for piece in pieces))
