"""The worker of the embedded engine, with the housekeeping that keeps jobs from being lost."""

import os
import socket
import threading
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from website import housekeeping

HOUSEKEEPING_SECONDS = 5


def keep_house(beat_file: Path | None, stopping: threading.Event) -> None:
    """Every few seconds: do the chores that are due, and show that this worker lives."""
    todo = housekeeping.chores(keeps_results=True)
    while not stopping.is_set():
        close_old_connections()
        housekeeping.do_due(todo)
        if beat_file:
            beat_file.touch()
        stopping.wait(HOUSEKEEPING_SECONDS)


class Command(BaseCommand):
    """Run background work until told to stop; a job that was running is given back at once."""

    help = "Run a background worker on the database engine; Celery has a command of its own."
    requires_system_checks = []  # they load every page of the site, which costs memory and is of no use here

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--queue", default="*", help='"default", "media", "speech" or "*" for all')
        parser.add_argument("--beat-file", type=Path, help="touched every few seconds while this worker lives")

    def handle(self, *, queue: str, beat_file: Path | None, **options: Any) -> None:
        if settings.TASK_ENGINE != "database":
            raise CommandError("With TASK_ENGINE=celery: celery -A config.celery worker --beat -Q default,media,speech")
        stopping = threading.Event()
        housekeeper = threading.Thread(target=keep_house, args=(beat_file, stopping), daemon=True)
        housekeeper.start()
        try:
            self.work(queue)
        finally:
            stopping.set()

    def work(self, queue: str) -> None:
        worker = Worker(
            queue_names=[queue],
            interval=0.5,
            batch=False,
            backend_name="background",
            startup_delay=False,
            max_tasks=None,
            worker_id=f"{socket.gethostname()[:24]}-{os.getpid()}-{get_random_string(8)}",
            excluded_queue_names=[],
        )
        worker.configure_signals()
        worker.run()
