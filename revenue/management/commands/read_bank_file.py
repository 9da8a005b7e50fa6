"""Take in a file from the bank."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from revenue import bank_answers
from revenue.errors import RevenueError
from revenue.management.people import person_with
from revenue.models.bank import Verdict


class Command(BaseCommand):
    help = "Keep a bank's answer (pain.002, camt.053 or our CSV) and say what it means; --carry-out writes it down."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who takes it in")
        parser.add_argument("--carry-out", action="store_true")

    def handle(self, *, file: Path, by: str, carry_out: bool, **options: Any) -> None:
        person = person_with("revenue.pay_statement", by)
        try:
            kept, is_new = bank_answers.keep(content=file.read_bytes(), name=file.name, by=person)
            self.stdout.write("Kept." if is_new else "This file is known already.")
            if carry_out:
                count = bank_answers.carry_out(file=kept, by=person, most=None)
                self.stdout.write(f"Written down: {count} lines.")
        except (OSError, RevenueError) as error:
            raise CommandError(str(error)) from error
        for verdict, count in sorted(bank_answers.counts(kept).items()):
            self.stdout.write(f"{count:6}  {Verdict(verdict).label}")
