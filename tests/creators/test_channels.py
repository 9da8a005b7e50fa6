"""Claiming, confirming, refusing, withdrawing: who may, and once."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from creators import channels
from creators.models import Channel
from creators.signals import channel_confirmed
from tests.factories.creators import ChannelFactory, ProfileFactory

pytestmark = pytest.mark.django_db

UC = "UCabcdefghijklmnopqrstu1"


@pytest.fixture
def profile(creator):
    return ProfileFactory(user=creator)


@pytest.fixture
def channel(profile, creator):
    return channels.claim(profile=profile, platform="youtube", address=UC, by=creator)


def actions(channel):
    entries = ModelLogEntry.objects.for_instance(channel).order_by("timestamp")
    return [(entry.action, entry.user) for entry in entries]


def test_a_graduate_claims_a_channel_and_the_log_says_so(channel, creator):
    assert (channel.state, channel.external_id) == ("claimed", UC)
    assert channel.url == f"https://www.youtube.com/channel/{UC}"
    assert len(channel.code) == 11
    assert actions(channel) == [("creators.channel_claimed", creator)]


def test_claiming_the_same_channel_twice_keeps_one(channel, profile, creator):
    again = channels.claim(profile=profile, platform="youtube", address=f"youtube.com/channel/{UC}", by=creator)
    assert again == channel
    assert Channel.objects.count() == 1
    assert len(actions(channel)) == 1


def test_nobody_claims_for_somebody_else(profile, learner, administrator, outsider):
    for person in (learner, administrator, outsider):
        with pytest.raises(PermissionDenied):
            channels.claim(profile=profile, platform="youtube", address=UC, by=person)


def test_a_profile_without_the_creator_role_claims_nothing(learner):
    with pytest.raises(PermissionDenied):
        channels.claim(profile=ProfileFactory(user=learner), platform="youtube", address=UC, by=learner)


def test_there_is_an_end_to_how_many_channels_one_may_add(profile, creator, monkeypatch):
    monkeypatch.setattr(channels, "MOST_CHANNELS", 1)
    channels.claim(profile=profile, platform="youtube", address=UC, by=creator)
    with pytest.raises(channels.TooManyChannels):
        channels.claim(profile=profile, platform="tiktok", address="@mei", by=creator)


@pytest.mark.parametrize("role", ["preparer", "approver", "administrator"])
def test_finance_and_administrators_confirm(role, channel, request, django_capture_on_commit_callbacks):
    by = request.getfixturevalue(role)
    heard = []

    def listen(channel_id, **_kwargs):
        heard.append(channel_id)

    channel_confirmed.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        channels.confirm(channel=channel, by=by)
    channel.refresh_from_db()
    assert (channel.state, channel.confirmed_by) == ("confirmed", by)
    assert channel.confirmed_at is not None
    assert heard == [channel.pk]
    assert actions(channel)[-1] == ("creators.channel_confirmed", by)


@pytest.mark.parametrize("role", ["learner", "creator", "instructor", "outsider"])
def test_nobody_else_decides(role, channel, request):
    by = request.getfixturevalue(role)
    with pytest.raises(PermissionDenied):
        channels.confirm(channel=channel, by=by)
    with pytest.raises(PermissionDenied):
        channels.refuse(channel=channel, by=by, reason="No.")


def test_nobody_decides_about_her_own_channel(preparer):
    preparer.give_role("creator")
    channel = ChannelFactory(profile=ProfileFactory(user=preparer))
    with pytest.raises(channels.OwnChannel):
        channels.confirm(channel=channel, by=preparer)
    with pytest.raises(channels.OwnChannel):
        channels.refuse(channel=channel, by=preparer, reason="No.")


def test_confirming_twice_is_said_and_changes_nothing(channel, preparer, approver):
    channels.confirm(channel=channel, by=preparer)
    with pytest.raises(channels.NotWaiting):
        channels.confirm(channel=channel, by=approver)
    channel.refresh_from_db()
    assert channel.confirmed_by == preparer


def test_a_handle_is_confirmed_only_with_the_id_reports_use(profile, creator, preparer):
    channel = channels.claim(profile=profile, platform="youtube", address="youtube.com/@MeiCooks", by=creator)
    assert channel.external_id == "@meicooks"
    with pytest.raises(channels.ReportIdMissing):
        channels.confirm(channel=channel, by=preparer)
    channels.confirm(channel=channel, by=preparer, external_id=UC)
    channel.refresh_from_db()
    assert channel.external_id == UC


def test_a_second_creator_does_not_get_a_confirmed_channel(channel, preparer):
    channels.confirm(channel=channel, by=preparer)
    other = ChannelFactory(external_id=UC)
    with pytest.raises(channels.TakenChannel):
        channels.confirm(channel=other, by=preparer)
    other.refresh_from_db()
    assert other.state == "claimed"


def test_the_database_itself_refuses_a_second_confirmed_owner():
    first = ChannelFactory(confirmed=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChannelFactory(confirmed=True, external_id=first.external_id)


def test_a_refusal_needs_a_sentence_and_she_can_ask_again(channel, profile, creator, preparer):
    with pytest.raises(channels.ReasonMissing):
        channels.refuse(channel=channel, by=preparer, reason="  ")
    channels.refuse(channel=channel, by=preparer, reason="Put the code into the description.")
    channel.refresh_from_db()
    assert (channel.state, channel.reason) == ("refused", "Put the code into the description.")
    again = channels.claim(profile=profile, platform="youtube", address=UC, by=creator)
    assert (again.pk, again.state, again.reason) == (channel.pk, "claimed", "")


def test_a_confirmation_can_be_taken_back_with_a_reason(channel, preparer, approver):
    channels.confirm(channel=channel, by=preparer)
    channels.refuse(channel=channel, by=approver, reason="The channel has been sold.")
    channel.refresh_from_db()
    assert (channel.state, channel.confirmed_by, channel.confirmed_at) == ("refused", None, None)


def test_she_takes_a_channel_away_and_brings_it_back_confirmed_within_a_day(channel, creator, preparer):
    channels.confirm(channel=channel, by=preparer)
    channels.withdraw(channel=channel, by=creator)
    channel.refresh_from_db()
    assert channel.state == "withdrawn"
    channels.restore(channel=channel, by=creator)
    channel.refresh_from_db()
    assert (channel.state, channel.confirmed_by) == ("confirmed", preparer)


def test_after_a_day_a_channel_that_comes_back_must_be_confirmed_again(channel, creator, preparer):
    channels.confirm(channel=channel, by=preparer)
    channels.withdraw(channel=channel, by=creator)
    Channel.objects.update(withdrawn_at=timezone.now() - timedelta(hours=25))
    channels.restore(channel=channel, by=creator)
    channel.refresh_from_db()
    assert (channel.state, channel.confirmed_by) == ("claimed", None)


def test_a_channel_that_went_to_another_creator_does_not_come_back(channel, creator, preparer):
    channels.confirm(channel=channel, by=preparer)
    channels.withdraw(channel=channel, by=creator)
    channels.confirm(channel=ChannelFactory(external_id=UC), by=preparer)
    with pytest.raises(channels.TakenChannel):
        channels.restore(channel=channel, by=creator)


def test_nobody_else_takes_her_channel_away(channel, preparer, outsider):
    for person in (preparer, outsider):
        with pytest.raises(PermissionDenied):
            channels.withdraw(channel=channel, by=person)
        with pytest.raises(PermissionDenied):
            channels.restore(channel=channel, by=person)


def test_who_sees_and_decides_which_channels(channel, creator, preparer, outsider):
    own = ChannelFactory(profile=ProfileFactory(user=preparer))
    assert set(Channel.objects.visible_to(creator)) == {channel}
    assert set(Channel.objects.visible_to(preparer)) == {channel, own}
    assert set(Channel.objects.decidable_by(preparer)) == {channel}
    assert not Channel.objects.visible_to(outsider).exists()
    assert not Channel.objects.decidable_by(creator).exists()
