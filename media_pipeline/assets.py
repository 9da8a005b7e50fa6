"""Videos come in here and leave from here."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Collection

from media_pipeline import queue, removals
from media_pipeline.captions import keeping
from media_pipeline.models import Asset, Job
from media_pipeline.reasons import ERASED
from media_pipeline.states import AssetState
from media_pipeline.storage import store


def adopt_file(
    *,
    path: Path,
    owner: Any,
    title: str,
    purpose: str = "lesson",
    collection: Collection | None = None,
    captions: dict[str, Path] | None = None,
) -> Asset:
    """Copy the file at ``path`` in as a video of ``owner`` (a user or None) and have it prepared after the commit.

    ``captions`` are WebVTT files by language. Raises FileNotFoundError, or BadCaptions.
    """
    asset = Asset(owner=owner, title=title[:200], purpose=purpose, size_bytes=path.stat().st_size)
    if collection is not None:
        asset.collection = collection
    store().adopt(path, asset.original_key)
    try:
        with transaction.atomic():
            receive(asset=asset, by=owner)
            for language, caption in (captions or {}).items():
                keeping.save_captions(
                    asset=asset, language=language, engine=keeping.Written(caption.read_bytes()), by=owner
                )
    except BaseException:
        removals.remove(f"originals/{asset.pk}")
        raise
    return asset


@transaction.atomic
def receive(*, asset: Asset, by: Any) -> Job:
    """Save a video whose file is already in storage, and make the job that prepares it."""
    asset.save(force_insert=True)
    log(asset, "media_pipeline.receive", user=by, data={"bytes": asset.size_bytes, "purpose": asset.purpose})
    return queue.create(asset=asset)


@transaction.atomic
def discard(*, asset: Asset, by: Any) -> None:
    """Delete a video, its captions and jobs, and after the commit its files."""
    log(asset, "media_pipeline.discard", user=by, data={"title": asset.title})
    _delete_files(asset.pk)
    asset.delete()


@transaction.atomic
def empty(*, asset: Asset, by: Any) -> None:
    """Delete a video's files, captions and jobs, but leave its row, for what rests on it (a grade). Nameless then."""
    log(asset, "media_pipeline.discard", user=by)
    asset.captions.all().delete()
    Job.objects.filter(asset=asset).delete()
    Asset.objects.filter(pk=asset.pk).update(
        owner=None,
        title="",
        state=AssetState.FAILED,
        reason=ERASED,
        sha256="",
        outputs="",
        preview="",
        has_storyboard=False,
        mp4_bytes=0,
        low_bytes=0,
        shot_check=None,
    )
    _delete_files(asset.pk)


def _delete_files(asset_id: UUID) -> None:
    removals.remove(f"originals/{asset_id}", f"outputs/{asset_id}")
