"""What one currency was worth in another on a day, and money that arrived in another one than was owed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from revenue.models.ledger import JournalEntry
from revenue.models.sources import Source
from revenue.money import plain_nanos


class ExchangeRate(models.Model):
    """How much of ``quote`` one unit of ``base`` was worth on a day, in billionths, and who says so. Only added."""

    base = models.CharField(_("of"), max_length=3)
    quote = models.CharField(_("in"), max_length=3)
    day = models.DateField(_("day"))
    rate_nanos = models.BigIntegerField(_("rate, in billionths"))
    source = models.CharField(_("where this stands"), max_length=300)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        default_permissions = ()
        permissions = [("exchange_money", "May write down exchange rates and money that arrived in another currency")]
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["-day", "base", "quote"]
        constraints = [
            models.UniqueConstraint(fields=["base", "quote", "day"], name="revenue_rate_once_a_day"),
            models.CheckConstraint(
                condition=Q(rate_nanos__gte=1) & ~Q(base=F("quote")), name="revenue_rate_is_of_another_currency"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="revenue_rate_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"1 {self.base} = {self.plain} {self.quote}"

    @property
    def plain(self) -> str:
        """The rate as a plain decimal, without zeros at the end."""
        return plain_nanos(self.rate_nanos)


class Exchange(models.Model):
    """What a platform owed (``owed`` of ``rate.base``) arrived as ``arrived`` of ``rate.quote``; minor units. Only added.

    ``gain`` is what arrived above what it was worth by the rate; a loss is below zero.
    """  # noqa: E501

    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="exchange")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", verbose_name=_("source"))
    rate = models.ForeignKey(ExchangeRate, on_delete=models.PROTECT, related_name="+", verbose_name=_("rate"))
    owed = models.BigIntegerField(_("owed"))
    arrived = models.BigIntegerField(_("arrived"))
    gain = models.BigIntegerField(_("gain or loss"))
    day = models.DateField(_("day"))

    class Meta:
        default_permissions = ()
        verbose_name = _("money in another currency")
        verbose_name_plural = _("money in other currencies")
        ordering = ["-day", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(owed__gte=1, arrived__gte=1), name="revenue_exchange_moves")]

    def __str__(self) -> str:
        return f"{self.source} {self.day:%Y-%m-%d}"
