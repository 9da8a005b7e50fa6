"""What every template may ask."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, bool]:
    """Whether this is a demo, and whether a phone number is enough to sign in."""
    return {"DEMO": settings.DEMO, "SIGN_IN_BY_PHONE": settings.SIGN_IN_BY_PHONE}
