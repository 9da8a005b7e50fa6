"""Which tax form the programme needs before it pays, and what finance has on file for a creator. Rows only added."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from revenue.money import percent


class TaxRule(models.Model):
    """From ``effective_from`` on, creators of ``country`` (empty: of all others) are paid only with ``form`` on file.

    An empty ``form`` says that none is needed. The latest rule of a country decides. ``source`` says where the rule
    stands; none comes with this program.
    """

    country = models.CharField(_("country"), max_length=2, blank=True)
    form = models.CharField(_("form"), max_length=60, blank=True)
    instructions = models.CharField(_("what she has to send"), max_length=600, blank=True)
    source = models.CharField(_("where this stands"), max_length=300)
    effective_from = models.DateField(_("from"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"))

    class Meta:
        default_permissions = ()
        permissions = [("make_tax_rule", "May say which tax forms are needed")]
        verbose_name = _("tax rule")
        verbose_name_plural = _("tax rules")
        ordering = ["country", "-effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["country", "effective_from"], name="revenue_tax_rule_once"),
            models.CheckConstraint(condition=~Q(source=""), name="revenue_tax_rule_has_a_source"),
            models.CheckConstraint(
                condition=Q(form="") | ~Q(instructions=""), name="revenue_tax_rule_says_what_to_send"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country or '*'}: {self.form or '–'}"


class TaxRecordQuerySet(models.QuerySet["TaxRecord"]):
    """Tax records by whose they are."""

    def owned_by(self, user: Any) -> "TaxRecordQuerySet":
        """Those of one creator."""
        return self.filter(creator__user=user) if user.is_authenticated else self.none()


class TaxRecord(models.Model):
    """A creator's country for tax, the form on file (empty: none) and the part that is withheld, as finance knows them.

    It holds from ``valid_from`` to ``valid_until``, both included; of those that hold on a day, the
    last recorded decides. Recorded again from the same day on, it takes the place of what was recorded before.
    """

    creator = models.ForeignKey(
        "creators.Profile", on_delete=models.PROTECT, related_name="tax_records", verbose_name=_("creator")
    )
    country = models.CharField(_("country for tax"), max_length=2)
    form = models.CharField(_("form on file"), max_length=60, blank=True)
    rate_bps = models.PositiveIntegerField(_("withheld, in hundredths of a percent"), default=0)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    note = models.CharField(_("why this rate"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"))

    objects = TaxRecordQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [("record_tax", "May record creators' tax forms")]
        verbose_name = _("tax record")
        verbose_name_plural = _("tax records")
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(rate_bps__lte=10_000), name="revenue_tax_record_at_most_all"),
            models.CheckConstraint(condition=~Q(country=""), name="revenue_tax_record_has_a_country"),
            models.CheckConstraint(condition=Q(rate_bps=0) | ~Q(note=""), name="revenue_tax_record_says_why"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="revenue_tax_record_ends_after_its_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.form}"

    @property
    def percent(self) -> str:
        """The part that is withheld as a person writes it."""
        return percent(self.rate_bps)
