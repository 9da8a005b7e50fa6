"""Having what was gathered scored, by a process of its own: it ends, and its memory goes with it."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from courses.recommending.exchange import Found, Work, read_found, write_work
from media_pipeline.programs.running import Limits, run

CHILD = Path(__file__).with_name("child.py")
LIMITS = Limits(seconds=3600, memory=4_000_000_000, nice=15)


class ScoringFailed(Exception):
    """The process ended without a result; what it said last is the message."""


@contextmanager
def scored(work: Work) -> Iterator[Found]:
    """Score ``work``; what was found can be read until the context ends. Raises ScoringFailed or TimedOut."""
    work.vectors = str(Path(settings.DATA_DIR).resolve() / "recommending")
    with tempfile.TemporaryDirectory(prefix="recommending-") as folder:
        source, target = Path(folder, "work.json"), Path(folder, "found.jsonl")
        write_work(work, source)
        outcome = run([sys.executable, "-I", CHILD, source, target], limits=LIMITS)
        if outcome.status != 0:
            raise ScoringFailed(outcome.stderr[-1000:] or f"status {outcome.status}")
        yield read_found(target)
