"""Claiming a channel, proving that it is hers, and letting it go."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from creators.addresses import AddressRefused, is_report_id, read_address
from creators.models import Channel, ChannelState, Profile
from creators.signals import channel_confirmed

MOST_CHANNELS = 30
UNDO_TIME = timedelta(hours=24)


class ChannelError(Exception):
    """The step cannot be taken; the message is a sentence for the person who tried."""


class TooManyChannels(ChannelError):
    """She has added as many channels as anyone may."""


class NotWaiting(ChannelError):
    """Somebody has already decided, or she took the channel away."""


class OwnChannel(ChannelError):
    """Nobody decides about a channel of her own."""


class TakenChannel(ChannelError):
    """Another creator has this channel."""


class ReportIdMissing(ChannelError):
    """The platform's reports name the channel by another id."""


class ReasonMissing(ChannelError):
    """A refusal needs a sentence."""


@transaction.atomic
def claim(*, profile: Profile, platform: str, address: str, by: Any, title: str = "") -> Channel:
    """Say that a channel is hers; it waits until somebody confirms it. Claiming twice gives the same channel.

    A refused or withdrawn channel waits again. Raises AddressRefused, TooManyChannels, or PermissionDenied
    when ``by`` is not the graduate herself.
    """
    _require_owner(profile, by)
    Profile.objects.select_for_update().get(pk=profile.pk)
    found = read_address(platform, address)
    channel = Channel.objects.filter(profile=profile, platform=platform, external_id=found.external_id).first()
    if channel and channel.state in {ChannelState.CLAIMED, ChannelState.CONFIRMED}:
        return channel
    if not channel:
        if profile.channels.count() >= MOST_CHANNELS:
            raise TooManyChannels(_("You have added as many channels as fit here. Write to us if you need more."))
        channel = Channel(profile=profile, platform=platform, external_id=found.external_id)
    channel.url = found.url
    channel.title = title.strip()[:120] or channel.title
    _wait_again(channel)
    channel.save()
    log(channel, "creators.channel_claimed", user=by, data={"external_id": channel.external_id})
    return channel


@transaction.atomic
def confirm(*, channel: Channel, by: Any, external_id: str = "") -> Channel:
    """Confirm that a channel is hers, under the id its platform's reports use.

    ``external_id`` replaces a handle by that id. Raises NotWaiting, OwnChannel, ReportIdMissing, TakenChannel,
    AddressRefused, or PermissionDenied.
    """
    channel = _to_decide(channel, by)
    if channel.state != ChannelState.CLAIMED:
        raise NotWaiting(_("This channel is not waiting any more. Somebody has decided, or she took it away."))
    if external_id.strip():
        found = read_address(channel.platform, external_id)
        channel.external_id, channel.url = found.external_id, found.url
    if not is_report_id(channel.platform, channel.external_id):
        raise ReportIdMissing(
            _("Reports name this channel by another id. Open the channel, copy its id, and write it here.")
        )
    channel.state = ChannelState.CONFIRMED
    channel.reason = ""
    channel.confirmed_by = by
    channel.confirmed_at = timezone.now()
    _save_as_confirmed(channel)
    log(channel, "creators.channel_confirmed", user=by, data={"external_id": channel.external_id})
    transaction.on_commit(partial(channel_confirmed.send, sender=Channel, channel_id=channel.pk))
    return channel


@transaction.atomic
def refuse(*, channel: Channel, by: Any, reason: str) -> Channel:
    """Say that a channel could not be confirmed, or take a confirmation back; she reads ``reason``.

    Raises ReasonMissing, NotWaiting, OwnChannel, or PermissionDenied.
    """
    channel = _to_decide(channel, by)
    if not reason.strip():
        raise ReasonMissing(_("Write a sentence that tells her what to do."))
    if channel.state not in {ChannelState.CLAIMED, ChannelState.CONFIRMED}:
        raise NotWaiting(_("This channel is not waiting any more. Somebody has decided, or she took it away."))
    channel.state = ChannelState.REFUSED
    channel.reason = reason.strip()[:400]
    channel.confirmed_by = channel.confirmed_at = None
    channel.is_shown = False
    channel.save()
    log(channel, "creators.channel_refused", user=by, data={"reason": channel.reason})
    return channel


@transaction.atomic
def withdraw(*, channel: Channel, by: Any) -> Channel:
    """Take a channel of her own away; it earns no more. Doing it twice is harmless. Raises PermissionDenied."""
    channel = _locked(channel)
    _require_owner(channel.profile, by)
    if channel.state == ChannelState.WITHDRAWN:
        return channel
    channel.state = ChannelState.WITHDRAWN
    channel.withdrawn_at = timezone.now()
    channel.save()
    log(channel, "creators.channel_withdrawn", user=by)
    return channel


@transaction.atomic
def restore(*, channel: Channel, by: Any) -> Channel:
    """Undo a withdrawal. Within a day a confirmed channel is confirmed again; later it waits to be confirmed.

    Raises TakenChannel when another creator has it by now, or PermissionDenied.
    """
    channel = _locked(channel)
    _require_owner(channel.profile, by)
    if channel.state != ChannelState.WITHDRAWN:
        return channel
    in_time = channel.withdrawn_at is not None and timezone.now() - channel.withdrawn_at < UNDO_TIME
    if in_time and channel.confirmed_at is not None:
        channel.state = ChannelState.CONFIRMED
        channel.withdrawn_at = None
        _save_as_confirmed(channel)
        transaction.on_commit(partial(channel_confirmed.send, sender=Channel, channel_id=channel.pk))
    else:
        _wait_again(channel)
        channel.save()
    log(channel, "creators.channel_restored", user=by, data={"state": channel.state})
    return channel


def _wait_again(channel: Channel) -> None:
    channel.state = ChannelState.CLAIMED
    channel.reason = ""
    channel.claimed_at = timezone.now()
    channel.confirmed_by = channel.confirmed_at = channel.withdrawn_at = None


def _save_as_confirmed(channel: Channel) -> None:
    try:
        with transaction.atomic():
            channel.save()
    except IntegrityError as error:
        raise TakenChannel(_("This channel is already confirmed, or claimed a second time, under that id.")) from error


def _locked(channel: Channel) -> Channel:
    return Channel.objects.select_for_update(of=("self",)).select_related("profile__user").get(pk=channel.pk)


def _to_decide(channel: Channel, by: Any) -> Channel:
    if not by.has_perm("creators.confirm_channel"):
        raise PermissionDenied
    channel = _locked(channel)
    if channel.profile.user_id == by.pk:
        raise OwnChannel(_("This is a channel of your own. Ask somebody else to decide."))
    return channel


def _require_owner(profile: Profile, by: Any) -> None:
    if profile.user_id != by.pk or not by.has_role("creator"):
        raise PermissionDenied


__all__ = ["AddressRefused", "ChannelError", "claim", "confirm", "refuse", "restore", "withdraw"]
