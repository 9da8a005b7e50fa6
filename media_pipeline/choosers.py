"""Choosing a video for a lesson. Every view asks through what the user may choose, by id as well as by list."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import chooser as generic
from wagtail.admin.viewsets.chooser import ChooserViewSet

from media_pipeline.models import Asset
from media_pipeline.models.assets import AssetQuerySet
from media_pipeline.permissions import choosable_by, policy


class TitleFilterForm(BaseFilterForm):
    """Find a video by a word of its title, or by collection."""

    q = forms.CharField(label=_("Search term"), required=False)
    collection_id = forms.ModelChoiceField(label=_("Collection"), queryset=None, required=False)

    def __init__(self, *args: Any, collections: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["collection_id"].queryset = collections

    def filter(self, objects: AssetQuerySet) -> AssetQuerySet:
        """Narrow ``objects``; sets the flags that Wagtail's templates read."""
        objects = super().filter(objects)
        if query := self.cleaned_data.get("q"):
            objects = objects.filter(title__icontains=query)
            self.is_searching, self.search_query = True, query
        if collection := self.cleaned_data.get("collection_id"):
            objects = objects.filter(collection=collection)
            self.is_filtering_by_collection = True
        return objects


class BaseChooseView(generic.BaseChooseView):
    """What both lists share: only what the user may choose, the newest first, and where each video stands."""

    ordering = "-created_at"

    def get_object_list(self) -> AssetQuerySet:
        return choosable_by(self.request.user).select_related("collection")

    def get_filter_form(self) -> TitleFilterForm:
        return TitleFilterForm(
            self.request.GET, collections=policy.collections_user_has_permission_for(self.request.user, "choose")
        )

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,
            Column("state", label=_("State"), accessor="get_state_display"),
            Column("collection", label=_("Collection")),
            DateColumn("created_at", label=_("Arrived"), width="16%"),
        ]


class ChooseView(generic.ChooseViewMixin, generic.CreationFormMixin, BaseChooseView):
    """The chooser with its search form."""


class ChooseResultsView(generic.ChooseResultsViewMixin, generic.CreationFormMixin, BaseChooseView):
    """The list alone, after a search."""


class ChosenView(generic.ChosenView):
    """One video was chosen."""

    def get_object(self, pk: str) -> Asset:
        try:
            return choosable_by(self.request.user).get(pk=UUID(pk))
        except (ValueError, Asset.DoesNotExist) as error:
            raise Http404 from error


class ChosenMultipleView(generic.ChosenMultipleView):
    """Several videos were chosen."""

    def get_objects(self, pks: list[str]) -> AssetQuerySet:
        try:
            return choosable_by(self.request.user).filter(pk__in=[UUID(pk) for pk in pks])
        except ValueError as error:
            raise Http404 from error


class AssetChooserViewSet(ChooserViewSet):
    """The chooser for lesson videos; a new one is sent from the Videos screen."""

    model = Asset
    icon = "media"
    choose_one_text = _("Choose a video")
    choose_another_text = _("Choose another video")
    edit_item_text = _("Edit this video")
    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView


asset_chooser = AssetChooserViewSet("video_chooser")
AssetChooserWidget = asset_chooser.widget_class
