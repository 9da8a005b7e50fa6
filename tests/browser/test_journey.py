"""The whole way, on a phone: from the home page to a statement that was paid."""

import re
import subprocess
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from media_pipeline.programs.tools import find_ffmpeg
from tests.browser import journey
from tests.browser.conftest import Visit
from website.demo.reports import youtube_report

COURSE = "/en/courses/demo-school/your-first-video/"


@pytest.fixture(scope="session")
def phone_clip(real_clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fifty seconds of a real street with a tone, turned by a flag as phones do it."""
    clip = tmp_path_factory.mktemp("clips") / "my film 🧵.mp4"
    loop = ["-stream_loop", "4", "-i", real_clip, "-f", "lavfi", "-i", "sine=frequency=300"]
    encode = ["-t", "50", "-c:v", "libx264", "-preset", "ultrafast", "-b:v", "600k", "-c:a", "aac", "-shortest"]
    flat = clip.with_name("flat.mp4")
    quiet = [find_ffmpeg(), "-v", "error", "-nostdin", "-y"]
    subprocess.run([*quiet, *loop, *encode, flat], check=True)
    subprocess.run([*quiet, "-i", flat, "-c", "copy", "-metadata:s:v", "rotate=90", clip], check=True)
    return clip


@pytest.mark.usefixtures("prepared_site")
def test_a_mother_goes_from_her_first_lesson_to_a_paid_statement(visit: Callable[..., Visit], phone_clip: Path):
    she = visit()
    page = she.page
    number = time.time_ns() // 1000 % 10**8
    name = "Wanjiru " + "".join(chr(ord("a") + int(digit)) for digit in str(number)).title()

    # 1. Arrive and join.
    she.open("/en/")
    page.get_by_role("button", name="简体中文").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.get_by_role("button", name="English").first.click()
    journey.join(she, contact=f"+254 7{number:08d}", name=name)

    # 2. Learn: enrol, watch, answer wrongly and rightly, leave, come back to the exact place.
    lessons = journey.course("first_video").lessons
    journey.join_course(she, COURSE)
    tabs = []
    for lesson in lessons:
        tab = page.context.new_page()
        tab.goto(f"{she.site.url}{COURSE}{lesson.slug}/")
        journey.start_watching(tab)
        tabs.append(tab)
    journey.expect_playable(tabs[0])
    for tab in tabs:
        journey.expect_watched(tab)
        tab.close()
    she.open(f"{COURSE}{lessons[0].slug}/")
    journey.answer_quiz(page, lessons[0], rightly=False)
    expect(page.locator("main")).to_contain_text("of")
    she.open(f"{COURSE}{lessons[0].slug}/")
    journey.finish_reading(page)
    journey.answer_quiz(page, lessons[0], rightly=True)
    she.open("/learn/")
    page.get_by_role("link", name="Continue").first.click()
    expect(page).to_have_url(re.compile(f"{lessons[1].slug}/.*#piece-"))
    for lesson in lessons[1:]:
        she.open(f"{COURSE}{lesson.slug}/")
        journey.finish_reading(page)
        if page.locator("[data-kind=quiz] form").count():
            journey.answer_quiz(page, lesson, rightly=True)

    # 3. Submit, over a connection that breaks; 4. see it prepared.
    she.open(f"{COURSE}{lessons[-1].slug}/")
    page.get_by_role("link", name="Make and send your video").click()
    journey.send_video(page, phone_clip, breaking_once=True)
    journey.wait_until_ready(she)

    # 5. Review.
    instructor = visit(email="instructor@demo.hearthlight.example")
    review(instructor, name, note="Here the light is lovely.", decision="Ask for another try")
    page.reload()
    expect(page.locator("main")).to_contain_text("Here the light is lovely.")
    page.get_by_role("link", name="Send another try").click()
    journey.send_video(page, phone_clip, breaking_once=False)
    journey.wait_until_ready(she)
    review(instructor, name, note="Now it holds still.", decision="Pass")

    # 6. Graduate.
    she.open("/learn/")
    page.get_by_role("link", name="Your first video").first.click()
    certificate = page.url
    stranger = visit()
    stranger.page.goto(certificate)
    expect(stranger.page.locator("main")).to_contain_text(name)
    expect(stranger.page.locator("main")).to_contain_text("Valid")

    # 7. Become a creator.
    she.open("/profile/")
    with page.expect_navigation():
        page.get_by_role("button", name="Open my page to everyone").click()
    she.open("/profile/")
    page.get_by_role("link", name="See it as others see it").click()
    page.wait_for_url(re.compile("/creators/"))
    stranger.page.goto(page.url)
    expect(stranger.page.locator("h1")).to_contain_text(name)
    channel = f"UC{number:022d}"
    journey.claim_channel(she, channel)

    # 8. Earn, and 9. be paid.
    journey.give_payout_details(she)
    preparer = visit(email="preparer@demo.hearthlight.example")
    approver = visit(email="approver@demo.hearthlight.example")
    month = last_month()
    journey.confirm_channel(preparer, channel)
    journey.import_report(preparer, youtube_report(month, channel, busy=3), month)
    journey.close_and_prepare(preparer, month)
    journey.approve_and_pay(approver, month)
    she.open("/earnings/")
    page.locator(".rows__title").first.click()
    expect(page.locator("main")).to_contain_text("YouTube")
    expect(page.locator("main")).to_contain_text("Paid on")
    checked = she.site.manage("verify_books", "--recompute")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def last_month() -> date:
    """The first day of the last month that is over."""
    return (date.today().replace(day=1) - timedelta(days=1)).replace(day=1)


def review(instructor: Visit, learner: str, *, note: str, decision: str) -> None:
    """Take the video of ``learner`` from the queue, write a note at its third second, score it, decide."""
    page = instructor.page
    instructor.open("/review/")
    page.get_by_role("link", name=re.compile(learner)).click()
    page.get_by_role("button", name="Take this one").click()
    page.locator("[name=note_text]").fill(note)
    page.locator("[name=note_at]").fill("0:03")
    page.get_by_role("button", name="Add the note").click()
    expect(page.get_by_role("region", name="Notes at moments")).to_contain_text(note)
    for line in page.locator(".rubric fieldset").all():
        line.locator("input[type=radio]").last.check()
    page.locator("[name=summary]").fill("Thank you for this film. The hands are close and the light is calm.")
    with page.expect_navigation():
        page.get_by_role("button", name=decision, exact=True).click()
