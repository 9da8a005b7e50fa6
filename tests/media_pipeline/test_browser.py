"""The player and the upload as Chromium sees them, at the size of a phone."""

import os

import pytest
from django.contrib.auth.models import Group, Permission
from playwright.sync_api import expect, sync_playwright
from wagtail.models import Collection, GroupCollectionPermission

from media_pipeline import captions, jobs
from media_pipeline.models import Asset

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nWelcome home\n"


@pytest.fixture
def phone(monkeypatch):
    """Chromium at 390 by 844; what goes wrong on a page ends the test."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in this thread, Django's does not
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda said: page.errors.append(said.text) if "Content Security" in said.text else None)
        yield page
        browser.close()
        assert not page.errors


def sign_in(page, client, person, url):
    client.force_login(person)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])


def until(page, expression):
    """Look again and again; waiting inside the page would need the eval that our policy forbids."""
    for _look in range(300):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(200)
    pytest.fail(f"It never came to: {expression}")


def test_nothing_is_fetched_before_she_taps_and_then_the_smallest_rendition_plays(
    phone, live_server, ready_asset, settings
):
    settings.ROOT_URLCONF = "tests.media_pipeline.player_page"
    captions.save_captions(asset=ready_asset, language="en", raw=CAPTIONS, by=None)
    fetched = []
    phone.on("request", lambda request: fetched.append(request.url))
    phone.goto(f"{live_server.url}/test/player/{ready_asset.pk}/")
    play = phone.get_by_role("button", name=f"Play {ready_asset.title}, 0:02")
    expect(play).to_be_visible()
    assert not [url for url in fetched if url.endswith((".m3u8", ".m4s", ".mp4", "hls.min.mjs"))]

    play.focus()
    phone.keyboard.press("Enter")
    until(phone, "document.querySelector('video').currentTime > 0.2")
    assert [url for url in fetched if url.endswith("master.m3u8")]
    assert [url for url in fetched if url.endswith(".m4s")]
    until(phone, "document.querySelector('video').webkitAudioDecodedByteCount > 0")  # there is sound
    assert phone.evaluate("document.querySelector('video').textTracks[0].cues[0].text") == "Welcome home"

    phone.get_by_label("Speed").select_option("2")
    assert phone.evaluate("document.querySelector('video').playbackRate") == 2
    saver = phone.get_by_role("button", name="Save data")
    saver.click()
    expect(saver).to_have_attribute("aria-pressed", "true")
    until(phone, "document.querySelector('video').ended")
    phone.get_by_text("0:01.5").click()
    until(phone, "document.querySelector('video').currentTime >= 1.4")


def test_she_sends_a_video_over_a_broken_line_and_after_a_reload(phone, live_server, client, instructor, clips):
    collection = Collection.get_first_root_node().add_child(name="Cooking")
    group = Group.objects.create(name="Cooking")
    for codename in ("add_asset", "change_asset"):
        permission = Permission.objects.get(codename=codename)
        GroupCollectionPermission.objects.create(group=group, collection=collection, permission=permission)
    instructor.groups.add(group)
    sign_in(phone, client, instructor, live_server.url)
    clip = clips.make("grainy.mp4", "-vf", "noise=alls=60:allf=t", "-qp", "4", size="640x360", seconds="4", sound=False)
    size = clip.stat().st_size
    assert size > 6_000_000  # more than one part

    sent = []
    phone.on("request", lambda request: request.method == "PATCH" and sent.append(request.headers["upload-offset"]))
    phone.route("**/tus/*", lambda route: route.abort() if len(sent) >= 2 else route.continue_())
    phone.goto(f"{live_server.url}/admin/videos/add/")
    expect(phone.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    phone.get_by_label("Your video").set_input_files(clip)
    phone.wait_for_timeout(1500)
    assert sent[0] == "0"
    assert not Asset.objects.exists()

    phone.unroute("**/tus/*")
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.reload()
    expect(phone.locator("[data-upload-line]")).to_contain_text("grainy.mp4")
    sent.clear()
    phone.get_by_label("Your video").set_input_files(clip)
    expect(phone.locator("[data-upload-line]")).to_have_text("All of it has arrived.", timeout=60_000)
    assert int(sent[0]) > 0  # it went on; it did not begin again

    asset = Asset.objects.get()
    assert (asset.size_bytes, asset.collection) == (size, collection)
    expect(phone.locator("[data-status-message]")).to_contain_text("has arrived")
    jobs.run_waiting()
    expect(phone.locator("[data-status-message]")).to_contain_text("is ready", timeout=30_000)
    phone.get_by_role("button", name="Save", exact=True).click()
    phone.wait_for_url(f"**/admin/videos/{asset.pk}/")
    expect(phone.locator("video")).to_be_visible()
