"""A video: what a phone recorded, and what became of it."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import CollectionMember

from media_pipeline import reasons, states
from media_pipeline.shot_check import advice
from media_pipeline.shot_check.advice import Advice


class Purpose(models.TextChoices):
    """What a video is for: a lesson is shared through its collection, a submission is hers alone.

    An answer is what an instructor says about a submission; only the two of them see it.
    """

    LESSON = "lesson", _("lesson")
    SUBMISSION = "submission", _("submission")
    ANSWER = "answer", _("answer")


class State(models.TextChoices):
    """The states of :class:`media_pipeline.states.AssetState` with their names for people."""

    RECEIVED = states.AssetState.RECEIVED.value, _("received")
    CHECKING = states.AssetState.CHECKING.value, _("being checked")
    PREPARING = states.AssetState.PREPARING.value, _("being prepared")
    READY = states.AssetState.READY.value, _("ready")
    INCOMPLETE = states.AssetState.INCOMPLETE.value, _("incomplete")
    REFUSED = states.AssetState.REFUSED.value, _("refused")
    FAILED = states.AssetState.FAILED.value, _("failed")


STATE_MESSAGES = {
    State.RECEIVED: _("Your video has arrived. We will look at it in a moment."),
    State.CHECKING: _("We are checking your video."),
    State.PREPARING: _("We are preparing your video so that it plays well on every phone."),
    State.READY: _("Your video is ready."),
    State.INCOMPLETE: reasons.MESSAGES[reasons.CUT_OFF],
    State.REFUSED: reasons.MESSAGES[reasons.NOT_A_VIDEO],
    State.FAILED: reasons.MESSAGES[reasons.ENCODING],
}


class AssetQuerySet(models.QuerySet["Asset"]):
    """Sets of videos."""

    def owned_by(self, user: Any) -> "AssetQuerySet":
        """The videos ``user`` sent herself; none for somebody who is not signed in."""
        if isinstance(user, AnonymousUser) or user.pk is None:
            return self.none()
        return self.filter(owner=user)

    def lessons(self) -> "AssetQuerySet":
        """The videos made for lessons, the only ones an admin screen may list."""
        return self.filter(purpose=Purpose.LESSON)

    def playable(self) -> "AssetQuerySet":
        """The videos that can be watched."""
        return self.filter(state__in=[state.value for state in states.PLAYABLE])

    def with_captions(self) -> "AssetQuerySet":
        """The videos as a player needs them: with their captions, of which the words stay where they are."""
        from media_pipeline.models.captions import Caption  # of which each has its video

        return self.prefetch_related(Prefetch("captions", Caption.objects.defer("text")))

    def original_due(self, now: datetime) -> "AssetQuerySet":
        """The videos whose original is to be deleted by ``now``."""
        arrived_before = now - timedelta(days=settings.MEDIA_PIPELINE_ORIGINAL_DAYS)
        ended = Q(ready_at__lte=arrived_before) | Q(state=State.REFUSED, created_at__lte=arrived_before)
        return self.filter(ended, keeps_original=False, original_gone_at=None)


class Asset(CollectionMember, models.Model):
    """One video. ``outputs`` is the storage prefix of the attempt that is current, empty until there is one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    title = models.CharField(_("title"), max_length=200)
    purpose = models.CharField(
        _("purpose"), max_length=12, choices=Purpose.choices, default=Purpose.LESSON, editable=False
    )
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.RECEIVED, editable=False)
    reason = models.CharField(_("reason"), max_length=32, blank=True, editable=False)
    percent = models.PositiveSmallIntegerField(_("percent prepared"), default=0, editable=False)
    size_bytes = models.PositiveBigIntegerField(_("size in bytes"), default=0, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    duration_ms = models.PositiveIntegerField(_("duration in milliseconds"), null=True, editable=False)
    width = models.PositiveIntegerField(_("width"), null=True, editable=False)
    height = models.PositiveIntegerField(_("height"), null=True, editable=False)
    outputs = models.CharField(max_length=80, blank=True, editable=False)
    preview = models.CharField(max_length=80, blank=True, editable=False)  # the prefix of what is shown early
    mp4_bytes = models.PositiveBigIntegerField(default=0, editable=False)
    low_bytes = models.PositiveBigIntegerField(default=0, editable=False)
    has_storyboard = models.BooleanField(default=False, editable=False)
    shot_check = models.JSONField(_("shot check"), null=True, editable=False)  # inspection.Report.as_json
    keeps_original = models.BooleanField(_("keep the file as it was sent"), default=False)
    original_gone_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("arrived"), auto_now_add=True)
    ready_at = models.DateTimeField(_("ready since"), null=True, editable=False)

    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")
        ordering = ["-created_at"]
        permissions = [("choose_asset", _("Can choose video"))]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="asset_owner_newest"),
            models.Index(fields=["purpose", "-created_at"], name="asset_purpose_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="asset_percent_at_most_100"),
            models.CheckConstraint(
                condition=~Q(state__in=["ready", "incomplete"]) | ~Q(outputs=""), name="asset_playable_has_outputs"
            ),
            models.CheckConstraint(
                condition=Q(preview="") | Q(state="preparing"), name="asset_preview_while_preparing"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "failed"]) | ~Q(reason=""), name="asset_refused_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_playable(self) -> bool:
        """Whether it can be watched now."""
        return self.state in states.PLAYABLE

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in states.SETTLED

    @property
    def message(self) -> str:
        """One sentence about where it stands and what to do, in the language that is active."""
        if self.reason:
            return str(reasons.MESSAGES.get(self.reason, STATE_MESSAGES[State(self.state)]))
        return str(STATE_MESSAGES[State(self.state)])

    @property
    def megabytes(self) -> float:
        """The size of what was uploaded, in megabytes of 1,000,000 bytes."""
        return round(self.size_bytes / 1_000_000, 1)

    @property
    def low_megabytes(self) -> float:
        """What watching the smallest rendition costs, in megabytes of 1,000,000 bytes."""
        return round(self.low_bytes / 1_000_000, 1)

    def bytes_for(self, quality: str) -> int:
        """What watching it costs: the smallest rendition for who saves data, else the middle one."""
        return (self.low_bytes if quality in ("save", "sound", "240") else 0) or self.mp4_bytes

    @property
    def advice(self) -> list[Advice]:
        """What the shot check would do better; nothing before it ran."""
        return advice.read(self.shot_check["advice"]) if self.shot_check else []

    @property
    def original_goes_at(self) -> datetime | None:
        """When its original will be deleted; None when it is kept, gone, or this site keeps them all."""
        began = self.created_at if self.state == State.REFUSED else self.ready_at
        days = settings.MEDIA_PIPELINE_ORIGINAL_DAYS
        if self.keeps_original or self.original_gone_at or not (days and began):
            return None
        return began + timedelta(days=days)

    @property
    def original_key(self) -> str:
        """Where storage keeps the file as it was uploaded."""
        return f"originals/{self.pk}/source"

    def move_to(self, state: str, *, reason: str = "", **fields: Any) -> None:
        """Save the move to ``state`` together with ``fields``, provided that the row is still in the state we know.

        Raises MoveNotAllowed for a move that does not follow, or when somebody else moved the row meanwhile.
        """
        states.check_asset_move(self.state, state)
        fields |= {"state": state, "reason": reason, "preview": ""}
        if not Asset.objects.filter(pk=self.pk, state=self.state).update(**fields):
            raise states.MoveNotAllowed(f"Video {self.pk} is no longer {self.state}.")
        for name, value in fields.items():
            setattr(self, name, value)
