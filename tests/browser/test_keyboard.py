"""All of learning by the keyboard alone: sign in, join, open a lesson, play and pause, answer."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import DESKTOP, Visit

COURSE = "/en/courses/demo-school/your-first-video/"
LESSON = f"{COURSE}one-minute-worth-watching/"


def tab_to(visit: Visit, wanted: Locator, most: int = 80) -> None:
    """Press Tab until ``wanted`` has the focus, as somebody without a mouse would."""
    for _step in range(most):
        visit.page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab never came to {wanted}")


@pytest.mark.usefixtures("prepared_site")
def test_a_lesson_is_watched_and_answered_without_a_mouse(visit: Callable[..., Visit]):
    she = visit(size=DESKTOP)
    page, keys = she.page, she.page.keyboard
    she.open("/accounts/login/")
    tab_to(she, page.locator("input[name=login]"))
    keys.type("outsider@demo.hearthlight.example")
    tab_to(she, page.locator("input[name=password]"))
    keys.type("demo-only")
    keys.press("Enter")
    page.wait_for_url(re.compile(r"^(?!.*/accounts/login/)"))
    she.open(COURSE)
    join = page.get_by_role("button", name="Join this course")
    if join.count():
        tab_to(she, join.first)
        with page.expect_navigation():
            keys.press("Enter")

    she.open(LESSON)
    keys.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "#main")
    tab_to(she, page.locator(".player__play").first)
    keys.press("Enter")
    video = page.locator("video").first
    expect(video).to_have_js_property("paused", False)
    video.focus()
    keys.press("Space")
    expect(video).to_have_js_property("paused", True)

    quiz = page.locator("[data-kind=quiz] form").first
    for group in quiz.get_by_role("group").all():
        tab_to(she, group.locator("input").first)
        keys.press("Space")
        expect(group.locator("input").first).to_be_checked()
    tab_to(she, quiz.locator("button[type=submit]"))
    keys.press("Enter")
    page.wait_for_url("**/learn/attempts/**")
    expect(page.locator("main")).to_contain_text("of")
