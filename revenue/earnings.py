"""What a creator reads about her money: what is owed, her statements, and the rows beneath a line."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, QuerySet, Sum

from courses.spreadsheets import harmless
from creators.models import Channel
from revenue import chart, money
from revenue.agreements import AgreementBook
from revenue.errors import AgreementError
from revenue.models import Accrual, ChannelTotal, Dispute, EarningRow, Posting, Report, Statement, StatementLine
from revenue.models.ledger import PeriodState
from revenue.statements import EARNING_KINDS

MOST_VIDEOS = 600
VIDEOS_A_LINE = 10


@dataclass(slots=True)
class Owed:
    """What the books owe her in one currency; ``since_last`` is the part no statement has yet. Minor units."""

    currency: str
    total: int = 0
    since_last: int = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """Her part of what a source estimates for a month, whole minor units."""

    month: date
    source: str
    currency: str
    amount: int


@dataclass(slots=True)
class VideoSum:
    """What one video brought within a line; gross micros."""

    title: str
    video_id: str
    row_count: int
    gross_micros: int


@dataclass(slots=True)
class LineShown:
    """A line of a statement with the videos beneath it, the largest first."""

    line: StatementLine
    videos: list[VideoSum] = field(default_factory=list)
    more_videos: int = 0

    @property
    def share_micros(self) -> int:
        """Her exact part, rounded down to micros, for showing."""
        return money.share_units(self.line.gross_micros, self.line.creator_bps) // money.WHOLE_BPS


def owed_to(creator: Any) -> list[Owed]:
    """Say what is owed to a creator now, by currency, from the ledger."""
    found: dict[str, Owed] = {}
    postings = Posting.objects.filter(account__code=chart.creator_payable(creator.pk)).order_by()
    sums = postings.values_list("currency", "entry__kind", "entry__period__state").annotate(sum=Sum("amount"))
    for currency, kind, period_state, total in sums:
        owed = found.setdefault(currency, Owed(currency))
        owed.total -= int(total)
        if kind in EARNING_KINDS and period_state == PeriodState.OPEN:
            owed.since_last -= int(total)
    return sorted((owed for owed in found.values() if owed.total or owed.since_last), key=lambda owed: owed.currency)


def estimates_for(creator: Any) -> list[Estimate]:
    """Say what platforms estimate for a creator in months that are not final, the newest first; none of it is owed."""
    channels = Channel.objects.confirmed().filter(
        profile=creator, platform=OuterRef("platform"), external_id=OuterRef("channel_external_id")
    )
    totals = list(
        ChannelTotal.objects.filter(report__in=Report.objects.latest_estimates())
        .filter(Exists(channels))
        .values_list("month", "report__currency", "report__source__name", "report__source", "platform")
        .annotate(gross=Sum("gross_micros"))
        .order_by("-month", "report__source__name")
    )
    if not totals:
        return []
    settled = set(Accrual.objects.filter(creator=creator).values_list("total__month", "total__platform").distinct())
    book = AgreementBook(creator_id=creator.pk)
    found = []
    for month, currency, name, source_id, platform, gross in totals:
        if (month, platform) in settled:
            continue
        try:
            agreement = book.in_force(source_id=source_id, creator_id=creator.pk, month=month)
        except AgreementError:
            continue  # nobody has said yet what her part is
        units = money.share_units(int(gross), agreement.creator_bps)
        found.append(Estimate(month, name, currency, money.whole_minor(units, currency)[0]))
    return found


def rows_of(statement: Statement) -> QuerySet[EarningRow]:
    """Return every platform's row that a statement counts."""
    return EarningRow.objects.filter(
        total__accrual__period=statement.period,
        total__accrual__creator=statement.creator,
        total__report__currency=statement.currency,
    )


def rows_of_line(line: StatementLine) -> QuerySet[EarningRow]:
    """Return the rows beneath one line, as they stand in the platform's files."""
    return (
        rows_of(line.statement)
        .filter(
            total__report__source=line.source_id,
            total__accrual__agreement=line.agreement_id,
            total__adjustment_type=line.adjustment_type,
        )
        .select_related("total__report")
        .order_by("total__report__kept_at", "total__report", "line")
    )


def lines_shown(statement: Statement) -> list[LineShown]:
    """Return a statement's lines with their largest videos and their disputes, in three queries however many rows."""
    found = statement.lines.select_related("source", "agreement", "correction__dispute__line__statement__period")
    disputes = Prefetch("disputes", Dispute.objects.select_related("correction__period"))
    lines = list(found.prefetch_related(disputes).order_by("position"))
    shown = {
        (line.source_id, line.agreement_id, line.adjustment_type): LineShown(line) for line in lines if line.source
    }
    groups = (
        rows_of(statement)
        .order_by()
        .values(
            "video_id",
            "video_title",
            source=F("total__report__source"),
            agreement=F("total__accrual__agreement"),
            adjustment=F("total__adjustment_type"),
        )
        .annotate(rows=Count("pk"), gross=Sum("amount_micros"))
        .order_by("-gross", "video_id")[:MOST_VIDEOS]
    )
    by_line: dict[tuple, list[VideoSum]] = defaultdict(list)
    for row in groups:
        video = VideoSum(row["video_title"], row["video_id"], row["rows"], int(row["gross"]))
        by_line[row["source"], row["agreement"], row["adjustment"]].append(video)
    for key, videos in by_line.items():
        shown[key].videos = videos[:VIDEOS_A_LINE]
        shown[key].more_videos = len(videos) - len(shown[key].videos)
    return [shown.get(_key(line)) or LineShown(line) for line in lines]


def _key(line: StatementLine) -> tuple:
    return (line.source_id, line.agreement_id, line.adjustment_type)


CSV_HEADER = (
    "source", "file", "line", "day", "channel", "video_id", "video_title", "country", "adjustment", "amount",
    "currency", "share_percent", "share_exact",
)  # fmt: skip


def csv_rows(statement: Statement) -> Iterator[list[str]]:
    """Yield the rows of a statement for a spreadsheet, with what would start a formula made harmless."""
    yield list(CSV_HEADER)
    rows = rows_of(statement).select_related("total__report__source", "total__accrual__agreement")
    for row in rows.order_by("total__report__kept_at", "total__report", "line").iterator(chunk_size=2000):
        agreement = row.total.accrual.agreement
        exact = money.share_units(row.amount_micros, agreement.creator_bps)
        text = [
            row.total.report.source.slug, row.total.report.filename, str(row.line), row.day.isoformat(),
            row.total.channel_external_id, row.video_id, row.video_title, row.country, row.total.adjustment_type,
        ]  # fmt: skip
        yield [
            *map(harmless, text), money.plain_micros(row.amount_micros), statement.currency, agreement.percent,
            money.plain_units(exact),
        ]  # fmt: skip
