"""Who may do what with lesson videos in the admin: collection permissions, and nothing for submissions.

A submission is private to its owner and whoever reviews it; no admin screen lists one.
"""

from collections.abc import Iterable
from typing import Any

from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy

from media_pipeline.models import Asset
from media_pipeline.models.assets import AssetQuerySet, Purpose


class LessonVideoPolicy(CollectionOwnershipPermissionPolicy):
    """Permissions by collection, over lesson videos only."""

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Asset) -> bool:
        """Nobody has a permission for a submission here, a superuser included."""
        if instance.purpose != Purpose.LESSON:
            return False
        return super().user_has_any_permission_for_instance(user, actions, instance)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> AssetQuerySet:
        """The lesson videos ``user`` has one of ``actions`` for."""
        return super().instances_user_has_any_permission_for(user, actions).filter(purpose=Purpose.LESSON)


policy = LessonVideoPolicy(Asset, owner_field_name="owner")


def choosable_by(user: Any) -> AssetQuerySet:
    """The videos ``user`` may put into a lesson."""
    return policy.instances_user_has_any_permission_for(user, ["choose"])


def editable_by(user: Any) -> AssetQuerySet:
    """The videos ``user`` may rename, caption or delete."""
    return policy.instances_user_has_any_permission_for(user, ["change", "delete"])
