"""Who acts when a command writes: a person with the right to do it, named by e-mail."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError


def person_with(permission: str, email: str) -> Any:
    """Return the active person with this address. Raises CommandError when there is none or she may not do it."""
    person = get_user_model().objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        raise CommandError(f"Nobody here has the address {email}.")
    if not person.has_perm(permission):
        raise CommandError(f"{email} may not do this; it needs {permission}.")
    return person
