"""What another share agreement would have given in a month that is past; nothing is booked and nothing is kept."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from creators.models import Profile
from revenue import money
from revenue.agreements import check_steps, steps_in_use
from revenue.figures import LineFigures, Steps, differences, step_lines
from revenue.models import Accrual, Source

MOST_SHOWN = 100
_TRIED = UUID(int=0)  # the agreement that is tried


@dataclass(slots=True)
class Tried:
    """What one creator got in a month and would have got, minor units; ``gross_micros`` is what was reported."""

    creator_id: UUID | None
    currency: str
    gross_micros: int = 0
    was: int = 0
    would: int = 0
    creator: Profile | None = None

    @property
    def difference(self) -> int:
        """How much more (or less) it would have been."""
        return self.would - self.was


@dataclass(slots=True)
class Trial:
    """The creators it would have changed most, how many it is about, and the sums of each currency."""

    rows: list[Tried] = field(default_factory=list)
    count: int = 0
    sums: list[Tried] = field(default_factory=list)


def what_if(
    *, month: date, creator_bps: int, steps: Sequence[tuple[int, int]] = (), step_currency: str = "",
    source: Source | None = None, creator: Any = None,
) -> Trial:  # fmt: skip
    """Share a month's figures again, where such an agreement would have decided them: two or three queries.

    An agreement of narrower scope would have stayed in force, so what it decided is left out. Steps count the sums
    within the scope that is tried. Raises AgreementError for steps that do not rise.
    """
    check_steps(steps, step_currency)
    tried: Steps = {_TRIED: (step_currency, differences(creator_bps, steps))}
    in_use: Steps = steps_in_use()
    found: dict[tuple[UUID, str], list[LineFigures]] = defaultdict(list)
    for creator_id, currency, agreement, bps, gross in _decided(month, source, creator):
        found[creator_id, currency].append(
            LineFigures("earnings", 0, agreement_id=agreement, gross_micros=int(gross), creator_bps=bps)
        )
    rows = []
    for (creator_id, currency), lines in found.items():
        anew = [line._replace(agreement_id=_TRIED, creator_bps=creator_bps) for line in lines]
        was, would = _given(lines, currency, in_use), _given(anew, currency, tried)
        rows.append(Tried(creator_id, currency, sum(line.gross_micros for line in lines), was, would))
    return _shown(rows)


def _decided(month: date, source: Source | None, creator: Any) -> QuerySet[Accrual, Any]:
    accruals = Accrual.objects.filter(period__month=month)
    if source:
        accruals = accruals.filter(total__report__source=source)
    # what a narrower agreement decided is left out: creator and source, creator, source, everyone
    if creator:
        accruals = accruals.filter(creator=creator)
        kept = Q() if source else Q(agreement__source=None) | Q(agreement__creator=None)
    else:
        kept = Q(agreement__creator=None) if source else Q(agreement__source=None, agreement__creator=None)
    groups = (
        accruals.filter(kept)
        .order_by()
        .values_list("creator_id", "total__report__currency", "agreement_id", "agreement__creator_bps")
    )
    return groups.annotate(gross=Sum(Coalesce("part_micros", "total__gross_micros")))


def _given(lines: list[LineFigures], currency: str, steps: Steps) -> int:
    every = [*lines, *step_lines(lines, currency, steps)]
    return money.whole_minor(sum(money.share_units(line.gross_micros, line.creator_bps) for line in every), currency)[0]


def _shown(rows: list[Tried]) -> Trial:
    sums: dict[str, Tried] = {}
    for row in rows:
        total = sums.setdefault(row.currency, Tried(None, row.currency))
        total.gross_micros += row.gross_micros
        total.was += row.was
        total.would += row.would
    largest = sorted(rows, key=lambda row: (-abs(row.difference), row.currency, str(row.creator_id)))[:MOST_SHOWN]
    people = Profile.objects.defer("thumbnail").in_bulk([row.creator_id for row in largest])
    for row in largest:
        row.creator = people[row.creator_id]
    return Trial(largest, len(rows), [sums[currency] for currency in sorted(sums)])
