"""What a creator reads about her money: what is owed, her statements, and the rows beneath a line."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum

from courses.spreadsheets import harmless
from revenue import chart, money
from revenue.models import ChannelSharing, Dispute, EarningRow, Posting, SharingPart, Statement, StatementLine
from revenue.models.ledger import PeriodState
from revenue.months import this_month
from revenue.sharing import SharingBook
from revenue.statements import EARNING_KINDS

MOST_VIDEOS = 600
VIDEOS_A_LINE = 10


@dataclass(slots=True)
class Owed:
    """What the books owe her in one currency; ``since_last`` is the part no statement has yet. Minor units."""

    currency: str
    total: int = 0
    since_last: int = 0


@dataclass(slots=True)
class VideoSum:
    """What one video brought within a line; gross micros."""

    title: str
    video_id: str
    row_count: int
    gross_micros: int


@dataclass(slots=True)
class LineShown:
    """A line of a statement with the videos beneath it, the largest first, and who shares its channel."""

    line: StatementLine
    parts: list[SharingPart] = field(default_factory=list)
    videos: list[VideoSum] = field(default_factory=list)
    more_videos: int = 0

    @property
    def her_part(self) -> SharingPart | None:
        """Her part of the channel; None when it is not shared."""
        return next((part for part in self.parts if part.creator_id == self.line.statement.creator_id), None)

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


def rows_of(statement: Statement, **beneath: Any) -> QuerySet[EarningRow]:
    """Return every platform's row that a statement counts, or those that are also ``beneath`` something."""
    return EarningRow.objects.filter(
        total__accruals__period=statement.period,
        total__accruals__creator=statement.creator,
        total__report__currency=statement.currency,
        **beneath,
    )


def rows_of_line(line: StatementLine) -> QuerySet[EarningRow]:
    """Return the rows beneath one line, as they stand in the platform's files."""
    rows = rows_of(
        line.statement,
        total__report__source=line.source_id,
        total__accruals__agreement=line.agreement_id,
        total__accruals__sharing=line.sharing_id,
        total__adjustment_type=line.adjustment_type,
    )
    return rows.select_related("total__report").order_by("total__report__kept_at", "total__report", "line")


def lines_shown(statement: Statement) -> list[LineShown]:
    """Return a statement's lines with their largest videos and their disputes, in three queries however many rows."""
    found = statement.lines.select_related(
        "source", "agreement", "correction__dispute__line__statement__period", "sharing__channel", "child", "child_rule"
    )
    disputes = Prefetch("disputes", Dispute.objects.select_related("correction__period"))
    lines = list(found.prefetch_related(disputes).order_by("position"))
    members = parts_of(line.sharing_id for line in lines)
    shown = {_key(line): LineShown(line, members.get(line.sharing_id, [])) for line in lines if line.source}
    groups = (
        rows_of(statement)
        .order_by()
        .values(
            "video_id",
            "video_title",
            source=F("total__report__source"),
            agreement=F("total__accruals__agreement"),
            adjustment=F("total__adjustment_type"),
            sharing=F("total__accruals__sharing"),
        )
        .annotate(rows=Count("pk"), gross=Sum("amount_micros"))
        .order_by("-gross", "video_id")[:MOST_VIDEOS]
    )
    by_line: dict[tuple, list[VideoSum]] = defaultdict(list)
    for row in groups:
        video = VideoSum(row["video_title"], row["video_id"], row["rows"], int(row["gross"]))
        by_line[row["source"], row["agreement"], row["adjustment"], row["sharing"]].append(video)
    for key, videos in by_line.items():
        shown[key].videos = videos[:VIDEOS_A_LINE]
        shown[key].more_videos = len(videos) - len(shown[key].videos)
    return [shown.get(_key(line)) or LineShown(line) for line in lines]


def _key(line: StatementLine) -> tuple:
    return (line.source_id, line.agreement_id, line.adjustment_type, line.sharing_id)


def parts_of(sharings: Iterable[UUID | None]) -> dict[UUID, list[SharingPart]]:
    """Return the parts of shared channels with their creators; no query when there are none."""
    wanted = {sharing for sharing in sharings if sharing}
    found: dict[UUID, list[SharingPart]] = defaultdict(list)
    if wanted:
        parts = SharingPart.objects.filter(sharing__in=wanted).select_related("creator").defer("creator__thumbnail")
        for part in parts.order_by("sharing", "place"):
            found[part.sharing_id].append(part)
    return found


def shared_channels(creator: Any) -> list[ChannelSharing]:
    """Return the channels that a creator shares or will share, with their parts; two queries at most."""
    parts = Prefetch("parts", SharingPart.objects.select_related("creator").defer("creator__thumbnail"))
    found = ChannelSharing.objects.filter(parts__creator=creator).select_related("channel").prefetch_related(parts)
    lasting = found.filter(Q(effective_to__isnull=True) | Q(effective_to__gt=this_month()))
    return list(lasting.exclude(effective_to=F("effective_from")).order_by("effective_from", "pk"))


def divide_rows(line: StatementLine, rows: Iterable[EarningRow]) -> LineShown | None:
    """Give each row ``her_micros``, her part of it, and return who shares its channel; None when nobody does."""
    if not line.sharing_id:
        return None
    shown = LineShown(line, parts_of([line.sharing_id])[line.sharing_id])
    weights, place = [part.bps for part in shown.parts], shown.parts.index(shown.her_part)
    for row in rows:
        row.her_micros = money.split(row.amount_micros, weights)[place]
    return shown


CSV_HEADER = (
    "source", "file", "line", "day", "channel", "video_id", "video_title", "country", "adjustment", "amount",
    "currency", "share_percent", "share_exact", "part_of_shared_channel",
)  # fmt: skip


def csv_rows(statement: Statement) -> Iterator[list[str]]:
    """Yield the rows of a statement for a spreadsheet, with what would start a formula made harmless."""
    yield list(CSV_HEADER)
    rows = rows_of(statement).select_related("total__report__source")
    rows = rows.annotate(bps=F("total__accruals__agreement__creator_bps"), sharing=F("total__accruals__sharing"))
    book = SharingBook(creator_id=statement.creator_id)
    for row in rows.order_by("total__report__kept_at", "total__report", "line").iterator(chunk_size=2000):
        part = book.part(row.sharing, statement.creator_id, row.amount_micros)
        exact = money.share_units(part, row.bps)
        text = [
            row.total.report.source.slug, row.total.report.filename, str(row.line), row.day.isoformat(),
            row.total.channel_external_id, row.video_id, row.video_title, row.country, row.total.adjustment_type,
        ]  # fmt: skip
        yield [
            *map(harmless, text), money.plain_micros(row.amount_micros), statement.currency, money.percent(row.bps),
            money.plain_units(exact), money.plain_micros(part),
        ]  # fmt: skip
