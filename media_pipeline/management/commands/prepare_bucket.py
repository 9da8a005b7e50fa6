"""Get the bucket of the settings ready for videos."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from media_pipeline.storage import StorageAway, bucket


class Command(BaseCommand):
    """Set what a browser may do with the bucket; safe to run again, after SITE_URL or the bucket changed."""

    help = "Make the bucket MEDIA_BUCKET if it is missing, and let the pages of this site use it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare it and say what was done."""
        if not settings.MEDIA_PIPELINE_BUCKET:
            raise CommandError("MEDIA_BUCKET is not set; videos are kept on the local disk.")
        at = urlsplit(settings.SITE_URL)
        origin = f"{at.scheme}://{at.netloc}"
        days = -(-2 * settings.MEDIA_PIPELINE_UPLOAD_HOURS // 24)
        try:
            bucket().prepare(origins=[origin], days=days)
        except StorageAway as error:
            raise CommandError(f"The bucket cannot be prepared: {error}") from error
        self.stdout.write(f"{bucket().name} is ready; pages of {origin} may use it.")
