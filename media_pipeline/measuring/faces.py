"""Look for faces in the pictures of the storyboard, which are made anyway: upright, and standing on their heads.

OpenCV runs in a child process only, and it is asked for nothing but frontal faces: who it is stays unknown.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from media_pipeline.programs.running import Hung, Limits, TimedOut, Watch, run

CHILD = Path(__file__).with_name("faces_child.py")
# 24 pictures take half a CPU second and 60 MB, most of which are libraries.
LIMITS = Limits(seconds=60, memory=400_000_000, cpu=10, file_size=1_000_000, stall=30)
NAME = "faces"


@dataclass(frozen=True)
class Faces:
    """In how many pictures there is a face as they are, and in how many after turning them by 180°."""

    upright: int = 0
    turned: int = 0
    missing: tuple[str, ...] = ()  # what could not be looked for
    cpu_seconds: float = 0.0


def look(sprite: Path, *, size: tuple[int, int], count: int, watch: Watch) -> Faces:
    """Look at ``count`` pictures of ``size`` in ``sprite``; where that fails the answer says so, and nothing breaks."""
    command = [sys.executable, "-I", CHILD, sprite.resolve(), *size, count]
    try:
        outcome = run([part if isinstance(part, Path) else str(part) for part in command], limits=LIMITS, watch=watch)
        upright, turned = json.loads(outcome.stdout)
    except (TimedOut, Hung, ValueError, TypeError):  # the last two: its answer is none
        return Faces(missing=(NAME,))
    return Faces(upright, turned, cpu_seconds=outcome.cpu_seconds)
