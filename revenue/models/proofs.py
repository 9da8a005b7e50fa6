"""What each night's proof of the books said."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ProofRunQuerySet(models.QuerySet["ProofRun"]):
    """Proofs by how they ended."""

    def ended(self) -> "ProofRunQuerySet":
        """Those that came to their end, the latest first."""
        return self.filter(ended_at__isnull=False).order_by("-day")


class ProofRun(models.Model):
    """One proof, at most one a day.

    ``checked`` is how much was covered, by name; ``problems`` are the first of ``problem_count``.
    """

    day = models.DateField(_("day"), unique=True)
    begun_at = models.DateTimeField(_("begun"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    checked = models.JSONField(default=dict)
    problem_count = models.PositiveIntegerField(_("problems"), default=0)
    problems = models.JSONField(default=list)
    last_number = models.PositiveBigIntegerField(_("last entry"), default=0)
    last_chain = models.CharField(max_length=64, blank=True)
    differences = models.PositiveIntegerField(_("differences with the bank"), default=0)

    objects = ProofRunQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("proof of the books")
        verbose_name_plural = _("proofs of the books")
        ordering = ["-day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("begun_at")),
                name="revenue_proofrun_ends_after_it_began",
            )
        ]

    def __str__(self) -> str:
        return self.day.isoformat()

    @property
    def holds(self) -> bool:
        """Say whether it came to its end and found nothing wrong."""
        return self.ended_at is not None and not self.problem_count
