"""Delete files so that none is forgotten, though the store be away or this process die after the commit."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from media_pipeline.models import Removal
from media_pipeline.storage import store

logger = logging.getLogger(__name__)
_AGAIN_AFTER = timedelta(minutes=1)
_AT_ONCE = 100


def remove(*keys: str) -> None:
    """Delete what storage has at ``keys`` after the commit, and should that fail, at the next sweep that can."""
    Removal.objects.bulk_create([Removal(key=key) for key in keys], ignore_conflicts=True)
    transaction.on_commit(partial(_carry_out, keys))


def _carry_out(keys: Sequence[str]) -> None:
    try:
        for key in keys:
            store().delete(key)
    except OSError as error:
        logger.warning("%s of %s could not be deleted yet: %s", len(keys), keys[0], error)
        return
    Removal.objects.filter(key__in=keys).delete()


def sweep() -> None:
    """Delete what could not be deleted when it was asked for."""
    late = Removal.objects.filter(created_at__lt=timezone.now() - _AGAIN_AFTER)
    if keys := list(late.values_list("key", flat=True)[:_AT_ONCE]):
        _carry_out(keys)
