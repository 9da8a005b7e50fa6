"""What a creator earned in a month, frozen; who looked at it, and why it may be waiting."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from revenue.models.agreements import ShareAgreement
from revenue.models.ledger import Period
from revenue.models.sources import Source


class StatementState(models.TextChoices):
    """See :mod:`revenue.states` for which follows which."""

    DRAFT = "draft", _("being prepared")
    IN_REVIEW = "in_review", _("being checked")
    HELD = "held", _("on hold")
    APPROVED = "approved", _("approved")
    LOCKED = "locked", _("being paid")
    SETTLED = "settled", _("settled")


class StatementQuerySet(models.QuerySet["Statement"]):
    """Statements by who may see them."""

    def owned_by(self, user: Any) -> "StatementQuerySet":
        """Those of one creator."""
        return self.filter(creator__user=user) if user.is_authenticated else self.none()

    def visible_to(self, user: Any) -> "StatementQuerySet":
        """All for finance, otherwise her own."""
        return self.all() if user.has_perm("revenue.view_books") else self.owned_by(user)


class Statement(models.Model):
    """One creator's month in one currency. Its figures never change (a trigger holds this); its state does.

    Minor units: ``opening + earned == payable + carried``. ``carry_in_units`` and ``carry_out_units`` are the
    parts of a minor unit that came from the last month and go to the next.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    creator = models.ForeignKey(
        "creators.Profile", on_delete=models.PROTECT, related_name="statements", verbose_name=_("creator")
    )
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="statements", verbose_name=_("month"))
    currency = models.CharField(_("currency"), max_length=3)
    opening = models.BigIntegerField(_("brought forward"))
    earned = models.BigIntegerField(_("earned"))
    payable = models.BigIntegerField(_("to be paid"))
    carried = models.BigIntegerField(_("carried forward"))
    threshold = models.BigIntegerField()
    carry_in_units = models.BigIntegerField()
    carry_out_units = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=StatementState, default=StatementState.DRAFT)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    prepared_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(_("made"))

    objects = StatementQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [
            ("prepare_statement", "May send statements to approval"),
            ("hold_statement", "May hold and release statements"),
            ("approve_statement", "May approve statements"),
        ]
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["-period__month", "creator__display_name", "currency"]
        constraints = [
            models.UniqueConstraint(fields=["creator", "period", "currency"], name="revenue_statement_once"),
            models.CheckConstraint(condition=Q(state__in=StatementState.values), name="revenue_statement_state_known"),
            models.CheckConstraint(
                condition=Q(payable=F("opening") + F("earned") - F("carried")), name="revenue_statement_adds_up"
            ),
            models.CheckConstraint(condition=Q(payable__gte=0), name="revenue_statement_never_asks_for_money"),
            models.CheckConstraint(
                condition=Q(carry_in_units__gte=0, carry_out_units__gte=0), name="revenue_statement_carries_forward"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "held"]) | Q(prepared_by__isnull=False),
                name="revenue_statement_prepared_by_someone",
            ),
        ]
        indexes = [models.Index(fields=["period", "state"], name="revenue_statement_queue")]

    def __str__(self) -> str:
        return f"{self.creator} · {self.period}"

    def get_absolute_url(self) -> str:
        return reverse("revenue:statement", args=[self.pk])

    @property
    def balance(self) -> int:
        """What she was owed at the end of the month by this statement, minor units."""
        return self.opening + self.earned


class LineKind(models.TextChoices):
    """What a line of a statement says."""

    OPENING = "opening", _("Brought forward")
    EARNINGS = "earnings", _("Earned")
    ADJUSTMENT = "adjustment", _("Corrected by the platform")
    PARTS = "parts", _("Parts of a cent that add up")


class StatementLine(models.Model):
    """One line of a statement; never changed (a trigger holds this). The amounts of all lines add up to the balance.

    ``gross_micros`` is what the platform reported, ``units`` the exact share of it, ``amount`` its whole
    minor units; the parts of a minor unit meet in the line of kind ``parts``.
    """

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=LineKind)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agreement = models.ForeignKey(ShareAgreement, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    adjustment_type = models.CharField(max_length=40, blank=True)
    row_count = models.PositiveIntegerField(default=0)
    gross_micros = models.BigIntegerField(default=0)
    creator_bps = models.PositiveIntegerField(default=0)
    amount = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        verbose_name = _("line of a statement")
        verbose_name_plural = _("lines of statements")
        ordering = ["statement", "position"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "position"], name="revenue_statement_line_once"),
            models.CheckConstraint(condition=Q(kind__in=LineKind.values), name="revenue_statement_line_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}:{self.position}"


class Approval(models.Model):
    """That somebody who did not prepare it found a statement right, down to the hash of its lines."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="approvals")
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    approved_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["-approved_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(prepared_by=F("approved_by")), name="revenue_approval_by_another"),
            models.UniqueConstraint(
                fields=["statement"], condition=Q(voided_at__isnull=True), name="revenue_approval_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.approved_at:%Y-%m-%d}"


class HoldReason(models.TextChoices):
    """Why a statement waits; each has a sentence of its own beside the one finance writes."""

    DETAILS = "details", _("payout details need checking")
    FIGURES = "figures", _("figures need checking")
    RIGHTS = "rights", _("rights to a video are unclear")
    RETURNED = "returned", _("the money came back")
    OTHER = "other", _("another reason")


class Hold(models.Model):
    """Why a statement is not paid for now; ``message`` is the sentence the creator reads."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, related_name="holds", verbose_name=_("statement")
    )
    reason = models.CharField(_("reason"), max_length=12, choices=HoldReason)
    message = models.CharField(_("what the creator reads"), max_length=400)
    until = models.DateField(_("we look again on"), null=True, blank=True)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    placed_at = models.DateTimeField(_("placed"))
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_at = models.DateTimeField(_("released"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["-placed_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(message=""), name="revenue_hold_says_why"),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(released_by__isnull=False),
                name="revenue_hold_released_by_someone",
            ),
            models.UniqueConstraint(
                fields=["statement"], condition=Q(released_at__isnull=True), name="revenue_hold_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement} · {self.get_reason_display()}"
