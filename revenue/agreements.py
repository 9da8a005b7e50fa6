"""Which share agreement is in force; opening and ending them."""

from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from revenue.errors import AgreementError
from revenue.models import Accrual, ShareAgreement, Source


class AgreementBook:
    """Every agreement, read once, so that any number of rows can be decided without a query each."""

    def __init__(self) -> None:
        self._by_scope: dict[tuple[UUID | None, UUID | None], list[ShareAgreement]] = defaultdict(list)
        for agreement in ShareAgreement.objects.all():
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


@transaction.atomic
def open_agreement(
    *, creator_bps: int, start: date, by: Any, source: Source | None = None, creator: Any = None, note: str = ""
) -> ShareAgreement:
    """Open an agreement from ``start`` (a first day) on, for its scope.

    Raises AgreementError when it would overlap another one of the same scope.
    """
    if ShareAgreement.objects.overlapping(source=source, creator=creator, start=start, end=None).exists():
        raise AgreementError(_("Another agreement is in force then. End it first."))
    agreement = ShareAgreement.objects.create(
        source=source, creator=creator, creator_bps=creator_bps, effective_from=start, note=note, made_by=by
    )
    log(agreement, "revenue.agreement_opened", user=by, data={"bps": creator_bps, "from": start.isoformat()})
    return agreement


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
