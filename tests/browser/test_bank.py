"""The bank beside a lesson, on a phone and at a desk: a question is taken into the draft, and another kept."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.test_instructing import (
    LESSON,
    choose_action,
    copy_page,
    forgive_what_was_meant,
    open_editor,
)


def test_a_question_is_taken_from_the_bank_and_another_kept_there(desk: Visit):
    page = desk.page
    open_editor(desk, LESSON)
    copy_page(desk, LESSON)
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))

    choose_action(page, "Questions from the bank", "/admin/bank/")
    page.get_by_label("With these words").fill("which frame")
    page.locator("#main form[role=search]").get_by_role("button", name="Search").click()
    page.get_by_role("checkbox").check()
    page.get_by_label("Into").select_option(label="A new quiz")
    page.get_by_role("button", name="Take these").click()
    expect(page.locator("main")).to_contain_text("Give the quiz a title.")
    expect(page.get_by_role("checkbox")).to_be_checked()
    page.get_by_label("Title of the new quiz").fill("From the bank")
    page.get_by_role("button", name="Take these").click()
    expect(page.locator(".messages")).to_contain_text("1 question stands at the end of the quiz")

    choose_action(page, "Questions into the bank", "/admin/bank/")
    page.locator("li", has_text="From the bank").get_by_role("checkbox").check()
    page.get_by_role("button", name="Keep these").click()
    expect(page.locator(".messages")).to_contain_text("What was there already was left alone")
    forgive_what_was_meant(desk)
    desk.complaints[:] = [one for one in desk.complaints if "status of 422" not in one]
