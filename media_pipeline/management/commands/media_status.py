"""How the work on videos stands."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from media_pipeline.overview import overview


class Command(BaseCommand):
    """``media_status [--json]``: what waits, runs and failed, and how long the oldest waits."""

    help = "Shows how many videos wait, are being prepared, are done and have failed, and how much room is left."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="numbers for a monitor")

    def handle(self, *args: Any, **options: Any) -> None:
        now = overview()
        if options["json"]:
            self.stdout.write(json.dumps(now))
            return
        for name, value in now.items():
            self.stdout.write(f"{name}: {value}")
