"""Where ffmpeg and ffprobe are: the setting, else the PATH, else the binary in the imageio-ffmpeg package."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

import imageio_ffmpeg
from django.conf import settings

HOW_TO_MEND = (
    "ffmpeg was not found. Install it with `sudo apt-get install ffmpeg`, or with "
    "`.venv/bin/pip install --force-reinstall imageio-ffmpeg==0.8.1`, or name its path in FFMPEG."
)


class FFmpegMissing(RuntimeError):
    """There is no ffmpeg; the message is one sentence with the command that mends it."""


def find_ffmpeg() -> Path:
    """Return the path of ffmpeg; raises FFmpegMissing."""
    if wanted := settings.MEDIA_PIPELINE_FFMPEG:
        if found := shutil.which(wanted):
            return Path(found)
        raise FFmpegMissing(f"FFMPEG names {wanted}, but there is no such program. Correct it or remove it.")
    if found := shutil.which("ffmpeg"):
        return Path(found)
    try:
        return Path(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise FFmpegMissing(HOW_TO_MEND) from error


def find_ffprobe() -> Path | None:
    """Return the path of ffprobe, or None: then PyAV probes."""
    found = shutil.which(settings.MEDIA_PIPELINE_FFPROBE or "ffprobe")
    return Path(found) if found else None


@cache
def filters_of(ffmpeg: Path) -> frozenset[str]:
    """The names of the filters this ffmpeg was built with."""
    listing = subprocess.run(
        [ffmpeg, "-hide_banner", "-filters"], capture_output=True, text=True, timeout=30, check=True
    )
    rows = (line.split() for line in listing.stdout.splitlines())
    return frozenset(row[1] for row in rows if len(row) > 2 and "->" in row[2])
