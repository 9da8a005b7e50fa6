"""The rows that pages read: last night's replaced by tonight's, in one transaction."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet

from courses.models import Recommendation, RecommendationChoice
from courses.recommending.gathering import Gathered

POPULAR = 30  # kept for each language
NEW = 40  # kept for each language; where there are more, each has its nights
AT_ONCE = 500
Basis = Recommendation.Basis


class Row(NamedTuple):
    """A recommendation, as one night's is compared with another's."""

    learner_id: int | None
    course_key: uuid.UUID
    basis: str
    because_key: uuid.UUID | None
    rank: int


@dataclass
class Changes:
    """What is different tonight: the ids of rows that are no longer true, and the rows to write."""

    stale: list[int] = field(default_factory=list)
    fresh: list[Row] = field(default_factory=list)
    kept: int = 0

    def compare(self, there: QuerySet[Recommendation], wanted: Iterable[Row]) -> None:
        """Add what makes ``wanted`` of what is ``there``."""
        missing = set(wanted)
        for pk, *values in there.values_list("pk", *Row._fields):
            row = Row(*values)
            if row in missing:
                missing.remove(row)
                self.kept += 1
            else:
                self.stale.append(pk)
        self.fresh += sorted(missing, key=lambda row: (row.learner_id or 0, row.basis, row.rank))

    @transaction.atomic
    def write(self) -> int:
        """Write them, and nothing about who has left or wants no recommendations; return how many rows there are."""
        for start in range(0, len(self.stale), AT_ONCE):
            Recommendation.objects.filter(pk__in=self.stale[start : start + AT_ONCE]).delete()
        Recommendation.objects.bulk_create(
            (Recommendation(**row._asdict()) for row in self.fresh), batch_size=AT_ONCE, ignore_conflicts=True
        )
        off = RecommendationChoice.objects.filter(is_off=True).values("learner")
        gone, _each = Recommendation.objects.filter(Q(learner__is_active=False) | Q(learner__in=off)).delete()
        return self.kept + len(self.fresh) - gone


def for_everybody(gathered: Gathered, alike: list[list[int]], day: date) -> Iterator[Row]:
    """Yield the rows that belong to nobody: what is alike, what many take, and what few have taken so far."""
    keys = list(gathered.words)
    for because_key, row in zip(keys, alike, strict=False):
        for rank, course in enumerate(row):
            yield Row(None, keys[course], Basis.ALIKE, because_key, rank)
    for basis, found, most in (
        (Basis.POPULAR, gathered.popular, POPULAR),
        (Basis.NEW, in_turn(gathered.new, day), NEW),
    ):
        for rank, key in enumerate(_first_of_each_language(found, gathered, most)):
            yield Row(None, key, basis, None, rank)


def in_turn(keys: Iterable[uuid.UUID], day: date, salt: object = "") -> list[uuid.UUID]:
    """Return ``keys`` in an order that is another one each day, and the same all day."""
    return sorted(keys, key=lambda key: hashlib.sha256(f"{salt} {day} {key}".encode()).digest())


def _first_of_each_language(keys: list[uuid.UUID], gathered: Gathered, most: int) -> list[uuid.UUID]:
    languages = set().union(*gathered.languages.values())
    first: set[uuid.UUID] = set()
    for language in languages:
        first.update(islice((key for key in keys if language in gathered.languages[key]), most))
    return [key for key in keys if key in first]


def for_learners(
    learners: list[int], keys: list[uuid.UUID], taken: Iterable[list[tuple[int, int]]]
) -> Iterator[tuple[list[int], list[Row]]]:
    """Yield some learners at a time with their rows; ``taken`` holds positions in ``keys``, in the learners' order."""
    found = iter(taken)
    for start in range(0, len(learners), AT_ONCE):
        some = learners[start : start + AT_ONCE]
        yield (
            some,
            [
                Row(learner, keys[course], Basis.TAKEN, keys[because], rank)
                for learner in some
                for rank, (course, because) in enumerate(next(found, []))
            ],
        )
