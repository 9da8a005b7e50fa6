"""Reviewing by the keyboard alone: choose, take, watch, mark, write, score, decide, and on to the next video."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, RunningSite, Visit
from tests.browser.test_keyboard import tab_to
from tests.browser.test_pages import axe_violations, wider_than_screen

# Somebody new with two videos in a course of her own: copies of one that the demo's worker has prepared.
LAY = """
import shutil, uuid
from datetime import timedelta
from pathlib import Path
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone
from courses.models import Submission
from media_pipeline.models import Asset
like = Submission.objects.filter(asset__state="ready", rubric__isnull=False).order_by("sent_at").first()
folder = Path(settings.MEDIA_PIPELINE_ROOT) / "outputs"
name = "Noor " + uuid.uuid4().hex[:8]
address = f"{uuid.uuid4().hex}@example.org"
learner = get_user_model().objects.create_user(username=address, email=address, public_name=name)
course = {"course_key": uuid.uuid4(), "course_title": name}
for days in (9, 8):
    asset = Asset.objects.get(pk=like.asset_id)
    asset.pk, asset.owner = uuid.uuid4(), learner
    asset.save(force_insert=True)
    shutil.copytree(folder / str(like.asset_id), folder / str(asset.pk))
    Submission.objects.create(
        learner=learner, shelf=like.shelf, **course, lesson_key=uuid.uuid4(), piece_id=uuid.uuid4(),
        lesson_title=like.lesson_title, title=f"Film of {days} days", number=1,
        asset=asset, rubric=like.rubric, sent_at=timezone.now() - timedelta(days=days))
print("laid for " + name)
"""


def lay(site: RunningSite) -> str:
    """Let somebody have sent in two videos; return her name, which is that of her course too."""
    laid = site.manage("shell", "-c", LAY)
    found = re.search(r"laid for (.*)", laid.stdout)
    assert found, laid.stdout + laid.stderr
    return found[1]


def choose_course(she: Visit, name: str) -> None:
    """See the videos of one course alone."""
    page, keys = she.page, she.page.keyboard
    she.open("/review/")
    tab_to(she, page.locator("summary", has_text="Choose what you see"))
    keys.press("Enter")
    tab_to(she, page.get_by_label("Course"))
    keys.type(name)  # a list goes to what is typed
    tab_to(she, page.get_by_role("button", name="Show these"))
    keys.press("Enter")
    page.wait_for_url(re.compile(r"course="))
    expect(page.locator("main ol.rows > li")).to_have_count(2)


def mark_and_note(page: Page, words: str) -> str:
    """While the video plays, mark a moment and write; return the moment that was marked."""
    video, keys = page.locator("#video video"), page.keyboard
    expect(video).to_have_js_property("paused", False)
    keys.press("m")
    expect(page.locator("[name=note_text]")).to_be_focused()
    expect(video).to_have_js_property("paused", True)
    moment = page.locator("[name=note_at]").input_value()
    keys.type(words)
    expect(page.locator("[name=note_text]")).to_have_value(words)
    keys.press("Control+Enter")
    expect(page.locator("#note-list")).to_contain_text(words)
    expect(video).to_have_js_property("paused", False)
    expect(page.locator("[data-do=play]").first).to_be_focused()
    expect(page.locator("[name=note_text]")).to_have_value("")
    return moment


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_video_is_reviewed_without_a_mouse(
    visit: Callable[..., Visit], prepared_site: RunningSite, size: dict[str, int]
):
    name = lay(prepared_site)
    she = visit(size=size, email="instructor@demo.hearthlight.example")
    page, keys = she.page, she.page.keyboard
    choose_course(she, name)
    tab_to(she, page.get_by_role("button", name="Take the oldest"))
    keys.press("Enter")
    page.wait_for_url(re.compile("/review/[0-9a-f-]{36}/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Film of 9 days")

    keys.press("?")
    expect(page.get_by_text("goes to the next line of the rubric")).to_be_visible()
    assert axe_violations(page) == []
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not wider_than_screen(page)
    page.evaluate("document.documentElement.style.fontSize = ''")
    keys.press("?")
    keys.press("k")
    moment = mark_and_note(page, "map the kitchen, please")
    expect(page.locator("#note-list")).to_contain_text(moment)
    mark_and_note(page, "and here, too")
    expect(page.locator("#note-list li")).to_have_count(2)

    for line in page.locator("[data-points]").all():
        keys.press("r")
        keys.press("2")
        expect(line.locator("input[value='2']")).to_be_checked()
    keys.press("Enter")  # saves the draft, and takes no note away
    expect(page.locator("#note-list li")).to_have_count(2)
    keys.press("w")
    keys.type("The light is lovely; now mark a pause.")
    keys.press("Escape")
    expect(page.locator("#video [data-player] button:focus")).to_have_count(1)
    keys.press("p")
    expect(page.get_by_role("button", name="Pass", exact=True)).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Film of 8 days")


def test_letters_can_be_switched_off(visit: Callable[..., Visit], prepared_site: RunningSite):
    name = lay(prepared_site)
    she = visit(size=DESKTOP, email="instructor@demo.hearthlight.example")
    page, keys = she.page, she.page.keyboard
    choose_course(she, name)
    page.get_by_role("button", name="Take the oldest").click()
    page.get_by_text("Keys for reviewing without a mouse").click()
    page.get_by_label("Letters and digits are keys").uncheck()
    page.reload()
    keys.press("w")
    expect(page.locator("[name=summary]")).not_to_be_focused()
    page.locator("[data-player-cover]").click()
    page.locator("[data-do=play]").first.focus()
    keys.press("m")  # the player's own again
    expect(page.locator("#video video")).to_have_js_property("muted", True)
    expect(page.locator("[name=note_text]")).not_to_be_focused()
