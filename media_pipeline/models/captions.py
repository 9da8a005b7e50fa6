"""The words of a video, as WebVTT, one row a language; and the work of a machine that listens for them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from media_pipeline.models.assets import Asset
from media_pipeline.models.jobs import State


class Caption(models.Model):
    """Captions in ``language`` (BCP 47). Made by machine, they say so until a person has confirmed them."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="captions", verbose_name=_("video"))
    language = models.CharField(_("language"), max_length=12)
    text = models.TextField(_("captions"))
    machine_made = models.BooleanField(_("made by a machine"), default=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("captions")
        verbose_name_plural = _("captions")
        ordering = ["language"]
        constraints = [models.UniqueConstraint(fields=["asset", "language"], name="caption_one_per_language")]

    def __str__(self) -> str:
        return self.language

    @property
    def unconfirmed(self) -> bool:
        """Whether a machine wrote them and no person has read them yet."""
        return self.machine_made and self.confirmed_by_id is None


class Listening(models.Model):
    """One video a machine is to listen to, for captions in ``language``. Apart from the jobs that prepare videos.

    ``lease`` names the worker that may write; when ``lease_until`` has passed, it was lost.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="listenings", verbose_name=_("video"))
    language = models.CharField(_("language"), max_length=12)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    detail = models.TextField(_("detail for the operator"), blank=True)
    lease = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("captions by machine")
        verbose_name_plural = _("captions by machine")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "language"],
                condition=Q(state__in=["waiting", "running"]),
                name="listening_one_unfinished_per_language",
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease__isnull=False, lease_until__isnull=False)
                | (~Q(state="running") & Q(lease__isnull=True, lease_until__isnull=True)),
                name="listening_running_has_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.language} ({self.state})"
