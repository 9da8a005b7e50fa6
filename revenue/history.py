"""How her months compare: the last twelve, and what makes one statement more or less than the one before."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from revenue.figures import LineKind
from revenue.models import Statement, StatementLine

MONTHS = 12
OTHERS = (LineKind.CORRECTION, LineKind.STEP)  # what moves a month besides its sources


@dataclass(frozen=True, slots=True)
class Month:
    """One calendar month; ``earned`` in minor units, None when it has no statement; ``percent`` of the best month."""

    month: date
    earned: int | None
    percent: int
    statement: Statement | None


@dataclass(frozen=True, slots=True)
class Year:
    """The last twelve months in one currency, the newest first; fewer when her first is younger."""

    currency: str
    months: list[Month]


@dataclass(slots=True)
class SourceChange:
    """What one source brought her now and before, minor units; ``percents``: her part then and now, if it changed."""

    source: str
    before: int = 0
    now: int = 0
    corrections: int = 0
    percents: tuple[str, str] | None = None

    @property
    def difference(self) -> int:
        """How much more (or less) it brought, corrections left aside."""
        return self.now - self.before

    @property
    def distance(self) -> int:
        """The same without a sign."""
        return abs(self.difference)


@dataclass(slots=True)
class Comparison:
    """This statement against the one before, source by source, the largest difference first."""

    before: Statement
    difference: int
    ours: int = 0  # what we corrected on this one less what we corrected on the one before
    steps: int = 0  # the same of what steps of the agreement gave
    changes: list[SourceChange] = field(default_factory=list)

    @property
    def distance(self) -> int:
        """How much more or less it is, without a sign."""
        return abs(self.difference)


def years(creator: Any) -> list[Year]:
    """Return her last twelve months in each currency she earned in; one query."""
    found: dict[str, dict[date, Statement]] = defaultdict(dict)
    for statement in Statement.objects.filter(creator=creator).select_related("period").order_by("period__month"):
        found[statement.currency][statement.period.month] = statement
    return [_year(currency, months) for currency, months in sorted(found.items())]


def compare(statement: Statement) -> Comparison | None:
    """Say what makes a statement more or less than the one before, or None when it is the first; two queries."""
    earlier = Statement.objects.filter(
        creator=statement.creator_id, currency=statement.currency, period__month__lt=statement.period.month
    )
    before = earlier.select_related("period").order_by("-period__month").first()
    if before is None:
        return None
    lines = StatementLine.objects.filter(statement__in=[before.pk, statement.pk])
    lines = lines.filter(Q(source__isnull=False) | Q(kind__in=OTHERS))
    changes: dict[int, SourceChange] = {}
    others: dict[str, int] = defaultdict(int)
    parts: dict[int, dict[bool, set[str]]] = defaultdict(lambda: {True: set(), False: set()})
    for line in lines.select_related("source", "agreement"):
        is_now = line.statement_id == statement.pk
        if line.kind in OTHERS:
            others[line.kind] += line.amount if is_now else -line.amount
            continue
        change = changes.setdefault(line.source_id, SourceChange(line.source.name))
        _count(change, line, is_now)
        if line.kind == LineKind.EARNINGS:
            parts[line.source_id][is_now].add(line.agreement.percent)
    for source, change in changes.items():
        old, new = parts[source][False], parts[source][True]
        if len(old) == len(new) == 1 and old != new:
            change.percents = (*old, *new)
    telling = [change for change in changes.values() if change.difference or change.corrections or change.percents]
    telling.sort(key=lambda change: (-change.distance, change.source))
    return Comparison(before, statement.earned - before.earned, *(others[kind] for kind in OTHERS), telling)


def _count(change: SourceChange, line: StatementLine, is_now: bool) -> None:
    if line.kind == LineKind.ADJUSTMENT:
        change.corrections += line.amount if is_now else 0
    elif is_now:
        change.now += line.amount
    else:
        change.before += line.amount


def _year(currency: str, statements: dict[date, Statement]) -> Year:
    newest = max(statements)
    calendar = [month for count in range(MONTHS) if (month := _back(newest, count)) >= min(statements)]
    best = max((statements[month].earned for month in calendar if month in statements), default=0)
    return Year(currency, [_month(month, statements.get(month), best) for month in calendar])


def _month(month: date, statement: Statement | None, best: int) -> Month:
    if statement is None:
        return Month(month, None, 0, None)
    percent = max(0, round(100 * statement.earned / best)) if best > 0 else 0
    return Month(month, statement.earned, percent, statement)


def _back(month: date, count: int) -> date:
    """Return the first day of the month ``count`` months before ``month``."""
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)
