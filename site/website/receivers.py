"""What changes a public page: everything here lets all of them be drawn anew, once the change is committed."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from media_pipeline.signals import asset_changed
from media_pipeline.states import PLAYABLE
from website import page_cache

SHOWN = (PageViewRestriction, Redirect, Site, Locale, get_image_model())


@receiver([page_published, page_unpublished, page_slug_changed, post_page_move])
def pages_changed(**_signal: object) -> None:
    """Purge after the commit; a failure is logged, because the change itself holds."""
    transaction.on_commit(page_cache.purge, robust=True)


@receiver([post_save, post_delete])
def rows_changed(instance: Any, created: bool | None = None, **_signal: object) -> None:
    """Purge for what stands on pages, for a page that is gone, and for one that begins public (a copy, an alias)."""
    is_page = isinstance(instance, Page) and created is not False and instance.live
    if is_page or isinstance(instance, SHOWN):
        pages_changed()


@receiver(asset_changed)
def video_changed(state: str, **_signal: object) -> None:
    """A video that became ready gives courses their picture."""
    if state in PLAYABLE:
        pages_changed()
