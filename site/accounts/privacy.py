"""What an account itself knows about a person, and how it forgets her."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.models import VideoQuality, new_handle

FIELDS = [
    "email",
    "phone",
    "public_name",
    "language",
    "time_zone",
    "region",
    "video_quality",
    "shared_phone",
    "date_joined",
    "last_login",
]


def export(user: Any) -> dict[str, Any]:
    """Her settings, ways to reach her, and roles."""
    addresses = EmailAddress.objects.filter(user=user).order_by("email")
    return {
        **{name: getattr(user, name) for name in FIELDS},
        "email_addresses": [{"email": address.email, "confirmed": address.verified} for address in addresses],
        "second_step": Authenticator.objects.filter(user=user).exists(),
        "roles": sorted(user.roles),
    }


def erase(user: Any) -> None:
    """Close the account and take from it everything that names her; the row stays for what refers to it."""
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    user.email = user.phone = None
    user.phone_verified = user.is_staff = user.is_superuser = user.is_active = False
    user.username = new_handle()
    user.public_name = user.region = ""
    user.language, user.time_zone = "en", "UTC"
    user.video_quality, user.shared_phone = VideoQuality.AUTO, False
    user.last_login = None
    user.notices_unread = 0
    user.erased_at = timezone.now()
    user.sign_outs += 1
    user.set_unusable_password()
    user.save()
    content_type = ContentType.objects.get_for_model(user)
    ModelLogEntry.objects.filter(content_type=content_type, object_id=str(user.pk)).update(label="")
