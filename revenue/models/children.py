"""Children in her videos, and the rules by which a part of what these earn is set aside for them."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from revenue.money import percent

LONGEST_ALIAS = 40  # letters


class ChildRule(models.Model):
    """What is set aside for a child of ``region`` (ISO 3166-2, or a whole country) from a day on.

    A video counts from ``threshold_bps`` of its length on; then ``factor_bps`` of the child's share of the length is
    the part of its earnings that is hers. A factor of nothing ends a rule. ``source`` says where the rule stands and
    ``checked_on`` when somebody last read it there. Rows are only added.
    """

    region = models.CharField(_("country or region"), max_length=6)
    threshold_bps = models.PositiveIntegerField(_("counts from this share of a video, in hundredths of a percent"))
    factor_bps = models.PositiveIntegerField(_("part of the child's share, in hundredths of a percent"))
    below_age = models.PositiveSmallIntegerField(_("for children younger than"))
    effective_from = models.DateField(_("from"))
    source = models.CharField(_("where this stands"), max_length=400)
    checked_on = models.DateField(_("read there on"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made"))

    class Meta:
        default_permissions = ()
        permissions = [("make_child_rule", "May say what is set aside for children")]
        verbose_name = _("rule for children")
        verbose_name_plural = _("rules for children")
        ordering = ["region", "-effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["region", "effective_from"], name="revenue_child_rule_once"),
            models.CheckConstraint(
                condition=Q(threshold_bps__lte=10_000, factor_bps__lte=10_000), name="revenue_child_rule_at_most_all"
            ),
            models.CheckConstraint(condition=~Q(source="") & ~Q(region=""), name="revenue_child_rule_has_a_source"),
            models.CheckConstraint(condition=Q(effective_from__day=1), name="revenue_child_rule_from_a_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.region}: {percent(self.factor_bps)} %"

    @property
    def threshold(self) -> str:
        """From which share of a video on it counts, as a person writes it."""
        return percent(self.threshold_bps)

    @property
    def factor(self) -> str:
        """The part of the child's share that is set aside, as a person writes it."""
        return percent(self.factor_bps)


class ChildQuerySet(models.QuerySet["Child"]):
    """Children by who may read of them."""

    def owned_by(self, user: Any) -> "ChildQuerySet":
        """Those in the videos of one creator."""
        return self.filter(creator__user=user) if user.is_authenticated else self.none()


class Child(models.Model):
    """A child under a name that only its mother understands; accounts and logs know it by its id alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    creator = models.ForeignKey("creators.Profile", on_delete=models.PROTECT, related_name="children")
    alias = models.CharField(max_length=LONGEST_ALIAS)

    objects = ChildQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [("see_children", "May read the records of what is set aside for children")]
        verbose_name = _("child in a video")
        verbose_name_plural = _("children in videos")
        ordering = ["alias", "id"]
        constraints = [
            models.UniqueConstraint(fields=["creator", "alias"], name="revenue_child_named_once"),
            models.CheckConstraint(condition=~Q(alias=""), name="revenue_child_has_a_name"),
        ]

    def __str__(self) -> str:
        return str(self.pk)  # never the alias: this text finds its way into logs


class Appearance(models.Model):
    """For how long a child is in a video that earns and where that was made, as its mother declares it.

    The last declaration of a child and a video holds; no seconds mean that the child is not in it. Rows are only added.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="appearances")
    platform = models.CharField(_("platform"), max_length=16)
    video_id = models.CharField(_("video"), max_length=64)
    seconds = models.PositiveIntegerField(_("seconds with the child"))
    length = models.PositiveIntegerField(_("seconds of the video"))
    region = models.CharField(_("country or region"), max_length=6)
    declared_at = models.DateTimeField(_("declared"))

    class Meta:
        default_permissions = ()
        verbose_name = _("appearance of a child")
        verbose_name_plural = _("appearances of children")
        ordering = ["-declared_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(length__gte=1, seconds__lte=F("length")), name="revenue_appearance_within_the_video"
            ),
            models.CheckConstraint(condition=~Q(video_id=""), name="revenue_appearance_is_in_a_video"),
        ]
        indexes = [models.Index(fields=["platform", "video_id"], name="revenue_appearance_video")]

    def __str__(self) -> str:
        return f"{self.video_id}: {self.child_id}"

    @property
    def share_bps(self) -> int:
        """The child's share of the video in basis points, rounded up."""
        return -(-self.seconds * 10_000 // self.length)

    @property
    def percent(self) -> str:
        """The child's share of the video as a person writes it."""
        return percent(self.share_bps)
