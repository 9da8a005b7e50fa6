"""What a creator says is wrong with a line of her statement, what finance answered, and what it corrected."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from revenue.models.ledger import JournalEntry, Period
from revenue.models.statements import StatementLine


class DisputeReason(models.TextChoices):
    """What she says is wrong; the rest is in her own words."""

    MISSING = "missing", _("something is missing")
    AMOUNT = "amount", _("the amount looks wrong")
    PART = "part", _("my part in percent is wrong")
    TAKEN = "taken", _("something was taken off that I do not understand")
    OTHER = "other", _("something else")


class DisputeState(models.TextChoices):
    """``accepted``: finance corrects it on the next statement; ``explained``: the line stays as it is, and why."""

    OPEN = "open", _("being looked at")
    ACCEPTED = "accepted", _("corrected")
    EXPLAINED = "explained", _("answered")


class DisputeQuerySet(models.QuerySet["Dispute"]):
    """Disputes by whose they are."""

    def owned_by(self, user: Any) -> "DisputeQuerySet":
        """Those of one creator."""
        return self.filter(line__statement__creator__user=user) if user.is_authenticated else self.none()

    def waiting(self) -> "DisputeQuerySet":
        """Those that nobody has answered yet."""
        return self.filter(state=DisputeState.OPEN)


class Dispute(models.Model):
    """A creator's question about one line, with its answer. Nothing that was said is changed (triggers hold this).

    The statement stays as it is; what is corrected counts in a later month (:class:`Correction`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line = models.ForeignKey(StatementLine, on_delete=models.PROTECT, related_name="disputes", verbose_name=_("line"))
    reason = models.CharField(_("what is wrong"), max_length=12, choices=DisputeReason)
    message = models.CharField(_("what she writes"), max_length=1000)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(_("asked"))
    state = models.CharField(_("state"), max_length=10, choices=DisputeState, default=DisputeState.OPEN)
    answer = models.CharField(_("answer"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [("answer_dispute", "May answer what creators dispute")]
        verbose_name = _("disputed line")
        verbose_name_plural = _("disputed lines")
        ordering = ["-raised_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=DisputeReason.values), name="revenue_dispute_reason_known"),
            models.CheckConstraint(condition=Q(state__in=DisputeState.values), name="revenue_dispute_state_known"),
            models.CheckConstraint(condition=~Q(message=""), name="revenue_dispute_says_why"),
            models.CheckConstraint(
                condition=Q(state="open", answer="", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(state="open") & ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="revenue_dispute_answered_by_someone",
            ),
            models.UniqueConstraint(fields=["line"], condition=Q(state="open"), name="revenue_dispute_one_open"),
        ]
        indexes = [models.Index(fields=["state", "raised_at"], name="revenue_dispute_queue")]

    def __str__(self) -> str:
        return f"{self.line_id} · {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        """Say whether nobody has answered yet."""
        return self.state == DisputeState.OPEN


class Correction(models.Model):
    """Money that a disputed line gave too little (or too much), minor units; a line of a later statement.

    Never changed (a trigger holds this).
    """

    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, related_name="correction")
    creator = models.ForeignKey("creators.Profile", on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="corrections")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField(_("amount"))
    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="revenue_correction_moves_money")]

    def __str__(self) -> str:
        return f"{self.dispute_id}: {self.amount} {self.currency}"
