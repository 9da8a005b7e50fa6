"""What a file would book: read, added up and matched, with nothing stored."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO
from uuid import UUID

from django.utils.translation import gettext as _

from creators.models import Channel, Profile
from revenue import money
from revenue.agreements import AgreementBook
from revenue.errors import AgreementError
from revenue.importing import reading
from revenue.importing.formats import FORMATS
from revenue.importing.reading import Survey, TotalKey
from revenue.models import ShareAgreement, Source

LOOK_UP_BATCH = 1000


@dataclass(slots=True)
class CreatorSum:
    """What one creator would get, before rounding."""

    creator: Profile
    gross_micros: int = 0
    units: int = 0
    row_count: int = 0

    @property
    def share_micros(self) -> int:
        """Her part, rounded down to micros: for showing only."""
        return self.units // money.WHOLE_BPS


@dataclass(slots=True)
class UnknownChannel:
    """A channel that nobody here has confirmed; its money would wait."""

    platform: str
    channel: str
    gross_micros: int = 0
    row_count: int = 0


@dataclass(slots=True)
class Preview:
    """A survey matched with channels and agreements. ``problems`` forbid posting; warnings do not."""

    survey: Survey
    currency: str
    decided: dict[TotalKey, tuple[UUID, ShareAgreement]] = field(default_factory=dict)
    creators: list[CreatorSum] = field(default_factory=list)
    unknown: list[UnknownChannel] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def can_be_posted(self) -> bool:
        """Say whether nothing forbids posting it."""
        return not self.problems

    @property
    def unknown_micros(self) -> int:
        """What would wait in suspense."""
        return sum(channel.gross_micros for channel in self.unknown)


def how_to_read(source: Source, month: date) -> reading.Reading:
    """Return how a file of ``source`` for ``month`` is to be read."""
    return reading.Reading(FORMATS[source.format], source.platform, source.currency, month)


def look_at(stream: BinaryIO, *, source: Source, month: date) -> Preview:
    """Say what a file would book. Raises UnreadableReportError when it is no report of that source."""
    survey = reading.survey(stream, how_to_read(source, month))
    preview = Preview(survey=survey, currency=survey.currency or source.currency)
    _match(preview, source)
    _judge(preview, month)
    return preview


def confirmed_channels(keys: set[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """Return the creator of each confirmed ``(platform, external id)`` among ``keys``."""
    ids = sorted({channel for _platform, channel in keys})
    owners: dict[tuple[str, str], UUID] = {}
    for start in range(0, len(ids), LOOK_UP_BATCH):
        found = Channel.objects.confirmed().filter(external_id__in=ids[start : start + LOOK_UP_BATCH])
        for platform, external_id, profile_id in found.values_list("platform", "external_id", "profile_id"):
            owners[platform, external_id] = profile_id
    return {key: owner for key, owner in owners.items() if key in keys}


def _match(preview: Preview, source: Source) -> None:
    survey = preview.survey
    owners = confirmed_channels({(key.platform, key.channel) for key in survey.sums})
    book = AgreementBook()
    sums: dict[UUID, list[int]] = defaultdict(lambda: [0, 0, 0])
    unknown: dict[tuple[str, str], UnknownChannel] = {}
    for key, micros in survey.sums.items():
        owner = owners.get((key.platform, key.channel))
        if owner is None:
            waiting = unknown.setdefault((key.platform, key.channel), UnknownChannel(key.platform, key.channel))
            waiting.gross_micros += micros
            waiting.row_count += survey.counts[key]
            continue
        try:
            agreement = book.in_force(source_id=source.pk, creator_id=owner, month=key.month)
        except AgreementError as error:
            if str(error) not in preview.problems:
                preview.problems.append(str(error))
            continue
        preview.decided[key] = (owner, agreement)
        entry = sums[owner]
        entry[0] += micros
        entry[1] += money.share_units(micros, agreement.creator_bps)
        entry[2] += survey.counts[key]
    preview.unknown = sorted(unknown.values(), key=lambda channel: -channel.gross_micros)
    preview.creators = _creator_sums(sums)


def _creator_sums(sums: dict[UUID, list[int]]) -> list[CreatorSum]:
    people: dict[Any, Profile] = {}
    ids = list(sums)
    for start in range(0, len(ids), LOOK_UP_BATCH):
        people |= Profile.objects.defer("thumbnail").in_bulk(ids[start : start + LOOK_UP_BATCH])
    found = [CreatorSum(people[pk], gross, units, rows) for pk, (gross, units, rows) in sums.items()]
    return sorted(found, key=lambda creator: -creator.gross_micros)


def _judge(preview: Preview, month: date) -> None:
    survey = preview.survey
    if survey.bad_row_count:
        preview.problems.append(
            _("%(count)s rows cannot be booked. Nothing is posted until they are mended.")
            % {"count": survey.bad_row_count}
        )
    if survey.row_count and survey.earlier_rows == survey.row_count:
        preview.problems.append(
            _("No row is of %(month)s. Is it the right file and the right month?") % {"month": f"{month:%Y-%m}"}
        )
    if survey.unknown_columns:
        preview.warnings.append(
            _("These columns are not known and were not used: %(names)s.")
            % {"names": ", ".join(survey.unknown_columns)}
        )
    if survey.total_rows_skipped:
        preview.warnings.append(_("Rows of totals left out: %(count)s.") % {"count": survey.total_rows_skipped})
    if preview.unknown:
        preview.warnings.append(
            _("Channels nobody has confirmed yet: %(count)s. Their money waits in suspense.")
            % {"count": len(preview.unknown)}
        )
