"""What makes a statement worth a second look before somebody approves it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from revenue.models.statements import Statement


class FlagKind(models.TextChoices):
    """Why to look; :mod:`revenue.attention` has the rule behind each."""

    FIRST_PAYOUT = "first_payout", _("first payout")
    NO_DETAILS = "no_details", _("no payout details")
    NEW_DETAILS = "new_details", _("new payout details")
    SHARED_ACCOUNT = "shared_account", _("account of several creators")
    JUMP = "jump", _("far from her usual month")
    CORRECTED = "corrected", _("large correction")
    NEGATIVE = "negative", _("below zero")
    NEAR_LIMIT = "near_limit", _("just under the limit for two approvals")


class StatementFlag(models.Model):
    """One reason to look at one statement; found anew whenever what it rests on changes."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="flags")
    kind = models.CharField(_("reason to look"), max_length=16, choices=FlagKind)

    class Meta:
        default_permissions = ()
        verbose_name = _("reason to look at a statement")
        verbose_name_plural = _("reasons to look at statements")
        ordering = ["statement_id", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "kind"], name="revenue_flag_once"),
            models.CheckConstraint(condition=Q(kind__in=FlagKind.values), name="revenue_flag_kind_known"),
        ]
        indexes = [models.Index(fields=["kind", "statement"], name="revenue_flag_kind")]

    def __str__(self) -> str:
        return self.get_kind_display()
