"""No more encoders at once than this machine has cores for, however many workers run on it.

A place is a locked file; the lock ends with its process, so a killed worker gives its place back.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


def places() -> int:
    """How many videos may be prepared here at once: by the setting, else one for every two cores."""
    if settings.MEDIA_PIPELINE_ENCODERS:
        return settings.MEDIA_PIPELINE_ENCODERS
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // 2)


@contextmanager
def place() -> Iterator[bool]:
    """Hold a free place as long as the context lasts; False when all are taken."""
    folder = Path(settings.MEDIA_PIPELINE_ROOT) / "encoders"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(places()):
        descriptor = os.open(folder / f"{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        try:
            yield True
        finally:
            os.close(descriptor)
        return
    yield False
