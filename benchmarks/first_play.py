"""How soon a video can be watched, and how much memory preparing one takes.

``python benchmarks/first_play.py [--seconds 60]`` prepares a phone-like 1080p clip as the site does, looking on as a
player would, and notes the CPU seconds until its first segments can be played, and the most memory that this process
and its ffmpeg take together. Then it prepares a short clip with a 1080p rendition too, for the most memory of ffmpeg
alone, and lets a worker wait for work.
Prints one JSON line and ends with status 1 when a bar is missed.
"""

import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site"), str(ROOT / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

from media import cpu_of_children, phone_like  # noqa: E402  sets Django up

from media_pipeline.encoding.commands import Plan  # noqa: E402
from media_pipeline.encoding.presets import Preset  # noqa: E402
from media_pipeline.encoding.previews import Preview  # noqa: E402
from media_pipeline.preparation import Unwatched, prepare  # noqa: E402

FIRST_PLAY_BAR = 0.10  # of the CPU seconds of the whole job
JOB_MEGABYTES_BAR = 450
WORKER_MEGABYTES_BAR = 150
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_so_far() -> float:
    """CPU seconds of every child, those that still run too (proc(5))."""
    total = cpu_of_children()
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text().split():
            user, system = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
            total += (int(user) + int(system)) / TICKS
    return total


class Onlooker(Unwatched):
    """Notes when the first segments can be played."""

    def __init__(self, shown: Path) -> None:
        self.shown = shown
        self.began = cpu_so_far()
        self.first_play: float | None = None
        self.preview: Preview | None = None

    def encoding(self, folder: Path, plan: Plan) -> None:
        """Copy what there is to where a player would find it."""

        def put(path: Path, name: str) -> None:
            (self.shown / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, self.shown / name)

        self.preview = Preview(folder, plan, put)

    def percent(self, value: int) -> None:
        """Look whether it plays by now."""
        if self.preview is None or self.first_play is not None:
            return
        self.preview.look()
        if self.preview.is_playable:
            self.first_play = cpu_so_far() - self.began


def megabytes_of(pid: int) -> float:
    """What a process and the processes it started hold in memory now, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    own = int(status.split("VmRSS:")[1].split()[0]) / 1024
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(megabytes_of(int(child)) for child in children)


def worker_at_rest(folder: Path) -> float:
    """Start a worker on an empty database and let it find nothing to do."""
    environment = os.environ | {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings.dev"}
    environment.pop("DATABASE_URL", None)
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "-v", "0"], env=environment, cwd=ROOT, check=True)
    command = [*manage, "work", "--queue", "media"]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL) as worker:
        time.sleep(20)
        megabytes = megabytes_of(worker.pid)
        worker.send_signal(signal.SIGTERM)
    return megabytes


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as name:
        folder = Path(name)
        for part in ("long", "short", "shown", "data"):
            (folder / part).mkdir()
        phone_like(folder / "long.mp4", seconds=options.seconds)
        watch = Onlooker(folder / "shown")
        prepared = prepare(folder / "long.mp4", folder / "long", watch=watch)
        whole = cpu_so_far() - watch.began
        job = prepared.most_memory / 2**20 + resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        phone_like(folder / "short.mp4", seconds=5)
        larger = prepare(folder / "short.mp4", folder / "short", preset=Preset(side=1080)).most_memory / 2**20
        rest = worker_at_rest(folder / "data")
    share = (watch.first_play or whole) / whole
    passed = share <= FIRST_PLAY_BAR and max(job, larger) <= JOB_MEGABYTES_BAR and rest <= WORKER_MEGABYTES_BAR
    result = {
        "benchmark": "first_play",
        "source_seconds": options.seconds,
        "cpu_seconds": {"first_play": round(watch.first_play or whole, 2), "whole": round(whole, 2)},
        "first_play_to_whole": round(share, 3),
        "megabytes": {"job": round(job), "ffmpeg_with_1080p": round(larger), "at_rest": round(rest)},
        "bars": {
            "first_play_to_whole": FIRST_PLAY_BAR,
            "job_megabytes": JOB_MEGABYTES_BAR,
            "at_rest_megabytes": WORKER_MEGABYTES_BAR,
        },
        "passed": passed,
    }
    print(json.dumps(result))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
