"""What is withheld from whom, and whose form is missing. Which form and which rate are rows that finance writes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from creators.models import Profile
from revenue.audit import log
from revenue.errors import NotReadyError, SamePersonError
from revenue.figures import NO_TAX, Tax
from revenue.models import Period, TaxRecord, TaxRule


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a creator stands now: what is on file (None: nothing that holds today), and the rule she does not meet."""

    record: TaxRecord | None
    missing: TaxRule | None


class TaxBook:
    """What was on file on ``day``, as it was known at ``known_at``; read once, so nobody costs a query of her own."""

    def __init__(self, *, day: date, known_at: datetime, creator_id: UUID | None = None) -> None:
        self._day = day
        rules = TaxRule.objects.filter(effective_from__lte=day, made_at__lte=known_at).order_by("effective_from")
        self._rules = {rule.country: rule for rule in rules}
        records = TaxRecord.objects.filter(valid_from__lte=day, recorded_at__lte=known_at)
        if creator_id:
            records = records.filter(creator=creator_id)
        found = records.order_by("recorded_at", "pk").values_list(
            "creator_id", "valid_from", "pk", "country", "form", "rate_bps", "valid_until"
        )
        # what is recorded again from the same day on takes the place of what was recorded before
        latest = {(creator, since): row for creator, since, *row in found.iterator(chunk_size=5000)}
        self._records: dict[UUID, list[Any]] = {}
        for (creator, _since), row in sorted(latest.items(), key=lambda entry: entry[1][0]):
            if self._holds(row) or not self._holds(self._records.get(creator)):
                self._records[creator] = row

    def _holds(self, row: list[Any] | None) -> bool:
        """Say whether a record is valid on the day; its last column is until when it is."""
        return row is not None and (row[-1] is None or row[-1] >= self._day)

    def decides(self, creator_id: UUID) -> Tax:
        """Return what is withheld from her, by which record, and which rule keeps her from being paid."""
        pk, country, form, rate, until = self._records.get(creator_id, (None, "", "", 0, None))
        if until and until < self._day:  # no longer on file; her country is still known
            pk, form, rate = None, "", 0
        rule = self._rules.get(country) or self._rules.get("")
        missing = rule.pk if rule and rule.form and rule.form != form else None
        if pk is None and missing is None:
            return NO_TAX
        return Tax(rate, pk, missing)


def standing(creator: Profile) -> Standing:
    """Say how a creator stands today, for her own page and before she is paid; four queries at most."""
    now = timezone.now()
    tax = TaxBook(day=now.date(), known_at=now, creator_id=creator.pk).decides(creator.pk)
    record = TaxRecord.objects.filter(pk=tax.record_id).first() if tax.record_id else None
    missing = TaxRule.objects.filter(pk=tax.missing_rule_id).first() if tax.missing_rule_id else None
    return Standing(record, missing)


@transaction.atomic
def record_tax(
    *, creator: Profile, country: str, form: str, rate_bps: int, valid_from: date, by: Any,
    valid_until: date | None = None, note: str = "",
) -> TaxRecord:  # fmt: skip
    """Write down what finance has on file for a creator; months that are closed stay as they are.

    Raises NotReadyError without a reason for a rate, or when it ends before it begins; SamePersonError,
    PermissionDenied.
    """
    _require(by, "revenue.record_tax")
    if creator.user_id == by.pk:
        raise SamePersonError(_("Nobody records her own tax form."))
    if rate_bps and not note.strip():
        raise NotReadyError(_("Write why this part is withheld, and where that stands."))
    if valid_until and valid_until < valid_from:
        raise NotReadyError(_("It cannot end before it begins."))
    record = TaxRecord.objects.create(
        creator=creator, country=country, form=form.strip(), rate_bps=rate_bps, valid_from=valid_from,
        valid_until=valid_until, note=note.strip(), recorded_by=by, recorded_at=Period.objects.between_closings(),
    )  # fmt: skip
    log(record, "revenue.tax_recorded", user=by, data={"country": country, "form": record.form, "bps": rate_bps})
    return record


@transaction.atomic
def make_rule(
    *, country: str, form: str, instructions: str, source: str, effective_from: date, by: Any
) -> TaxRule:  # fmt: skip
    """Say which form a country's creators need from a day on. Raises NotReadyError, PermissionDenied."""
    _require(by, "revenue.make_tax_rule")
    if not source.strip() or (form.strip() and not instructions.strip()):
        raise NotReadyError(_("Write what she has to send, and where the rule stands."))
    if TaxRule.objects.filter(country=country, effective_from=effective_from).exists():
        raise NotReadyError(_("There is a rule of this country from this day on."))
    rule = TaxRule.objects.create(
        country=country, form=form.strip(), instructions=instructions.strip(), source=source.strip(),
        effective_from=effective_from, made_by=by, made_at=Period.objects.between_closings(),
    )  # fmt: skip
    log(rule, "revenue.tax_rule_made", user=by, data={"country": country, "form": rule.form})
    return rule


def _require(by: Any, permission: str) -> None:
    if not by.has_perm(permission):
        raise PermissionDenied
