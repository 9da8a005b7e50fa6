"""Learning in small bits of time, on a phone: what fits, questions of every kind, a broken line, practice."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.conftest import Visit
from tests.browser.test_pages import axe_violations, wider_than_screen

COURSE = "/en/courses/demo-school/your-first-video/"
NEWCOMER = "outsider@demo.hearthlight.example"


@pytest.fixture
def she(visit: Callable[..., Visit]) -> Visit:
    """Somebody on her phone, in the first course."""
    one = visit(email=NEWCOMER)
    journey.join_course(one, COURSE)
    return one


def lesson(name: str):
    return next(one for one in journey.course("first_video").lessons if one.key == name)


def open_quiz(visit: Visit, name: str) -> Page:
    visit.open(f"{COURSE}{lesson(name).slug}/")
    form = visit.page.locator("[data-kind=quiz] form").first
    if form.locator("button[type=submit]", has_text="Check my answers").count() == 0:
        visit.page.get_by_role("link", name="Do it again").click()
    return visit.page


def test_what_fits_into_five_minutes_leads_to_the_piece(she: Visit):
    page = she.page
    she.open("/learn/")
    page.get_by_role("link", name="5 minutes", exact=True).click()
    expect(page.get_by_role("link", name="5 minutes", exact=True)).to_have_attribute("aria-current", "true")
    assert axe_violations(page) == []
    assert not wider_than_screen(page)
    page.locator("#time .rows__title").first.click()
    expect(page).to_have_url(re.compile("#piece-"))


@pytest.mark.parametrize("name", ["window-light", "clean-sound", "cut"])
def test_questions_of_every_kind_are_answered_with_a_thumb(she: Visit, name: str):
    page = open_quiz(she, name)
    assert axe_violations(page) == []
    assert not wider_than_screen(page)
    form = page.locator("form", has=page.get_by_role("button", name="Check my answers"))
    for piece in lesson(name).pieces:
        for question in piece.data.get("questions", []):
            journey.answer_question(form, question, rightly=True)
    form.get_by_role("button", name="Check my answers").click()
    page.wait_for_url("**/learn/attempts/**")
    total = len(lesson(name).piece("quiz").data["questions"])
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{total} of {total} right")
    assert axe_violations(page) == []
    assert not wider_than_screen(page)


def test_steps_move_by_buttons_and_a_finger_chooses_in_the_picture(she: Visit):
    page = open_quiz(she, "cut")
    rows = page.locator("[data-ordering] > li")
    second = rows.nth(1).locator("label").inner_text()
    rows.nth(1).locator("[data-move=up]").click()
    expect(rows.first.locator("label")).to_have_text(second)
    assert [row.locator("select").input_value() for row in rows.all()] == ["1", "2", "3", "4", "5"]
    focused = page.evaluate("document.activeElement.closest('li').querySelector('label').textContent")
    assert focused == second

    page = open_quiz(she, "window-light")
    page.locator("[data-spot] rect").nth(1).click()
    expect(page.get_by_label("2. Right, on the side away from the window")).to_be_checked()
    expect(page.locator("[data-spot]").nth(1)).to_have_class("is-chosen")


def test_a_broken_line_loses_no_answer(she: Visit, visit: Callable[..., Visit]):
    page = open_quiz(she, "clean-sound")
    page.context.set_offline(True)
    chosen = page.get_by_label("Speaking louder", exact=True)
    chosen.check()
    page.get_by_role("button", name="Check my answers").click()
    expect(page.locator("[data-answers-state]")).to_contain_text("Kept on this phone")
    page.context.set_offline(False)
    expect(page.locator("[data-answers-state]")).to_have_text("Kept.")
    page.reload()
    expect(page.get_by_label("Speaking louder", exact=True)).to_be_checked()

    other = visit(email=NEWCOMER)  # her tablet
    expect(open_quiz(other, "clean-sound").get_by_label("Speaking louder", exact=True)).to_be_checked()


def test_a_round_of_practice(she: Visit):
    page = she.page
    she.open("/learn/practise/")
    answered = 0
    while page.get_by_role("button", name="Check my answer").count():
        assert axe_violations(page) == []
        assert not wider_than_screen(page)
        for radio in page.get_by_role("radio").all()[:1]:
            radio.check()
        for place, control in enumerate(page.locator("main form select").all(), 1):
            control.select_option(index=min(place, control.locator("option").count() - 1))
        page.get_by_role("button", name="Check my answer").click()
        page.wait_for_url("**/learn/practise/answers/**")
        expect(page.locator("main")).to_contain_text("It comes back on")
        assert axe_violations(page) == []
        answered += 1
        onward = page.get_by_role("link", name="Next exercise")
        if not onward.count():
            break
        with page.expect_navigation():
            onward.click()
    assert answered in (0, 4)
    she.open("/learn/practise/")
    expect(page.locator("main")).to_contain_text("Nothing to practise right now.")
