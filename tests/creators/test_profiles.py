"""How a profile comes to be: once, private, under an address that gives nothing away."""

import pytest
from wagtail.models import ModelLogEntry

from creators.models import Profile
from creators.profiles import make_profile, slug_for, tells_how_to_reach_her
from tests.factories.accounts import UserFactory
from tests.factories.creators import ProfileFactory

pytestmark = pytest.mark.django_db


def test_a_profile_is_private_and_named_as_she_chose():
    user = UserFactory(public_name="Mei at home")
    profile = make_profile(user=user)
    assert (profile.slug, profile.display_name, profile.published_at) == ("mei-at-home", "Mei at home", None)
    assert not profile.allow_search_engines
    assert not profile.show_region
    assert user.has_role("creator")
    entries = ModelLogEntry.objects.for_instance(profile)
    assert [entry.action for entry in entries] == ["creators.profile_made"]


def test_making_it_again_changes_nothing():
    user = UserFactory(public_name="Mei at home")
    first = make_profile(user=user)
    assert make_profile(user=user) == first
    assert Profile.objects.count() == 1


def test_two_of_one_name_get_two_addresses():
    first = make_profile(user=UserFactory(public_name="Mei Lin"))
    second = make_profile(user=UserFactory(public_name="Mei Lin"))
    assert first.slug == "mei-lin"
    assert second.slug.startswith("mei-lin-")


@pytest.mark.parametrize(
    "public_name", ["", "梅子", "mei@example.org", "+86 138 0013 8000", "13800138000", "A", "🌷", "///", "Mei.Lin"]
)
def test_the_address_never_gives_away_how_to_reach_her(public_name):
    user = UserFactory(public_name=public_name, email="mei.lin@example.org", phone="+8613800138000")
    slug = slug_for(user)
    assert slug.startswith("creator-") or slug == "meilin"
    assert "13800138000" not in slug
    assert "example" not in slug
    assert slug != "mei-lin"


def test_a_name_that_is_an_address_is_not_shown():
    profile = make_profile(user=UserFactory(public_name="mei@example.org"))
    assert "@" not in profile.display_name
    assert "example" not in profile.slug


def test_a_very_long_name_fits():
    assert len(make_profile(user=UserFactory(public_name="Mei " * 20)).slug) <= 60


@pytest.mark.parametrize("text", ["write to mei@example.org", "138 0013 8000", "+1 (555) 010-9999", "call 00861380013"])
def test_ways_to_reach_her_are_noticed(text):
    assert tells_how_to_reach_her(text)


@pytest.mark.parametrize(
    "text",
    ["I have made films since 2024.", "3 children, 12 films", "@mei everywhere", "2019-2024", "since 2026-11-22"],
)
def test_ordinary_words_are_not(text):
    assert not tells_how_to_reach_her(text)


def test_only_published_profiles_of_active_people_are_public():
    shown = ProfileFactory(published=True)
    ProfileFactory()
    ProfileFactory(published=True, user__is_active=False)
    assert list(Profile.objects.published()) == [shown]
