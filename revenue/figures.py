"""The figures of a statement: a month's lines, added up, rounded once and fingerprinted. No Django models here."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from revenue import money


class LineKind(TextChoices):
    """What a line of a statement says."""

    OPENING = "opening", _("Brought forward")
    EARNINGS = "earnings", _("Earned")
    ADJUSTMENT = "adjustment", _("Corrected by the platform")
    STEP = "step", _("Step of your part")
    CORRECTION = "correction", _("Corrected by us")
    RESERVE = "reserve", _("Set aside for a child")
    WITHHOLDING = "withholding", _("Withheld for tax")
    PARTS = "parts", _("Parts of a cent that add up")


class LineFigures(NamedTuple):
    """One line as it is stored, but for its place; amounts in minor units."""

    kind: str
    amount: int
    source_id: UUID | None = None
    agreement_id: UUID | None = None
    adjustment_type: str = ""
    row_count: int = 0
    gross_micros: int = 0
    creator_bps: int = 0
    correction_id: int | None = None
    sharing_id: UUID | None = None
    child_id: UUID | None = None
    child_rule_id: int | None = None
    rest_units: int = 0


# agreement → the currency of its steps, and each as (above in micros, basis points more or less than before it)
Steps = Mapping[UUID, tuple[str, Sequence[tuple[int, int]]]]


def differences(first_bps: int, steps: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return each step (above, basis points) as (above, how many basis points more or less than before it)."""
    steps = list(steps)
    before = [first_bps, *(bps for _above, bps in steps)]
    return [(above, bps - old) for (above, bps), old in zip(steps, before, strict=False)]


def step_lines(lines: Iterable[LineFigures], currency: str, steps: Steps) -> list[LineFigures]:
    """Return a line for each step that a creator's month went above: the rest of the sum at the difference of parts."""
    grosses: dict[UUID, int] = defaultdict(int)
    for line in lines:
        if line.agreement_id in steps and steps[line.agreement_id][0] == currency:
            grosses[line.agreement_id] += line.gross_micros
    return [
        LineFigures(
            LineKind.STEP.value, money.whole_minor(money.share_units(gross - above, bps), currency)[0],
            agreement_id=agreement, gross_micros=gross - above, creator_bps=bps,
        )
        for agreement, gross in grosses.items()
        for above, bps in steps[agreement][1]
        if gross > above
    ]  # fmt: skip


class Tax(NamedTuple):
    """What tax does to a statement: the part withheld, the record that says so, and the rule that no form meets."""

    rate_bps: int = 0
    record_id: int | None = None
    missing_rule_id: int | None = None


NO_TAX = Tax()


class StatementFigures(NamedTuple):
    """One statement as it is stored, before anybody has looked at it."""

    creator_id: UUID
    month: str
    currency: str
    opening: int
    earned: int
    reserved: int
    withheld: int
    payable: int
    carried: int
    threshold: int
    carry_in_units: int
    carry_out_units: int
    tax_record_id: int | None
    needs_form_id: int | None
    lines: Sequence[LineFigures]

    @property
    def stepped(self) -> int:
        """What the steps of agreements gave or took, whole minor units."""
        return _sum_of(LineKind.STEP, self.lines)

    @property
    def digest(self) -> str:
        """What an approval covers."""
        return digest(self, self.month, self.lines)


@dataclass(slots=True)
class Draft:
    """What a statement is made from: the balance and the parts of a cent carried to it, and the month's own lines."""

    opening: int = 0
    carry_in_units: int = 0
    lines: list[LineFigures] = field(default_factory=list)

    def added_up(
        self, creator_id: UUID, month: str, currency: str, threshold: int, tax: Tax = NO_TAX
    ) -> StatementFigures:
        """Round the exact sum once; below ``threshold`` (minor units), or without a form it needs, all is carried.

        What is set aside for children is hers no longer. What is paid has its part withheld, rounded down to whole
        minor units; what is carried not yet.
        """
        exact = sum(money.share_units(line.gross_micros, line.creator_bps) for line in self.lines)
        earned, rest = money.whole_minor(self.carry_in_units + exact, currency)
        earned += _sum_of(LineKind.CORRECTION, self.lines)
        reserved = -_sum_of(LineKind.RESERVE, self.lines)
        balance = self.opening + earned - reserved
        is_enough = balance >= threshold
        needs_form = tax.missing_rule_id if is_enough and balance > 0 else None
        leaves = balance if is_enough and not needs_form else 0
        withheld = leaves * tax.rate_bps // money.WHOLE_BPS
        lines = self._all_lines(balance)
        if withheld:
            lines.append(LineFigures(LineKind.WITHHOLDING.value, -withheld, creator_bps=tax.rate_bps))
        return StatementFigures(
            creator_id, month, currency, self.opening, earned, reserved, withheld, leaves - withheld,
            balance - leaves, threshold, self.carry_in_units, rest, tax.record_id if withheld else None, needs_form,
            lines,
        )  # fmt: skip

    def _all_lines(self, balance: int) -> list[LineFigures]:
        """Return the lines with what was brought forward before them and the parts of a cent that add up behind."""
        lines = [LineFigures(LineKind.OPENING.value, self.opening), *self.lines] if self.opening else list(self.lines)
        if parts := balance - sum(line.amount for line in lines):
            lines.append(LineFigures(LineKind.PARTS.value, parts))
        return lines


def _sum_of(kind: LineKind, lines: Iterable[LineFigures]) -> int:
    return sum([line.amount for line in lines if line.kind == kind])


def digest(statement: Any, month: str, lines: Iterable[Any]) -> str:
    """Return the SHA-256 (hex) over every figure of a statement and its lines in order, stored or not."""
    parts = [
        f"{statement.creator_id}\t{month}\t{statement.currency}\t{statement.opening}\t{statement.earned}"
        f"\t{statement.payable}\t{statement.carried}\t{statement.threshold}\t{statement.carry_in_units}"
        f"\t{statement.carry_out_units}{_tax_of(statement)}{_reserve_of(statement)}"
    ]
    parts += [
        f"{position}\t{line.kind}\t{line.source_id}\t{line.agreement_id}\t{line.adjustment_type}\t{line.row_count}"
        f"\t{line.gross_micros}\t{line.creator_bps}\t{line.amount}{_beneath(line)}"
        for position, line in enumerate(lines, start=1)
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _beneath(line: Any) -> str:
    """Return what else a line rests on; nothing for most, so that digests of long ago stay what they were."""
    if line.sharing_id:
        return f"\tsharing {line.sharing_id}"
    if line.child_id:
        return f"\tchild {line.child_id} {line.child_rule_id}" + (f" {line.rest_units}" if line.rest_units else "")
    return f"\tcorrection {line.correction_id}" if line.correction_id else ""


def _reserve_of(statement: Any) -> str:
    return f"\treserved {statement.reserved}" if statement.reserved else ""


def _tax_of(statement: Any) -> str:
    if not statement.withheld and not statement.needs_form_id:
        return ""
    return f"\twithheld {statement.withheld} {statement.tax_record_id} {statement.needs_form_id}"
