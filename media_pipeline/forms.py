"""The forms of the admin about videos."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.collections import BaseCollectionMemberForm

from media_pipeline.captions.keeping import Written
from media_pipeline.captions.webvtt import MAX_BYTES, BadCaptions, parse
from media_pipeline.models import Asset
from media_pipeline.permissions import editable_by, policy


class VideoForm(BaseCollectionMemberForm):
    """The name of a video, and its collection where there is a choice."""

    permission_policy = policy

    class Meta:
        model = Asset
        fields = ["title", "collection", "keeps_original"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if day := self.instance.original_goes_at:
            self.fields["keeps_original"].help_text = _("Else it is deleted on %(day)s. The video stays.") % {
                "day": date_format(day)
            }
        elif self.instance.original_gone_at or not settings.MEDIA_PIPELINE_ORIGINAL_DAYS:
            del self.fields["keeps_original"]


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
    """Captions as text, or as a WebVTT or SRT file that takes the place of the text."""

    text = forms.CharField(
        label=_("Captions"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "true", "data-captions-text": True}),
        help_text=_(
            "Each caption: a line with its times, 00:00:01.000 --> 00:00:03.500, then its words, then an empty line."
        ),
    )
    file = forms.FileField(
        label=_("Or send a file"),
        required=False,
        help_text=_(
            "A WebVTT file (.vtt) or an SRT file, saved as plain text in UTF-8. It replaces what is written here."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Add ``engine``, once its captions can be read; else say at which of the two fields what is wrong."""
        cleaned = super().clean()
        file = cleaned.get("file")
        raw = file.read(MAX_BYTES + 1) if file else cleaned.get("text", "").encode()
        try:
            parse(raw)
        except BadCaptions as error:
            self.add_error("file" if file else "text", str(error))
        return cleaned | {"engine": Written(raw)}
