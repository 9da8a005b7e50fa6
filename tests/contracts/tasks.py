"""Tasks for the contract suite. What they did is in files, which any process can read."""

import json
import os
import time
from pathlib import Path

from django_tasks import task


@task(backend="background", queue_name="default")
def note(folder: str, name: str, *, values: list[object] | None = None) -> None:
    """Write down that it ran and with what."""
    with Path(folder, f"{name}.json").open("a") as file:
        file.write(json.dumps({"values": values}) + "\n")


@task(backend="background", queue_name="media")
def note_media(folder: str, name: str) -> None:
    """The same from the other queue."""
    Path(folder, f"{name}.json").write_text("{}\n")


@task(backend="background", queue_name="default")
def fail(folder: str, name: str) -> None:
    """Fail after having begun."""
    Path(folder, f"{name}.began").touch()
    raise ValueError("this task always fails")


@task(backend="background", queue_name="default")
def do_work(folder: str, name: str) -> None:
    """Work as ours do: the truth is outside the queue (here a file), and twice or never is harmless."""
    truth = Path(folder, f"{name}.truth")
    if truth.read_text() == "done":
        return
    tries = Path(folder, f"{name}.tries")
    with tries.open("a") as file:
        file.write(f"{os.getpid()}\n")
    if len(tries.read_text().splitlines()) == 1:
        time.sleep(60)  # long enough to be killed
    truth.write_text("done")
