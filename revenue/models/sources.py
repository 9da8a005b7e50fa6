"""What platforms report: sources, files, rows, and what each channel's rows add up to."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from revenue.models.ledger import JournalEntry, Period
from revenue.models.mappings import Mapping
from revenue.models.sharings import ChannelSharing

if TYPE_CHECKING:
    from django.core.files.storage import Storage


def private_storage() -> "Storage":
    """Return the store whose files have no public address."""
    return storages["private"]


def report_path(report: "Report", _filename: str) -> str:
    """Name a kept file by its content; what somebody called it is only remembered."""
    return f"revenue/reports/{report.sha256[:2]}/{report.sha256}"


class Figures(models.TextChoices):
    """Whether what a source says can be booked."""

    FINAL = "final", _("final")
    ESTIMATED = "estimated", _("estimated: shown, never paid")


class Source(models.Model):
    """Where reports come from. Empty is what each file or row says itself; only name and mapping ever change.

    ``account`` is the channel or site that its files are about, where they do not say it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    platform = models.CharField(_("platform"), max_length=16, blank=True)
    account = models.CharField(_("account"), max_length=200, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    figures = models.CharField(_("figures"), max_length=10, choices=Figures, default=Figures.FINAL)
    mapping = models.ForeignKey(Mapping, on_delete=models.PROTECT, related_name="sources", verbose_name=_("mapping"))

    class Meta:
        default_permissions = ()
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(slug=""), name="revenue_source_has_a_short_name"),
            models.CheckConstraint(condition=Q(figures__in=Figures.values), name="revenue_source_figures_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_final(self) -> bool:
        """Say whether its figures are booked."""
        return self.figures == Figures.FINAL


class ReportState(models.TextChoices):
    """A kept file is looked at first, and posted by a second step; an estimate is shown to creators instead."""

    WAITING = "waiting", _("not posted")
    POSTED = "posted", _("posted")
    SHOWN = "shown", _("shown as an estimate")


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports by what they are compared with."""

    def posted(self) -> "ReportQuerySet":
        """Those that are in the books."""
        return self.filter(state=ReportState.POSTED)

    def siblings(self, report: "Report") -> "ReportQuerySet":
        """Those in the books that say something of the same source, account and month and were not restated."""
        same = self.posted().filter(source=report.source, account=report.account, period=report.period)
        others = same.exclude(pk=report.pk).exclude(restated_by__state=ReportState.POSTED)
        return others.filter(is_cumulative=False).order_by("-posted_at")

    def summed_before(self, report: "Report") -> "ReportQuerySet":
        """Earlier ones of the same source and account whose figures are sums since the beginning."""
        same = self.posted().filter(source=report.source, account=report.account, is_cumulative=True)
        return same.filter(posted_at__lt=report.posted_at) if report.posted_at else same

    def latest_estimates(self) -> "ReportQuerySet":
        """The newest shown report of each source, account and month; it takes the place of those before."""
        newer = Report.objects.filter(
            state=ReportState.SHOWN, source=OuterRef("source"), account=OuterRef("account"), period=OuterRef("period"),
            posted_at__gt=OuterRef("posted_at"),
        )  # fmt: skip
        return self.filter(state=ReportState.SHOWN).filter(~Exists(newer))


class Report(models.Model):
    """One file of a platform, kept as it came; the same content is kept once, whatever it is called.

    ``counted_in`` is the month of the books it was posted to: its own, or the next open one. ``restates`` is the
    earlier file whose place it takes: of such a report, and of one that is cumulative, only the differences are booked
    (``row_count`` and ``gross_micros`` are theirs). ``is_additional`` says that it stands beside other files of its
    month. ``account`` is whose file it is, ``control_micros`` the total finance expects, ``look`` what was found last
    (:meth:`revenue.importing.preview.Preview.as_json`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="reports", verbose_name=_("source"))
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="reports", verbose_name=_("month"))
    file = models.FileField(storage=private_storage, upload_to=report_path, max_length=120)
    filename = models.CharField(_("file"), max_length=200)
    mapping = models.ForeignKey(Mapping, on_delete=models.PROTECT, related_name="reports", verbose_name=_("mapping"))
    account = models.CharField(_("account"), max_length=200, blank=True)
    control_micros = models.BigIntegerField(_("control total"), null=True, blank=True)
    restates = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="restated_by", verbose_name=_("restates")
    )
    is_additional = models.BooleanField(default=False)
    is_cumulative = models.BooleanField(default=False)
    look = models.JSONField(default=dict, blank=True)
    sha256 = models.CharField(_("fingerprint"), max_length=64, unique=True)
    size_bytes = models.BigIntegerField(_("size"))
    state = models.CharField(_("state"), max_length=8, choices=ReportState, default=ReportState.WAITING)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    gross_micros = models.BigIntegerField(_("total"), default=0)
    counted_in = models.ForeignKey(
        Period, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("counted in")
    )
    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="report")
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kept_at = models.DateTimeField(_("kept"), auto_now_add=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    posted_at = models.DateTimeField(_("posted"), null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [("import_report", "May import reports")]
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-kept_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="revenue_report_state_known"),
            models.CheckConstraint(
                condition=~Q(state=ReportState.POSTED)
                | Q(counted_in__isnull=False, posted_by__isnull=False, posted_at__isnull=False),
                name="revenue_report_posted_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(restates__isnull=True) | Q(is_additional=False), name="revenue_report_restates_or_adds"
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    def chain(self) -> list["Report"]:
        """The reports whose place this one takes, the latest first."""
        found, earlier = [], self.restates
        while earlier:
            found.append(earlier)
            earlier = earlier.restates
        return found


class ChannelTotalQuerySet(models.QuerySet["ChannelTotal"]):
    """Totals by where their money is."""

    def waiting(self) -> "ChannelTotalQuerySet":
        """Those in the books whose channel nobody has confirmed: they are in suspense."""
        return self.filter(accruals__isnull=True, report__state=ReportState.POSTED)


class ChannelTotal(models.Model):
    """What one report says one channel earned in one month, by kind of adjustment: the sum of its rows."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="totals")
    platform = models.CharField(_("platform"), max_length=16)
    channel_external_id = models.CharField(_("channel"), max_length=200)
    month = models.DateField(_("earned in"))
    adjustment_type = models.CharField(_("adjustment"), max_length=40, blank=True)
    row_count = models.PositiveIntegerField(_("rows"))
    gross_micros = models.BigIntegerField(_("total"))

    objects = ChannelTotalQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("total of a channel")
        verbose_name_plural = _("totals of channels")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "platform", "channel_external_id", "month", "adjustment_type"],
                name="revenue_total_once",
            )
        ]
        indexes = [models.Index(fields=["platform", "channel_external_id"], name="revenue_total_channel")]

    def __str__(self) -> str:
        return self.channel_external_id


class EarningRow(models.Model):
    """One line of a report as the platform wrote it; amounts in micros of the report's currency.

    Of a restated or cumulative report it is the difference to what earlier files said; a negative ``line`` counts the
    rows that only they have.
    """

    total = models.ForeignKey(ChannelTotal, on_delete=models.PROTECT, related_name="rows", db_index=False)
    line = models.IntegerField(_("line"))
    day = models.DateField(_("day"))
    video_id = models.CharField(_("video"), max_length=64, blank=True)
    video_title = models.CharField(_("title"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    amount_micros = models.BigIntegerField(_("amount"))

    class Meta:
        default_permissions = ()
        verbose_name = _("row of a report")
        verbose_name_plural = _("rows of reports")
        ordering = ["total", "line"]
        constraints = [models.UniqueConstraint(fields=["total", "line"], name="revenue_row_once")]

    def __str__(self) -> str:
        return f"{self.total_id}:{self.line}"


class Accrual(models.Model):
    """A channel's total, or a part of it, given to a creator under an agreement, in the month it counts in.

    A total without one waits in suspense. Of a shared channel each creator has one, in the order of ``place``, and
    their ``part_micros`` add up to the total (a trigger holds this); else there is one, for all of it, and the part is
    empty. ``entry`` is empty when all of it came to less than a cent.
    """

    total = models.ForeignKey(ChannelTotal, on_delete=models.PROTECT, related_name="accruals", db_index=False)
    place = models.PositiveSmallIntegerField(default=1)
    sharing = models.ForeignKey(
        ChannelSharing, on_delete=models.PROTECT, null=True, blank=True, related_name="accruals"
    )
    part_micros = models.BigIntegerField(null=True, blank=True)
    creator = models.ForeignKey("creators.Profile", on_delete=models.PROTECT, related_name="accruals")
    agreement = models.ForeignKey("revenue.ShareAgreement", on_delete=models.PROTECT, related_name="accruals")
    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, null=True, related_name="accruals")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="accruals")

    class Meta:
        default_permissions = ()
        verbose_name = _("accrual")
        verbose_name_plural = _("accruals")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["total", "place"], name="revenue_accrual_once"),
            models.CheckConstraint(
                condition=Q(sharing__isnull=True, part_micros__isnull=True, place=1)
                | Q(sharing__isnull=False, part_micros__isnull=False, place__gte=1),
                name="revenue_accrual_whole_or_shared",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.total_id} → {self.creator_id}"
