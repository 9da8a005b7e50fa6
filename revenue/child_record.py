"""The record that the rules about children in videos ask for, as a table to keep."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Min
from django.http import HttpResponse

from courses.spreadsheets import csv_of
from creators.models import Profile
from revenue import children, money
from revenue.models import Appearance, Child, Period
from revenue.models.ledger import PeriodState
from revenue.setting_aside import AsideBook, VideoMonth

HEADER = (
    "month", "currency", "child", "platform", "video_id", "video_title", "video_seconds", "child_seconds",
    "share_percent", "counts", "earned_by_the_video", "set_aside", "videos", "rule",
)  # fmt: skip


def rows(creator: Profile) -> Iterator[list[object]]:
    """Yield the record: each month, child and video, and each month's sum for a child.

    Seconds, shares and what the video brought her are as they were when the month was closed; sums are what her
    statement says.
    """
    yield list(HEADER)
    first = Appearance.objects.filter(child__creator=creator).aggregate(first=Min("declared_at"))["first"]
    if first is None:
        return
    aliases = dict(Child.objects.filter(creator=creator).values_list("pk", "alias"))
    titles = {(video.platform, video.video_id): video.title for video in children.named_videos(creator)}
    months = Period.objects.filter(state=PeriodState.LOCKED, locked_at__gte=first, statements__creator=creator)
    for period in months.distinct().order_by("month"):
        book = AsideBook(period=period, known_at=period.locked_at, creator_id=creator.pk)
        for (owner, currency), videos in sorted(book.months.items()):
            if owner == creator.pk:
                given = {(line.child_id, line.child_rule_id): -line.amount for line in book.lines((owner, currency))}
                yield from _month_rows(period.code, currency, videos, given, aliases, titles)


def file_of(creator: Profile) -> HttpResponse:
    """Return the record of a creator's children as a file."""
    answer = HttpResponse(csv_of(rows(creator)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="hearthlight-children.csv"'
    return answer


def _month_rows(
    month: str, currency: str, videos: list[VideoMonth], given: dict, aliases: dict, titles: dict
) -> Iterator[list[object]]:
    sums: dict[tuple, list[int]] = {}
    for video in sorted(videos, key=lambda one: (one.platform, one.video_id)):
        aside = {seen.child_id: units for seen, units in video.set_aside}
        title = titles.get((video.platform, video.video_id), "")
        for seen in video.seen:
            units = aside.get(seen.child_id, 0)
            total = sums.setdefault((seen.child_id, seen.rule), [0, 0, 0, 0, 0])
            values = (seen.length, seen.seconds, video.base_units, units, 1)
            sums[seen.child_id, seen.rule] = [old + new for old, new in zip(total, values, strict=True)]
            yield [
                month, currency, aliases[seen.child_id], video.platform, video.video_id, title, seen.length,
                seen.seconds, Decimal(money.percent(seen.share_bps)), "yes" if seen.counts else "no",
                _exact(video.base_units), _exact(units), "", seen.rule.source,
            ]  # fmt: skip
    for (child, rule), (length, seconds, base, _units, count) in sums.items():
        yield [
            month, currency, aliases[child], "", "", "", length, seconds, "", "",
            _exact(base), Decimal(money.plain(given.get((child, rule.pk), 0), currency)), count,
            rule.source,
        ]  # fmt: skip


def _exact(units: int) -> Decimal:
    return Decimal(money.plain_units(units)) if units else Decimal(0)
