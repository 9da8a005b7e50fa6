"""A graduate's public profile and the channels she says are hers."""

import secrets
import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.models import Audience, Certificate, Submission

if TYPE_CHECKING:
    from django.core.files.storage import Storage

CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that looks like something else


def private_storage() -> "Storage":
    """Return the store whose files have no public address."""
    return storages["private"]


def photo_path(profile: "Profile", _filename: str) -> str:
    """Name a photo by chance; what her phone called it says too much."""
    return f"creators/photos/{uuid.uuid4().hex}.webp"


def new_code() -> str:
    """Return a short code that she puts into a channel's description to show that it is hers."""
    return "HL-" + "".join(secrets.choice(CODE_LETTERS) for _ in range(8))


class ProfileQuerySet(models.QuerySet["Profile"]):
    """Profiles by who may see them."""

    def published(self) -> "ProfileQuerySet":
        """Those anyone may see."""
        return self.filter(published_at__isnull=False, user__is_active=True)

    def owned_by(self, user: Any) -> "ProfileQuerySet":
        """Her own, if she has one."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def visible_to(self, user: Any) -> "ProfileQuerySet":
        """The published ones, and her own while it is private."""
        mine = Q(user=user) if user.is_authenticated else Q(pk__in=[])
        return self.filter(Q(published_at__isnull=False, user__is_active=True) | mine)


class Profile(models.Model):
    """What a graduate shows the world. Nobody but her sees it until she publishes it.

    ``languages`` are codes such as "zh" or "sw"; ``thumbnail`` is the photo as WebP, small enough to
    travel inside a page, so that hiding a page hides it too.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="creator_profile", verbose_name=_("person")
    )
    slug = models.SlugField(_("address of her page"), max_length=60, unique=True)
    display_name = models.CharField(_("name on the page"), max_length=80)
    bio = models.TextField(_("about me"), max_length=1200, blank=True)
    photo = models.FileField(_("photo"), storage=private_storage, upload_to=photo_path, blank=True, editable=False)
    thumbnail = models.BinaryField(default=b"", blank=True, editable=False)
    languages = models.JSONField(_("languages I speak"), default=list, blank=True)
    show_photo = models.BooleanField(_("show my photo"), default=True)
    show_languages = models.BooleanField(_("show the languages I speak"), default=True)
    show_region = models.BooleanField(_("show the country I live in"), default=False)
    allow_search_engines = models.BooleanField(_("let search engines find my page"), default=False)
    certificates = models.ManyToManyField(
        Certificate, blank=True, related_name="+", verbose_name=_("certificates on my page")
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("creator")
        verbose_name_plural = _("creators")
        ordering = ["display_name", "slug"]
        constraints = [models.CheckConstraint(condition=~Q(slug=""), name="creators_profile_has_an_address")]

    def __str__(self) -> str:
        return self.display_name

    def get_absolute_url(self) -> str:
        return reverse("creators:profile", args=[self.slug])

    @property
    def is_published(self) -> bool:
        """Say whether anyone may see the page."""
        return self.published_at is not None


class PortfolioQuerySet(models.QuerySet["PortfolioItem"]):
    """Films by where they may be seen."""

    def showable(self) -> "PortfolioQuerySet":
        """Those that belong on the page: passed, hers whose page it is, and open to everybody as she says now."""
        passed = self.filter(submission__state=Submission.State.PASSED, submission__audience=Audience.PUBLIC)
        return passed.filter(submission__learner=models.F("profile__user"))


class PortfolioItem(models.Model):
    """A passed film she chose to show; ``position`` counts from 0, and what she moves up comes first."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="portfolio")
    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField(default=0)

    objects = PortfolioQuerySet.as_manager()

    class Meta:
        verbose_name = _("film on her page")
        verbose_name_plural = _("films on her page")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.submission.title


class Platform(models.TextChoices):
    """Where a channel may be."""

    YOUTUBE = "youtube", _("YouTube")
    TIKTOK = "tiktok", _("TikTok")
    DOUYIN = "douyin", _("Douyin")
    TOUTIAO = "toutiao", _("Toutiao")
    FACEBOOK = "facebook", _("Facebook")
    OWN_SITE = "own_site", _("A site of my own")


class ChannelState(models.TextChoices):
    """Where a claim stands."""

    CLAIMED = "claimed", _("waiting")
    CONFIRMED = "confirmed", _("confirmed")
    REFUSED = "refused", _("not confirmed")
    WITHDRAWN = "withdrawn", _("taken away")


class ChannelQuerySet(models.QuerySet["Channel"]):
    """Channels by who may see and decide them."""

    def confirmed(self) -> "ChannelQuerySet":
        """Those that are proven; only these earn."""
        return self.filter(state=ChannelState.CONFIRMED)

    def owned_by(self, user: Any) -> "ChannelQuerySet":
        """Her own, in any state."""
        return self.filter(profile__user=user) if user.is_authenticated else self.none()

    def visible_to(self, user: Any) -> "ChannelQuerySet":
        """All for those who confirm channels, otherwise her own."""
        return self.all() if user.has_perm("creators.confirm_channel") else self.owned_by(user)

    def decidable_by(self, user: Any) -> "ChannelQuerySet":
        """Those ``user`` may confirm or refuse: with the permission, and never her own."""
        if not user.has_perm("creators.confirm_channel"):
            return self.none()
        return self.exclude(profile__user=user)


class Channel(models.Model):
    """A channel a creator says is hers; it earns for her once somebody else has confirmed it.

    ``external_id`` is the id in the form :mod:`creators.addresses` makes of what she typed;
    ``reason`` is the sentence she reads when it was not confirmed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="channels", verbose_name=_("creator"))
    platform = models.CharField(_("platform"), max_length=16, choices=Platform)
    external_id = models.CharField(_("id on the platform"), max_length=200)
    url = models.URLField(_("address"), max_length=400)
    title = models.CharField(_("name of the channel"), max_length=120, blank=True)
    code = models.CharField(_("code in the description"), max_length=16, default=new_code, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=ChannelState, default=ChannelState.CLAIMED)
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    is_shown = models.BooleanField(_("show it on my page"), default=False)
    claimed_at = models.DateTimeField(_("added"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["claimed_at", "id"]
        permissions = [("confirm_channel", "May confirm or refuse creators' channels")]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "external_id"],
                condition=Q(state="confirmed"),
                name="creators_channel_confirmed_once",
            ),
            models.UniqueConstraint(
                fields=["profile", "platform", "external_id"], name="creators_channel_claimed_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["claimed", "confirmed", "refused", "withdrawn"]),
                name="creators_channel_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="creators_channel_confirmed_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""), name="creators_channel_refused_with_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["state", "claimed_at"], name="creators_channel_queue")]

    def __str__(self) -> str:
        return self.title or self.external_id

    @property
    def message(self) -> str:
        """Say in a sentence where the claim stands and what she can do."""
        if self.state == ChannelState.CONFIRMED:
            return _("It is confirmed that this channel is yours. What it earns is counted for you.")
        if self.state == ChannelState.REFUSED:
            return _("We could not confirm this channel: %(reason)s") % {"reason": self.reason}
        if self.state == ChannelState.WITHDRAWN:
            return _("You took this channel away. It earns nothing for you here any more.")
        if self.platform == Platform.OWN_SITE:
            return _("Write this code anywhere on the site. Leave it there until this channel is confirmed.")
        return _("Write this code into the channel's description. Leave it there until this channel is confirmed.")
