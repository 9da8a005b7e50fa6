"""The Videos screens. Every view finds its video through what the user may edit; for others it does not exist."""

from typing import Any

import django_filters
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic.edit import FormView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.log_actions import log
from wagtail.models import ReferenceIndex

from media_pipeline import assets
from media_pipeline.forms import UploadForm, VideoForm
from media_pipeline.models import Asset
from media_pipeline.models.assets import AssetQuerySet, State
from media_pipeline.permissions import editable_by, policy
from media_pipeline.playback import captions_by_language, player_for


class OnlyEditable:
    """Finds a video only among those the user may edit: a 404 for everybody else, whatever the address."""

    model = Asset

    def get_queryset(self) -> AssetQuerySet:
        return editable_by(self.request.user).select_related("collection")

    get_base_queryset = get_queryset
    get_base_object_queryset = get_queryset


class VideoFilters(WagtailFilterSet):
    """Find videos by a word of the title, by collection and by state."""

    title = django_filters.CharFilter(label=_("Title"), lookup_expr="icontains")
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=State.choices)
    collection = django_filters.ModelChoiceFilter(
        label=_("Collection"),
        queryset=lambda request: policy.collections_user_has_any_permission_for(request.user, ["add", "change"]),
    )

    class Meta:
        model = Asset
        fields = ["title", "state", "collection"]


class IndexView(OnlyEditable, generic.IndexView):
    """The videos of her collections, the newest first."""

    page_title = _("Videos")
    header_icon = "media"
    any_permission_required = ["add", "change", "delete"]
    index_url_name = "videos:index"
    index_results_url_name = "videos:index_results"
    add_url_name = "videos:add"
    edit_url_name = "videos:edit"
    delete_url_name = "videos:delete"
    add_item_label = _("Add a video")
    default_ordering = "-created_at"
    paginate_by = 30
    filterset_class = VideoFilters

    @cached_property
    def columns(self) -> list[Column]:
        return [
            self._get_title_column("title"),
            Column("state", label=_("State"), accessor="get_state_display", sort_key="state"),
            Column("collection", label=_("Collection"), accessor="collection.name"),
            Column("megabytes", label=_("Megabytes"), sort_key="size_bytes"),
            DateColumn("created_at", label=_("Arrived"), sort_key="created_at"),
        ]


class UploadView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """Send a new video; the script sends the file, the form names it."""

    model = Asset
    permission_required = "add"
    page_title = _("Add a video")
    header_icon = "media"
    template_name = "media_pipeline/admin/upload.html"
    form_class = UploadForm

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        here = [{"url": reverse("videos:index"), "label": _("Videos")}, {"url": "", "label": self.page_title}]
        return [*self.breadcrumbs_items, *here]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user, "instance": Asset(pk=None)}

    @transaction.atomic
    def form_valid(self, form: UploadForm) -> HttpResponse:
        asset = form.cleaned_data["asset"]
        asset.title = form.cleaned_data["title"] or asset.title
        asset.collection = form.cleaned_data.get("collection") or asset.collection
        asset.save(update_fields=["title", "collection"])
        log(asset, "media_pipeline.rename", user=self.request.user)
        return redirect("videos:edit", asset.pk)


class EditView(OnlyEditable, generic.EditView):
    """The name and collection of a video; what it looks like; its captions."""

    form_class = VideoForm
    template_name = "media_pipeline/admin/edit.html"
    header_icon = "media"
    index_url_name = "videos:index"
    edit_url_name = "videos:edit"
    delete_url_name = "videos:delete"
    usage_url_name = "videos:usage"
    history_url_name = "videos:history"
    actions = ["edit"]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_success_url(self) -> str:
        return self.get_edit_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["player"] = player_for(self.object, language=get_language() or "en")
        context["captions"] = captions_by_language(self.object)
        return context


class DeleteView(OnlyEditable, generic.DeleteView):
    """Delete a video that no lesson shows."""

    index_url_name = "videos:index"
    delete_url_name = "videos:delete"
    usage_url_name = "videos:usage"

    def form_valid(self, form: Any) -> HttpResponse:
        if ReferenceIndex.get_references_to(self.object).exists():
            messages.error(self.request, gettext("A lesson shows this video. Take it out of the lesson first."))
            return HttpResponseRedirect(reverse("videos:edit", args=[self.object.pk]))
        return super().form_valid(form)

    def delete_action(self) -> None:
        assets.discard(asset=self.object, by=self.request.user)


class UsageView(OnlyEditable, generic.UsageView):
    """Which lessons show a video."""

    index_url_name = "videos:index"
    edit_url_name = "videos:edit"
    usage_url_name = "videos:usage"
    get_queryset = generic.UsageView.get_queryset  # the references, not the videos


class HistoryView(OnlyEditable, generic.HistoryView):
    """What happened to a video, and by whom."""

    index_url_name = "videos:index"
    edit_url_name = "videos:edit"
    history_url_name = "videos:history"
    history_results_url_name = "videos:history_results"
    get_queryset = generic.HistoryView.get_queryset  # the log, not the videos
    get_base_queryset = generic.HistoryView.get_base_queryset
