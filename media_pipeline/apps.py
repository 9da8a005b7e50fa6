from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class MediaPipelineConfig(AppConfig):
    name = "media_pipeline"
    verbose_name = _("Videos")

    def ready(self) -> None:
        """Refuse to start with a preset that would fail every video."""
        from media_pipeline.encoding.presets import preset_for

        for use in settings.MEDIA_PIPELINE_PRESETS:
            preset_for(use)
