"""Which accounts a report's money goes to: the arithmetic of an accrual. No Django models here.

Each amount is rounded down to whole minor units; what is lost that way on both sides of the entry goes to
the rounding account, and comes back to creators through the line "parts of a cent" of their statements.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from revenue import chart, money
from revenue.bookkeeping import Line


@dataclass(frozen=True, slots=True)
class Share:
    """A channel's total that is a creator's by ``bps`` basis points."""

    creator_id: UUID
    bps: int
    gross_micros: int


def accrual(*, source: str, currency: str, shares: Iterable[Share], waiting: dict[tuple[str, str], int]) -> list[Line]:
    """Return the lines of a report's entry; ``waiting`` is gross micros by (platform, unconfirmed channel)."""
    shares = list(shares)
    total = sum(share.gross_micros for share in shares) + sum(waiting.values())
    lines = list(_given(currency, shares))
    suspense = sum(whole(micros, currency) for micros in waiting.values())
    lines.append(Line(chart.suspense(source), currency, -suspense))
    lines.append(Line(chart.receivable(source), currency, whole(total, currency)))
    return [*lines, _rest(currency, lines)]


def release(*, source: str, currency: str, shares: Iterable[Share]) -> list[Line]:
    """Return the lines that move one channel's total out of suspense to its creator."""
    shares = list(shares)
    gross = sum(share.gross_micros for share in shares)
    lines = [*_given(currency, shares), Line(chart.suspense(source), currency, whole(gross, currency))]
    return [*lines, _rest(currency, lines)]


def whole(micros: int, currency: str) -> int:
    """Round ``micros`` down to whole minor units."""
    return micros // money.micros_per_minor(currency)


def _given(currency: str, shares: list[Share]) -> Iterator[Line]:
    by_creator: dict[UUID, int] = {}
    programme = 0
    for share in shares:
        units = money.share_units(share.gross_micros, share.bps)
        by_creator[share.creator_id] = by_creator.get(share.creator_id, 0) + units
        programme += money.share_units(share.gross_micros, money.WHOLE_BPS) - units
    for creator_id, units in by_creator.items():
        yield Line(chart.creator_payable(creator_id), currency, -money.whole_minor(units, currency)[0])
    yield Line(chart.PROGRAMME_INCOME, currency, -money.whole_minor(programme, currency)[0])


def _rest(currency: str, lines: Iterable[Line]) -> Line:
    return Line(chart.ROUNDING, currency, -sum(line.amount for line in lines))
