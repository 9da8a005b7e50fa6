"""What every template may ask."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from courses.tickets import device_key
from website.foot import foot_links


def site(request: HttpRequest) -> dict[str, Any]:
    """Whether this is a demo, whether a phone number is enough to sign in, and where the foot of the page leads.

    ``device_key`` is the name under which her browser keeps what is hers.
    """
    return {
        "DEMO": settings.DEMO,
        "SIGN_IN_BY_PHONE": settings.SIGN_IN_BY_PHONE,
        "foot_links": foot_links,
        "device_key": SimpleLazyObject(lambda: device_key(request.user)),
    }
