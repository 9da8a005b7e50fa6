"""Words that she writes: a closed tab and a lost line take none, they are sent once, and a shared phone keeps none."""

import json
import re
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from media_pipeline.programs.tools import find_ffmpeg
from tests.browser import journey
from tests.browser.conftest import Visit
from tests.browser.test_offline import COURSE
from tests.browser.test_pages import axe_violations, wider_than_screen
from tests.browser.test_together import email, open_talk

STORED = "JSON.stringify([localStorage, sessionStorage])"
NOT_SENT = "It has not been sent yet."


@pytest.fixture
def somebody(visit: Callable[..., Visit]) -> Callable[..., Visit]:
    """Return a function that opens a phone for somebody who has just joined the first course."""

    return lambda: journey.newcomer(visit(), COURSE)


def some_words() -> str:
    return f"Which curtain? {uuid.uuid4().hex[:8]}"


def posts(page: Page, words: str) -> int:
    return page.locator("article", has_text=words).count()


def write(page: Page, words: str) -> None:
    page.get_by_label("Your words").press_sequentially(words)


def press(page: Page) -> None:
    page.get_by_role("button", name="Write it").click()


def test_a_closed_tab_loses_nothing_and_what_is_sent_leaves_the_phone(somebody: Callable[..., Visit]):
    she, words = somebody(), some_words()
    page = open_talk(she)
    address = page.url
    write(page, words)
    other = page.context.new_page()
    page.close()
    she.page = page = other
    page.goto(address)
    expect(page.get_by_label("Your words")).to_have_value(words)
    expect(page.get_by_text(NOT_SENT)).to_be_visible()
    assert axe_violations(page) == []
    assert not wider_than_screen(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not wider_than_screen(page)
    press(page)
    expect(page.locator("article", has_text=words)).to_be_visible()
    assert words not in page.evaluate(STORED)
    page.reload()
    expect(page.get_by_label("Your words")).to_have_value("")
    assert posts(page, words) == 1


def test_words_written_before_the_script_has_come_are_kept_too(visit: Callable[..., Visit]):
    she, words = journey.newcomer(visit(service_workers="block"), COURSE), some_words()
    page = open_talk(she)
    late: list[Route] = []
    page.route(re.compile("/drafts[^/]*[.]js$"), lambda route: late.append(route))
    page.reload(wait_until="commit")
    write(page, words)
    assert late
    assert page.evaluate(f"!{STORED}.includes({json.dumps(words)})")
    late.pop().continue_()
    page.unroute_all()
    page.wait_for_load_state()
    page.reload()
    expect(page.get_by_label("Your words")).to_have_value(words)
    expect(page.get_by_text(NOT_SENT)).to_be_visible()


def test_words_sent_without_a_network_arrive_once(somebody: Callable[..., Visit]):
    she, words = somebody(), some_words()
    page = open_talk(she)
    address = page.url
    page.context.set_offline(True)
    write(page, words)
    press(page)
    expect(page.get_by_text("Kept on this phone. It is sent when you are online again.")).to_be_visible()
    expect(page.get_by_label("Your words")).to_have_value(words)

    sent: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        sent.append(route.request.url)
        answer = route.fetch()
        route.abort("internetdisconnected") if len(sent) == 1 else route.fulfill(response=answer)

    page.route(
        "**/talk/", lambda route: lose_the_first_answer(route) if route.request.method == "POST" else route.continue_()
    )
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        page.context.set_offline(False)
    she.open("/learn/")
    expect(page.locator("[data-arrived]")).to_be_visible()
    assert len(sent) == 2
    page.goto(address)
    assert posts(page, words) == 1
    assert words not in page.evaluate(STORED)


def test_what_she_changes_before_it_went_is_not_sent_as_it_was(somebody: Callable[..., Visit]):
    she, words = somebody(), some_words()
    page = open_talk(she)
    page.context.set_offline(True)
    write(page, words)
    press(page)
    expect(page.get_by_text("Kept on this phone.")).to_be_visible()
    write(page, " And which lamp?")
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_label("Your words")).to_have_value(f"{words} And which lamp?")
    assert posts(page, words) == 0
    press(page)
    expect(page.locator("article", has_text=f"{words} And which lamp?")).to_be_visible()
    assert posts(page, words) == 1


def test_what_the_server_refuses_stays_before_her(somebody: Callable[..., Visit]):
    she = somebody()
    page = open_talk(she)
    for number in range(6):  # so many in ten minutes
        write(page, words := f"{some_words()} {number}")
        press(page)
        expect(page.locator("article", has_text=words)).to_be_visible()
    write(page, words := some_words())
    press(page)
    expect(page.get_by_text("You have written a lot just now.")).to_be_visible()
    expect(page.get_by_label("Your words")).to_have_value(words)
    she.complaints.clear()  # the browser itself writes down that the form came back
    open_talk(she)
    expect(page.get_by_label("Your words")).to_have_value(words)


def test_a_shared_phone_keeps_no_words_and_does_not_lose_them_either(somebody: Callable[..., Visit]):
    she, words = somebody(), some_words()
    page = open_talk(she)
    write(page, words)
    assert words in page.evaluate(STORED)
    she.open("/accounts/settings/")
    page.locator("[name=shared_phone]").check()
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()
    assert words not in page.evaluate(STORED)

    page = open_talk(she)
    expect(page.get_by_label("Your words")).to_have_value("")
    page.context.set_offline(True)
    write(page, words)
    press(page)
    expect(page.get_by_text("There is no network just now.")).to_be_visible()
    expect(page.get_by_label("Your words")).to_have_value(words)
    assert words not in page.evaluate(STORED)
    page.context.set_offline(False)
    press(page)
    expect(page.locator("article", has_text=words)).to_be_visible()


def test_drafts_go_with_signing_out_and_when_somebody_else_signs_in(somebody: Callable[..., Visit]):
    she, words = somebody(), some_words()
    page = open_talk(she)
    write(page, words)
    page.context.clear_cookies()  # her session ended without her signing out
    she.open("/en/")
    assert words in page.evaluate(STORED)
    she.sign_in(email("outsider"))
    assert words not in page.evaluate(STORED)

    she = somebody()
    page = open_talk(she)
    write(page, words)
    page.locator("summary", has_text="Asha").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    assert words not in page.evaluate(STORED)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fifty seconds of something."""
    path = tmp_path_factory.mktemp("clips") / "something.mp4"
    source = [
        "-f",
        "lavfi",
        "-i",
        "testsrc=size=320x240:rate=10",
        "-f",
        "lavfi",
        "-i",
        "sine=frequency=300",
        "-t",
        "50",
    ]
    encode = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"]
    subprocess.run([find_ffmpeg(), "-v", "error", "-nostdin", *source, *encode, path], check=True)
    return path


def test_a_note_to_her_instructor_waits_until_it_is_sent_with_the_video(somebody: Callable[..., Visit], clip: Path):
    she, words = somebody(), some_words()
    page = she.page
    she.open(f"{COURSE}{journey.course('first_video').lessons[-1].slug}/")
    page.get_by_role("link", name="Make and send your video").click()
    expect(page).to_have_url(re.compile("/send/"))
    page.wait_for_load_state()  # its scripts are there
    note = page.get_by_label("A note for your instructor")
    note.press_sequentially(words)
    page.reload()
    expect(note).to_have_value(words)
    expect(page.get_by_text(NOT_SENT)).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_label("No", exact=True).check()
    page.reload()
    expect(note).to_have_value(words)
    expect(page.get_by_label("No", exact=True)).not_to_be_checked()  # who is in the picture stays off the phone
    journey.send_video(page, clip, breaking_once=False)
    expect(page).to_have_url(re.compile("/studio/"))
    expect(page.locator("main")).to_contain_text(words)
    assert words not in page.evaluate(STORED)
