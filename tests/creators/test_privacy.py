"""A creator's own data: all of it in her hands, and gone when she says so."""

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from wagtail.models import ModelLogEntry

from creators import channels, privacy
from creators.models import Channel, Profile
from tests.factories.creators import ChannelFactory, ProfileFactory, make_certificate, make_film

pytestmark = pytest.mark.django_db


@pytest.fixture
def profile(creator):
    profile = ProfileFactory(user=creator, slug="mei", display_name="Mei Lin", bio="Soup.", published=True)
    profile.portfolio.create(submission=make_film(creator, title="My soup"))
    profile.certificates.add(make_certificate(creator, "First course"))
    return profile


def test_she_gets_everything_as_plain_values(profile):
    ChannelFactory(profile=profile, title="Mei cooks")
    text = json.dumps(privacy.export(profile.user), cls=DjangoJSONEncoder)
    for word in ("Mei Lin", "Soup.", "My soup", "First course", "Mei cooks"):
        assert word in text


def test_somebody_who_is_no_creator_has_nothing_here(outsider):
    assert privacy.export(outsider) == {}
    assert privacy.warnings(outsider) == []
    privacy.erase(outsider)


def test_erasing_leaves_no_page_and_nothing_that_names_her(profile, preparer, client):
    proven = channels.claim(profile=profile, platform="tiktok", address="@mei", title="Mei cooks", by=profile.user)
    channels.confirm(channel=proven, by=preparer)
    waiting = channels.claim(profile=profile, platform="douyin", address="meicooks", by=profile.user)
    assert privacy.warnings(profile.user)
    privacy.erase(profile.user)
    assert client.get("/creators/mei/").status_code == 404
    profile = Profile.objects.get(pk=profile.pk)
    assert (profile.bio, profile.published_at, profile.portfolio.count()) == ("", None, 0)
    assert "mei" not in f"{profile.slug} {profile.display_name}".lower()
    proven.refresh_from_db()
    waiting.refresh_from_db()
    assert (proven.state, proven.external_id, proven.title, proven.url) == ("withdrawn", "@mei", "", "")
    assert "mei" not in f"{waiting.external_id}{waiting.url}{waiting.title}"
    assert not Channel.objects.confirmed().exists()
    for row in (profile, proven, waiting):
        for entry in ModelLogEntry.objects.for_instance(row):
            assert "mei" not in f"{entry.label}{entry.data}".lower()


def test_erasing_twice_is_harmless(profile):
    privacy.erase(profile.user)
    privacy.erase(profile.user)
