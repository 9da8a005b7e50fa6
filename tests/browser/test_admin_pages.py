"""What holds for every page of the admin that people use at work: it passes axe and fits a phone and a desk."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, INSTRUCTOR, PHONE, Visit
from tests.browser.test_instructing import LESSON, copy_page, open_editor
from tests.browser.test_pages import axe_violations, wider_than_screen

PAGES = {
    "instructor": [
        "/admin/",
        "/admin/pages/",
        "/admin/images/",
        "/admin/images/add/",
        "/admin/documents/",
        "/admin/videos/",
        "/admin/snippets/courses/drill/",
        "/admin/snippets/courses/drill/add/",
        "/admin/snippets/courses/rubric/",
        "/admin/snippets/courses/rubric/add/",
        "/admin/reports/aging-pages/",
        "/admin/localize/reports/translations/",
        "/admin/nowhere/",
        "/admin/account/",
        "/admin/talk/",
    ],
    "preparer": [
        "/admin/",
        "/admin/finance/reports/",
        "/admin/finance/months/",
        "/admin/finance/statements/",
        "/admin/finance/disputed-lines/",
        "/admin/finance/holds/",
        "/admin/finance/payouts/",
        "/admin/finance/journal/",
        "/admin/finance/proof/",
        "/admin/finance/bank/",
        "/admin/finance/sources/",
        "/admin/finance/unknown-channels/",
        "/admin/finance/tax-forms/",
    ],
    "approver": [
        "/admin/finance/trail/",
    ],
    "admin": [
        "/admin/users/",
        "/admin/users/new/",
        "/admin/groups/",
        "/admin/locales/",
        "/admin/redirects/",
        "/admin/workflows/list/",
        "/admin/reports/site-history/",
    ],
}
# What is Wagtail's to mend, by page and rule: the test says when it is mended.
OF_WAGTAIL = {
    ("/admin/workflows/list/", "heading-order"),  # the steps stand below no heading of the third rank
    ("/admin/workflows/list/", "list"),  # and between them arrows, which are no items
    ("/admin/workflows/list/", "listitem"),
}


def rule_of(violation: str) -> str:
    """The rule in a line of ``axe_violations``."""
    found = re.search(r": ([a-z-]+): ", violation)
    assert found
    return found.group(1)


@pytest.mark.parametrize("person", PAGES)
def test_pages_of_the_admin_pass_axe_and_fit_phone_and_desk(visit: Callable[..., Visit], person: str):
    one = visit(email=f"{person}@demo.hearthlight.example")
    found, problems = set(), []
    for path in PAGES[person]:
        one.page.set_viewport_size(PHONE)
        one.open(path)
        for size in (PHONE, DESKTOP):
            one.page.set_viewport_size(size)
            for violation in axe_violations(one.page):
                found.add((path, rule_of(violation)))
                problems += [violation] * ((path, rule_of(violation)) not in OF_WAGTAIL)
            problems += [f"{path}: wider than the screen"] * wider_than_screen(one.page)
    one.complaints[:] = [complaint for complaint in one.complaints if "/admin/nowhere/" not in complaint]
    assert problems == []
    assert found == {(path, rule) for path, rule in OF_WAGTAIL if path in PAGES[person]}


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_a_statement_with_who_saw_it_passes_axe_and_fits(visit: Callable[..., Visit], size: dict[str, int]):
    one = visit(size=size, email="approver@demo.hearthlight.example")
    one.open("/admin/finance/statements/")
    one.page.locator(".listing .title a").first.click()
    trail = one.page.get_by_role("table", name="Who saw and did what")
    expect(trail).to_be_visible()
    before = trail.get_by_role("row").count()
    one.page.reload()
    expect(trail.get_by_role("row").nth(1)).to_contain_text("Looked at")
    assert trail.get_by_role("row").count() == min(before + 1, 21)  # one look, one row, below the headings
    assert axe_violations(one.page) == []
    assert not wider_than_screen(one.page)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_the_editor_of_a_lesson_passes_axe_also_with_something_added(visit: Callable[..., Visit], size: dict[str, int]):
    she = visit(size=size, email=INSTRUCTOR)
    open_editor(she, LESSON)
    copy_page(she, LESSON)  # the editor saves by itself what is added here and left empty
    expect(she.page.get_by_role("textbox", name=re.compile("^Text")).first).to_be_visible()
    assert axe_violations(she.page) == []
    she.page.get_by_title("Insert a block").last.click()
    she.page.get_by_role("option", name="Heading").click()
    expect(she.page.get_by_role("textbox", name=re.compile("^Heading")).last).to_be_visible()
    assert axe_violations(she.page) == []
    assert not wider_than_screen(she.page)
