"""Files, questions, faults, charts and groups, as an instructor finds them on a phone and at a desk."""

import csv
import json
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from courses.exchange.course_file import MANIFEST
from tests.browser.conftest import DESKTOP, INSTRUCTOR, PHONE, Visit
from tests.browser.journey import LONG
from tests.browser.test_together import look

COURSE = "From home to audience"


def named(file: Path, title: str) -> Path:
    """Write the file of a course anew under another title: other tests look for the first one by its own."""
    renamed = file.with_name("renamed.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(renamed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, json.dumps(json.loads(content) | {"title": title}) if name == MANIFEST else content)
    return renamed


def look_at_both_sizes(page: Page) -> None:
    """Look at a page on a phone as at a desk, where doing all of it twice would take long."""
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        look(page)


def test_a_course_leaves_as_a_file_and_comes_back_after_a_look(visit: Callable[..., Visit], tmp_path: Path):
    she, file = visit(email=INSTRUCTOR), tmp_path / "course.zip"
    page = she.page
    she.open("/admin/course_files/")
    look_at_both_sizes(page)
    page.locator("[name=out-course]").select_option(label=f"{COURSE} (English)")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    download.value.save_as(file)

    page.get_by_label("Course (ZIP or IMSCC)").set_input_files(named(file, f"{COURSE} {time.time_ns()}"))
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name="What comes", exact=True)).to_be_visible()
    look_at_both_sizes(page)
    lessons = re.search(r"Lessons: (\d+)", page.locator("main").inner_text())
    assert lessons
    page.get_by_role("button", name="Bring it in as drafts").click()
    open_course = page.get_by_role("link", name="Open the course")
    expect(open_course).to_be_visible(timeout=LONG)  # the page follows the work by itself
    open_course.click()
    expect(page.locator("td.title")).to_have_count(int(lessons[1]))


def test_questions_are_looked_at_before_they_are_kept(desk: Visit, tmp_path: Path):
    page, asked, file = desk.page, f"Where is the light of {time.time_ns()}?", tmp_path / "questions.csv"
    with file.open("w", newline="") as out:
        csv.writer(out).writerows(
            [
                ["kind", "question", "answer", "is right", "feedback"],
                ["choice", asked, "Before me", "yes", "Right"],
                ["", "", "Behind me", "", "Look again"],
                ["riddle", "What?", "x", "", ""],
            ]
        )
    desk.open("/admin/questions/")
    look(page)
    page.get_by_label("Table (XLSX or CSV)").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name="1 question can be saved")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Line 4: ")
    look(page)
    page.get_by_role("button", name="Save these").click()
    expect(page.locator(".messages")).to_contain_text("What was there already was left alone.")
    expect(page.locator("main table")).to_contain_text(asked)


def test_what_to_mend_leads_from_the_list_to_the_page(desk: Visit):
    page = desk.page
    desk.open("/admin/to_mend/")
    look(page)
    page.get_by_role("link", name=COURSE, exact=True).first.click()
    expect(page.locator("main")).to_contain_text("Read as each page was saved last")
    look(page)


def test_where_they_get_stuck_is_drawn_and_comes_as_a_table(desk: Visit):
    page = desk.page
    desk.open("/review/insight/")
    page.locator("main").get_by_role("link", name="Your first video").click()
    expect(page.get_by_role("heading", name="From lesson to lesson")).to_be_visible()
    with page.expect_download() as download:
        page.locator("#lessons").get_by_role("link", name="Download the table").click()
    head, first, *_others = csv.reader(download.value.path().read_text(encoding="utf-8-sig").splitlines())
    assert head == ["Lesson", "Began", "Finished", "%"]
    assert first[0].startswith("1. ")
    page.locator("#lessons").get_by_role("link", name=first[0]).click()
    expect(page.get_by_role("heading", name="From piece to piece")).to_be_visible()
    look(page)


def test_a_group_has_a_day_for_a_lesson_and_an_invitation(desk: Visit):
    page, name = desk.page, f"Mornings {time.time_ns()}"
    desk.open("/admin/cohorts/new/")
    look(page)
    page.locator("[name=course]").select_option(label="Your first video")
    page.get_by_label("Name of the group").fill(name)
    page.get_by_label("Begins on").fill("2099-01-04")
    page.get_by_role("button", name="Save").press("Enter")  # a calendar may lie over it
    expect(page.locator(".messages")).to_contain_text("The group is saved.")
    page.get_by_label("Window light").fill("2099-01-11")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_label("Window light")).to_have_value("2099-01-11")
    expect(page.get_by_role("link", name="/learn/invitation/")).to_be_visible()
    page.reload()  # a message fades in
    look(page)
    desk.open("/admin/cohorts/")
    expect(page.locator("main table")).to_contain_text(name)
