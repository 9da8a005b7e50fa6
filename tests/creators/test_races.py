"""Two at the same moment: one profile, one confirmed owner, one decision. Meant for PostgreSQL, true on both."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction

from creators import channels
from creators.models import Channel, Profile
from creators.profiles import make_profile
from tests.factories.accounts import UserFactory
from tests.factories.creators import ChannelFactory, ProfileFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*steps: Callable[[], object]) -> list[object]:
    """Run every step in a thread and connection of its own, started together; exceptions come back as results."""
    start = Barrier(len(steps))

    def run(step: Callable[[], object]) -> object:
        try:
            start.wait(timeout=30)
            return step()
        except channels.ChannelError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def test_a_graduation_triggered_at_the_same_moment_makes_one_profile():
    Group.objects.get_or_create(name="creator")
    for number in range(5):
        user = UserFactory(public_name=f"Mei {number}")

        def trigger(user=user):
            with transaction.atomic():
                return make_profile(user=type(user).objects.get(pk=user.pk)).pk

        assert len(set(at_once(trigger, trigger, trigger))) == 1
    assert Profile.objects.count() == 5


def test_two_of_one_name_who_graduate_at_the_same_moment_both_get_a_page():
    Group.objects.get_or_create(name="creator")
    users = [UserFactory(public_name="Mei Lin") for _number in range(4)]
    at_once(*(lambda user=user: make_profile(user=user) for user in users))
    slugs = set(Profile.objects.values_list("slug", flat=True))
    assert len(slugs) == 4
    assert "mei-lin" in slugs


def test_two_creators_claims_of_one_channel_confirmed_at_the_same_moment_give_it_to_one():
    by = [UserFactory(role="finance preparer"), UserFactory(role="finance approver")]
    for number in range(5):
        external_id = f"UC{number:022d}"
        claims = [ChannelFactory(external_id=external_id) for _number in range(2)]
        results = at_once(
            *(
                lambda claim=claim, person=person: channels.confirm(channel=claim, by=person)
                for claim, person in zip(claims, by, strict=True)
            )
        )
        assert sum(isinstance(result, channels.TakenChannel) for result in results) == 1
        assert Channel.objects.confirmed().filter(external_id=external_id).count() == 1


def test_confirming_and_refusing_at_the_same_moment_leaves_one_clear_state():
    by = UserFactory(role="finance preparer")
    other = UserFactory(role="finance approver")
    channel = ChannelFactory()
    at_once(
        lambda: channels.confirm(channel=channel, by=by),
        lambda: channels.confirm(channel=channel, by=other),
    )
    channel.refresh_from_db()
    assert channel.state == "confirmed"
    results = at_once(
        lambda: channels.refuse(channel=channel, by=by, reason="Sold."),
        lambda: channels.refuse(channel=channel, by=other, reason="Gone."),
    )
    assert sum(isinstance(result, channels.NotWaiting) for result in results) == 1


def test_adding_one_channel_with_two_taps_adds_it_once():
    profile = ProfileFactory()

    def tap():
        return channels.claim(profile=profile, platform="tiktok", address="@mei", by=profile.user).pk

    assert len(set(at_once(tap, tap, tap))) == 1
