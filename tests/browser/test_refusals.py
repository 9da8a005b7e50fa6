"""A file that is no use is refused in words she understands, on the page where she chose it."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from media_pipeline.programs.tools import find_ffmpeg
from tests.browser import journey
from tests.browser.conftest import Visit
from website.demo.reading import read_course

COURSE = "/en/courses/demo-school/your-first-video/"
LOOKED = 60_000  # milliseconds; checking, behind what the worker is preparing


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each file as it would arrive: called a video, and none."""
    folder = tmp_path_factory.mktemp("files")
    short = folder / "short" / "video.mp4"
    short.parent.mkdir()
    scene = ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10:duration=2"]
    quiet = [find_ffmpeg(), "-v", "error", "-nostdin", "-y"]
    subprocess.run([*quiet, *scene, "-c:v", "libx264", "-preset", "ultrafast", short], check=True)
    contents = {
        "text": b"Dear instructor, here is what I would like to say.\n" * 40,
        "playlist": b"#EXTM3U\n#EXTINF:10,\n/etc/passwd\n#EXT-X-ENDLIST\n",
        "cut": short.read_bytes()[: short.stat().st_size // 2],  # phones write the index at the end: it is gone
        "empty": b"",
    }
    made = {"short": short}
    for name, content in contents.items():
        made[name] = folder / name / "video.mp4"
        made[name].parent.mkdir()
        made[name].write_bytes(content)
    return made


def open_the_send_page(visit: Visit) -> Page:
    """Join the course, unless she has, and go to where its video is sent."""
    page = visit.page
    journey.join_course(visit, COURSE)
    lesson = read_course("first_video").lessons[-1]
    visit.open(f"{COURSE}{lesson.slug}/")
    page.get_by_role("link", name="Make and send your video").click()
    expect(page.get_by_label("Your video", exact=True)).to_be_visible()
    return page


@pytest.mark.usefixtures("prepared_site")
def test_each_useless_file_gets_its_sentence_and_another_may_be_chosen_at_once(
    visit: Callable[..., Visit], files: dict[str, Path]
):
    page = open_the_send_page(visit(email="outsider@demo.hearthlight.example"))
    page.evaluate("window.sameDocument = true")
    choose = page.get_by_label("Your video", exact=True)
    says = page.locator("[data-upload-line]")
    send = page.get_by_role("button", name="Send to my instructor")
    sentences = {
        "text": "This is a text file, not a video.",
        "playlist": "This file only points to other files; there is no video in it.",
        "cut": "This video is damaged and we could not read it.",
        "empty": "This file is empty.",
        "short": re.compile(r"Your video lasts 2 seconds\. Please choose one of \d+ to \d+ seconds\."),
    }
    for name, sentence in sentences.items():
        choose.set_input_files(files[name])
        expect(says).to_contain_text(sentence, timeout=LOOKED)
        expect(says).to_be_in_viewport()
        expect(send).to_be_disabled()
        expect(page.locator("input[name=asset]")).to_have_value("")
        expect(choose).to_be_enabled()
    assert page.evaluate("window.sameDocument")
