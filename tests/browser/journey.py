"""What people do on the way, each step as a person would do it in her browser."""

import re
import time
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from website.demo.reading import Course, Lesson, read_course

PASSWORD = "window kettle thread"
LONG = 120_000  # milliseconds; encoding on a busy machine


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Look until ``condition`` holds. Playwright's own waiting for a script is what a strict policy forbids."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.2)


def code_from_messages(visit: Visit, address: str) -> str:
    """Read the newest six-digit code sent to ``address`` from the page that only a demo has."""
    reader = visit.page.context.new_page()
    reader.goto(visit.site.url + "/demo/messages/")
    text = reader.locator("article", has_text=address.replace(" ", "")).first.inner_text()
    reader.close()
    found = re.search(r"\b\d{6}\b", text)
    assert found, text
    return found.group()


def join(visit: Visit, *, contact: str, name: str) -> None:
    """Sign up with a phone number or an e-mail address, by the code that was sent."""
    page = visit.page
    visit.open("/accounts/signup/")
    page.locator("input[name=contact]").fill(contact)
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("input[name=public_name]").fill(name)
    page.locator("main form button[type=submit]").first.click()
    page.locator("input[name=code]").fill(code_from_messages(visit, contact))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/learn/"))


def join_course(visit: Visit, path: str) -> None:
    """Open a course, and join it unless she has."""
    visit.open(path)
    button = visit.page.get_by_role("button", name="Join this course")
    if button.count():
        with visit.page.expect_navigation():
            button.first.click()


def newcomer(one: Visit, path: str) -> Visit:
    """Let somebody who was never here join the site and the course at ``path``."""
    one.email = f"{uuid.uuid4().hex[:12]}@example.org"
    join(one, contact=one.email, name="Asha")
    join_course(one, path)
    return one


def course(name: str) -> Course:
    return read_course(name)


def answer_quiz(page: Page, lesson: Lesson, *, rightly: bool) -> None:
    """Choose an answer to every question of the quiz on the page, and send them."""
    quiz = page.locator("[data-kind=quiz] form").first
    for piece in lesson.pieces:
        for question in piece.data.get("questions", []):
            answer_question(quiz, question, rightly=rightly)
    quiz.locator("button[type=submit]").click()


def answer_question(quiz: Locator, question: dict[str, Any], *, rightly: bool) -> None:
    """Answer one question of any kind."""
    words = question["text"]["en"]
    if question.get("kind") == "text":
        quiz.get_by_label(words).fill(question["accepted"]["en"][0] if rightly else "nothing")
    elif question.get("kind") == "number":
        quiz.get_by_label(words).fill(str(question["target"] if rightly else question["target"] + 1000))
    else:
        group = quiz.get_by_role("group", name=words)
        for place, step in enumerate(question.get("items", []), 1):
            group.get_by_label(step["text"]["en"], exact=True).select_option(str(place))
        for pair in question.get("pairs", []):
            group.get_by_label(pair["text"]["en"], exact=True).select_option(label=pair["match"]["en"])
        fitting = [c for c in question.get("choices", []) if bool(c.get("right")) == rightly]
        for choice in fitting if rightly else fitting[:1]:
            group.get_by_label(choice["text"]["en"], exact="kind" not in question).check()


def start_watching(page: Page) -> None:
    """Play every video of the lesson at twice the speed, the fastest there is."""
    for video in page.locator("[data-kind=video] [data-player]").all():
        video.locator(".player__play").click()
        video.get_by_role("button", name="Settings of the player").click()
        video.get_by_label("Speed").select_option("2")


def finish_reading(page: Page) -> None:
    """Press "Done, next" under every text of the lesson."""
    while (forms := page.locator("[data-kind=reading] form")).count():
        with page.expect_navigation():
            forms.first.locator("button").click()


def expect_watched(page: Page) -> None:
    for mark in page.locator("[data-kind=video] [data-piece-done]").all():
        expect(mark).to_be_visible(timeout=LONG)


def expect_playable(page: Page) -> None:
    """The first video of the page decodes pictures."""
    until(lambda: page.evaluate("document.querySelector('video').currentTime > 0.5"))


def send_video(page: Page, clip: Path, *, breaking_once: bool) -> None:
    """Choose ``clip`` in the upload form, perhaps losing the connection on the way, and send it."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    slow = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 400_000}
    submit = page.get_by_role("button", name="Send to my instructor")
    expect(submit).to_be_disabled()
    if breaking_once:
        session.send("Network.emulateNetworkConditions", slow)
    page.locator("input[type=file]").set_input_files(clip)
    if breaking_once:
        expect(page.locator("[data-upload-count]")).to_contain_text("MB sent")
        until(lambda: page.evaluate("document.querySelector('[data-upload-box] progress').value > 0"))
        page.context.set_offline(True)
        page.wait_for_timeout(1500)
        page.context.set_offline(False)
        session.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    expect(page.locator("[data-upload-line]")).to_contain_text("All of it has arrived", timeout=LONG)
    for box in page.locator("input[name^=check-]").all():
        box.check()
    page.locator("input[name=children][value=no]").check()
    with page.expect_navigation():
        submit.click()


def wait_until_ready(visit: Visit) -> None:
    """Follow her newest video in the studio until it plays, without reloading the page by hand."""
    visit.open("/studio/")
    visit.page.locator("main a[href*='/studio/']").first.click()
    visit.page.wait_for_url(re.compile(r"/studio/[0-9a-f-]{36}/"))
    expect(visit.page.locator("main")).to_contain_text("Your instructor will watch it", timeout=LONG)
    expect(visit.page.locator("[data-player]")).to_be_visible()


def claim_channel(visit: Visit, channel: str) -> None:
    """Say which YouTube channel is hers."""
    page = visit.page
    visit.open("/profile/channels/")
    page.get_by_label("YouTube").check()
    page.locator("[name=address]").fill(f"https://www.youtube.com/channel/{channel}")
    page.get_by_role("button", name="Add this channel").click()
    expect(page.locator("main")).to_contain_text(channel)


def give_payout_details(visit: Visit) -> None:
    """Name the account her money goes to; the number is the well-known example of the format."""
    page = visit.page
    visit.open("/earnings/payout/change/")
    if "/reauthenticate/" in page.url:  # on a slow machine she joined too long ago
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form button[type=submit]").first.click()
    page.locator("[name=holder]").fill("Wanjiru Example")
    page.locator("[name=country]").select_option("DE")
    page.locator("[name=iban]").fill("DE89 3704 0044 0532 0130 00")
    page.locator("[name=bic]").fill("COBADEFFXXX")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()
    visit.open("/earnings/payout/")
    expect(page.locator("main")).to_contain_text("3000")


def confirm_channel(visit: Visit, channel: str) -> None:
    """Finance looks at the channel and says that it is hers."""
    page = visit.page
    visit.open("/admin/channels/")
    page.locator("tr", has_text=channel).get_by_role("link").first.click()
    with page.expect_navigation():
        page.get_by_role("button", name="Confirm this channel", exact=True).click()


def import_report(visit: Visit, content: bytes, month: date) -> None:
    """Look at what a platform's file would book, then post it."""
    page = visit.page
    visit.open("/admin/finance/reports/new/")
    source = page.locator("[name=source] option", has_text="YouTube").first
    page.locator("[name=source]").select_option(source.get_attribute("value"))
    page.locator("[name=month]").fill(f"{month:%Y-%m}")
    file = {"name": f"youtube-{month:%Y-%m}.csv", "mimeType": "text/csv", "buffer": content}
    page.locator("input[name=file]").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name="Unknown channels")).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Post this report").click()
    # A worker posts it; until then the month cannot be closed.
    expect(page.get_by_text("Went to suspense")).to_be_visible(timeout=LONG)


def close_and_prepare(visit: Visit, month: date) -> None:
    """Close the month and send its statements to approval."""
    page = visit.page
    visit.open("/admin/finance/months/")
    page.locator("[name=month]").fill(f"{month:%Y-%m}")
    page.get_by_role("button", name="Close this month").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Send all drafts to approval").first.click()


def approve_and_pay(visit: Visit, month: date) -> None:
    """Another person approves, makes the bank's file, and says when the bank has paid."""
    page = visit.page
    visit.open("/admin/finance/months/")
    with page.expect_navigation():
        page.get_by_role("button", name="Approve all that were sent to approval").first.click()
    visit.open("/admin/finance/payouts/run/")
    page.get_by_role("button", name="Pay them").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").first.click()
    assert b"pain.001.001.09" in download.value.path().read_bytes()
    page.get_by_role("button", name="The bank has it").first.click()
    with page.expect_navigation():
        page.get_by_role("button", name="The bank has paid").first.click()
