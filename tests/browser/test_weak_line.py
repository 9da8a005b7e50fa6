"""A line that is slow, or dies without a word: she reads and goes on, and what she did is sent again."""

from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.browser import journey
from tests.browser.conftest import Visit
from tests.browser.journey import until

REPORTS = "**/learn/progress/"
# "Regular 2G" of the Firefox developer tools, devtools/docs/user/network_monitor/throttling: 250 and 50 kbit/s, 300 ms
TWO_G = {"offline": False, "latency": 300, "downloadThroughput": 250_000 / 8, "uploadThroughput": 50_000 / 8}
PATIENCE_MS = 10_000  # hers
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
COURSE = "/en/courses/demo-school/your-first-video/"


def test_a_report_without_an_answer_is_given_up_and_sent_again(visit: Callable[..., Visit]):
    she = visit(email="learner@demo.hearthlight.example")
    page = she.page
    sent: list[str] = []

    def answer(route: Route) -> None:
        sent.append(route.request.post_data or "")
        if len(sent) > 1:  # the first one is never answered
            route.continue_()

    page.route(REPORTS, answer)
    page.clock.install()
    lesson = journey.course("first_video").lessons[0]
    she.open(f"{COURSE}{lesson.slug}/")
    page.mouse.wheel(0, 900)
    with page.expect_request(REPORTS):
        page.clock.run_for(16_000)
    page.clock.run_for(15_000)
    assert len(sent) == 1  # one at a time, while an answer may still come
    with page.expect_request(REPORTS):
        page.clock.run_for(31_000)


def test_on_a_2g_line_she_reads_the_lesson_and_marks_it_done_within_ten_seconds(visit: Callable[..., Visit]):
    cookies = journey.newcomer(visit(), COURSE).page.context.storage_state()
    she = visit(storage_state=cookies, service_workers="block")  # nothing of the site is in this browser yet
    page = she.page
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", TWO_G)
    lesson = journey.course("first_video").lessons[0]
    page.goto(f"{she.site.url}{COURSE}{lesson.slug}/", wait_until="commit")
    piece = page.locator("[data-kind=reading]", has=page.get_by_role("button", name="Done, next")).first
    expect(piece).to_be_visible(timeout=PATIENCE_MS)
    until(lambda: page.evaluate(PAINTED) is not None, seconds=PATIENCE_MS / 1000)
    assert page.evaluate(PAINTED) <= PATIENCE_MS
    done = page.locator(f"[data-piece='{piece.get_attribute('data-piece')}'] [data-piece-done]")
    expect(done).to_be_hidden()
    piece.get_by_role("button", name="Done, next").click(timeout=PATIENCE_MS, no_wait_after=True)
    expect(done).to_be_visible(timeout=PATIENCE_MS)
