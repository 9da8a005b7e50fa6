"""What holds for every page: it is light, it passes axe, and it fits a narrow screen, in both themes and languages."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, Visit

AXE = (Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text()
KIB = 1024

PUBLIC = [
    "/en/",
    "/zh-hans/",
    "/en/courses/",
    "/en/courses/demo-school/your-first-video/",
    "/accounts/login/",
    "/accounts/signup/",
    "/creators/",
    "/search/?query=light",
]
PRIVATE = {
    "learner": ["/learn/", "/studio/", "/accounts/settings/", "/accounts/privacy/"],
    "creator": ["/learn/", "/profile/", "/profile/channels/", "/earnings/", "/earnings/payout/"],
    "instructor": ["/review/"],
}


def axe_violations(page: Page) -> list[str]:
    """Run axe-core in ``page`` and return what it found wrong, one line each."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def wider_than_screen(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_light_on_a_first_visit(visit: Callable[..., Visit], path: str):
    one = visit()
    session = one.page.context.new_cdp_session(one.page)
    session.send("Network.enable")
    types: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on("Network.responseReceived", lambda event: types.update({event["requestId"]: event["type"]}))
    session.on(
        "Network.loadingFinished", lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])})
    )

    one.open(path)
    one.page.wait_for_load_state("networkidle")

    script = sum(size for request, size in sizes.items() if types.get(request) == "Script")
    assert sum(sizes.values()) <= 80 * KIB
    assert len(sizes) <= 10
    assert script <= 15 * KIB


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_public_pages_pass_axe_and_fit_a_narrow_phone(visit: Callable[..., Visit], theme: str):
    one = visit(size={"width": 360, "height": 740}, color_scheme=theme)
    problems = []
    for path in PUBLIC:
        one.open(path)
        problems += axe_violations(one.page)
        problems += [f"{path}: wider than the screen"] * wider_than_screen(one.page)
    assert problems == []


@pytest.mark.parametrize("person", PRIVATE)
def test_private_pages_pass_axe_and_fit_phone_and_desk(visit: Callable[..., Visit], person: str):
    problems = []
    for size in (PHONE, DESKTOP):
        one = visit(size=size, email=f"{person}@demo.hearthlight.example")
        for path in PRIVATE[person]:
            one.open(path)
            problems += axe_violations(one.page)
            problems += [f"{path} at {size['width']}: wider than the screen"] * wider_than_screen(one.page)
    assert problems == []


def test_a_page_at_twice_the_text_size_still_fits(visit: Callable[..., Visit]):
    one = visit(size={"width": 720, "height": 900}, device_scale_factor=2)
    problems = []
    for path in PUBLIC:
        one.open(path)
        one.page.evaluate("document.documentElement.style.fontSize = '200%'")
        problems += [path] * wider_than_screen(one.page)
    assert problems == []


def test_every_link_and_button_of_the_home_page_is_reached_by_keyboard(visit: Callable[..., Visit]):
    one = visit(size=DESKTOP)
    one.open("/en/")
    reached = set()
    for _press in range(120):
        one.page.keyboard.press("Tab")
        reached.add(one.page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))
    wanted = one.page.evaluate(
        """[...document.querySelectorAll('a[href], button, input, select, summary')]
           .filter(e => e.checkVisibility() && !e.disabled).map(e => e.outerHTML.slice(0, 200))"""
    )
    assert json.dumps([html for html in wanted if html not in reached]) == "[]"
