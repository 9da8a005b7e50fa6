"""Who shares what a channel earns, in which parts, from when to when."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from revenue.money import percent


class ChannelSharingQuerySet(models.QuerySet["ChannelSharing"]):
    """Shared channels by whose they are."""

    def owned_by(self, user: Any) -> "ChannelSharingQuerySet":
        """Those that one creator has a part of."""
        return self.filter(parts__creator__user=user) if user.is_authenticated else self.none()


class ChannelSharing(models.Model):
    """A channel whose earnings belong to several creators, half open by months: ``[effective_from, effective_to)``.

    Its parts add up to the whole channel and never change; it can only be ended, not before a month that it decided,
    and two of one channel never overlap (triggers hold all of this). Ended where it began, it was never in force.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.ForeignKey(
        "creators.Channel", on_delete=models.PROTECT, related_name="+", verbose_name=_("channel")
    )
    part_count = models.PositiveSmallIntegerField()
    effective_from = models.DateField(_("from"))
    effective_to = models.DateField(_("until, not including"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    objects = ChannelSharingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [("share_channel", "May say who shares a channel")]
        verbose_name = _("shared channel")
        verbose_name_plural = _("shared channels")
        ordering = ["-effective_from", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(part_count__gte=2), name="revenue_sharing_has_two_parts"),
            models.CheckConstraint(condition=Q(effective_from__day=1), name="revenue_sharing_from_a_first_day"),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__day=1), name="revenue_sharing_to_a_first_day"
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="revenue_sharing_ends_after_its_start",
            ),
        ]

    def __str__(self) -> str:
        return str(self.channel)

    @property
    def was_in_force(self) -> bool:
        """Say whether there is any month that it decides."""
        return self.effective_to is None or self.effective_to > self.effective_from


class SharingPart(models.Model):
    """One creator's part of a shared channel in basis points; ``place`` counts from 1, the channel's owner first."""

    sharing = models.ForeignKey(ChannelSharing, on_delete=models.PROTECT, related_name="parts")
    place = models.PositiveSmallIntegerField()
    creator = models.ForeignKey(
        "creators.Profile", on_delete=models.PROTECT, related_name="+", verbose_name=_("creator")
    )
    bps = models.PositiveIntegerField(_("part, in hundredths of a percent"))

    class Meta:
        default_permissions = ()
        verbose_name = _("part of a channel")
        verbose_name_plural = _("parts of channels")
        ordering = ["sharing", "place"]
        constraints = [
            models.UniqueConstraint(fields=["sharing", "place"], name="revenue_part_place_once"),
            models.UniqueConstraint(fields=["sharing", "creator"], name="revenue_part_creator_once"),
            models.CheckConstraint(condition=Q(place__gte=1), name="revenue_part_counts_from_one"),
            models.CheckConstraint(condition=Q(bps__range=(1, 9999)), name="revenue_part_of_a_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.creator_id}: {self.percent} %"

    @property
    def percent(self) -> str:
        """The part as a person writes it."""
        return percent(self.bps)
