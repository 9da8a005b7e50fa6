"""Declaring who is in a video that earns, and what is set aside for them."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from creators.models import Profile
from revenue.audit import log
from revenue.errors import NotReadyError
from revenue.models import Appearance, Child, ChildRule, EarningRow, Period, StatementLine
from revenue.models.children import LONGEST_ALIAS
from revenue.setting_aside import RuleBook

MOST_CHILDREN = 20
MOST_VIDEOS = 300
LONGEST_VIDEO = 24 * 60 * 60  # seconds
REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")  # ISO 3166-2, or a whole country


class Video(NamedTuple):
    """A video of hers that has earned something."""

    platform: str
    video_id: str
    title: str
    last: date


class Kept(NamedTuple):
    """What lies on the account of one child in one currency, minor units."""

    child: Child
    currency: str
    amount: int


@transaction.atomic
def declare(
    *, creator: Profile, alias: str, platform: str, video_id: str, seconds: int, length: int, region: str, by: Any
) -> Appearance:
    """Say for how many seconds a child is in a video of hers; none: it is not in it. The last word holds.

    It counts for months that are not closed, by the rule of ``region``, where the video was made. The same again
    changes nothing. Raises NotReadyError with what is wrong, PermissionDenied for anybody else.
    """
    if creator.user_id != by.pk or not by.has_role("creator"):
        raise PermissionDenied
    alias = " ".join(alias.split())
    if not alias or len(alias) > LONGEST_ALIAS:
        raise NotReadyError(_("Give the child a name that only you understand, of at most 40 letters."))
    if not 1 <= length <= LONGEST_VIDEO or not 0 <= seconds <= length:
        raise NotReadyError(_("A child is in the video for at most as long as the video is."))
    _require_place(region)
    earned = EarningRow.objects.filter(total__accruals__creator=creator, total__platform=platform, video_id=video_id)
    if not video_id or not earned.exists():
        raise NotReadyError(_("This video has not earned anything for you."))
    now = Period.objects.between_closings()
    Profile.objects.select_for_update().get(pk=creator.pk)
    child = Child.objects.filter(creator=creator, alias=alias).first()
    if child is None:
        if Child.objects.filter(creator=creator).count() >= MOST_CHILDREN:
            raise NotReadyError(_("You have named as many children as fit here. Write to us if you need more."))
        child = Child.objects.create(creator=creator, alias=alias)
    said = {"seconds": seconds, "length": length, "region": region}
    before = child.appearances.filter(platform=platform, video_id=video_id).first()
    if before and all(getattr(before, name) == value for name, value in said.items()):
        return before
    made = child.appearances.create(platform=platform, video_id=video_id, declared_at=now, **said)
    log(child, "revenue.appearance_declared", user=by, data={"video": video_id, **said})
    return made


@transaction.atomic
def make_rule(
    *, region: str, threshold_bps: int, factor_bps: int, below_age: int, effective_from: date, source: str,
    checked_on: date, by: Any,
) -> ChildRule:  # fmt: skip
    """Say what is set aside for children of a region from a day on. Raises NotReadyError, PermissionDenied."""
    if not by.has_perm("revenue.make_child_rule"):
        raise PermissionDenied
    if not source.strip():
        raise NotReadyError(_("Write where the rule stands."))
    now = Period.objects.between_closings()
    if ChildRule.objects.filter(region=region, effective_from=effective_from).exists():
        raise NotReadyError(_("There is a rule of this region from this day on."))
    rule = ChildRule.objects.create(
        region=region, threshold_bps=threshold_bps, factor_bps=factor_bps, below_age=below_age, source=source.strip(),
        effective_from=effective_from, checked_on=checked_on, made_by=by, made_at=now,
    )  # fmt: skip
    log(rule, "revenue.child_rule_made", user=by, data={"region": region, "factor": factor_bps})
    return rule


def _require_place(region: str) -> None:
    """Raise NotReadyError unless it is a place, down to the state where states have rules and their country none."""
    if not REGION.fullmatch(region):
        raise NotReadyError(_("Say where the video was made: a country, or country and state, like US-IL."))
    states = ChildRule.objects.filter(region__startswith=f"{region}-").values_list("region", flat=True)
    if not ChildRule.objects.filter(region=region).exists() and (state := states.first()):
        raise NotReadyError(_("Say the state too, like %(state)s: the rules are not the same.") % {"state": state})


def rules_for(regions: Iterable[str]) -> list[ChildRule]:
    """Return the rules that hold today in any of some regions, or every rule when there are none to choose from."""
    now = timezone.now()
    book = RuleBook(day=now.date(), known_at=now)
    found = {rule.pk: rule for region in set(regions) or book.regions if (rule := book.of(region))}
    return sorted(found.values(), key=lambda rule: rule.region)


def place_of(creator: Profile, platform: str = "", video_id: str = "") -> str:
    """Return where she last said that this video was made, or else her last one; nothing when she said nothing."""
    hers = Appearance.objects.filter(child__creator=creator).order_by("-declared_at", "-pk")
    of_it = hers.filter(platform=platform, video_id=video_id)
    return (of_it.first() or hers.first() or Appearance()).region


def videos_of(creator: Profile) -> tuple[list[Video], bool]:
    """Return the latest videos that earned something for her with every one she named, and whether there are more."""
    latest = [Video(*row) for row in _videos(creator)[: MOST_VIDEOS + 1]]
    shown = latest[:MOST_VIDEOS]
    there = {(video.platform, video.video_id) for video in shown}
    named = [video for video in named_videos(creator) if (video.platform, video.video_id) not in there]
    return [*shown, *named], len(latest) > MOST_VIDEOS


def find_video(creator: Profile, video_id: str) -> Video | None:
    """Return a video that earned something for her by its id on any platform."""
    row = _videos(creator, video_id=video_id).first()
    return Video(*row) if row else None


def named_videos(creator: Profile) -> list[Video]:
    """Return the videos of hers in which she ever said a child to be."""
    named = Appearance.objects.filter(child__creator=creator).order_by()
    return [Video(*row) for row in _videos(creator, video_id__in=named.values("video_id"))]


def _videos(creator: Profile, **which: Any) -> Any:
    rows = EarningRow.objects.filter(total__accruals__creator=creator, **which).exclude(video_id="").order_by()
    found = rows.values_list("total__platform", "video_id").annotate(title=Max("video_title"), last=Max("day"))
    return found.order_by("-last", "video_id")


def declared_by(creator: Profile) -> list[Appearance]:
    """Return what she has declared and what holds of it, the latest first."""
    found: dict[tuple, Appearance] = {}
    for one in Appearance.objects.filter(child__creator=creator).select_related("child"):
        found.setdefault((one.platform, one.video_id, one.child_id), one)
    return [one for one in found.values() if one.seconds]


def kept_for(creator: Profile) -> list[Kept]:
    """Return what is set aside for each of her children."""
    sums = StatementLine.objects.filter(child__creator=creator).order_by()
    sums = sums.values_list("child", "statement__currency").annotate(sum=Sum("amount"))
    people = Child.objects.filter(creator=creator).in_bulk()
    found = [Kept(people[child], currency, -int(total)) for child, currency, total in sums]
    return sorted(found, key=lambda kept: (kept.child.alias, kept.currency))


def sums_by_creator() -> Any:
    """Return what is set aside for whose children, by currency; it names the creators and no child."""
    lines = StatementLine.objects.filter(child__isnull=False).order_by()
    found = lines.values("statement__currency", creator=F("child__creator"), name=F("child__creator__display_name"))
    sums = found.annotate(amount=-Sum("amount"), children=Count("child", distinct=True))
    return sums.annotate(currency=F("statement__currency")).order_by("name", "creator", "currency")
