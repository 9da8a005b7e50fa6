"""What is set aside for children: which rule counts, and what of a month's earnings is whose."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Sum

from revenue import money
from revenue.figures import LineFigures, LineKind
from revenue.models import Appearance, ChildRule, EarningRow, Period, StatementLine
from revenue.money import WHOLE_BPS, split
from revenue.sharing import SharingBook

CREATORS_A_QUERY = 500
Key = tuple[UUID, str]  # creator, currency


class Seen(NamedTuple):
    """A child in a video as it was last declared, and the rule that it counts by."""

    child_id: UUID
    rule: ChildRule
    seconds: int
    length: int

    @property
    def share_bps(self) -> int:
        """The child's share of the video in basis points, rounded up."""
        return -(-self.seconds * WHOLE_BPS // self.length)

    @property
    def counts(self) -> bool:
        """Say whether it is in the video for long enough."""
        return self.seconds * WHOLE_BPS >= self.rule.threshold_bps * self.length


@dataclass(slots=True)
class VideoMonth:
    """A video in which children are, in one month: what of it is hers before anything is set aside, exact units."""

    platform: str
    video_id: str
    seen: Sequence[Seen]
    rows: int = 0
    base_units: int = 0

    @property
    def set_aside(self) -> list[tuple[Seen, int]]:
        """What of it is each child's, exact units; see :func:`divided`."""
        return divided(self.base_units, self.seen)


@dataclass(slots=True)
class Aside:
    """What a child gets of a month by one rule: the videos it is from, and the sum in exact units."""

    videos: int = 0
    units: int = 0


def divided(base_units: int, seen: Iterable[Seen]) -> list[tuple[Seen, int]]:
    """Return what of ``base_units`` is each child's who is in the video for long enough.

    The sum of each one's factor × share, at most everything, in equal parts (820 ILCS 206/100 (a)(2) and California
    Family Code 6653 (a)(2) divide it so, however long each is seen).
    """
    counted = [one for one in seen if one.counts]
    if not counted:
        return []
    whole = WHOLE_BPS * WHOLE_BPS
    rate = min(whole, sum(one.share_bps * one.rule.factor_bps for one in counted))
    pool = abs(base_units) * rate // whole
    parts = split(pool if base_units > 0 else -pool, [1] * len(counted))
    return list(zip(counted, parts, strict=True))


def rounded_up(units: int, currency: str) -> int:
    """Return whole minor units for a child, never less than ``units``; nothing when more was taken back than given."""
    return max(0, -(-units // money.units_per_minor(currency)))


def fitted(amounts: Sequence[int], most: int) -> list[int]:
    """Take single minor units off amounts that were rounded up, the last first, until they are at most ``most``."""
    found = list(amounts)
    while sum(found) > max(0, most):
        for place in reversed(range(len(found))):
            if found[place] and sum(found) > most:
                found[place] -= 1
    return found


class RuleBook:
    """The rules that hold on ``day``, as they were known at ``known_at``."""

    def __init__(self, *, day: date, known_at: datetime) -> None:
        rules = ChildRule.objects.filter(effective_from__lte=day, made_at__lte=known_at).order_by("effective_from")
        self._rules = {rule.region: rule for rule in rules}

    @property
    def regions(self) -> list[str]:
        """The places that have or had a rule."""
        return list(self._rules)

    def of(self, region: str) -> ChildRule | None:
        """Return the rule of a region, or else of its country; None when nothing is set aside there."""
        rule = self._rules.get(region) or self._rules.get(region[:2])
        return rule if rule and rule.factor_bps else None


class AsideBook:
    """What is set aside of one month's earnings, by what was declared and which rules were known at ``known_at``.

    Nobody who declared nothing costs a query; the others are read in batches.
    """

    def __init__(self, *, period: Period, known_at: datetime, creator_id: UUID | None = None) -> None:
        self._period = period
        self._seen = _seen(RuleBook(day=period.month, known_at=known_at), known_at, creator_id)
        self._sharings = SharingBook(creator_id=creator_id) if self._seen else None
        self.months: dict[Key, list[VideoMonth]] = defaultdict(list)
        self._owed: dict[tuple[UUID, str], int] = {}
        creators = sorted(self._seen)
        for start in range(0, len(creators), CREATORS_A_QUERY):
            self._read(creators[start : start + CREATORS_A_QUERY])

    def lines(self, key: Key) -> list[LineFigures]:
        """Return the lines of a statement that set something aside, one for each child and rule.

        Each child gets what is due to her up to this month less what she has: what a platform took back is made up
        for, and a cent is rounded up once. All of them get at most what the videos brought.
        """
        if key not in self.months:
            return []
        found: dict[tuple[UUID, int], Aside] = defaultdict(Aside)
        most = 0
        for month in self.months[key]:
            most += max(0, month.base_units)
            for seen, units in month.set_aside:
                aside = found[seen.child_id, seen.rule.pk]
                aside.videos += 1
                aside.units += units
        places, per_minor = sorted(found), money.units_per_minor(key[1])
        most += sum(max(0, self._owed.get((child, key[1]), 0)) for child in {child for child, _rule in places})
        amounts = fitted(self._amounts(places, found, key[1]), most // per_minor)
        lines = [
            LineFigures(
                LineKind.RESERVE.value, -amount, row_count=found[place].videos, child_id=place[0],
                child_rule_id=place[1], rest_units=found[place].units - amount * per_minor,
            )
            for place, amount in zip(places, amounts, strict=True)
        ]  # fmt: skip
        return [line for line in lines if line.amount or line.rest_units]

    def _amounts(self, places: Sequence[tuple[UUID, int]], found: dict, currency: str) -> list[int]:
        """Return what each child gets by each rule, after what the months before left over."""
        left = {child: self._owed.get((child, currency), 0) for child, _rule in places}
        amounts = []
        for child, rule in places:
            due = left[child] + found[child, rule].units
            amounts.append(rounded_up(due, currency))
            left[child] = due - amounts[-1] * money.units_per_minor(currency)
        return amounts

    def _read(self, creators: Sequence[UUID]) -> None:
        rests = StatementLine.objects.filter(
            child__creator__in=creators, statement__period__month__lt=self._period.month
        )
        sums = rests.order_by().values_list("child", "statement__currency").annotate(sum=Sum("rest_units"))
        self._owed.update({(child, currency): int(total) for child, currency, total in sums})
        videos = {video for creator in creators for _platform, video in self._seen[creator]}
        months: dict[tuple[Key, str, str], VideoMonth] = {}
        for creator, currency, platform, video, bps, sharing, micros, rows in self._rows(creators, videos):
            seen = self._seen[creator].get((platform, video))
            if not seen:
                continue
            place = ((creator, currency), platform, video)
            if place not in months:
                months[place] = VideoMonth(platform, video, seen)
                self.months[creator, currency].append(months[place])
            month, part = months[place], self._sharings.part(sharing, creator, micros)
            month.rows += rows
            month.base_units += money.share_units(part, bps) * rows

    def _rows(self, creators: Sequence[UUID], videos: set[str]) -> Iterator[tuple]:
        wanted = sorted(videos)
        for start in range(0, len(wanted), CREATORS_A_QUERY):
            rows = EarningRow.objects.filter(
                total__accruals__period=self._period, total__accruals__creator__in=creators,
                video_id__in=wanted[start : start + CREATORS_A_QUERY],
            )  # fmt: skip
            counted = rows.order_by("total__platform", "video_id").values_list(
                "total__accruals__creator", "total__report__currency", "total__platform", "video_id",
                "total__accruals__agreement__creator_bps", "total__accruals__sharing", "amount_micros",
            )  # fmt: skip
            yield from counted.annotate(rows=Count("pk")).iterator(chunk_size=5000)


def _seen(
    rules: RuleBook, known_at: datetime, creator_id: UUID | None
) -> dict[UUID, dict[tuple[str, str], tuple[Seen, ...]]]:
    """Return who is in which video of which creator, as it was last declared."""
    declared = Appearance.objects.filter(declared_at__lte=known_at)
    if creator_id:
        declared = declared.filter(child__creator=creator_id)
    rows = declared.order_by("declared_at", "pk").values_list(
        "child__creator", "platform", "video_id", "child", "region", "seconds", "length"
    )
    latest = {(creator, platform, video, child): rest for creator, platform, video, child, *rest in rows.iterator()}
    found: dict[UUID, dict[tuple[str, str], tuple[Seen, ...]]] = defaultdict(dict)
    for (creator, platform, video, child), (region, seconds, length) in sorted(latest.items()):
        if seconds and (rule := rules.of(region)):
            before = found[creator].get((platform, video), ())
            found[creator][platform, video] = (*before, Seen(child, rule, seconds, length))
    return found
