"""Addresses of what somebody may take back: asked again with each file, and kept by no browser."""

import base64

import pytest

from media_pipeline import access, signing
from media_pipeline.captions import keeping
from media_pipeline.playback import player_for, still_url

CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"


@pytest.fixture
def allowed(monkeypatch):
    """The people an app lets watch; a test changes it."""
    people = set()
    monkeypatch.setattr(access, "_watch_rules", [lambda user, asset_id: user.pk in people])
    return people


@pytest.fixture
def addresses(ready_asset, instructor):
    keeping.save_captions(asset=ready_asset, language="en", engine=keeping.Written(CAPTIONS), by=instructor)
    player = player_for(ready_asset, language="en", revocable=True)
    named = [player.master_url, player.mp4_url, player.poster_url, player.storyboard_url, player.captions[0].url]
    return [*named, still_url(ready_asset, revocable=True)]


def statuses(client, addresses):
    return {client.get(address).status_code for address in addresses}


def test_it_plays_while_she_may_watch_and_not_a_moment_longer(client, addresses, allowed, learner, outsider):
    allowed.add(learner.pk)
    client.force_login(learner)
    assert statuses(client, addresses) == {200}
    allowed.clear()
    assert statuses(client, addresses) == {403}


def test_the_address_alone_opens_nothing(client, addresses, allowed, learner, outsider):
    allowed.add(learner.pk)
    assert statuses(client, addresses) == {403}
    client.force_login(outsider)
    assert statuses(client, addresses) == {403}


def test_no_browser_keeps_any_of_it(client, addresses, allowed, learner):
    allowed.add(learner.pk)
    client.force_login(learner)
    assert {client.get(address)["Cache-Control"] for address in addresses} == {"private, no-store"}


def test_nobody_makes_an_ordinary_address_of_it(client, ready_asset, allowed):
    token = signing.sign(ready_asset.pk, ready_asset.outputs, revocable=True)
    assert signing.read(token).revocable
    assert not signing.read(signing.sign(ready_asset.pk, ready_asset.outputs)).revocable
    raw = base64.urlsafe_b64decode(token)
    for changed in (raw[:25] + raw[26:], raw[:25] + b"\0" + raw[26:]):
        address = base64.urlsafe_b64encode(changed).rstrip(b"=").decode()
        assert client.get(f"/v/{address}/poster.jpg").status_code == 404
