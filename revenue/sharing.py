"""Sharing a channel between creators: who has which part of its rows, and saying so."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from creators.models import Channel, Profile
from revenue.audit import log
from revenue.errors import AgreementError, OtherOwnerError, SamePersonError
from revenue.models import Accrual, ChannelSharing, ShareAgreement, SharingPart, Source
from revenue.money import WHOLE_BPS, split

MOST_PARTS = 20


class Given(NamedTuple):
    """What of one channel's total a creator gets to share under an agreement: all of it, or a part; micros."""

    creator_id: UUID
    agreement: ShareAgreement
    micros: int
    sharing_id: UUID | None = None
    place: int = 1

    @property
    def part_micros(self) -> int | None:
        """What is stored with the accrual: nothing for a channel that is not shared."""
        return self.micros if self.sharing_id else None


class Sharing(NamedTuple):
    """A shared channel: its creators in order, and their basis points."""

    id: UUID
    creators: tuple[UUID, ...]
    weights: tuple[int, ...]


class SharingBook:
    """Every shared channel, or those with one creator in them, read once: rows are divided without a query each."""

    def __init__(self, *, creator_id: UUID | None = None) -> None:
        parts = SharingPart.objects.order_by("sharing", "place")
        if creator_id:
            parts = parts.filter(sharing__parts__creator=creator_id)
        members: dict[UUID, list[tuple[UUID, int]]] = defaultdict(list)
        for sharing, creator, bps in parts.values_list("sharing_id", "creator_id", "bps"):
            members[sharing].append((creator, bps))
        self.by_id = {
            pk: Sharing(pk, *(tuple(column) for column in zip(*found, strict=True))) for pk, found in members.items()
        }
        self._spans: dict[tuple[str, str], list[tuple[date, date | None, UUID, Sharing]]] = defaultdict(list)
        if not self.by_id:
            return
        spans = ChannelSharing.objects.filter(pk__in=list(self.by_id)) if creator_id else ChannelSharing.objects
        for pk, platform, external_id, owner, start, end in spans.values_list(
            "pk", "channel__platform", "channel__external_id", "channel__profile", "effective_from", "effective_to"
        ):
            self._spans[platform, external_id].append((start, end, owner, self.by_id[pk]))

    def part(self, sharing_id: UUID | None, creator_id: UUID, micros: int) -> int:
        """Return what of a row is a creator's to share: her part of it, or all when its channel is not shared."""
        if sharing_id is None:
            return micros
        sharing = self.by_id[sharing_id]
        return split(micros, sharing.weights)[sharing.creators.index(creator_id)]

    def knows(self, *, platform: str, external_id: str) -> bool:
        """Say whether a channel is or was shared."""
        return (platform, external_id) in self._spans

    def in_force(self, *, platform: str, external_id: str, owner_id: UUID, month: date) -> Sharing | None:
        """Return who shares what an owner's channel earned in ``month`` (a first day); None: all of it is hers.

        A sharing that was ended decides its months whoever owns the channel by now. Raises OtherOwnerError for one
        that was not: whether the others still have their parts is for finance to say.
        """
        for start, end, owner, sharing in self._spans.get((platform, external_id), ()):
            if start <= month and (end is None or month < end):
                if end is None and owner != owner_id:
                    raise OtherOwnerError(_("This channel is shared under another owner. End that sharing first."))
                return sharing
        return None


def divide(amounts: Iterable[tuple[int, int]], weights: Sequence[int]) -> list[int]:
    """Divide rows, each by largest remainder, and return what each part adds up to.

    ``amounts`` are (micros, how many rows of that amount).
    """
    sums = [0] * len(weights)
    for micros, count in amounts:
        for place, part in enumerate(split(micros, weights)):
            sums[place] += part * count
    return sums


@transaction.atomic
def share_channel(
    *, channel: Channel, others: Sequence[tuple[Profile, int]], start: date, by: Any, note: str = ""
) -> ChannelSharing:
    """Say that ``others`` (creator, basis points) share a channel from ``start`` (a first day) on; its owner has the rest.

    Waits for files that are being booked. Raises AgreementError when the parts are no parts of a whole, another
    sharing is in force or the books have given such a month away; SamePersonError, PermissionDenied.
    """  # noqa: E501
    channel = _locked(channel, by, [creator.user_id for creator, _bps in others])
    creators = [channel.profile_id, *(creator.pk for creator, _bps in others)]
    parts = [WHOLE_BPS - sum(bps for _creator, bps in others), *(bps for _creator, bps in others)]
    if len(set(creators)) != len(creators) or not 2 <= len(creators) <= MOST_PARTS or min(parts) < 1:
        raise AgreementError(_("Name each other creator once, with a part that leaves something for the owner."))
    if channel not in Channel.objects.confirmed():
        raise AgreementError(_("This channel is not confirmed."))
    others_of_it = ChannelSharing.objects.filter(
        channel__platform=channel.platform, channel__external_id=channel.external_id
    )
    if any(one.was_in_force and _touches(one, start) for one in others_of_it):
        raise AgreementError(_("The channel is shared then. End that first."))
    given = Accrual.objects.filter(
        total__platform=channel.platform, total__channel_external_id=channel.external_id, total__month__gte=start
    )
    if latest := given.order_by("-total__month").values_list("total__month", flat=True).first():
        message = _("What it earned in %(month)s is in the books already. Begin with a later month.")
        raise AgreementError(message % {"month": f"{latest:%Y-%m}"})
    sharing = ChannelSharing.objects.create(
        channel=channel, part_count=len(parts), effective_from=start, note=note.strip(), made_by=by
    )
    SharingPart.objects.bulk_create(
        SharingPart(sharing=sharing, place=place, creator_id=creator, bps=bps)
        for place, (creator, bps) in enumerate(zip(creators, parts, strict=True), start=1)
    )
    data = {"parts": parts, "from": start.isoformat(), "channel": channel.external_id}
    log(sharing, "revenue.channel_shared", user=by, data=data)
    _tell(sharing)
    return sharing


@transaction.atomic
def end_sharing(*, sharing: ChannelSharing, end: date, by: Any) -> ChannelSharing:
    """End a sharing on ``end`` (a first day, not included); on the day it began, it was never in force.

    Raises AgreementError when it is ended already or has decided a later month; SamePersonError, PermissionDenied.
    """
    payees = list(sharing.parts.values_list("creator__user_id", flat=True))
    _locked(sharing.channel, by, payees)
    sharing = ChannelSharing.objects.select_for_update().get(pk=sharing.pk)
    if sharing.effective_to or end < sharing.effective_from:
        raise AgreementError(_("It has ended already, or would end before it begins."))
    if Accrual.objects.filter(sharing=sharing, total__month__gte=end).exists():
        raise AgreementError(_("It has already decided what was earned in that month."))
    sharing.effective_to = end
    sharing.save(update_fields=["effective_to"])
    log(sharing, "revenue.sharing_ended", user=by, data={"until": end.isoformat()})
    _tell(sharing)
    return sharing


def _locked(channel: Channel, by: Any, payees: Sequence[Any]) -> Channel:
    """Return the channel for this transaction alone, while nothing is booked for anybody."""
    if not by.has_perm("revenue.share_channel"):
        raise PermissionDenied
    channel = Channel.objects.select_for_update(of=("self",)).select_related("profile").get(pk=channel.pk)
    if by.pk in {channel.profile.user_id, *payees}:
        raise SamePersonError(_("Nobody decides about a channel of her own."))
    list(Source.objects.select_for_update().order_by("pk"))  # as whoever books a file does
    return channel


def _touches(sharing: ChannelSharing, start: date) -> bool:
    return sharing.effective_to is None or sharing.effective_to > start


def _tell(sharing: ChannelSharing) -> None:
    from revenue.tasks import tell_sharing

    transaction.on_commit(partial(tell_sharing.enqueue, str(sharing.pk)))
