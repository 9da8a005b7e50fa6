"""How much of what a channel earns is the creator's, from when to when."""

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from revenue.models.ledger import later_than_start
from revenue.models.sources import Source
from revenue.money import percent


class ShareAgreementQuerySet(models.QuerySet["ShareAgreement"]):
    """Agreements by scope and time."""

    def overlapping(self, *, source: Source | None, creator: Any, start: date, end: date | None) -> Any:
        """Those of the same scope whose months touch ``[start, end)``."""
        touching = self.filter(source=source, creator=creator).filter(
            Q(effective_to__isnull=True) | Q(effective_to__gt=start)
        )
        return touching.filter(effective_from__lt=end) if end else touching


class ShareAgreement(models.Model):
    """The creator's part in basis points, for everyone, one source, one creator, or both.

    ``steps`` are other parts from a sum on, each ``[above, bps]`` in micros of ``step_currency`` and basis points: what
    a creator's channels bring in a month above it is shared at that part, and so on to the next step.

    The narrowest one in force on the first day of the month a row earned in decides; months are half
    open, ``[effective_from, effective_to)``. One that has decided anything is never edited, only ended
    (a trigger holds this, and that two of one scope never overlap).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("source"))
    creator = models.ForeignKey(
        "creators.Profile", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("creator")
    )
    creator_bps = models.PositiveIntegerField(_("creator's part, in hundredths of a percent"))
    steps = models.JSONField(_("steps"), default=list, blank=True)
    step_currency = models.CharField(_("currency of the steps"), max_length=3, blank=True)
    effective_from = models.DateField(_("from"))
    effective_to = models.DateField(_("until, not including"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    objects = ShareAgreementQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [("open_agreement", "May open and end share agreements")]
        verbose_name = _("share agreement")
        verbose_name_plural = _("share agreements")
        ordering = ["-effective_from", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(creator_bps__lte=10_000), name="revenue_agreement_at_most_all"),
            models.CheckConstraint(condition=Q(effective_from__day=1), name="revenue_agreement_from_a_first_day"),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__day=1), name="revenue_agreement_to_a_first_day"
            ),
            models.CheckConstraint(condition=later_than_start(), name="revenue_agreement_ends_after_its_start"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} %"

    @property
    def percent(self) -> str:
        """The part as a person writes it: ``70`` or ``62.5``."""
        return percent(self.creator_bps)

    @property
    def steps_shown(self) -> list[tuple[int, str]]:
        """Each step as (above in micros, the part as a person writes it)."""
        return [(above, percent(bps)) for above, bps in self.steps]
