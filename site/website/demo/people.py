"""The people of the demo: one for each role, all of them invented and named so."""

from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from accounts.roles import Role

DOMAIN = "demo.hearthlight.example"


@dataclass(frozen=True)
class Person:
    """Who signs in as ``key@demo.hearthlight.example``."""

    key: str
    public_name: str
    roles: tuple[Role, ...] = ()
    region: str = ""
    time_zone: str = "UTC"

    @property
    def email(self) -> str:
        """What she signs in with."""
        return f"{self.key}@{DOMAIN}"


PEOPLE = [
    Person("learner", "Amina (example)", (Role.LEARNER,), "KE", "Africa/Nairobi"),
    Person("creator", "Mei (example)", (Role.LEARNER,), "DE", "Europe/Berlin"),  # a creator by graduating
    Person("instructor", "Ruth (example)", (Role.INSTRUCTOR,), "IE", "Europe/Dublin"),
    Person("preparer", "Ines (example)", (Role.PREPARER,), "PT", "Europe/Lisbon"),
    Person("approver", "Joan (example)", (Role.APPROVER,), "PT", "Europe/Lisbon"),
    Person("admin", "Tara (example)", (Role.ADMINISTRATOR,), "IN-KL", "Asia/Kolkata"),
    Person("outsider", "Nora (example)", (), "NO", "Europe/Oslo"),
]


@transaction.atomic
def make_people() -> dict[str, Any]:
    """Return the demo's people by key, making those who are missing; their password is ``DEMO_PASSWORD``."""
    return {person.key: make_person(person) for person in PEOPLE}


def make_person(person: Person) -> Any:
    """Return one of the demo's people, made now when she is missing."""
    users = get_user_model().objects
    user = users.filter(email=person.email).first()
    if user is None:
        user = users.create_user(
            email=person.email,
            password=settings.DEMO_PASSWORD,
            public_name=person.public_name,
            region=person.region,
            time_zone=person.time_zone,
        )
    elif not user.check_password(settings.DEMO_PASSWORD):
        user.set_password(settings.DEMO_PASSWORD)
        user.save(update_fields=["password"])
    for role in person.roles:
        user.give_role(role)
    EmailAddress.objects.get_or_create(user=user, email=person.email, defaults={"verified": True, "primary": True})
    return user
