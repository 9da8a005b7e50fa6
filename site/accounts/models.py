"""Who uses the site: people who sign in by phone or e-mail, under a public name they choose."""

import logging
import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractBaseUser, Group, PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.mail import send_mail
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.roles import WORKING_ROLES, Role

logger = logging.getLogger(__name__)


def new_handle() -> str:
    """Return the opaque name an account has inside; no person ever types or sees it."""
    return uuid.uuid4().hex


class VideoQuality(models.TextChoices):
    """What a player loads for her; a number is the short side of the picture in pixels."""

    AUTO = "auto", _("As good as the connection allows")
    SAVE = "save", _("Save data")
    SOUND = "sound", _("Only the sound")
    P240 = "240", "240p"
    P360 = "360", "360p"
    P480 = "480", "480p"
    P720 = "720", "720p"
    P1080 = "1080", "1080p"


class UserManager(BaseUserManager["User"]):
    """Makes people; a phone number or an e-mail address is enough."""

    def create_user(
        self, *, email: str | None = None, phone: str | None = None, password: str | None = None, **fields: Any
    ) -> "User":
        """Make an account. ``phone`` is E.164; raises IntegrityError when neither way in is given."""
        user = self.model(email=self.normalize_email(email).lower() if email else None, phone=phone, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, **fields: Any) -> "User":
        """Make an administrator who may do everything; for ``manage.py createsuperuser``."""
        fields.pop("username", None)
        user = self.create_user(**fields, is_staff=True, is_superuser=True)
        user.confirm_contacts()
        return user

    def get_by_natural_key(self, username: str) -> "User":
        """Find by handle, e-mail or phone, whichever was typed."""
        return self.get(Q(username=username) | Q(email=username.lower()) | Q(phone=username))

    def reached_by(self, contact: str) -> "User | None":
        """Find the person with this e-mail address (lower case) or phone number (E.164), if there is one."""
        return self.filter(Q(email=contact) if "@" in contact else Q(phone=contact)).first()


class User(AbstractBaseUser, PermissionsMixin):
    """One person. ``region`` is ISO 3166-2, ``time_zone`` an IANA name, ``phone`` E.164."""

    username = models.CharField(max_length=32, unique=True, default=new_handle)
    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    phone = models.CharField(
        _("phone"),
        max_length=16,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^\+[1-9]\d{6,14}$", _("Write the number with + and the country code."))],
    )
    phone_verified = models.BooleanField(default=False, editable=False)
    public_name = models.CharField(_("the name others see"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=12, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    region = models.CharField(_("country and region"), max_length=6, blank=True)
    video_quality = models.CharField(_("videos"), max_length=5, choices=VideoQuality.choices, default=VideoQuality.AUTO)
    shared_phone = models.BooleanField(_("others use this phone too"), default=False)
    is_staff = models.BooleanField(default=False, editable=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    sign_outs = models.PositiveIntegerField(default=0, editable=False)
    notices_unread = models.PositiveIntegerField(default=0, editable=False)  # written by who tells her things

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=Q(email__isnull=False) | Q(phone__isnull=False) | Q(erased_at__isnull=False),
                name="user_has_a_way_in",
            ),
            models.CheckConstraint(
                condition=Q(video_quality__in=VideoQuality.values), name="user_video_quality_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.public_name or str(_("Someone who left") if self.erased_at else _("Someone new"))

    def get_full_name(self) -> str:
        return str(self)

    @property
    def first_name(self) -> str:
        """Her name where Wagtail greets her; without it the menu would show the handle inside."""
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; no address is NULL, never an empty string, because two people may have none."""
        self.email, self.phone = self.email or None, self.phone or None
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower() if self.email else None
        self.phone = self.phone or None

    def get_session_auth_hash(self) -> str:
        """Change with her password and each time she signs out everywhere, which ends every older session."""
        return salted_hmac("accounts.session", f"{super().get_session_auth_hash()}:{self.sign_outs}").hexdigest()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under each former secret key."""
        formers = zip(settings.SECRET_KEY_FALLBACKS, super().get_session_auth_fallback_hash(), strict=True)
        for secret, former in formers:
            yield salted_hmac("accounts.session", f"{former}:{self.sign_outs}", secret=secret).hexdigest()

    def sign_out_everywhere(self) -> None:
        """End every session of hers."""
        type(self).objects.filter(pk=self.pk).update(sign_outs=F("sign_outs") + 1)
        self.refresh_from_db(fields=["sign_outs"])

    def confirm_contacts(self) -> None:
        """Take her e-mail address and phone for proved, as for accounts that an operator makes."""
        if self.phone and not self.phone_verified:
            self.phone_verified = True
            self.save(update_fields=["phone_verified"])
        if self.email:
            from allauth.account.models import EmailAddress

            EmailAddress.objects.update_or_create(
                user=self, email=self.email, defaults={"verified": True, "primary": True}
            )

    def tell(self, *, subject: str, body: str, short: str) -> int:
        """Send a message to every address that she has proved, and ``short`` to her phone; return to how many.

        One that cannot be reached keeps no other from being told; OSError is raised when all were tried.
        """
        from allauth.account.models import EmailAddress

        from accounts.sms import send_sms

        proved = EmailAddress.objects.filter(user=self, verified=True).order_by("pk").values_list("email", flat=True)
        ways = [partial(send_mail, subject, body, None, [address]) for address in proved]
        if self.phone and self.phone_verified:
            ways.append(partial(send_sms, phone=self.phone, text=short))
        failed = None
        for way in ways:
            try:
                way()
            except OSError as error:  # SMTP's and the gateway's errors are its kinds
                logger.exception("user %s could not be told in one of %s ways", self.pk, len(ways))
                failed = error
        if failed:
            raise failed
        return len(ways)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The names of her roles; one query, kept for the request."""
        return frozenset(self.groups.values_list("name", flat=True))

    def has_role(self, *roles: str) -> bool:
        """Say whether she has at least one of ``roles``. An administrator or superuser is not everyone."""
        return not self.roles.isdisjoint(roles)

    @property
    def works_here(self) -> bool:
        """Whether she has work in the administration."""
        return self.is_superuser or self.has_role(*WORKING_ROLES)

    def give_role(self, role: str) -> None:
        """Add ``role`` (a value of :class:`accounts.roles.Role`); giving it twice is harmless."""
        group, _created = Group.objects.get_or_create(name=Role(role).value)
        self.groups.add(group)
        self.__dict__.pop("roles", None)


class Session(AbstractBaseSession):
    """A session that knows whose it is, so that both come in one query; used through ``accounts.sessions``."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")

    @classmethod
    def get_session_store_class(cls) -> type:
        from accounts.sessions import SessionStore  # it works on this model

        return SessionStore
