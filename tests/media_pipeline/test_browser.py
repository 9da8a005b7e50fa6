"""The upload as Chromium sees it, at the size of a phone."""

import pytest
from django.contrib.auth.models import Group, Permission
from playwright.sync_api import expect
from wagtail.models import Collection, GroupCollectionPermission

from media_pipeline import jobs
from media_pipeline.models import Asset

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page, client, person, url):
    client.force_login(person)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])


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


def test_a_video_appears_by_itself_once_it_is_prepared(phone, live_server, ready_asset, settings):
    settings.ROOT_URLCONF = "tests.media_pipeline.player_page"
    row = Asset.objects.filter(pk=ready_asset.pk)
    row.update(state="preparing", percent=40)
    phone.goto(f"{live_server.url}/test/player/{ready_asset.pk}/")
    expect(phone.locator("[data-asset-status] progress")).to_be_visible()
    phone.evaluate("globalThis.sameDocument = true")

    row.update(state="ready")
    expect(phone.get_by_role("button", name=f"Play {ready_asset.title}")).to_be_visible(timeout=30_000)
    assert phone.evaluate("globalThis.sameDocument")  # and not by a reload
