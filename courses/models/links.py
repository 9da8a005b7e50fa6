"""Addresses of other sites that lessons link to, and what they answered."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.checking.asking import LONGEST, Answer, Outcome

WEEK = timedelta(days=7)
NEXT_NIGHT = timedelta(hours=20)
DEAD_AFTER = 2  # nights


class ExternalLinkQuerySet(models.QuerySet["ExternalLink"]):
    """Sets of addresses."""

    def due(self, now: datetime) -> Self:
        """Return those whose turn it is, those that wait longest first."""
        return self.filter(due_at__lte=now).order_by("due_at", "pk")

    def dead(self) -> Self:
        """Return those where nothing was found in two nights."""
        return self.filter(outcome__in=[Outcome.GONE, Outcome.NOWHERE], failures__gte=DEAD_AFTER)


class ExternalLink(models.Model):
    """One address. It is asked once a week, and after a first failure in the night after it, too.

    ``failures`` counts the nights in which nothing was found since ``failed_since``; whether an address is dead cannot
    be told from one that does not let us in.
    """

    address = models.CharField(max_length=LONGEST, unique=True)
    outcome = models.CharField(max_length=8, choices=[(one, one) for one in Outcome], blank=True)
    status = models.PositiveSmallIntegerField(null=True)
    ok_at = models.DateTimeField(null=True)
    failed_since = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)

    objects = ExternalLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to another site")
        verbose_name_plural = _("links to other sites")
        indexes = [models.Index(fields=["due_at"], name="external_link_due")]

    def __str__(self) -> str:
        return self.address

    def note(self, answer: Answer, *, at: datetime) -> None:
        """Keep what the address answered, and settle when it is asked again."""
        self.outcome, self.status, self.due_at = answer.outcome, answer.status, at + WEEK
        if answer.outcome == Outcome.FINE:
            self.ok_at, self.failed_since, self.failures = at, None, 0
        elif answer.outcome != Outcome.UNSURE:
            self.failed_since = self.failed_since or at
            self.failures = min(self.failures + 1, DEAD_AFTER)
            self.due_at = at + (WEEK if self.failures == DEAD_AFTER else NEXT_NIGHT)
        fields = ("outcome", "status", "ok_at", "failed_since", "failures", "due_at")
        ExternalLink.objects.filter(pk=self.pk).update(**{name: getattr(self, name) for name in fields})


class LinkRound(models.Model):
    """The night in which links were asked last, so that one worker does it."""

    day = models.DateField(unique=True)

    class Meta:
        verbose_name = _("round of links")
        verbose_name_plural = _("rounds of links")

    def __str__(self) -> str:
        return str(self.day)
