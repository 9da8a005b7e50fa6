"""How the work on videos stands."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from media_pipeline.overview import as_prometheus, as_row, jobs_to_see, overview

_MOST = 50


class Command(BaseCommand):
    """``media_status [--json | --prometheus]``: what waits, runs and failed, why, and how long the oldest waits."""

    help = "Shows which videos wait, are being prepared and have failed, and why; and how much room is left."

    def add_arguments(self, parser: CommandParser) -> None:
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="the same as one JSON object")
        form.add_argument("--prometheus", action="store_true", help="the numbers alone, as Prometheus reads them")

    def handle(self, *args: Any, **options: Any) -> None:
        numbers = overview()
        if options["prometheus"]:
            self.stdout.write(as_prometheus(numbers))
            return
        rows = [as_row(job) for job in jobs_to_see()[:_MOST]]
        if options["json"]:
            self.stdout.write(json.dumps(numbers | {"jobs": rows}))
            return
        for name, value in numbers.items():
            self.stdout.write(f"{name}: {value}")
        for row in rows:
            said = [f"{row['percent']}%", row["worker"], row["reason"], *row["detail"].splitlines()[-1:]]
            words = [row["state"], "since", row["since"], "video", row["video"], *filter(None, said)]
            self.stdout.write(" ".join(words))
