"""The forms of the admin about videos."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.collections import BaseCollectionMemberForm

from media_pipeline.captions import MAX_BYTES, BadCaptions, parse
from media_pipeline.models import Asset
from media_pipeline.permissions import editable_by, policy


class VideoForm(BaseCollectionMemberForm):
    """The name of a video, and its collection where there is a choice."""

    permission_policy = policy

    class Meta:
        model = Asset
        fields = ["title", "collection"]


class UploadForm(VideoForm):
    """A new video. The file goes by itself while the form is filled in; ``asset`` then names what arrived."""

    asset = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self._user = user
        self.fields["title"].required = False

    def clean_asset(self) -> Asset:
        """Find the video among those this user may edit; a video somebody else sent does not exist here."""
        found = editable_by(self._user).filter(pk=self.cleaned_data["asset"]).first()
        if found is None:
            raise forms.ValidationError(_("Please choose a video and wait until all of it has arrived."))
        return found


class CaptionForm(forms.Form):
    """Captions in one language, as a WebVTT or SRT file."""

    language = forms.ChoiceField(label=_("Language"), choices=lambda: settings.LANGUAGES)
    file = forms.FileField(
        label=_("Caption file"), help_text=_("A WebVTT file (.vtt) or an SRT file, saved as plain text in UTF-8.")
    )

    def clean_file(self) -> bytes:
        """Return the content once it can be read as captions."""
        file = self.cleaned_data["file"]
        raw = file.read(MAX_BYTES + 1)
        try:
            parse(raw)
        except BadCaptions as error:
            raise forms.ValidationError(str(error)) from error
        return raw
