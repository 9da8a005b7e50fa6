"""The rows of media_pipeline: videos, the work on them, uploads on their way, and captions."""

from media_pipeline.models.assets import Asset, AssetQuerySet
from media_pipeline.models.captions import Caption
from media_pipeline.models.jobs import Job, JobQuerySet
from media_pipeline.models.uploads import Upload, UploadQuerySet

__all__ = ["Asset", "AssetQuerySet", "Caption", "Job", "JobQuerySet", "Upload", "UploadQuerySet"]
