"""Take back what dead workers left."""

from typing import Any

from django.core.management.base import BaseCommand

from media_pipeline import jobs


class Command(BaseCommand):
    """``rescue_jobs``: safe to run at any time, as often as one likes; for a timer, or after a crash."""

    help = "Takes back the jobs of workers that are gone, reminds the queue of what waits, and tidies up uploads."

    def handle(self, *args: Any, **options: Any) -> None:
        taken = jobs.sweep()
        self.stdout.write(f"Taken back: {taken}")
