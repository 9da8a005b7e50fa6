"""Files made to exhaust whoever looks at them: each ends soon, in bounded memory, with a reason."""

import json
import os
import subprocess
import sys

import pytest

from media_pipeline import reasons
from tests.media_pipeline.bombs import BEGINNINGS, BOMBS, noise

MOST_SECONDS = 10
MOST_MEMORY = 300_000_000
NO_VIDEO = {reasons.UNREADABLE, reasons.NOT_A_VIDEO, reasons.TOO_LONG, reasons.TOO_MANY_PIXELS}

MEASURE = """
import json, sys, tempfile, time, django
django.setup()
from pathlib import Path
from django.conf import settings
from media_pipeline import preparation
from media_pipeline.probing import sources
from media_pipeline.programs import running
from media_pipeline.reasons import Refused
used = []
def measured(*arguments, **options):
    outcome = running.run(*arguments, **options)
    used.append(outcome.most_memory)
    return outcome
sources.run = preparation.run = measured
for prober in ("", "/nowhere/ffprobe"):
    settings.MEDIA_PIPELINE_FFPROBE = prober
    for name in sys.argv[1:]:
        used.clear()
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            try:
                preparation.prepare(Path(name), Path(folder))
                reason = ""
            except Refused as refused:
                reason = refused.reason
        seconds = time.monotonic() - started
        print(json.dumps([Path(name).name, prober, reason, seconds, max(used, default=0)]))
"""


@pytest.fixture(scope="module")
def hostile(clips, tmp_path_factory):
    """Every hostile file."""
    folder = tmp_path_factory.mktemp("hostile")
    contents = {name: make() for name, make in BOMBS.items()}
    contents |= {name: noise(beginning) for name, beginning in BEGINNINGS.items()}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    vast = clips.folder / "vast.mp4"  # black: it is its size that would cost whoever decodes it
    one = ["-frames:v", "1", "-c:v", "libx264", "-preset", "ultrafast", "-threads", "1"]
    clips.run("-f", "lavfi", "-i", "color=size=12000x8704:rate=1", *one, vast)
    return [*folder.iterdir(), vast]


@pytest.mark.slow
def test_each_is_refused_within_ten_seconds_and_300_megabytes_by_both_probers(hostile, settings):
    """Measured in a process of its own, because Linux counts the memory of the one that forked, too."""
    environment = os.environ | {"PYTHONPATH": "site:.", "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    command = [sys.executable, "-c", MEASURE, *hostile]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    measured = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(measured) == 2 * len(hostile)
    for name, prober, reason, seconds, memory in measured:
        assert reason in NO_VIDEO, (name, prober, reason)
        assert seconds < MOST_SECONDS, (name, prober, seconds)
        assert 0 < memory < MOST_MEMORY, (name, prober, memory)
