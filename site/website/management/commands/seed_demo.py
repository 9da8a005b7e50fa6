"""``manage.py seed_demo``: fill an empty site with the demo."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from media_pipeline import jobs
from media_pipeline.tools import FFmpegMissing
from website.demo.films import FilmFailed
from website.demo.narration import VoiceFailed
from website.demo.people import PEOPLE
from website.demo.seeding import drawing_camera, seed
from website.demo.slides import FontsMissing


class Command(BaseCommand):
    """Two courses in two languages, and the people of one journey. Running it again adds only what is missing."""

    help = "Fills the site with the demo: two courses in two languages and the people of one journey."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be chosen."""
        parser.add_argument("--prepare-now", action="store_true", help="Prepare the videos now, not in the worker.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build the demo. Raises CommandError outside a demo, or when something it needs is missing."""
        if not settings.DEMO:
            raise CommandError("This is not a demo site (DEMO is off), so nothing was changed.")
        began = time.monotonic()
        try:
            seed(camera=drawing_camera(), say=self._say)
        except (FFmpegMissing, FontsMissing, FilmFailed, VoiceFailed) as error:
            raise CommandError(str(error)) from error
        if options["prepare_now"]:
            self._say("Preparing the videos")
            jobs.run_waiting()
        self._say(f"The demo is ready, after {time.monotonic() - began:.0f} s. Sign in with the password")
        self._say(f"  {settings.DEMO_PASSWORD}")
        for person in PEOPLE:
            self._say(f"  {person.email}")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
