"""Work out what could come next for everybody, and say in figures what came of it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.recommending.nightly import recommend
from courses.recommending.scoring import ScoringFailed
from media_pipeline.programs.running import TimedOut


class Command(BaseCommand):
    help = "Work out what courses could come next for each learner. A worker does this every night by itself."

    def handle(self, **options: Any) -> None:
        try:
            run = recommend(timezone.localdate())
        except (ScoringFailed, TimedOut) as failed:
            raise CommandError(f"Nothing was changed: {failed}", returncode=1) from failed
        figures = dict(run.found)
        notes = figures.pop("notes")
        self.stdout.write(", ".join(f"{count} {name}" for name, count in figures.items()) + ".")
        for note in notes:
            self.stdout.write(self.style.WARNING(note))
