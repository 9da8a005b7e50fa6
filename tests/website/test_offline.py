"""The site as an app: its worker, its manifest, its icons, and the page that a phone keeps for whoever holds it."""

import json
import re
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image

from website import app_icon

pytestmark = pytest.mark.django_db
WORKER = "/worker.js"


def told(client, name):
    """What the worker is told by the site in the lines above its source."""
    text = client.get(WORKER).content.decode()
    return json.loads(re.search(rf"^const {name} = (.*);$", text, re.M).group(1))


def test_the_worker_may_serve_the_whole_site_and_is_asked_for_each_time(client):
    response = client.get(WORKER)
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-cache"
    assert WORKER.count("/") == 1  # the folder of a worker is its scope
    assert "worker-src 'self'" in response.headers["Content-Security-Policy"]
    assert not response.cookies


def test_the_worker_is_small(client):
    assert len(client.get(WORKER).content) <= 6 * 1024


def test_the_worker_has_another_version_when_anything_it_keeps_has(client, monkeypatch):
    before = told(client, "VERSION")
    assert told(client, "VERSION") == before
    monkeypatch.setattr("website.views.offline.static", lambda name: f"/static/other/{name}")
    assert told(client, "VERSION") != before


def test_the_worker_is_told_only_of_what_is_for_everybody(client, learner):
    """By itself it keeps one page and static files; who asks for it changes nothing."""
    shell = told(client, "SHELL")
    assert [address for address in shell if not address.startswith("/static/")] == ["/on-this-phone/"]
    before = client.get(WORKER).content
    client.force_login(learner)
    assert client.get(WORKER).content == before


def test_what_is_kept_goes_when_she_signs_out_or_is_erased(client):
    assert told(client, "FORGETTING") == [reverse("account_logout"), reverse("website:privacy")]


def test_the_page_that_a_phone_keeps_is_the_same_whoever_is_signed_in(client, learner):
    learner.public_name = "Asha from the hill"
    learner.save()
    before = client.get("/on-this-phone/").content
    client.force_login(learner)
    assert client.get("/on-this-phone/").content == before
    assert b"data-learner" not in before


def test_the_page_that_a_phone_keeps_speaks_her_language(client, learner):
    learner.language = "zh-hans"
    learner.save()
    client.force_login(learner)
    assert '<html lang="zh-hans"' in client.get("/on-this-phone/").content.decode()


def test_the_manifest_names_icons_that_there_are(client):
    response = client.get("/manifest.webmanifest")
    assert response.headers["Content-Type"] == "application/manifest+json"
    about = response.json()
    assert (about["start_url"], about["scope"], about["display"]) == ("/learn/", "/", "standalone")
    drawn = [icon for icon in about["icons"] if icon["type"] == "image/png"]
    assert {icon["sizes"] for icon in drawn} == {"192x192", "512x512"}
    assert [icon["sizes"] for icon in drawn if icon.get("purpose") == "maskable"] == ["512x512"]
    for icon in drawn:
        image = Image.open(BytesIO(client.get(icon["src"]).content))
        assert "{}x{}".format(*image.size) == icon["sizes"]


def test_every_page_leads_to_the_manifest_and_an_icon(client):
    html = client.get("/on-this-phone/").content.decode()
    assert '<link rel="manifest" href="/manifest.webmanifest">' in html
    assert '<link rel="apple-touch-icon" href="/icons/180.png">' in html
    assert client.get("/icons/180.png").headers["Content-Type"] == "image/png"


def test_an_icon_of_another_size_is_not_drawn(client):
    assert client.get("/icons/100000.png").status_code == 404


def test_the_icon_is_the_sign_of_the_site_with_room_for_a_mask():
    image = Image.open(BytesIO(app_icon.png(192)))
    assert image.getpixel((96, 60)) == pytest.approx((0xB8, 0x4A, 0x20), abs=3)  # the hearth
    for corner in ((0, 0), (191, 0), (0, 191), (191, 191), (96, 10), (10, 96)):
        assert image.getpixel(corner) == (0xFB, 0xF7, 0xF0)
