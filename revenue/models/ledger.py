"""The books: months, accounts, journal entries and their postings."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _


class PeriodState(models.TextChoices):
    """A locked month takes no more entries."""

    OPEN = "open", _("open")
    LOCKED = "locked", _("closed")


class PeriodManager(models.Manager["Period"]):
    """Finds the month that something counts in."""

    def for_month(self, month: date) -> "Period":
        """Return the row of a calendar month, made when it is new."""
        period, _created = self.get_or_create(month=month.replace(day=1))
        return period

    def between_closings(self) -> datetime:
        """Return now, when no month is being closed: a closing month has either seen a row or is older than it."""
        list(self.select_for_update().filter(state=PeriodState.OPEN).order_by("month"))
        return timezone.now()

    def open_from(self, month: date) -> "Period":
        """Return the first month from ``month`` on that is still open: what comes late counts there."""
        latest = self.filter(state=PeriodState.LOCKED).order_by("-month").first()
        start = month.replace(day=1)
        return self.for_month(max(start, latest.next_month) if latest else start)


class Period(models.Model):
    """One calendar month of the books, by its first day. Months are locked in order."""

    month = models.DateField(_("month"), unique=True)
    state = models.CharField(_("state"), max_length=8, choices=PeriodState, default=PeriodState.OPEN)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    locked_at = models.DateTimeField(null=True, blank=True)

    objects = PeriodManager()

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_books", "May see the finance pages"),
            ("close_month", "May close a month"),
            ("see_trail", "May see who saw and did what with money"),
        ]
        verbose_name = _("month")
        verbose_name_plural = _("months")
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="revenue_period_is_a_first_day"),
            models.CheckConstraint(condition=Q(state__in=PeriodState.values), name="revenue_period_state_known"),
        ]

    def __str__(self) -> str:
        return formats.date_format(self.month, "YEAR_MONTH_FORMAT")

    @property
    def code(self) -> str:
        """The month as in addresses and commands, ``2026-10``."""
        return f"{self.month:%Y-%m}"

    @property
    def next_month(self) -> date:
        """The first day of the month after."""
        return (self.month.replace(day=28) + timedelta(days=7)).replace(day=1)

    @property
    def is_locked(self) -> bool:
        """Say whether the month takes no more entries."""
        return self.state == PeriodState.LOCKED


class Account(models.Model):
    """One account of the chart (:mod:`revenue.chart`) in one currency."""

    code = models.CharField(_("account"), max_length=120)
    currency = models.CharField(_("currency"), max_length=3)

    class Meta:
        default_permissions = ()
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["code", "currency"]
        constraints = [models.UniqueConstraint(fields=["code", "currency"], name="revenue_account_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.currency}"


class JournalEntry(models.Model):
    """Something that happened to money, once: ``(kind, reference, version)`` never comes twice.

    ``lines`` is how many postings it has, fixed from the start, so that none can be added later;
    ``digest`` is the SHA-256 of the entry with its postings (:func:`revenue.bookkeeping.entry_digest`). Entries are
    numbered without a gap; ``chain`` is a hash over this one and all before it (:func:`revenue.bookkeeping.chained`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=24)
    reference = models.CharField(_("reference"), max_length=300)
    version = models.PositiveIntegerField(_("version"), default=1)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="entries", verbose_name=_("month"))
    lines = models.PositiveIntegerField(_("lines"))
    digest = models.CharField(max_length=64)
    number = models.PositiveBigIntegerField(_("number"), unique=True)
    chain = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made"))

    class Meta:
        default_permissions = ()
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        ordering = ["-made_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference", "version"], name="revenue_entry_once"),
            models.CheckConstraint(condition=Q(lines__gte=2), name="revenue_entry_has_two_sides"),
        ]
        indexes = [
            models.Index(fields=["period", "kind"], name="revenue_entry_month_kind"),
            models.Index(fields=["-made_at", "id"], name="revenue_entry_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class Posting(models.Model):
    """One signed line of a journal entry, in minor units of its account's currency; debits are positive."""

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="postings")
    line = models.PositiveIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="postings")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField(_("amount"))

    class Meta:
        default_permissions = ()
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["entry", "line"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="revenue_posting_moves_money"),
            models.CheckConstraint(condition=Q(line__gte=1), name="revenue_posting_counts_from_one"),
            models.UniqueConstraint(fields=["entry", "line"], name="revenue_posting_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount}"


def later_than_start() -> Any:
    """The condition that a span of time, half open, does not end before it begins."""
    return Q(effective_to__isnull=True) | Q(effective_to__gt=F("effective_from"))
