"""Who may follow how far a video is. Who may *watch* one is decided by the app that shows it."""

from collections.abc import Callable
from typing import Any

from media_pipeline.models import Asset
from media_pipeline.permissions import policy

Rule = Callable[[Any, Asset], bool]
_rules: list[Rule] = []


def also_allow(rule: Rule) -> Rule:
    """Let an app above add its own rule (a reviewer, say); usable as a decorator, called once at start."""
    if rule not in _rules:
        _rules.append(rule)
    return rule


def may_follow(user: Any, asset: Asset) -> bool:
    """Say whether ``user`` may ask about ``asset``: its owner, whoever may choose or edit it, or by an added rule."""
    if not user.is_authenticated:
        return False
    if asset.owner_id == user.pk:
        return True
    if policy.user_has_any_permission_for_instance(user, ["choose", "change"], asset):
        return True
    return any(rule(user, asset) for rule in _rules)
