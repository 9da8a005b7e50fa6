"""What an instructor does with her pages on a phone and at a desk: copy, order, preview, plan, hand in, translate."""

import re
import time
from collections.abc import Callable
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import EDITOR, PHONE, Visit
from tests.browser.test_authoring import forgive_what_was_meant, more_actions
from tests.browser.test_pages import wider_than_screen

COURSE = "From home to audience"
LESSON = "A title and three seconds that keep a promise"


def is_phone(visit: Visit) -> bool:
    return visit.page.viewport_size == PHONE


def open_editor(visit: Visit, title: str, within: str = "") -> None:
    """Find a page in English by its title, below the page ``within`` if given, and open it."""
    visit.open(f"/admin/pages/?{urlencode({'q': title, 'locale': 'en'})}")
    rows = visit.page.locator("main tr")
    if within:
        parent = re.compile(rf"^\s*{re.escape(within)}\s*$")  # a copy's title begins alike
        rows = rows.filter(has=visit.page.locator("a", has_text=parent))
    rows.locator("td.title").get_by_role("link", name=title, exact=True).first.click()
    visit.page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))


def copy_page(visit: Visit, title: str) -> str:
    """Copy the page that is open as a draft beside it, and open the copy; returns its title."""
    page, copy = visit.page, f"{title} {time.time_ns()}"
    visit.open(page.url.removeprefix(visit.site.url).replace("/edit/", "/copy/"))
    page.get_by_label("New title").fill(copy)
    page.get_by_label("New slug").fill(re.sub(r"\W+", "-", copy.lower()))
    assert not wider_than_screen(page)
    page.get_by_role("button", name="Copy this page").click()
    expect(page.locator(".messages")).to_contain_text("copied")
    page.locator(".messages").get_by_role("link", name="Edit").click()
    return copy


def choose_action(page: Page, name: str, leads_to: str) -> None:
    """Choose from what can be done with a page as a whole."""
    page.get_by_role("button", name="Actions").first.click()
    page.get_by_role("link", name=name).click()
    page.wait_for_url(re.compile(leads_to))
    assert not wider_than_screen(page)


def side_panel(page: Page, name: str) -> Locator:
    """Open a panel beside the editor; on a phone it lies over it."""
    page.get_by_role("button", name=f"Toggle {name}").first.click()
    return page.locator(f"[data-side-panel={name}]")


def drag(visit: Visit, what: Locator, to: Locator) -> None:
    """Drag by the mouse, or by a finger."""
    if not is_phone(visit):
        what.drag_to(to)
        return
    start, end = what.bounding_box(), to.bounding_box()
    assert start
    assert end
    session = visit.page.context.new_cdp_session(visit.page)
    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 11):
        point = {"x": x, "y": y + (end["y"] + end["height"] - y) * step / 10}
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        visit.page.wait_for_timeout(20)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_course_is_copied_and_its_lessons_are_put_in_order(desk: Visit):
    page = desk.page
    open_editor(desk, COURSE)
    copy_page(desk, COURSE)
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    desk.open(page.url.removeprefix(desk.site.url).replace("edit/", "?ordering=ord"))
    titles, handles = page.locator("td.title a"), page.get_by_role("button", name="Drag")
    first, second, third = titles.all_inner_texts()[:3]

    handles.nth(2).focus()
    for key in ("ArrowUp", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".messages")).to_contain_text(f"'{third}' has been moved")
    page.reload()
    expect(titles.first).to_have_text(third)

    drag(desk, handles.nth(0), handles.nth(2))
    expect(page.locator(".messages")).to_contain_text(f"'{third}' has been moved")
    page.reload()
    assert titles.all_inner_texts()[:3] == [first, second, third]
    assert not wider_than_screen(page)


def test_a_lesson_is_seen_as_on_a_phone_while_it_is_written(desk: Visit):
    page = desk.page
    open_editor(desk, LESSON)
    page.get_by_role("textbox", name="What she will learn").fill("Only I see this yet.")
    side_panel(page, "preview")
    page.get_by_role("radio", name="Preview in mobile size").check(force=True)
    preview = page.frame_locator("#w-preview-iframe, iframe[title=Preview]").first
    expect(preview.get_by_role("heading", level=1)).to_have_text(LESSON)
    expect(preview.locator("main")).to_contain_text("Only I see this yet.")
    width = preview.locator("html").evaluate("document.documentElement.clientWidth")
    assert width <= 390
    forgive_what_was_meant(desk)


def test_a_change_is_planned_compared_handed_in_and_approved(desk: Visit, visit: Callable[..., Visit]):
    page = desk.page
    open_editor(desk, LESSON)
    title = copy_page(desk, LESSON)
    page.get_by_role("textbox", name="What she will learn").fill("To be found in the history.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".messages")).to_contain_text("updated")
    address = page.url.removeprefix(desk.site.url)

    status = side_panel(page, "status")
    status.get_by_role("button", name="Set schedule").click()
    page.get_by_label("Go live date/time").fill("2099-01-10 08:00")
    calendar = page.locator(".xdsoft_datetimepicker").filter(visible=True)
    expect(calendar).to_have_count(1)
    page.get_by_role("heading", name="Set publishing schedule").click()  # as somebody who has typed the day
    expect(calendar).to_have_count(0)
    page.get_by_role("button", name="Save schedule").click()
    expect(side_panel(page, "status")).to_contain_text("2099")

    desk.open(address.replace("/edit/", "/history/"))
    page.locator("tbody").get_by_role("button", name="Actions").nth(1).click()
    page.get_by_role("link", name="Compare with previous version").click()
    expect(page.locator("main")).to_contain_text("To be found in the history.")
    assert not wider_than_screen(page)

    desk.open(address)
    more_actions(page, "Submit to Publishing")
    expect(page.locator(".messages")).to_contain_text("submitted")
    editor = visit(size=page.viewport_size, email=EDITOR)
    editor.open("/admin/")
    editor.page.get_by_role("link", name=title).first.click()
    more_actions(editor.page, "Approve")
    expect(editor.page.locator(".messages")).to_contain_text("has been updated")
    desk.open(f"/admin/pages/?{urlencode({'q': title})}")
    expect(page.locator("tr", has_text=title)).to_contain_text("Scheduled", ignore_case=True)
    forgive_what_was_meant(desk, editor)


def test_a_lesson_is_translated_side_by_side_and_she_sees_how_far_she_is(desk: Visit):
    page = desk.page
    open_editor(desk, LESSON, within=COURSE)  # a copied course is in one language only
    copy_page(desk, LESSON)
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    number = page.url.split("/")[-3]
    choose_action(page, "Translate this page", "/admin/translate/")
    page.get_by_label("简体中文").check()
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".messages")).to_contain_text("submitted for translation")
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    page.get_by_role("button", name="Translate").first.click()
    page.locator("#main textarea").first.fill("题目")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator("#main")).to_contain_text("Translated manually")
    assert not wider_than_screen(page)
    desk.open(f"/admin/pages/{number}/edit/")
    expect(page.locator("main")).to_contain_text("passages are in 简体中文")
