"""Two tries side by side: one below the other on a phone, one heard at a time, keys for the one she is in."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, RunningSite, Visit
from tests.browser.test_pages import axe_violations, wider_than_screen

HAVE_ENOUGH_DATA = 4  # HTMLMediaElement

# Two tries of somebody new: copies of a video that the demo's worker has prepared.
LAY = """
import shutil, uuid
from datetime import timedelta
from pathlib import Path
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone
from courses import review
from courses.models import Submission
from media_pipeline.models import Asset
like = Submission.objects.filter(asset__state="ready", rubric__isnull=False).order_by("sent_at").first()
teacher = get_user_model().objects.get(email="instructor@demo.hearthlight.example")
folder = Path(settings.MEDIA_PIPELINE_ROOT) / "outputs"
address = f"{uuid.uuid4().hex[:12]}@example.org"
learner = get_user_model().objects.create_user(
    username=address, email=address, password="demo-only", public_name="Noor " + address[:8])
EmailAddress.objects.create(user=learner, email=address, verified=True, primary=True)
piece = {"lesson_key": uuid.uuid4(), "piece_id": uuid.uuid4()}
full = {one.key: 1 for one in like.rubric.criterion_list}
for number in (1, 2):
    asset = Asset.objects.get(pk=like.asset_id)
    asset.pk, asset.owner = uuid.uuid4(), learner
    asset.save(force_insert=True)
    shutil.copytree(folder / str(like.asset_id), folder / str(asset.pk))
    sent = Submission.objects.create(
        learner=learner, shelf=like.shelf, course_key=like.course_key, **piece, course_title=like.course_title,
        lesson_title=like.lesson_title, title="Two tries", number=number, asset=asset, rubric=like.rubric,
        sent_at=timezone.now() - timedelta(days=3 - number))
    review.add_note(submission=sent, by=teacher, at_ms=2000, text=f"Said of try {number}")
    review.decide(submission=sent, by=teacher, decision="again", scores=full, summary="Once more")
print(f"laid for {address} {sent.pk}")
"""


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_she_sees_two_tries_and_hears_one(
    visit: Callable[..., Visit], prepared_site: RunningSite, size: dict[str, int]
):
    laid = prepared_site.manage("shell", "-c", LAY)
    found = re.search(r"laid for (\S+) (\S+)", laid.stdout)
    assert found, laid.stdout + laid.stderr
    she = visit(size=size, email=found[1])
    page = she.page
    she.open(f"/studio/{found[2]}/")
    page.get_by_role("link", name="See it beside the try before").click()
    sides = page.locator("[data-one-at-a-time] > section")
    expect(sides).to_have_count(2)
    assert axe_violations(page) == []
    assert not wider_than_screen(page)
    first, second = (sides.nth(number).bounding_box() for number in (0, 1))
    assert (first["y"] == second["y"]) is (size is DESKTOP)

    before, now = page.locator("[data-one-at-a-time] video").all()
    sides.nth(0).locator("[data-player-cover]").click()
    expect(before).to_have_js_property("paused", False)
    expect(before).to_have_js_property("readyState", HAVE_ENOUGH_DATA)
    sides.nth(1).get_by_role("link", name="Play from 0:02").click()
    expect(now).to_have_js_property("paused", False)
    expect(before).to_have_js_property("paused", True)
    expect(now).to_have_js_property("readyState", HAVE_ENOUGH_DATA)  # until then the player begins by itself
    sides.nth(0).locator("[data-do=play]").focus()
    page.keyboard.press("k")
    expect(before).to_have_js_property("paused", False)
    expect(now).to_have_js_property("paused", True)
