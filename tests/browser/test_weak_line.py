"""A line that dies without a word: what she did is sent again, and nothing waits for an answer that never comes."""

from collections.abc import Callable

from playwright.sync_api import Route

from tests.browser import journey
from tests.browser.conftest import Visit

REPORTS = "**/learn/progress/"
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
