"""``manage.py seed_demo``: fill an empty site with the demo."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.fonts import FontsMissing
from media_pipeline import jobs
from media_pipeline.programs.tools import FFmpegMissing
from revenue.errors import RevenueError
from website.demo.films import FilmFailed
from website.demo.narration import VoiceFailed
from website.demo.people import PEOPLE
from website.demo.seeding import Size, drawing_camera, seed

COUNTS = {
    "learners": "further learners with progress",
    "courses": "further short courses",
    "creators": "further creators with a page and a confirmed channel",
    "months": "months of reports that the further creators share",
    "earnings": "rows of those reports altogether",
}


class Command(BaseCommand):
    """Two courses in two languages, and the people of one journey. Running it again adds only what is missing."""

    help = "Fills the site with the demo: two courses in two languages and the people of one journey."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be chosen."""
        for name, what in COUNTS.items():
            parser.add_argument(f"--{name}", type=int, default=getattr(Size, name), metavar="N", help=what)
        parser.add_argument("--prepare-now", action="store_true", help="Prepare the videos now, not in the worker.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build the demo. Raises CommandError outside a demo, or when something it needs is missing."""
        if not settings.DEMO:
            raise CommandError("This is not a demo site (DEMO is off), so nothing was changed.")
        size = Size(**{name: options[name] for name in COUNTS})
        if min(vars(size).values()) < 0 or not size.months:
            raise CommandError("A number below zero, or no month at all, cannot be made.")
        if size.earnings and not size.creators:
            raise CommandError("Rows need somebody who earns them: give --creators too.")
        self._quiet = options["verbosity"] == 0
        began = time.monotonic()
        try:
            seed(camera=drawing_camera(), say=self._say, size=size)
        except (FFmpegMissing, FontsMissing, FilmFailed, VoiceFailed, RevenueError) as error:
            raise CommandError(str(error)) from error
        if options["prepare_now"]:
            self._say("Preparing the videos")
            jobs.run_waiting()
        self._say(f"The demo is ready, after {time.monotonic() - began:.0f} s. Sign in with the password")
        self._say(f"  {settings.DEMO_PASSWORD}")
        for person in PEOPLE:
            self._say(f"  {person.email}")

    def _say(self, words: str) -> None:
        if not self._quiet:
            self.stdout.write(words)
