"""Give the web process's role on PostgreSQL all it needs, and nothing that changes the books."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from revenue import database_role
from revenue.triggers import APPEND_ONLY


class Command(BaseCommand):
    help = "Let a role read and write, but change or delete no row of the books. Run it as the owner, after migrate."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="a role of PostgreSQL that exists and owns nothing")

    def handle(self, *, role: str, **options: Any) -> None:
        try:
            with transaction.atomic():
                database_role.limit(connection, role)
        except database_role.UnsuitableRoleError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{role} can change or delete nothing in {len(APPEND_ONLY)} tables.")
