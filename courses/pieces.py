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

READING, VIDEO, QUIZ, ASSIGNMENT = "reading", "video", "quiz", "assignment"
_OWN_PIECE = {"video": VIDEO, "quiz": QUIZ, "assignment": ASSIGNMENT}

LETTERS_A_MINUTE = {True: 320, False: 1000}  # read calmly on a phone; Han characters or letters
QUESTION_SECONDS = 30


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


def asset_ids_of(pieces: Iterable[Piece]) -> set[uuid.UUID]:
    """Return the ids of every video in ``pieces``, the examples of assignments included."""
    found = {piece.asset_id for piece in pieces}
    found |= {asset_id_of(piece.value.get("example")) for piece in pieces if piece.kind == ASSIGNMENT}
    return {asset_id for asset_id in found if asset_id}


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


def minutes_of(pieces: Iterable[Piece], durations_ms: Mapping[uuid.UUID, int]) -> int:
    """Return the whole minutes that ``pieces`` take, at least one."""
    return max(1, math.ceil(sum(seconds_of(piece, durations_ms) for piece in pieces) / 60))
