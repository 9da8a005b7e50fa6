"""The words of a video, as WebVTT, one row a language."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from media_pipeline.models.assets import Asset


class Caption(models.Model):
    """Captions in ``language`` (BCP 47). Made by machine, they say so until a person has confirmed them."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="captions", verbose_name=_("video"))
    language = models.CharField(_("language"), max_length=12)
    text = models.TextField(_("captions"))
    machine_made = models.BooleanField(_("made by a machine"), default=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("captions")
        verbose_name_plural = _("captions")
        ordering = ["language"]
        constraints = [models.UniqueConstraint(fields=["asset", "language"], name="caption_one_per_language")]

    def __str__(self) -> str:
        return self.language

    @property
    def unconfirmed(self) -> bool:
        """Whether a machine wrote them and no person has read them yet."""
        return self.machine_made and self.confirmed_by_id is None
