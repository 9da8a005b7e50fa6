"""Reads questions from the raw data of a stream. The type of a block is the kind of its question. Knows no Django."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from courses.questions.marking import Area, Choice, Match, Number, Option, Order, Question, Shot, Spot, Text

Raw = Mapping[str, Any]


def question_of(raw: Raw) -> Question:
    """Return the question of one raw block. Raises KeyError for a kind that nobody knows."""
    value: Raw = raw["value"]
    common = {
        "id": raw["id"],
        "text": value["text"],
        "right": value.get("right") or "",
        "wrong": value.get("wrong") or "",
        "picture_id": _picture_id(value.get("picture")),
        "video_id": value.get("clip") or None,
    }
    return _READERS[raw["type"]](value, common)


def _picture_id(raw: Any) -> int | None:
    return raw.get("image") if isinstance(raw, Mapping) else None


def _options(value: Raw, name: str) -> tuple[Option, ...]:
    return tuple(_option(raw["id"], raw["value"]) for raw in value[name])


def _option(option_id: str, value: Raw) -> Option:
    area = Area(*(int(value[name]) for name in ("x", "y", "width", "height"))) if "width" in value else None
    return Option(
        option_id,
        value["text"],
        is_right=bool(value.get("is_right")),
        feedback=value.get("feedback") or "",
        match=value.get("match") or "",
        picture_id=_picture_id(value.get("picture")),
        video_id=value.get("clip") or None,
        area=area,
    )


def _text(value: Raw, common: dict[str, Any]) -> Text:
    accepted = tuple(e["value"] if isinstance(e, Mapping) else str(e) for e in value["accepted"])
    return Text(**common, accepted=accepted)


def _number(value: Raw, common: dict[str, Any]) -> Number:
    return Number(
        **common,
        target=Decimal(str(value["target"])),
        tolerance=Decimal(str(value.get("tolerance") or 0)),
        unit=value.get("unit") or "",
    )


_READERS: dict[str, Callable[[Raw, dict[str, Any]], Question]] = {
    "choice": lambda value, common: Choice(**common, options=_options(value, "choices")),
    "shot": lambda value, common: Shot(**common, options=_options(value, "choices")),
    "spot": lambda value, common: Spot(**common, options=_options(value, "choices")),
    "order": lambda value, common: Order(**common, options=_options(value, "items")),
    "match": lambda value, common: Match(**common, options=_options(value, "pairs")),
    "text": _text,
    "number": _number,
}
