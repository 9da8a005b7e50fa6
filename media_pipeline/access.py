"""Who may follow how far a video is. Who may *watch* one is decided by the app that shows it.

A video whose owner may change her mind is shown by revocable addresses: then the app is asked again with each file.
"""

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db.models import Q

from media_pipeline.models import Asset
from media_pipeline.models.assets import AssetQuerySet, Purpose
from media_pipeline.permissions import editable_by, policy

_passes = TimestampSigner(salt="media_pipeline.access")
Rule = Callable[[Any, Asset], bool]
_rules: list[Rule] = []
WatchRule = Callable[[Any, uuid.UUID], bool]
_watch_rules: list[WatchRule] = []


def also_allow(rule: Rule) -> Rule:
    """Let an app above add its own rule (a reviewer, say); usable as a decorator, called once at start."""
    if rule not in _rules:
        _rules.append(rule)
    return rule


def captionable_by(user: Any) -> AssetQuerySet:
    """The videos whose captions ``user`` may write: what she sent in or said herself, and lessons she may edit."""
    return Asset.objects.filter(
        Q(owner=user, purpose__in=[Purpose.SUBMISSION, Purpose.ANSWER]) | Q(pk__in=editable_by(user).values("pk"))
    )


def may_follow(user: Any, asset: Asset) -> bool:
    """Say whether ``user`` may ask about ``asset``: its owner, whoever may choose or edit it, or by an added rule."""
    if not user.is_authenticated:
        return False
    if asset.owner_id == user.pk:
        return True
    if policy.user_has_any_permission_for_instance(user, ["choose", "change"], asset):
        return True
    return any(rule(user, asset) for rule in _rules)


def also_lets_watch(rule: WatchRule) -> WatchRule:
    """Let an app above say who may watch what it shows by revocable addresses; a decorator as ``also_allow`` is."""
    if rule not in _watch_rules:
        _watch_rules.append(rule)
    return rule


def may_watch_now(user: Any, asset_id: uuid.UUID) -> bool:
    """Say whether any app lets ``user`` watch at this moment."""
    return any(rule(user, asset_id) for rule in _watch_rules)


def follow_pass(asset_id: uuid.UUID) -> str:
    """Return what a page that shows the video gives along, so that whoever reads the page may ask how far it is."""
    return _passes.sign(str(asset_id)).partition(":")[2]


def has_pass(asset_id: uuid.UUID, word: str) -> bool:
    """Say whether ``word`` was given for ``asset_id``, as long ago as a signed address holds at most."""
    try:
        _passes.unsign(f"{asset_id}:{word}", max_age=settings.MEDIA_PIPELINE_SIGNED_SECONDS)
    except BadSignature:
        return False
    return True
