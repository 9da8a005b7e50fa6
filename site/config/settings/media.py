"""media_pipeline: what phones upload and what is made of it. Private; served by signed addresses only."""

from pathlib import Path
from urllib.parse import urlsplit

from .environment import DATA_DIR, env

MEDIA_PIPELINE_ROOT = DATA_DIR / "media"
# The bucket it is kept in; without a name, the folder above.
_region = env.str("MEDIA_REGION", default="us-east-1")
_endpoint = env.str("MEDIA_ENDPOINT", default="") or f"https://s3.{_region}.amazonaws.com"
_bucket = {
    "name": env.str("MEDIA_BUCKET", default=""),
    "region": _region,
    "endpoint": _endpoint,
    "public_endpoint": env.str("MEDIA_PUBLIC_ENDPOINT", default="") or _endpoint,  # as browsers reach it
    "addressing": env.str("MEDIA_ADDRESSING", default="virtual"),  # or path
    "access_key": env.str("MEDIA_ACCESS_KEY", default=""),
    "secret_key": env.str("MEDIA_SECRET_KEY", default=""),
}
MEDIA_PIPELINE_BUCKET: dict[str, str] = _bucket if _bucket["name"] else {}


def bucket_origins(bucket: dict[str, str]) -> list[str]:
    """Return the origin that browsers read ``bucket`` from, for the Content-Security-Policy; nothing without one."""
    if not bucket:
        return []
    at = urlsplit(bucket["public_endpoint"])
    host = f"{bucket['name']}.{at.netloc}" if bucket["addressing"] == "virtual" else at.netloc
    return [f"{at.scheme}://{host}"]


# Folders of speech recognition models by language, for captions: SPEECH_MODELS=en=/models/base,zh-hans=/models/base
MEDIA_PIPELINE_SPEECH_MODELS: dict[str, Path] = {
    "en": DATA_DIR / "speech" / "en",  # where `make captions` puts it
    **{language: Path(path) for language, path in env.dict("SPEECH_MODELS", default={}).items()},
}
MEDIA_PIPELINE_FFMPEG = env.str("FFMPEG", default="")
MEDIA_PIPELINE_FFPROBE = env.str("FFPROBE", default="")
MEDIA_PIPELINE_MAX_BYTES = env.int("MEDIA_MAX_BYTES", default=2 * 1024**3)
MEDIA_PIPELINE_MAX_SECONDS = env.int("MEDIA_MAX_SECONDS", default=30 * 60)
MEDIA_PIPELINE_ANSWER_SECONDS = env.int("MEDIA_ANSWER_SECONDS", default=125)  # the page stops at two minutes
MEDIA_PIPELINE_ANSWER_BYTES = env.int("MEDIA_ANSWER_BYTES", default=40_000_000)
MEDIA_PIPELINE_QUOTA_BYTES = env.int("MEDIA_QUOTA_BYTES", default=20 * 1024**3)  # per person
MEDIA_PIPELINE_SIGNED_SECONDS = env.int("MEDIA_SIGNED_SECONDS", default=2 * 60 * 60)
MEDIA_PIPELINE_MAX_PIXELS = env.int("MEDIA_MAX_PIXELS", default=4096 * 4096)
MEDIA_PIPELINE_MAX_FPS = env.int("MEDIA_MAX_FPS", default=120)
MEDIA_PIPELINE_KEEP_FREE_BYTES = env.int("MEDIA_KEEP_FREE_BYTES", default=1024**3)  # of the disk
MEDIA_PIPELINE_UPLOAD_HOURS = env.int("MEDIA_UPLOAD_HOURS", default=72)  # how long an upload may be resumed
MEDIA_PIPELINE_PRESETS = {  # what is left out is as in media_pipeline.encoding.presets.Preset
    "lesson": env.dict("MEDIA_LESSON", default={}),
    "submission": env.dict("MEDIA_SUBMISSION", default={}),
    "answer": env.dict("MEDIA_ANSWER", default={"side": "480"}),
}
MEDIA_PIPELINE_THREADS = env.int("MEDIA_THREADS", default=0)  # per encoder; 0 is one a core, at most four
MEDIA_PIPELINE_ENCODERS = env.int("MEDIA_ENCODERS", default=0)  # at once on this machine; 0 is one for two cores
MEDIA_PIPELINE_ORIGINAL_DAYS = env.int(
    "MEDIA_ORIGINAL_DAYS", default=30
)  # how long what was sent is kept; 0 is for ever
MEDIA_PIPELINE_TRIES = env.int("MEDIA_TRIES", default=3)
MEDIA_PIPELINE_LEASE_SECONDS = env.int("MEDIA_LEASE_SECONDS", default=60)
MEDIA_PIPELINE_STALL_SECONDS = env.int("MEDIA_STALL_SECONDS", default=60)
