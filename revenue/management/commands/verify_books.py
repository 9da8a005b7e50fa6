"""Prove the books, and say in figures what was checked."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from revenue.models import JournalEntry
from revenue.proof import verify


class Command(BaseCommand):
    help = "Hold the books against themselves; exit 1 and name the rows when something does not fit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--recompute", action="store_true",
            help="read the kept files again, make every statement again from them, and compare",
        )  # fmt: skip
        parser.add_argument(
            "--since", metavar="NUMBER:CHAIN", help="what an earlier run said of the last entry; it must still be true"
        )

    def handle(self, *, since: str | None, recompute: bool, **options: Any) -> None:
        proof = verify(recompute=recompute)
        if since and not _still_true(since):
            proof.wrong(f"the books up to {since.partition(':')[0]} are not those of then")
        self.stdout.write(f"Checked: {_figures(proof.checked)}.")
        if not recompute:
            self.stdout.write(f"Not checked without --recompute: {_figures(proof.left_out) or 'nothing there'}.")
        for problem in proof.problems:
            self.stdout.write(self.style.ERROR(problem))
        if not proof.holds:
            raise CommandError(f"The books do not hold: {len(proof.problems)} problems.", returncode=1)
        number, chain = proof.last_entry
        self.stdout.write(f"Last entry {number}:{chain}")
        self.stdout.write(self.style.SUCCESS("The books hold." if recompute else "What was checked holds."))


def _figures(counted: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counted.items())


def _still_true(since: str) -> bool:
    number, _colon, chain = since.partition(":")
    if not number.isdigit():
        raise CommandError("Write --since as an earlier run wrote it: NUMBER:CHAIN.")
    return number == "0" or JournalEntry.objects.filter(number=number, chain=chain).exists()
