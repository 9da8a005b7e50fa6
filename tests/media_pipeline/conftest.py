"""Small clips made by ffmpeg, one real clip from a package, and folders that end with the test."""

import hashlib
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest
from playwright.sync_api import sync_playwright

from media_pipeline import assets, jobs, preparation
from media_pipeline.programs import tools
from tests.chromium import find_chromium

BUNDLED = Path(imageio_ffmpeg.get_ffmpeg_exe())
PICTURE = "testsrc2=size={size}:rate={rate}:duration={seconds}"
TONE = "sine=frequency=440:sample_rate=44100:duration={seconds}"
QUICK = {purpose: {"side": 240, "speed": "ultrafast"} for purpose in ("lesson", "submission")}
X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    """Every test has a folder for videos of its own, beside a bucket too, with room on its disk."""
    settings.MEDIA_PIPELINE_ROOT = tmp_path / "media"
    settings.MEDIA_PIPELINE_KEEP_FREE_BYTES = 0
    settings.MEDIA_PIPELINE_ROOT.mkdir()
    return settings.MEDIA_PIPELINE_ROOT


class Clips:
    """Makes clips, each once in a run; what is made differently under the same name is another clip."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(
        self, name: str, *options: str, size="320x240", rate="30", seconds="2", sound=True, codec=X264, before=()
    ) -> Path:
        """Encode a test picture, with a tone unless ``sound`` is off, into ``name``; ``options`` go to the output."""
        inputs = ["-f", "lavfi", "-i", PICTURE.format(size=size, rate=rate, seconds=seconds)]
        if sound:
            inputs += ["-f", "lavfi", "-i", TONE.format(seconds=seconds)]
        recipe = [*before, *inputs, *codec, *options]
        path = self.folder / hashlib.sha256("\0".join(map(str, recipe)).encode()).hexdigest()[:12] / name
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            self.run(*recipe, path)
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
def prepared_at_once(monkeypatch, prepared_plain):
    """Every job comes out as the plain clip did, for tests that are about jobs and not about videos."""

    def prepare(path, folder, *, preset, watch):
        watch.probed(prepared_plain.source)
        shutil.copytree(prepared_plain.package.folder, folder, dirs_exist_ok=True)
        return replace(prepared_plain, package=replace(prepared_plain.package, folder=folder))

    monkeypatch.setattr(jobs, "prepare", prepare)


@pytest.fixture
def received(db, clips, learner):
    """A video that has just arrived, with its file and its job."""
    return assets.adopt_file(path=clips.plain(), owner=learner, title="Breakfast", purpose="submission")


def files_of(media_root):
    """What lies in storage, apart from the locks of encoders."""
    found = sorted(str(path.relative_to(media_root)) for path in media_root.rglob("*") if path.is_file())
    return [name for name in found if not name.startswith("encoders/")]


@pytest.fixture
def folder(tmp_path):
    """An empty folder for what is prepared."""
    path = tmp_path / "out"
    path.mkdir()
    return path


@pytest.fixture
def her(client, learner):
    """A learner's browser, signed in."""
    client.force_login(learner)
    return client


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


@pytest.fixture(scope="module")
def chromium():
    """One Chromium for all tests of a module."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in this thread, Django's does not
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium):
    """A page of 390 by 844 that remembers nothing of other tests; what goes wrong on it ends the test."""
    page = chromium.new_page(viewport={"width": 390, "height": 844}, device_scale_factor=2)
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda said: page.errors.append(said.text) if "Content Security" in said.text else None)
    yield page
    page.context.close()
    assert not page.errors


def slowly(really, seconds="8"):
    """Let ffmpeg read eight seconds in one, so that a quick machine, too, has time to look on."""

    def command(*arguments):
        words = really(*arguments)
        at = words.index("-i")
        return [*words[:at], "-readrate", seconds, *words[at:]]

    return command


def until(page, expression):
    """Look again and again; waiting inside the page would need the eval that our policy forbids."""
    for _look in range(300):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(200)
    pytest.fail(f"It never came to: {expression}")


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


def command_of(pid: int) -> bytes:
    """The command line of a process; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


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
