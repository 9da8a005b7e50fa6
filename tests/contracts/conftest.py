"""The background engines, each with a database or broker of its own and real processes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
import redis
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
BROKER = "redis://127.0.0.1:6379/9"  # a number of its own, emptied before and after
WAIT = 40.0


def until(condition: Callable[[], object], *, seconds: float = WAIT) -> None:
    """Wait for ``condition``; fail when it does not come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@dataclass
class Engine:
    """One engine: how its worker is started, and a web process that enqueues."""

    name: str
    environment: dict[str, str]
    worker_command: list[str]
    folder: Path
    processes: list[subprocess.Popen] = field(default_factory=list)
    driver: subprocess.Popen | None = None

    @property
    def log(self) -> str:
        """Everything the workers have said."""
        return (self.folder / "worker.log").read_text()

    def start_worker(self) -> subprocess.Popen:
        """Start a worker in a process group of its own."""
        with (self.folder / "worker.log").open("a") as log:
            process = subprocess.Popen(
                self.worker_command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def enqueue(self, task: str, *args: object, then: str = "commit", **kwargs: object) -> str:
        """Enqueue in a transaction of the web process; return the id it was given."""
        if self.driver is None:
            self.driver = subprocess.Popen(
                [sys.executable, "-m", "tests.contracts.driver"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        command = {"task": task, "args": [str(self.folder), *args], "kwargs": kwargs, "then": then}
        self.driver.stdin.write(json.dumps(command) + "\n")
        self.driver.stdin.flush()
        return json.loads(self.driver.stdout.readline())["id"]

    def lines(self, name: str) -> list[dict]:
        """What ``note`` wrote under ``name``."""
        path = self.folder / f"{name}.json"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def stop(self) -> None:
        """End every process."""
        if self.driver is not None:
            self.driver.stdin.close()
            self.driver.wait(timeout=20)
        for process in self.processes:
            kill_group(process, signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                kill_group(process, signal.SIGKILL)
                process.wait(timeout=20)


def kill_group(process: subprocess.Popen, number: int) -> None:
    """Send a signal to the worker and its children, if it still runs."""
    if process.poll() is None:
        os.killpg(process.pid, number)


def _database_url(folder: Path) -> str:
    """A queue's database of the same kind as the tests': a file, or one made on the server."""
    default = settings.DATABASES["default"]
    if default["ENGINE"] == "config.sqlite3":
        return f"sqlite:///{folder / 'queue.sqlite3'}"
    address = f"{default['USER']}:{default['PASSWORD']}@{default['HOST']}:{default['PORT'] or 5432}"
    name = f"contract_{os.getpid()}"
    with psycopg.connect(f"postgres://{address}/postgres", autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')
        server.execute(f'CREATE DATABASE "{name}"')
    return f"postgres://{address}/{name}"


def _drop_database(url: str) -> None:
    if url.startswith("postgres"):
        server_url, name = url.rsplit("/", 1)
        with psycopg.connect(f"{server_url}/postgres", autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def require_service(name: str, answers: Callable[[], bool]) -> None:
    """Leave the test out when a service is missing on this machine, or fail it where ``REQUIRE_SERVICES=1``."""
    if answers():
        return
    sentence = f"{name} does not answer on this machine."
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="module", params=["database", "celery"])
def engine(request, tmp_path_factory):
    """Each engine in turn; Celery needs the machine's Redis."""
    folder = tmp_path_factory.mktemp(f"engine-{request.param}")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}",
        "DATA_DIR": str(folder / "data"),
        "DEMO": "0",
        "TASK_ENGINE": request.param,
        "DATABASE_URL": _database_url(folder),
        "CELERY_BROKER_URL": BROKER,
    }
    (folder / "worker.log").touch()
    if request.param == "celery":
        require_service("Redis", _redis_answers)
        redis.Redis.from_url(BROKER).flushdb()
        command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "-c", "1", "-l", "INFO"]
    else:
        manage = [sys.executable, "manage.py"]
        subprocess.run(
            [*manage, "migrate", "django_tasks_database", "-v0"], cwd=ROOT, env=environment, check=True, timeout=120
        )
        command = [*manage, "db_worker", "--backend", "background", "--queue-name", "*", "--interval", "0.1"]
        command += ["--no-startup-delay", "--no-reload"]
    running = Engine(request.param, environment, command, folder)
    yield running
    running.stop()
    if request.param == "celery":
        redis.Redis.from_url(BROKER).flushdb()
    _drop_database(environment["DATABASE_URL"])


def _redis_answers() -> bool:
    try:
        return redis.Redis.from_url(BROKER, socket_connect_timeout=1).ping()
    except redis.exceptions.RedisError:
        return False
