"""What media_pipeline adds to the Wagtail admin."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.forms.collections import collection_member_permission_formset_factory
from wagtail.models import Collection
from wagtail.permissions import register_permission_policy

from media_pipeline.models import Asset
from media_pipeline.permissions import policy

register_permission_policy(Asset, policy)

from media_pipeline.choosers import asset_chooser  # noqa: E402  the policy must be known before any viewset asks for it


@hooks.register("register_admin_viewset")
def register_video_chooser() -> Any:
    """The chooser that VideoBlock opens."""
    return asset_chooser


@hooks.register("register_group_permission_panel")
def register_video_permissions_panel() -> type:
    """Who may add, edit and choose videos in which collection."""
    return collection_member_permission_formset_factory(
        Asset,
        [
            ("add_asset", _("Add"), _("Add or edit videos you own")),
            ("change_asset", _("Edit"), _("Edit any video")),
            ("choose_asset", _("Choose"), _("Choose videos for lessons")),
        ],
        "media_pipeline/permissions/includes/video_permissions_formset.html",
    )


@hooks.register("describe_collection_contents")
def describe_collection_videos(collection: Collection) -> dict[str, Any] | None:
    """Say how many videos a collection holds before somebody deletes it."""
    count = Asset.objects.filter(collection=collection).count()
    if not count:
        return None
    return {"count": count, "count_text": ngettext("%(count)s video", "%(count)s videos", count) % {"count": count}}


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Name what happens to a video in Wagtail's history and reports."""
    actions.register_action("media_pipeline.receive", _("Receive video"), _("Video arrived"))
    actions.register_action("media_pipeline.rename", _("Rename video"), _("Video renamed or moved"))
    actions.register_action("media_pipeline.discard", _("Delete video"), _("Video deleted"))
    actions.register_action("media_pipeline.captions", _("Save captions"), _("Captions saved"))
    actions.register_action("media_pipeline.captions_removed", _("Delete captions"), _("Captions deleted"))
    actions.register_action("media_pipeline.retry", _("Prepare again"), _("Preparing started again"))
    actions.register_action("media_pipeline.cancel", _("Stop preparing"), _("Preparing stopped"))
