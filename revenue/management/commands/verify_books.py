"""Prove the books, and say in figures what was checked."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from revenue.proof import verify


class Command(BaseCommand):
    help = "Recompute the books from what they rest on; exit 1 and name the rows when something does not fit."

    def handle(self, **options: Any) -> None:
        proof = verify()
        self.stdout.write("Checked: " + ", ".join(f"{count} {name}" for name, count in proof.checked.items()) + ".")
        for problem in proof.problems:
            self.stdout.write(self.style.ERROR(problem))
        if not proof.holds:
            raise CommandError(f"The books do not hold: {len(proof.problems)} problems.", returncode=1)
        self.stdout.write(self.style.SUCCESS("The books hold."))
