"""Questions of every kind, and what is right about an answer. Knows no Django.

An answer is a list of texts, whatever the kind: the ids of what she chose; for an order the ids in her order; for
pairs ``left=right``; else what she wrote. Nothing she can send makes marking fail: what is not understood is wrong.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

Answer = Sequence[str]
LONGEST_NUMBER = 20  # letters of a number she writes
_MARKS = re.compile("[\u0300-\u036f\u0640\u064b-\u0652]")  # accents, and the vowel signs Arabic may leave out
_SIGNS = {ord("−"): "-", ord("٫"): ".", ord("٬"): ",", ord("，"): ",", ord("．"): ".", ord("’"): ","}
_POINT = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+|(?=\.))(\.\d+)?")  # 12 or 1,250.5 or .5
_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+|(?=,)),\d+")  # 12,5 or 1.250,5


@dataclass(frozen=True)
class Line:
    """One part of an answer with what is said about it. ``place`` is its number in an order, else 0."""

    text: str
    is_right: bool
    feedback: str = ""
    place: int = 0


@dataclass(frozen=True)
class Area:
    """A part of a picture, in hundredths of its width and height."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Option:
    """Something to choose, to put in order or to match; ``match`` is what belongs to it."""

    id: str
    text: str
    is_right: bool = False
    feedback: str = ""
    match: str = ""
    picture_id: int | None = None
    video_id: str | None = None
    area: Area | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    """What every question has. ``right`` and ``wrong`` are said about the whole answer, and may be empty."""

    kind: ClassVar[str] = ""

    id: str
    text: str
    options: tuple[Option, ...] = ()
    right: str = ""
    wrong: str = ""
    picture_id: int | None = None
    video_id: str | None = None

    def is_right(self, answer: Answer) -> bool:
        """Say whether the whole of ``answer`` is right."""
        raise NotImplementedError

    def lines(self, answer: Answer) -> list[Line]:
        """Return the parts of ``answer`` with what is said about each; what the question no longer has is left out."""
        raise NotImplementedError

    def right_answer(self) -> list[str]:
        """Return an answer that is right."""
        raise NotImplementedError

    def feedback(self, answer: Answer) -> str:
        """Return what is said about the whole of ``answer``."""
        return self.right if self.is_right(answer) else self.wrong

    def option(self, option_id: str) -> Option | None:
        """Return one of its options."""
        return next((option for option in self.options if option.id == option_id), None)


class Choice(Question):
    """One or several of the options are right; with several she has to find them all."""

    kind = "choice"

    @property
    def several(self) -> bool:
        """Whether she has to find more than one."""
        return len(self.right_ids) > 1

    @property
    def right_ids(self) -> frozenset[str]:
        """The ids of the right options."""
        return frozenset(option.id for option in self.options if option.is_right)

    def is_right(self, answer: Answer) -> bool:
        return frozenset(answer) == self.right_ids

    def right_answer(self) -> list[str]:
        return sorted(self.right_ids)

    def lines(self, answer: Answer) -> list[Line]:
        chosen = (option for option in self.options if option.id in answer)
        return [Line(option.text, option.is_right, option.feedback) for option in chosen]


class Shot(Choice):
    """Two pictures or clips, one of them better."""

    kind = "shot"


class Spot(Choice):
    """A picture with marked areas, one of them right."""

    kind = "spot"


class Order(Question):
    """Options that stand in the right order here, and in another on the page."""

    kind = "order"

    def is_right(self, answer: Answer) -> bool:
        return list(answer) == self.right_answer()

    def right_answer(self) -> list[str]:
        return [option.id for option in self.options]

    def lines(self, answer: Answer) -> list[Line]:
        known = [option for option in map(self.option, answer) if option]
        return [
            Line(option.text, place <= len(self.options) and self.options[place - 1] == option, option.feedback, place)
            for place, option in enumerate(known, 1)
        ]


class Match(Question):
    """What belongs together. Two options may have the same partner; then either is right."""

    kind = "match"

    def _pairs(self, answer: Answer) -> dict[str, str]:
        """Return her partner for each option, by id; of several for one the last counts."""
        return {left: right for left, sign, right in (text.partition("=") for text in answer) if sign}

    def _is_pair(self, option: Option, partner_id: str | None) -> bool:
        partner = self.option(partner_id) if partner_id else None
        return partner is not None and partner.match == option.match

    def is_right(self, answer: Answer) -> bool:
        pairs = self._pairs(answer)
        return set(pairs) == {o.id for o in self.options} and all(
            self._is_pair(option, pairs[option.id]) for option in self.options
        )

    def right_answer(self) -> list[str]:
        partners = {partner.match: partner.id for partner in self.partners()}
        return [f"{option.id}={partners[option.match]}" for option in self.options]

    def partners(self) -> tuple[Option, ...]:
        """Return the options to choose a partner from: the first of those that have the same."""
        first: dict[str, Option] = {}
        for option in self.options:
            first.setdefault(option.match, option)
        return tuple(first.values())

    def lines(self, answer: Answer) -> list[Line]:
        pairs = self._pairs(answer)
        found = ((option, self.option(pairs.get(option.id, ""))) for option in self.options)
        return [
            Line(f"{option.text} – {partner.match}", partner.match == option.match, option.feedback)
            for option, partner in found
            if partner
        ]


@dataclass(frozen=True, kw_only=True)
class Text(Question):
    """A word or two of her own; ``accepted`` are the spellings that are right."""

    kind = "text"
    accepted: tuple[str, ...] = ()

    def is_right(self, answer: Answer) -> bool:
        return len(answer) == 1 and plain(answer[0]) in {plain(text) for text in self.accepted} - {""}

    def right_answer(self) -> list[str]:
        return list(self.accepted[:1])

    def lines(self, answer: Answer) -> list[Line]:
        return [Line(text, self.is_right([text])) for text in answer[:1]]


@dataclass(frozen=True, kw_only=True)
class Number(Question):
    """A number; right is what lies no further than ``tolerance`` from ``target``."""

    kind = "number"
    target: Decimal = Decimal(0)
    tolerance: Decimal = Decimal(0)
    unit: str = ""

    def is_right(self, answer: Answer) -> bool:
        return len(answer) == 1 and any(abs(n - self.target) <= self.tolerance for n in numbers_in(answer[0]))

    def right_answer(self) -> list[str]:
        return [f"{self.target:f}"]

    def lines(self, answer: Answer) -> list[Line]:
        return [Line(f"{text} {self.unit}".strip(), self.is_right([text])) for text in answer[:1]]


@dataclass(frozen=True)
class Marked:
    """A question with what she answered."""

    question: Question
    answer: tuple[str, ...] = field(default=())

    @property
    def is_right(self) -> bool:
        """Whether her answer is right."""
        return self.question.is_right(self.answer)

    @property
    def lines(self) -> list[Line]:
        """The parts of her answer."""
        return self.question.lines(self.answer)

    @property
    def feedback(self) -> str:
        """What is said about the whole answer."""
        return self.question.feedback(self.answer)


def plain(text: str) -> str:
    """Return ``text`` without what does not change a word: case, width, accents, signs and spaces around words."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))
    letters = "".join(" " if unicodedata.category(letter)[0] in "PZCS" else letter for letter in text)
    return " ".join(letters.split())


def numbers_in(text: str) -> set[Decimal]:
    """Return the numbers that ``text`` may mean: digits of any script, with comma or point, as people write them.

    ``1,250`` may be a thousand and more, or one and a quarter: both are returned; none for what is no number.
    """
    text = "".join(text.split())
    if not text or len(text) > LONGEST_NUMBER:
        return set()
    text = "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)
    text = text.translate(_SIGNS)
    readings = set()
    if _POINT.fullmatch(text):
        readings.add(text.replace(",", ""))
    if _COMMA.fullmatch(text):
        readings.add(text.replace(".", "").replace(",", "."))
    return {Decimal(reading) for reading in readings}


def is_enough(right: int, total: int, pass_mark: int) -> bool:
    """Say whether ``right`` of ``total`` questions reach ``pass_mark``, which is a percentage."""
    return right * 100 >= pass_mark * total
