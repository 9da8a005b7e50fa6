"""Recording an answer in Chromium, with a camera and a microphone that are not there."""

import pytest
from playwright.sync_api import expect, sync_playwright

from courses import review
from courses.enrolment import enrol
from courses.models import Review
from tests.browser.test_pages import axe_violations, wider_than_screen
from tests.chromium import find_chromium
from tests.courses.test_answers import desk
from tests.courses.test_review import send
from tests.factories import courses as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FAKES = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@pytest.fixture
def phone(monkeypatch):
    """A phone that may record; a script that breaks ends the test."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in this thread, Django's does not
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", *FAKES]
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda said: page.errors.append(said.text) if "Content Security" in said.text else None)
        yield page
        browser.close()
    assert page.errors == []


@pytest.fixture
def sent(transactional_db, instructor, learner):
    course = make.make_course(make.make_shelf(instructor))
    enrol(learner=learner, course=course)
    sent = send(learner, make.make_lesson(course, make.assignment()))
    review.take(submission=sent, by=instructor)
    return sent


@pytest.mark.parametrize(("kind", "seen"), [("sound", "audio"), ("film", "video")])
def test_she_records_listens_and_sends(phone, live_server, client, instructor, sent, kind, seen):
    client.force_login(instructor)
    session = client.cookies["sessionid"].value
    phone.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    phone.goto(live_server.url + desk(sent))
    said = phone.locator("#answer [data-said]")
    record = phone.locator(f"[data-record={kind}]")

    record.click()
    expect(phone.locator("[data-stop]")).to_be_visible()
    expect(phone.locator("[data-clock]")).to_have_text("0:01", timeout=10_000)
    phone.locator("[data-stop]").click()
    expect(phone.locator(f"#answer [data-seen] {seen}")).to_be_visible()
    assert axe_violations(phone) == []
    assert not wider_than_screen(phone)
    phone.locator("[data-discard]").click()
    expect(record).to_be_visible()

    record.click()
    expect(phone.locator("[data-stop]")).to_be_visible()
    expect(phone.locator("[data-clock]")).to_have_text("0:01", timeout=10_000)
    phone.locator("[data-stop]").click()
    phone.locator("[name=summary]").fill("Lovely light.")
    phone.get_by_role("button", name="Save the draft").click()
    expect(said).to_have_text("Use your recording or discard it first.")
    assert Review.objects.get(submission=sent).recording is None

    phone.locator("[data-use]").click()
    expect(said).to_contain_text("Kept with your draft")
    asset = Review.objects.get(submission=sent).recording
    assert asset.purpose == "answer"
    assert asset.size_bytes > 1000
    phone.locator("[data-remove] button").click()
    expect(phone.locator("[data-remove]")).to_be_hidden()
    assert Review.objects.get(submission=sent).recording is None
