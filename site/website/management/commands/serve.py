"""Everything on one machine: database, demo, web server and workers, from one command."""

import signal
import sys
import threading
import time
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from media_pipeline.captions import speech
from media_pipeline.programs.tools import FFmpegMissing, find_ffmpeg
from website.demo.people import PEOPLE
from website.processes import DidNotStart, Processes, answers, beats, port_is_free

# Apart, so that a long encode never holds up a message or an import, and a machine that listens no encode.
WORKERS = {"worker": "default", "video worker": "media"}
LISTENERS = {"caption worker": "speech"}  # only where a model is installed


class Command(BaseCommand):
    """Start the site on this machine and stop it with Ctrl-C."""

    help = "Start web server and background workers together, with the demo when the database is empty."
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        host, port = settings.SERVE_HOST, settings.SERVE_PORT  # SITE_URL, which messages name, follows the same
        if not port_is_free(host, port):
            raise CommandError(f"Port {port} is in use. Choose another one: make run PORT={port + 1}")
        try:
            find_ffmpeg()
        except FFmpegMissing as missing:
            raise CommandError(str(missing)) from missing
        self.prepare_database()
        connections.close_all()
        self.run(host, port)

    def prepare_database(self) -> None:
        """Migrate, and fill an empty database with the demo where the settings allow one."""
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.say("Preparing the database …")
            call_command("migrate", interactive=False, verbosity=0)
        if settings.DEMO and not get_user_model().objects.exists():
            self.say("Writing the demo …")
            call_command("seed_demo", verbosity=0)

    def run(self, host: str, port: int) -> None:
        """Start the children, wait until they answer, and stay until a signal; a child that falls is started again."""
        stopping = threading.Event()

        def ask_to_stop(signum: int, frame: FrameType | None) -> None:
            stopping.set()

        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, ask_to_stop)
        processes = Processes()
        try:
            self.start_all(processes, host, port)
            self.introduce(host, port)
            while not stopping.wait(0.5):
                if name := processes.fallen():
                    self.say(f"The {name} stopped by itself; starting it again.")
                    processes.restart(name)
        except DidNotStart as reason:
            raise CommandError(str(reason)) from reason
        finally:
            self.say("Stopping …")
            processes.stop()

    def start_all(self, processes: Processes, host: str, port: int) -> None:
        folder = settings.BASE_DIR
        environment = {"DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE, "PYTHONPATH": f"{folder / 'site'}:{folder}"}
        started = time.time()
        gunicorn = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--bind", f"{host}:{port}"]
        processes.start("web server", [*gunicorn, "config.wsgi"], cwd=folder, environment=environment)
        address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}/readyz"  # noqa: S104
        ready = {"web server": partial(answers, address)}
        for name, queue in (WORKERS | LISTENERS if speech.models() else WORKERS).items():
            beat_file = Path(settings.DATA_DIR) / f"worker-{queue}.alive"
            command = [sys.executable, "manage.py", "work", "--queue", queue, "--beat-file", str(beat_file)]
            processes.start(name, command, cwd=folder, environment=environment)
            ready[name] = partial(beats, beat_file, since=started)
        processes.wait_for_all(ready=ready, seconds=60)

    def introduce(self, host: str, port: int) -> None:
        """Print the address and, in the demo, who can sign in."""
        shown = "localhost" if host in ("127.0.0.1", "0.0.0.0") else host  # noqa: S104
        self.say(f"\nHearthlight is ready:  http://{shown}:{port}/")
        if settings.DEMO:
            self.say(f"Demo accounts (examples, password {settings.DEMO_PASSWORD}):")
            for person in PEOPLE:
                self.say(f"  {person.email}")
            self.say(f"Messages the demo sends:  http://{shown}:{port}/demo/messages/")
        self.say("Ctrl-C stops it.\n")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
