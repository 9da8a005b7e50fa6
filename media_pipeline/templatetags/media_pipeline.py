"""What templates of videos need beside their context."""

from typing import Any

from django import template
from django.conf import settings

from media_pipeline import reasons
from media_pipeline.sending import uploads

register = template.Library()


@register.simple_tag
def upload_facts() -> dict[str, Any]:
    """How an upload goes and what its limits are, with the sentences for a file beyond them."""
    return {
        "by_parts": uploads.by_parts(),
        "most_bytes": settings.MEDIA_PIPELINE_MAX_BYTES,
        "most_gigabytes": round(settings.MEDIA_PIPELINE_MAX_BYTES / 1024**3, 1),
        "most_minutes": settings.MEDIA_PIPELINE_MAX_SECONDS // 60,
        "empty": reasons.MESSAGES[reasons.EMPTY],
        "too_big": reasons.MESSAGES[reasons.TOO_BIG],
    }


@register.filter
def clock(milliseconds: int) -> str:
    """Write a length as minutes and seconds: ``2:05``."""
    seconds = round(milliseconds / 1000)
    return f"{seconds // 60}:{seconds % 60:02}"
