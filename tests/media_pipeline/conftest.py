"""Small clips made by ffmpeg, one real clip from a package, and folders that end with the test."""

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest

from media_pipeline import preparation, tools

BUNDLED = Path(imageio_ffmpeg.get_ffmpeg_exe())
PICTURE = "testsrc2=size={size}:rate={rate}:duration={seconds}"
TONE = "sine=frequency=440:sample_rate=44100:duration={seconds}"
X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    """Every test has a folder for videos of its own, with room on its disk."""
    settings.MEDIA_PIPELINE_ROOT = tmp_path / "media"
    settings.MEDIA_PIPELINE_KEEP_FREE_BYTES = 0
    settings.MEDIA_PIPELINE_ROOT.mkdir()
    return settings.MEDIA_PIPELINE_ROOT


class Clips:
    """Makes clips by name, each once in a run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(
        self, name: str, *options: str, size="320x240", rate="30", seconds="2", sound=True, codec=X264, before=()
    ) -> Path:
        """Encode a test picture, with a tone unless ``sound`` is off, into ``name``; ``options`` go to the output."""
        path = self.folder / name
        if path.exists():
            return path
        inputs = ["-f", "lavfi", "-i", PICTURE.format(size=size, rate=rate, seconds=seconds)]
        if sound:
            inputs += ["-f", "lavfi", "-i", TONE.format(seconds=seconds)]
        self.run(*before, *inputs, *codec, *options, path)
        return path

    def run(self, *arguments: str | Path) -> None:
        """Run ffmpeg; a failure shows what it said."""
        command = [tools.find_ffmpeg(), "-hide_banner", "-v", "error", "-nostdin", "-y", *arguments]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def plain(self) -> Path:
        """Two seconds of landscape with sound, its index at the front."""
        return self.make("plain.mp4", "-c:a", "aac", "-movflags", "+faststart")

    def phone(self) -> Path:
        """A portrait recording as a phone writes it: landscape pixels, turned by a flag, and the place in its tags."""
        path = self.folder / "phone.mov"
        if not path.exists():
            place = ["-metadata", "location=+48.8577+002.2950/", "-metadata", "make=Phone", "-metadata", "comment=home"]
            tags = [*place, "-movflags", "use_metadata_tags", "-metadata:s:v", "rotate=90"]
            self.run("-i", self.plain(), "-c", "copy", *tags, path)
        return path

    def silent(self) -> Path:
        """No sound at all."""
        return self.make("silent.mp4", sound=False)


@pytest.fixture(scope="session")
def clips(tmp_path_factory):
    return Clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="session")
def prepared_plain(clips, tmp_path_factory):
    """The plain clip, prepared once for everybody who only reads the result."""
    folder = tmp_path_factory.mktemp("prepared")
    return preparation.prepare(clips.plain(), folder)


@pytest.fixture
def ready_asset(db, media_root, prepared_plain):
    """A video with real outputs, owned by a person."""
    from tests.factories.media_pipeline import AssetFactory

    package = prepared_plain.package
    asset = AssetFactory(
        duration_ms=package.duration_ms, width=package.width, height=package.height, mp4_bytes=package.mp4_bytes
    )
    shutil.copytree(package.folder, media_root / asset.outputs)
    return asset


def ffprobe(path: Path, entries: str) -> str:
    """What ffprobe says, for looking at our outputs with other eyes."""
    command = ["ffprobe", "-v", "error", "-show_entries", entries, "-of", "default=nw=1", path]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def encoders_of(parent: int) -> list[int]:
    """The ffmpeg processes that ``parent`` started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, rest = stat.read_text().split("(", 1)[1].rsplit(")", 1)
        except OSError:
            continue
        if name.startswith("ffmpeg") and rest.split()[1] == str(parent):
            found.append(int(stat.parent.name))
    return found


def runs(pid: int) -> bool:
    """Whether a process still does something."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_for(condition: Callable[[], Any], seconds: float = 90) -> Any:
    """Look until ``condition`` holds, and return what it returned."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if result := condition():
            return result
        time.sleep(0.05)
    pytest.fail("It did not happen in time.")
