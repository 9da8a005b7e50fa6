"""A way back for staff who lost both phone and recovery codes."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from wagtail.log_actions import log


class Command(BaseCommand):
    """Take a person's second step away and end her sessions; she sets up a new one when she next comes."""

    help = "Take away the second step of a person who lost her phone and her recovery codes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("contact", help="her e-mail address or phone number")
        parser.add_argument("--by", required=True, help="e-mail address of the administrator who does it")

    def handle(self, *, contact: str, by: str, **options: Any) -> None:
        person, administrator = self._find(contact), self._find(by)
        if not (administrator.is_superuser or administrator.has_role("administrator")):
            raise CommandError(f"{by} is no administrator.")
        if person == administrator:
            raise CommandError("Somebody else must do this for you.")
        with transaction.atomic():
            Authenticator.objects.filter(user=person).delete()
            person.sign_out_everywhere()
            log(person, "accounts.reset_second_step", user=administrator)
        self.stdout.write(f"{contact} signs in without a second step once, and then sets up a new one.")

    def _find(self, contact: str) -> Any:
        person = get_user_model().objects.reached_by(contact.lower())
        if person is None:
            raise CommandError(f"Nobody has the address {contact}.")
        return person
