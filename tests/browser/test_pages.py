"""What holds for every page: it is light, it passes axe, and it fits a narrow screen, in both themes and languages."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, Visit

AXE = (Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text()
KIB = 1024
LESSON = "/en/courses/demo-school/your-first-video/one-minute-worth-watching/"

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
LAST_LESSON = "/en/courses/demo-school/from-home-to-audience/how-money-reaches-you/"
# "A > B" is the first page that A links to and whose address is B; * stands for an id.
PRIVATE = {
    "learner": [
        "/learn/",
        "/learn/?minutes=10",
        "/learn/goal/",
        "/learn/invitation/",
        "/learn/news/",
        "/learn/news/choices/",
        "/learn/next/",
        "/learn/practise/",
        "/learn/talk/blocked/",
        "/en/courses/demo-school/from-home-to-audience/",
        LESSON,
        LAST_LESSON,
        f"{LESSON} > /learn/attempts/*/",
        f"{LESSON} > /learn/lessons/*/pieces/*/quiz/",
        f"{LESSON} > /learn/lessons/*/talk/",
        f"{LAST_LESSON} > /learn/lessons/*/pieces/*/send/",
        "/studio/",
        "/studio/ > /studio/*/",
        "/studio/ > /studio/*/ > /studio/*/who/",
        "/on-this-phone/",
        "/accounts/settings/",
        "/accounts/privacy/",
    ],
    "creator": [
        "/learn/",
        "/learn/ > /verify/*/",
        "/profile/",
        "/profile/channels/",
        "/earnings/",
        "/earnings/payout/",
    ],
    "instructor": [
        "/learn/",
        "/learn/next/",
        LESSON,
        f"{LESSON} > /learn/lessons/*/talk/",
        "/review/",
        "/review/ > /review/*/",
        "/review/insight/",
        "/review/insight/ > /review/insight/*/",
        "/review/insight/ > /review/insight/*/ > /review/insight/*/*/",
    ],
}


def axe_violations(page: Page) -> list[str]:
    """Run axe-core in ``page`` once it is there and nothing moves, and return what it found wrong, one line each."""
    page.wait_for_load_state()
    page.evaluate("document.getAnimations().forEach((one) => one.effect.getTiming().iterations < 9 && one.finish())")
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def go(one: Visit, way: str) -> None:
    """Open a page of ``PRIVATE``."""
    first, *following = way.split(" > ")
    one.open(first)
    for wanted in following:
        pattern = wanted.replace("*", "[0-9a-f-]{36}")
        links = one.page.eval_on_selector_all("a[href]", "links => links.map(({ pathname }) => pathname)")
        one.open(next((link for link in links if re.fullmatch(pattern, link)), wanted))


def wider_than_screen(page: Page) -> bool:
    """Compare with the layout's width: a phone that must zoom out to show a page says it has a wider window."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")


@dataclass
class Weight:
    """What came over the network since it was made, a request each: its type and its bytes."""

    page: Page
    types: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        session = self.page.context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.on("Network.responseReceived", lambda event: self.types.update({event["requestId"]: event["type"]}))
        session.on(
            "Network.loadingFinished",
            lambda event: self.sizes.update({event["requestId"]: int(event["encodedDataLength"])}),
        )

    def of(self, *types: str) -> int:
        """The bytes of all requests, or of those of ``types`` (CDP: Document, Script, Image, …)."""
        return sum(size for request, size in self.sizes.items() if not types or self.types.get(request) in types)


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_light_on_a_first_visit(visit: Callable[..., Visit], path: str):
    one = visit()
    weight = Weight(one.page)
    one.open(path)
    one.page.wait_for_load_state("networkidle")
    assert weight.of() <= 80 * KIB
    assert len(weight.sizes) <= 10
    assert weight.of("Script") <= 15 * KIB


def test_a_lesson_costs_little_but_its_video_and_less_the_next_time(visit: Callable[..., Visit]):
    """Without the worker, whose own requests are not seen here and which could only make the second one lighter."""
    one = visit(email="learner@demo.hearthlight.example", service_workers="block")
    cookies = one.page.context.storage_state()
    one = visit(storage_state=cookies, service_workers="block")  # nothing of the site is in this browser yet
    first = Weight(one.page)
    one.open(LESSON)
    one.page.wait_for_load_state("networkidle")
    assert first.of() <= 100_000
    next_time = Weight(one.page)
    one.open(LESSON)
    one.page.wait_for_load_state("networkidle")
    assert next_time.of("Document") > 0
    assert next_time.of() <= 15_000


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_public_pages_pass_axe_and_fit_a_narrow_phone(visit: Callable[..., Visit], theme: str):
    one = visit(size={"width": 360, "height": 740}, color_scheme=theme)
    problems = []
    for path in PUBLIC:
        one.open(path)
        problems += axe_violations(one.page)
        problems += [f"{path}: wider than the screen"] * wider_than_screen(one.page)
    assert problems == []


@pytest.mark.usefixtures("prepared_site")
@pytest.mark.parametrize("person", PRIVATE)
def test_private_pages_pass_axe_and_fit_phone_and_desk(visit: Callable[..., Visit], person: str):
    problems = []
    for size in (PHONE, DESKTOP):
        one = visit(size=size, email=f"{person}@demo.hearthlight.example")
        for path in PRIVATE[person]:
            go(one, path)
            assert one.page.locator("main h1").count(), path
            problems += axe_violations(one.page)
            problems += [f"{path} at {size['width']}: wider than the screen"] * wider_than_screen(one.page)
    assert problems == []


def test_a_page_at_twice_the_text_size_still_fits(visit: Callable[..., Visit]):
    one = visit(size={"width": 360, "height": 740})
    problems = []
    for path in PUBLIC:
        one.open(path)
        one.page.evaluate("document.documentElement.style.fontSize = '200%'")
        problems += [path] * wider_than_screen(one.page)
    assert problems == []


@pytest.mark.usefixtures("prepared_site")
@pytest.mark.parametrize("person", PRIVATE)
def test_a_private_page_at_twice_the_text_size_fits_a_narrow_phone(visit: Callable[..., Visit], person: str):
    one = visit(size={"width": 360, "height": 740}, email=f"{person}@demo.hearthlight.example")
    problems = []
    for path in PRIVATE[person]:
        go(one, path)
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
