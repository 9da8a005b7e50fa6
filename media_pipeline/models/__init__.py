"""The rows of media_pipeline: videos, the work on them, uploads on their way, captions, and files that must go."""

from media_pipeline.models.assets import Asset, AssetQuerySet
from media_pipeline.models.captions import Caption, Listening
from media_pipeline.models.jobs import Job, JobQuerySet
from media_pipeline.models.removals import Removal
from media_pipeline.models.uploads import Upload, UploadQuerySet

__all__ = [
    "Asset",
    "AssetQuerySet",
    "Caption",
    "Job",
    "JobQuerySet",
    "Listening",
    "Removal",
    "Upload",
    "UploadQuerySet",
]
