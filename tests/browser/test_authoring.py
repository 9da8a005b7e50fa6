"""A lesson from the instructor's desk to the learner: written, asked for, looked at by an editor, read."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, EDITOR, INSTRUCTOR, LEARNER, Visit

SHELF = "Hearthlight school"
COURSE = "From home to audience"  # nobody finishes this one in another test
COURSE_PATH = "/en/courses/demo-school/from-home-to-audience/"
SENTENCE = "The sun of the early evening comes from the side."


def go_to_her_course(visit: Visit) -> None:
    """Walk down from the root to the course; beside her shelf the explorer shows nothing, and opens nothing."""
    page = visit.page
    visit.open("/admin/pages/")
    page.locator("tr", has_text="English").get_by_role("link", name="Explore child pages").click()
    rows = page.locator("table.listing tbody tr")
    expect(rows).to_have_count(1)
    rows.get_by_role("link", name="Explore child pages").click()
    page.get_by_role("link", name=f"Explore child pages of '{SHELF}'").click()
    page.get_by_role("link", name=f"Explore child pages of '{COURSE}'").click()


def add_block(page: Page, kind: str) -> None:
    """Add a block after the last one of the lesson."""
    page.get_by_role("button", name="Insert a block").last.click()
    page.get_by_role("option", name=kind, exact=True).click()


def write_the_lesson(page: Page, title: str) -> None:
    page.get_by_placeholder("Page title").fill(title)
    page.get_by_role("textbox", name="What she will learn").fill(
        "To choose the hour of the day that is kind to a face."
    )
    add_block(page, "Text")
    page.locator(".public-DraftEditor-content").last.click()
    page.keyboard.type(SENTENCE)
    add_block(page, "Video")
    page.get_by_role("button", name="Choose a video").last.click()
    page.locator(".modal-body [data-chooser-modal-choice]").first.click()
    expect(page.locator(".modal-body")).to_have_count(0)


def more_actions(page: Page, action: str) -> None:
    page.get_by_role("button", name="More actions").last.click()
    with page.expect_navigation():
        page.get_by_role("button", name=action, exact=True).click()


def forgive_what_was_meant(*visits: Visit) -> None:
    """Saving by itself is refused while a field is empty, and a draft is not found: the browser notes both."""
    for visit in visits:
        visit.complaints[:] = [c for c in visit.complaints if "status of 400" not in c and "status of 404" not in c]


@pytest.mark.usefixtures("prepared_site")
def test_a_lesson_is_written_approved_and_read(visit: Callable[..., Visit]):
    title = f"The kind hour {time.time_ns() // 10**9}"
    path = f"{COURSE_PATH}{title.lower().replace(' ', '-')}/"

    instructor = visit(size=DESKTOP, email=INSTRUCTOR)
    desk = instructor.page
    go_to_her_course(instructor)
    desk.get_by_role("link", name="Add child page").first.click()
    write_the_lesson(desk, title)
    desk.get_by_role("button", name="Save draft").click()
    desk.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    more_actions(desk, "Submit to Publishing")
    expect(desk.locator(".messages")).to_contain_text("submitted")

    learner = visit(email=LEARNER)
    learner.open(path)
    expect(learner.page.locator("main")).not_to_contain_text(SENTENCE)

    editor = visit(size=DESKTOP, email=EDITOR)
    editor.open("/admin/")
    editor.page.get_by_role("link", name=title).first.click()
    more_actions(editor.page, "Approve")
    expect(editor.page.locator(".messages")).to_contain_text("has been updated")

    learner.open(path)
    expect(learner.page.get_by_role("heading", level=1)).to_have_text(title)
    expect(learner.page.locator("main")).to_contain_text(SENTENCE)
    expect(learner.page.locator("[data-player]")).to_be_visible()
    forgive_what_was_meant(instructor, learner)
