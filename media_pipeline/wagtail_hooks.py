"""What media_pipeline adds to the Wagtail admin."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.admin_url_finder import ModelAdminURLFinder, register_admin_url_finder
from wagtail.admin.forms.collections import collection_member_permission_formset_factory
from wagtail.admin.menu import MenuItem
from wagtail.models import Collection
from wagtail.permissions import register_permission_policy

from media_pipeline.admin_views.jobs import PERMISSION
from media_pipeline.models import Asset
from media_pipeline.permissions import policy

register_permission_policy(Asset, policy)

from media_pipeline.viewsets import asset_chooser, video_jobs, videos_viewset  # noqa: E402  these ask for the policy


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[Any]:
    """The Videos screens, the chooser that VideoBlock opens, and the operator's screen."""
    return [videos_viewset, asset_chooser, video_jobs]


class VideosMenuItem(MenuItem):
    """Shown to whoever may add or edit videos somewhere."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Cosmetic: the views check for themselves."""
        return policy.user_has_any_permission(request.user, ["add", "change", "delete"])


class JobsMenuItem(MenuItem):
    """Shown to operators."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Cosmetic: the views check for themselves."""
        return request.user.has_perm(PERMISSION)


@hooks.register("register_admin_menu_item")
def register_videos_menu_item() -> MenuItem:
    """Videos in the main menu."""
    return VideosMenuItem(_("Videos"), reverse("videos:index"), name="videos", icon_name="media", order=350)


@hooks.register("register_reports_menu_item")
def register_jobs_menu_item() -> MenuItem:
    """The operator's screen among the reports."""
    return JobsMenuItem(
        _("Preparing videos"), reverse("video_jobs:index"), name="video-jobs", icon_name="cogs", order=900
    )


class VideoURLFinder(ModelAdminURLFinder):
    """Leads from a mention of a video to its screen, for those who may edit it."""

    def construct_edit_url(self, instance: Asset) -> str | None:
        """Return the address, or None for somebody who may not edit this video; choosers ask for nobody."""
        may = self.user is None or policy.user_has_permission_for_instance(self.user, "change", instance)
        return reverse("videos:edit", args=[instance.pk]) if may else None


register_admin_url_finder(Asset, VideoURLFinder)


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
    actions.register_action("media_pipeline.listen", _("Have captions written"), _("Captions asked of a machine"))
    actions.register_action("media_pipeline.keep_original", _("Keep original"), _("Keeping of the original changed"))
    actions.register_action("media_pipeline.delete_original", _("Delete original"), _("Original deleted"))
    actions.register_action("media_pipeline.retry", _("Prepare again"), _("Preparing started again"))
    actions.register_action("media_pipeline.cancel", _("Stop preparing"), _("Preparing stopped"))
