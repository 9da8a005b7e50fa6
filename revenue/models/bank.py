"""What the bank says of payments: its files as they came, and each of their lines."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from revenue.models.payouts import PaymentBatch, Payout
from revenue.states import PayoutState


class BankFile(models.Model):
    """A bank's answer as it came: a payment status report or a statement of the account. Never altered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("file"), max_length=120)
    kind = models.CharField(
        _("kind"), max_length=10, choices=[("status", _("payment status")), ("statement", _("bank statement"))]
    )
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True)
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("kept by")
    )
    kept_at = models.DateTimeField(_("kept"), auto_now_add=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("file from the bank")
        verbose_name_plural = _("files from the bank")
        ordering = ["-kept_at", "id"]

    def __str__(self) -> str:
        return self.name


class Verdict(models.TextChoices):
    """How a line goes together with the books."""

    FITS = "fits", _("can be written down")
    DONE = "done", _("written down")
    KNOWN = "known", _("known already")
    OTHER = "other", _("not about a payment of ours")
    UNKNOWN = "unknown", _("names a payment that we do not have")
    AMOUNT = "amount", _("another amount than ours, or none")
    TWICE = "twice", _("booked a second time")
    CONFLICT = "conflict", _("says the opposite of our books")


# What somebody has to look into.
DIFFERENCES = (Verdict.UNKNOWN, Verdict.AMOUNT, Verdict.TWICE, Verdict.CONFLICT)


class BankLineQuerySet(models.QuerySet["BankLine"]):
    """Lines by what is to be done about them."""

    def open_differences(self) -> "BankLineQuerySet":
        """Those that do not fit the books, and nobody has cleared up."""
        return self.filter(verdict__in=DIFFERENCES, cleared_at__isnull=True)


class BankLine(models.Model):
    """One thing a file says: of a payout, of a whole batch, or of something that is not ours.

    ``amount`` is in minor units of ``currency``; None where the bank does not say it.
    """

    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField(_("line"))
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, null=True, related_name="bank_lines")
    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, null=True, related_name="bank_lines")
    group = models.CharField(_("payment"), max_length=32, blank=True)
    state = models.CharField(_("what the bank says"), max_length=10, choices=PayoutState)
    amount = models.BigIntegerField(_("amount"), null=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    booked_on = models.DateField(_("booked on"), null=True)
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict)
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    cleared_at = models.DateTimeField(_("cleared up"), null=True)
    note = models.CharField(_("how it was cleared up"), max_length=400, blank=True)

    objects = BankLineQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("line from the bank")
        verbose_name_plural = _("lines from the bank")
        ordering = ["file", "number"]
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="revenue_bankline_once"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="revenue_bankline_verdict_known"),
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True) | (Q(cleared_by__isnull=False) & ~Q(note="")),
                name="revenue_bankline_cleared_by_whom",
            ),
        ]
        indexes = [
            models.Index(
                fields=["verdict"],
                condition=Q(verdict__in=["unknown", "amount", "twice", "conflict", "fits"], cleared_at__isnull=True),
                name="revenue_bankline_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file} · {self.number}"
