"""Which share agreement is in force; opening and ending them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from revenue.audit import log
from revenue.errors import AgreementError
from revenue.figures import differences
from revenue.models import Accrual, ShareAgreement, Source
from revenue.money import WHOLE_BPS, is_currency
from revenue.sharing import Given, Sharing


class AgreementBook:
    """Every agreement, or those that can concern one creator, read once: rows are decided without a query each."""

    def __init__(self, *, creator_id: UUID | None = None) -> None:
        self._by_scope: dict[tuple[UUID | None, UUID | None], list[ShareAgreement]] = defaultdict(list)
        concerned = Q(creator=None) | Q(creator=creator_id) if creator_id else Q()
        for agreement in ShareAgreement.objects.filter(concerned):
            self._by_scope[agreement.source_id, agreement.creator_id].append(agreement)

    def in_force(self, *, source_id: UUID, creator_id: UUID, month: date) -> ShareAgreement:
        """Return the narrowest agreement in force on ``month``'s first day.

        Creator and source together come before creator, creator before source, source before the programme's.
        Raises AgreementError when none is.
        """
        for scope in ((source_id, creator_id), (None, creator_id), (source_id, None), (None, None)):
            for agreement in self._by_scope.get(scope, ()):
                if agreement.effective_from <= month and (
                    agreement.effective_to is None or month < agreement.effective_to
                ):
                    return agreement
        raise AgreementError(_("No share agreement is in force for %(month)s.") % {"month": f"{month:%Y-%m}"})

    def decide(self, *, source_id: UUID, owner_id: UUID, sharing: Sharing | None, month: date) -> tuple[Given, ...]:
        """Return who gets what a channel earned in ``month``, each under her own agreement; how much is not said yet.

        Raises AgreementError when none is in force for one of them.
        """
        creators = sharing.creators if sharing else (owner_id,)
        return tuple(
            Given(
                creator, self.in_force(source_id=source_id, creator_id=creator, month=month), 0,
                sharing.id if sharing else None, place,
            )
            for place, creator in enumerate(creators, start=1)
        )  # fmt: skip


def steps_in_use() -> dict[UUID, tuple[str, list[tuple[int, int]]]]:
    """Return the agreements that have steps, as :func:`revenue.figures.step_lines` wants them."""
    found = ShareAgreement.objects.exclude(step_currency="")
    return {
        agreement.pk: (agreement.step_currency, differences(agreement.creator_bps, agreement.steps))
        for agreement in found
    }


@transaction.atomic
def open_agreement(
    *, creator_bps: int, start: date, by: Any, source: Source | None = None, creator: Any = None, note: str = "",
    steps: Sequence[tuple[int, int]] = (), step_currency: str = "",
) -> ShareAgreement:  # fmt: skip
    """Open an agreement from ``start`` (a first day) on, for its scope; ``steps`` are (above in micros, basis points).

    Raises AgreementError when it would overlap another one of the same scope, or its steps do not rise.
    """
    check_steps(steps, step_currency)
    if ShareAgreement.objects.overlapping(source=source, creator=creator, start=start, end=None).exists():
        raise AgreementError(_("Another agreement is in force then. End it first."))
    agreement = ShareAgreement.objects.create(
        source=source, creator=creator, creator_bps=creator_bps, effective_from=start, note=note, made_by=by,
        steps=[list(step) for step in steps], step_currency=step_currency if steps else "",
    )  # fmt: skip
    data = {"bps": creator_bps, "steps": agreement.steps, "from": start.isoformat()}
    log(agreement, "revenue.agreement_opened", user=by, data=data)
    return agreement


def check_steps(steps: Sequence[tuple[int, int]], currency: str) -> None:
    """Raise AgreementError unless the steps rise from above zero, are parts of a whole, and have a currency."""
    rises = all(low < high for low, high in pairwise([0, *(above for above, _bps in steps)]))
    if not rises or not all(0 <= bps <= WHOLE_BPS for _above, bps in steps):
        raise AgreementError(_("Each step begins at a larger sum than the one before, and is at most 100 percent."))
    if steps and not is_currency(currency):
        raise AgreementError(_("Say the currency of the steps."))


@transaction.atomic
def end_agreement(*, agreement: ShareAgreement, end: date, by: Any) -> ShareAgreement:
    """End an agreement on ``end`` (a first day, not included). Raises AgreementError when it decided a later month."""
    agreement = ShareAgreement.objects.select_for_update().get(pk=agreement.pk)
    last_used = Accrual.objects.filter(agreement=agreement).aggregate(month=Max("total__month"))["month"]
    if end <= agreement.effective_from or (last_used and end <= last_used):
        raise AgreementError(_("It has already decided what was earned in that month."))
    agreement.effective_to = end
    agreement.save(update_fields=["effective_to"])
    log(agreement, "revenue.agreement_ended", user=by, data={"until": end.isoformat()})
    return agreement
