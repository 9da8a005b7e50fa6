"""What ``manage.py check`` looks at for courses."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from courses.credentials import BadSigningKey, signing_keys


@register(Tags.security)
def credential_keys_can_be_read(**_given: Any) -> list[CheckMessage]:
    """Refuse keys that nothing can be signed with, before a certificate needs them."""
    try:
        found = signing_keys()
    except BadSigningKey as problem:
        return [Error(str(problem), id="courses.E001")]
    if settings.CREDENTIAL_KEYS.strip() and not found:
        return [Error("CREDENTIAL_KEYS holds no key in PEM.", id="courses.E002")]
    return []
