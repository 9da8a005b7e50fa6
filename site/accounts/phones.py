"""Phone numbers as people type them, and as we keep them (E.164)."""

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from phonenumbers import timezone as phone_timezone


def guess_region(request: HttpRequest | None) -> str:
    """Return the ISO 3166 country whose numbers she may type without +: from her languages, else the setting."""
    accepted = request.headers.get("Accept-Language", "") if request else ""
    for part in accepted.split(","):
        _language, _dash, region = part.split(";")[0].strip().replace("_", "-").rpartition("-")
        if region.upper() in phonenumbers.SUPPORTED_REGIONS:
            return region.upper()
    return settings.DEFAULT_PHONE_REGION


def normalise(text: str, *, region: str | None = None) -> str:
    """Return ``text`` as E.164. Raises ValidationError when it is no possible phone number.

    Where the country is guessed, the number must really exist there: a guess must not send a code to a stranger.
    """
    is_good = phonenumbers.is_possible_number if text.lstrip().startswith("+") else phonenumbers.is_valid_number
    try:
        number = phonenumbers.parse(text, region or settings.DEFAULT_PHONE_REGION or None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not is_good(number):
        raise ValidationError(_("Write the number with + and the country code."), code="invalid_phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def country_of(phone: str) -> str:
    """Return the country of an E.164 number, or an empty string."""
    return phonenumbers.region_code_for_number(phonenumbers.parse(phone)) or ""


def time_zone_of(phone: str) -> str:
    """Return the time zone of an E.164 number when its country has only one, else an empty string."""
    zones = phone_timezone.time_zones_for_number(phonenumbers.parse(phone))
    return zones[0] if len(zones) == 1 and "/" in zones[0] and not zones[0].startswith("Etc/") else ""
