"""Release money that waits although its channel is confirmed; safe to run at any time."""

from typing import Any

from django.core.management.base import BaseCommand

from revenue import suspense


class Command(BaseCommand):
    help = "Give confirmed channels what waited for them, should the news of a confirmation have been lost."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"{suspense.sweep()} totals released.")
