"""A video inside a page."""

import copy
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from media_pipeline.choosers import AssetChooserWidget
from media_pipeline.models import Asset


class AssetChooserBlock(blocks.ChooserBlock):
    """One lesson video; a page with many asks the database once for them and once for their captions."""

    target_model = Asset

    class Meta:
        icon = "media"

    @cached_property
    def widget(self) -> AssetChooserWidget:
        """The chooser of lesson videos."""
        return AssetChooserWidget()

    @cached_property
    def field(self) -> forms.ModelChoiceField:
        """Accepts lesson videos only: a submission is private, and no page may show one."""
        return forms.ModelChoiceField(
            queryset=Asset.objects.lessons(),
            widget=self.widget,
            required=self._required,
            validators=self._validators,
            help_text=self._help_text,
        )

    def bulk_to_python(self, values: list[Any]) -> list[Asset | None]:
        """Fetch the videos of many blocks at once; the stored ids are text, the model's are UUIDs."""
        wanted = {UUID(str(value)) for value in values if value}
        found = Asset.objects.with_captions().in_bulk(wanted)
        return [copy.copy(found.get(UUID(str(value)))) if value else None for value in values]

    def get_prep_value(self, value: Asset | None) -> str | None:
        """Store the id as text, so that raw data and JSON are the same."""
        return str(value.pk) if value is not None else None

    def get_form_state(self, value: Asset | None) -> Any:
        """What the chooser's script is told; Wagtail writes it as JSON, which knows no UUID."""
        state = self.widget.get_value_data(value)
        return state and state | {"id": str(state["id"])}


class VideoBlock(blocks.StructBlock):
    """A video with an optional caption line and transcript.

    To show it, the page's view decides that she may watch and puts ``players`` into the context: a mapping from the
    asset's id to what :func:`media_pipeline.playback.player_for` returned. Without an entry the block says that the
    video can be watched after joining.
    """

    video = AssetChooserBlock(label=_("Video"))
    caption = blocks.CharBlock(label=_("Line below the video"), required=False, max_length=200)
    transcript = blocks.TextBlock(
        label=_("Transcript"), required=False, help_text=_("What is said, for those who would rather read.")
    )

    class Meta:
        icon = "media"
        label = _("Video")
        template = "media_pipeline/blocks/video.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add ``player``, if the view has allowed one."""
        context = super().get_context(value, parent_context=parent_context)
        video = value.get("video")
        context["player"] = (context.get("players") or {}).get(video.pk) if video else None
        return context
