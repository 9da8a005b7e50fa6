"""What a file would book: its staged rows, compared with earlier files and matched with channels and agreements."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop as N_

from creators.models import Channel
from revenue import money
from revenue.agreements import AgreementBook
from revenue.errors import AgreementError, OtherOwnerError
from revenue.importing import mapping, reading, staging
from revenue.importing.findings import Finding
from revenue.importing.reading import BadRow, Survey
from revenue.importing.staging import Change, Sum
from revenue.models import Accrual, Report
from revenue.sharing import Given, Sharing, SharingBook, divide

LOOK_UP_BATCH = 1000
MOST_SHOWN = 200
_OTHER_OWNER = N_("The channel %(channel)s is shared under another owner, so its money waits. End that sharing first.")


@dataclass(slots=True)
class CreatorSum:
    """What one creator would get, before rounding; ``share_micros`` is her part, rounded down, for showing only."""

    creator_id: str
    row_count: int
    gross_micros: int
    share_micros: int


@dataclass(slots=True)
class UnknownChannel:
    """A channel that nobody here has confirmed; its money would wait."""

    platform: str
    channel: str
    row_count: int = 0
    gross_micros: int = 0


@dataclass(slots=True)
class Preview:
    """What was found, small enough to keep: lists end after ``MOST_SHOWN``, counts do not.

    ``problems`` forbid posting; ``warnings`` do not. ``file_micros`` is the sum of the file's rows, ``gross_micros``
    what of it would be booked.
    """

    currency: str = ""
    row_count: int = 0
    file_micros: int = 0
    gross_micros: int = 0
    stated_micros: list[int] = field(default_factory=list)
    is_cumulative: bool = False
    bad_rows: list[BadRow] = field(default_factory=list)
    creators: list[CreatorSum] = field(default_factory=list)
    creator_count: int = 0
    unknown: list[UnknownChannel] = field(default_factory=list)
    unknown_count: int = 0
    unknown_micros: int = 0
    changes: list[Change] = field(default_factory=list)
    compared_with: list[str] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    @property
    def can_be_posted(self) -> bool:
        """Say whether nothing forbids posting it."""
        return not self.problems

    def warn_once(self, finding: Finding) -> None:
        """Add a warning that is not there yet."""
        if finding not in self.warnings:
            self.warnings.append(finding)

    def as_json(self) -> dict[str, Any]:
        """Return what :meth:`of_json` takes."""
        kept = {name: getattr(self, name) for name in self.__slots__}
        kept["bad_rows"] = [(bad.line, bad.reason.as_json()) for bad in self.bad_rows]
        kept["creators"] = [asdict(creator) for creator in self.creators]
        kept["unknown"] = [asdict(channel) for channel in self.unknown]
        kept["problems"] = [finding.as_json() for finding in self.problems]
        kept["warnings"] = [finding.as_json() for finding in self.warnings]
        return kept

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> "Preview":
        """Return a preview that was kept."""
        read = dict(kept)
        read["bad_rows"] = [BadRow(line, Finding.of_json(reason)) for line, reason in kept["bad_rows"]]
        read["creators"] = [CreatorSum(**creator) for creator in kept["creators"]]
        read["unknown"] = [UnknownChannel(**channel) for channel in kept["unknown"]]
        read["changes"] = [Change(*change) for change in kept["changes"]]
        read["problems"] = [Finding.of_json(finding) for finding in kept["problems"]]
        read["warnings"] = [Finding.of_json(finding) for finding in kept["warnings"]]
        return cls(**read)


@dataclass(slots=True)
class Decided:
    """Every sum and whose it is: ``given`` maps a bucket to those who get it; the others wait."""

    sums: list[Sum]
    given: dict[int, tuple[Given, ...]] = field(default_factory=dict)


def how_to_read(report: Report) -> reading.Plan:
    """Return how the file of ``report`` is to be read. Raises UnreadableReportError for a broken mapping."""
    source = report.source
    return reading.Plan(
        mapping.of_json(report.mapping.spec), source.platform, report.account or source.account,
        report.currency or source.currency, report.period.month,
    )  # fmt: skip


def compare(report: Report, survey: Survey) -> list[Report]:
    """Leave of the staged rows only what differs from the files ``report`` is compared with, and return those."""
    if survey.lifetime_rows:
        earlier = list(Report.objects.summed_before(report).order_by("-posted_at"))
        staging.continue_from([one.pk for one in earlier], report.period.month)
        return earlier
    earlier = report.chain()
    if earlier:
        staging.restate([one.pk for one in earlier])
    return earlier


def examine(report: Report, survey: Survey) -> tuple[Preview, Decided]:
    """Say what the staged rows of ``report`` would book, and whose it would be."""
    earlier = compare(report, survey)
    found = Preview(
        currency=survey.currency, file_micros=survey.gross_micros, is_cumulative=bool(survey.lifetime_rows),
        stated_micros=sorted(survey.stated_totals), bad_rows=survey.bad_rows,
        compared_with=[str(one.pk) for one in earlier],
        changes=staging.changes(MOST_SHOWN) if earlier or survey.lifetime_rows else [],
    )  # fmt: skip
    staging.add_up()
    decided = Decided(staging.sums())
    found.row_count = sum(one.row_count for one in decided.sums)
    found.gross_micros = sum(one.micros for one in decided.sums)
    _match(found, decided, report, earlier)
    _judge(found, survey, report)
    return found, decided


def confirmed_channels(keys: set[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """Return the creator of each confirmed ``(platform, external id)`` among ``keys``."""
    ids = sorted({channel for _platform, channel in keys})
    owners: dict[tuple[str, str], UUID] = {}
    for start in range(0, len(ids), LOOK_UP_BATCH):
        found = Channel.objects.confirmed().filter(external_id__in=ids[start : start + LOOK_UP_BATCH])
        for platform, external_id, profile_id in found.values_list("platform", "external_id", "profile_id"):
            owners[platform, external_id] = profile_id
    return {key: owner for key, owner in owners.items() if key in keys}


def _match(found: Preview, decided: Decided, report: Report, earlier: Iterable[Report]) -> None:
    owners = confirmed_channels({(key.platform, key.channel) for _bucket, key, _rows, _micros in decided.sums})
    before = _given_before(earlier)
    book, sharings = AgreementBook(), SharingBook()
    shared: dict[int, Sharing] = {}
    hers: dict[UUID, list[int]] = defaultdict(lambda: [0, 0, 0])
    unknown: dict[tuple[str, str], UnknownChannel] = {}
    for bucket, key, row_count, micros in decided.sums:
        owner = owners.get((key.platform, key.channel))
        given = before.get((key.platform, key.channel, key.month), ())
        sharing = None
        if not given and owner is not None:
            try:
                sharing = sharings.in_force(
                    platform=key.platform, external_id=key.channel, owner_id=owner, month=key.month
                )
            except OtherOwnerError:
                owner = None
                found.warn_once(Finding(_OTHER_OWNER, channel=key.channel))
        if not given and owner is None:
            waits = unknown.setdefault((key.platform, key.channel), UnknownChannel(key.platform, key.channel))
            waits.row_count += row_count
            waits.gross_micros += micros
            continue
        try:
            if not given:
                given = book.decide(source_id=report.source_id, owner_id=owner, sharing=sharing, month=key.month)
        except AgreementError:
            missing = Finding(N_("No share agreement is in force for %(month)s."), month=f"{key.month:%Y-%m}")
            if missing not in found.problems:
                found.problems.append(missing)
            continue
        decided.given[bucket] = (given[0]._replace(micros=micros), *given[1:])
        if given[0].sharing_id:
            shared[bucket] = sharings.by_id[given[0].sharing_id]
    _divide(decided, shared)
    for bucket, _key, row_count, _micros in decided.sums:
        for one in decided.given.get(bucket, ()):
            sums = hers[one.creator_id]
            sums[0] += row_count
            sums[1] += one.micros
            sums[2] += money.share_units(one.micros, one.agreement.creator_bps)
    creators = sorted(hers.items(), key=lambda item: -item[1][1])
    found.creator_count, found.unknown_count = len(creators), len(unknown)
    found.creators = [
        CreatorSum(str(pk), rows, gross, units // money.WHOLE_BPS) for pk, (rows, gross, units) in creators[:MOST_SHOWN]
    ]
    found.unknown_micros = sum(channel.gross_micros for channel in unknown.values())
    found.unknown = sorted(unknown.values(), key=lambda channel: -channel.gross_micros)[:MOST_SHOWN]


def _divide(decided: Decided, shared: dict[int, Sharing]) -> None:
    """Give each creator of a shared channel her part of its rows."""
    for bucket, amounts in staging.amounts(list(shared)).items():
        parts = divide(amounts, shared[bucket].weights)
        decided.given[bucket] = tuple(
            given._replace(micros=part) for given, part in zip(decided.given[bucket], parts, strict=True)
        )


def _given_before(earlier: Iterable[Report]) -> dict[tuple[str, str, Any], tuple[Given, ...]]:
    """Return who got a channel's month from earlier files: a correction is theirs too, at the share they had."""
    given: dict[tuple[str, str, Any], tuple[Given, ...]] = {}
    accruals = Accrual.objects.filter(total__report__in=[one.pk for one in earlier]).select_related(
        "total", "agreement"
    )
    for accrual in accruals.order_by("pk").iterator(chunk_size=LOOK_UP_BATCH):
        total = accrual.total
        key = (total.platform, total.channel_external_id, total.month)
        one = Given(accrual.creator_id, accrual.agreement, 0, accrual.sharing_id, accrual.place)
        given[key] = (*given[key], one) if accrual.place > 1 else (one,)
    return given


def _judge(found: Preview, survey: Survey, report: Report) -> None:
    found.problems += _problems(survey, report)
    found.warnings += _warnings(found, survey)
    stated = {*survey.stated_totals, *([] if report.control_micros is None else [report.control_micros])}
    for total in sorted(stated - {survey.gross_micros}):
        finding = Finding(
            N_("The rows add up to %(rows)s, the control total is %(total)s."),
            rows=money.plain_micros(survey.gross_micros), total=money.plain_micros(total),
        )  # fmt: skip
        (found.problems if report.source.is_final else found.warnings).append(finding)


def _problems(survey: Survey, report: Report) -> Iterable[Finding]:
    if survey.bad_row_count:
        message = N_("%(count)s rows cannot be booked. Nothing is posted until they are mended.")
        yield Finding(message, count=survey.bad_row_count)
    if survey.row_count and survey.earlier_rows == survey.row_count:
        message = N_("No row is of %(month)s. Is it the right file and the right month?")
        yield Finding(message, month=report.period.code)
    if survey.lifetime_rows and survey.lifetime_rows != survey.row_count:
        yield Finding(N_("Some rows are sums since the beginning and others are not. They cannot be in one file."))
    if survey.lifetime_rows and report.restates:
        yield Finding(N_("Sums since the beginning need no restating: only what they add is booked."))
    is_choice = report.source.is_final and not (survey.lifetime_rows or report.restates or report.is_additional)
    if is_choice and Report.objects.siblings(report).exists():
        message = N_(
            "The books have a file of this source and month. Say whether this one takes its place or is added."
        )
        yield Finding(message)


def _warnings(found: Preview, survey: Survey) -> Iterable[Finding]:
    if survey.unknown_columns:
        message = N_("These columns are not known and were not used: %(names)s.")
        yield Finding(message, names=", ".join(survey.unknown_columns)[:600])
    if survey.total_rows:
        yield Finding(N_("Rows of totals left out: %(count)s."), count=survey.total_rows)
    if found.unknown_count:
        message = N_("Channels nobody has confirmed yet: %(count)s. Their money waits in suspense.")
        yield Finding(message, count=found.unknown_count)
    if found.is_cumulative:
        yield Finding(N_("The rows are sums since the beginning. Only what they add to the last file is booked."))
