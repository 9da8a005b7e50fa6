"""What a creator earned in a month, frozen; who looked at it, and why it may be waiting."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from revenue.adjustments import in_words
from revenue.figures import LineKind
from revenue.models.agreements import ShareAgreement
from revenue.models.children import Child, ChildRule
from revenue.models.ledger import Period
from revenue.models.sharings import ChannelSharing
from revenue.models.sources import Source
from revenue.models.taxes import TaxRecord, TaxRule
from revenue.money import percent
from revenue.states import StatementState


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

    Minor units: ``opening + earned == reserved + withheld + payable + carried``. ``tax_record`` says how much was
    withheld, ``needs_form`` is the rule that kept it from being paid. ``carry_in_units`` and ``carry_out_units`` are
    the parts of a minor unit that came from the last month and go to the next.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    creator = models.ForeignKey(
        "creators.Profile", on_delete=models.PROTECT, related_name="statements", verbose_name=_("creator")
    )
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="statements", verbose_name=_("month"))
    currency = models.CharField(_("currency"), max_length=3)
    opening = models.BigIntegerField(_("brought forward"))
    earned = models.BigIntegerField(_("earned"))
    reserved = models.BigIntegerField(_("set aside for children"), default=0)
    withheld = models.BigIntegerField(_("withheld for tax"), default=0)
    payable = models.BigIntegerField(_("to be paid"))
    carried = models.BigIntegerField(_("carried forward"))
    threshold = models.BigIntegerField()
    approvals_needed = models.PositiveSmallIntegerField(_("approvals needed"), default=1)
    carry_in_units = models.BigIntegerField()
    carry_out_units = models.BigIntegerField()
    tax_record = models.ForeignKey(
        TaxRecord, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    needs_form = models.ForeignKey(
        TaxRule, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
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
                condition=Q(payable=F("opening") + F("earned") - F("reserved") - F("withheld") - F("carried")),
                name="revenue_statement_adds_up",
            ),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="revenue_statement_sets_aside"),
            models.CheckConstraint(condition=Q(payable__gte=0), name="revenue_statement_never_asks_for_money"),
            models.CheckConstraint(
                condition=Q(withheld=0) | Q(withheld__gt=0, tax_record__isnull=False),
                name="revenue_statement_withholds_by_a_record",
            ),
            models.CheckConstraint(
                condition=Q(needs_form__isnull=True) | Q(payable=0, withheld=0),
                name="revenue_statement_waits_for_a_form",
            ),
            models.CheckConstraint(
                condition=Q(carry_in_units__gte=0, carry_out_units__gte=0), name="revenue_statement_carries_forward"
            ),
            models.CheckConstraint(condition=Q(approvals_needed__gte=1), name="revenue_statement_needs_an_approval"),
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
        return self.opening + self.earned - self.reserved


class StatementLine(models.Model):
    """One line of a statement; never changed (a trigger holds this). All amounts add up to what is paid and carried.

    ``gross_micros`` is what the platform reported, ``amount`` the whole minor units of her share of it; the parts of a
    minor unit meet in the line of kind ``parts``. ``correction`` is what a line of that kind rests on; ``sharing`` says
    that the channel is shared, and ``gross_micros`` is then her part of what was reported. ``child`` and ``child_rule``
    say for whom something was set aside, from as many videos as ``row_count``; ``rest_units`` is what was due beyond
    it, less than nothing when more was kept, and later months take it into account.
    """

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=LineKind)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agreement = models.ForeignKey(ShareAgreement, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    correction = models.ForeignKey(
        "revenue.Correction", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    sharing = models.ForeignKey(
        ChannelSharing, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    child = models.ForeignKey(
        Child, on_delete=models.PROTECT, null=True, blank=True, related_name="lines", db_index=False
    )
    child_rule = models.ForeignKey(
        ChildRule, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    adjustment_type = models.CharField(max_length=40, blank=True)
    row_count = models.PositiveIntegerField(default=0)
    gross_micros = models.BigIntegerField(default=0)
    creator_bps = models.IntegerField(default=0)
    amount = models.BigIntegerField()
    rest_units = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()
        verbose_name = _("line of a statement")
        verbose_name_plural = _("lines of statements")
        ordering = ["statement_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "position"], name="revenue_statement_line_once"),
            models.CheckConstraint(condition=Q(kind__in=LineKind.values), name="revenue_statement_line_kind_known"),
            models.CheckConstraint(
                condition=Q(creator_bps__range=(0, 10_000)) | Q(kind="step", creator_bps__range=(-10_000, 10_000)),
                name="revenue_statement_line_at_most_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}:{self.position}"

    @property
    def adjustment_words(self) -> str:
        """What kind of correction it is, in plain words; empty when it is none."""
        return in_words(self.adjustment_type)

    @property
    def distance_percent(self) -> str:
        """The part without a sign, as a person writes it."""
        return percent(abs(self.creator_bps))

    @property
    def is_disputed(self) -> bool:
        """Say whether a question of hers about it waits for an answer; disputes should be prefetched."""
        return any(dispute.is_open for dispute in self.disputes.all())


class Approval(models.Model):
    """That somebody who did not prepare it found a statement right, down to the hash of its lines.

    A large statement needs two of them, by two people.
    """

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
                fields=["statement", "approved_by"],
                condition=Q(voided_at__isnull=True),
                name="revenue_approval_once_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.approved_at:%Y-%m-%d}"


class HoldReason(models.TextChoices):
    """Why a statement waits, for finance's lists; the creator reads the sentence that stands with it."""

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
