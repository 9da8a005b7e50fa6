"""Where videos are kept: one small interface, the local disk behind it, and ``store()``, the one that is configured.

Keys look like ``originals/<id>/source`` and ``outputs/<id>/<attempt>/master.m3u8``. Nothing here is public: who may
read a file is decided before storage is asked. ``local`` is this machine's own disk, whatever ``store()`` is: uploads
by tus arrive there and ffmpeg works there.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Protocol

from django.conf import settings

if TYPE_CHECKING:
    from media_pipeline.bucket import Bucket

CONTENT_TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".vtt": "text/vtt; charset=utf-8",
    ".json": "application/json",
}
_LEFT_BEHIND = 24 * 3600  # seconds; no job lasts as long


class StorageAway(OSError):
    """The store does not answer, or not as it should; the same call may work later."""


def content_type(key: str) -> str:
    """What a browser is told of the file at ``key``, by its suffix."""
    return CONTENT_TYPES.get(PurePosixPath(key).suffix, "application/octet-stream")


def quiet() -> None:
    """Follow nothing: what ``beat`` is where nobody waits for a sign of life."""


class MediaStorage(Protocol):
    """What the pipeline needs of a place for files. Every method may raise StorageAway.

    ``beat`` is called again and again while bytes move; whatever it raises stops the work.
    """

    def adopt(self, source: Path, key: str) -> None:
        """Copy the local file ``source`` to ``key``, replacing what was there; it appears at once and whole."""

    def fetch(self, key: str, *, beat: Callable[[], None] = quiet) -> AbstractContextManager[Path]:
        """Give a local path of the file at ``key`` as long as the context lasts. Raises FileNotFoundError."""

    def publish(self, directory: Path, prefix: str, *, beat: Callable[[], None] = quiet) -> None:
        """Make what is under ``prefix`` the same as what is under the local ``directory``, which may be used up."""

    def open(self, key: str) -> BinaryIO:
        """Open the file at ``key`` for reading from its beginning. Raises FileNotFoundError."""

    def size(self, key: str) -> int:
        """How many bytes the file at ``key`` has. Raises FileNotFoundError."""

    def delete(self, key: str) -> None:
        """Delete the file at ``key`` and everything under it as a prefix; nothing there is no error."""

    def address(self, key: str, *, seconds: int) -> str:
        """Where a browser itself may read the file for so long; empty where only this site can serve it."""

    def ping(self) -> None:
        """Return if files can be kept now; raises OSError otherwise."""


class LocalDisk:
    """Files under ``settings.MEDIA_PIPELINE_ROOT``. Everything is on one file system, so moving is atomic."""

    @property
    def root(self) -> Path:
        """The folder everything is under; read at every use, so that settings may change in tests."""
        return Path(settings.MEDIA_PIPELINE_ROOT)

    def path(self, key: str) -> Path:
        """The path of ``key``. Raises ValueError for one that would lead outside."""
        path = (self.root / key).resolve()
        if not path.is_relative_to(self.root.resolve()) or path == self.root.resolve():
            raise ValueError(f"{key!r} is no key.")
        return path

    def _file(self, key: str) -> Path:
        path = self.path(key)
        if not path.is_file():
            raise FileNotFoundError(key)
        return path

    def adopt(self, source: Path, key: str) -> None:
        """Copy beside the target, then rename."""
        target = self.path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        arriving = target.with_name(f".{target.name}.arriving")
        shutil.copyfile(source, arriving)
        os.replace(arriving, target)

    def link(self, key: str, other: str) -> None:
        """Let ``other`` name the same bytes as ``key``; harmless when it already does."""
        target = self.path(other)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            os.link(self.path(key), target)

    @contextmanager
    def fetch(self, key: str, *, beat: Callable[[], None] = quiet) -> Iterator[Path]:
        """Give the path itself: a local file needs no copy.

        Where not even the folder of its kind is there, the disk is not mounted: nothing is missing, storage is away.
        """
        if not (self.root / PurePosixPath(key).parts[0]).is_dir():
            raise StorageAway(f"{self.root} is not mounted")
        yield self._file(key)

    @contextmanager
    def workspace(self, key: str) -> Iterator[Path]:
        """Give an empty folder beside the files, and leave nothing of it behind."""
        path = self.path(key)
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def publish(self, directory: Path, prefix: str, *, beat: Callable[[], None] = quiet) -> None:
        """Move each file into place, playlists last: who watches the beginning of it already must miss nothing."""
        target = self.path(prefix)
        files = [path for path in directory.rglob("*") if path.is_file()]
        kept = {target / path.relative_to(directory) for path in files}
        for path in sorted(files, key=lambda path: path.suffix == ".m3u8"):
            place = target / path.relative_to(directory)
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, place)
        for path in target.rglob("*"):
            if path.is_file() and path not in kept:
                path.unlink()

    def open(self, key: str) -> BinaryIO:
        """Open the file itself."""
        return self._file(key).open("rb")

    def size(self, key: str) -> int:
        """Ask the file system."""
        return self._file(key).stat().st_size

    def delete(self, key: str) -> None:
        """Delete the file, or the folder and everything in it."""
        path = self.path(key)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)

    def address(self, key: str, *, seconds: int) -> str:
        """A disk has no address of its own."""
        return ""

    def ping(self) -> None:
        """Write a file and take it away."""
        self.root.mkdir(parents=True, exist_ok=True)
        probe = self.root / f".ready-{os.getpid()}"
        probe.write_bytes(b"ok")
        probe.unlink(missing_ok=True)

    def free_bytes(self) -> int:
        """Free bytes of the file system for an ordinary user."""
        self.root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.root).free

    def tidy(self) -> None:
        """Delete the workspaces that killed workers of this machine left behind long ago."""
        work = self.path("work")
        for path in work.iterdir() if work.is_dir() else []:
            if path.stat().st_mtime < time.time() - _LEFT_BEHIND:
                shutil.rmtree(path, ignore_errors=True)


local = LocalDisk()


def bucket() -> "Bucket":
    """The bucket that ``settings.MEDIA_PIPELINE_BUCKET`` names."""
    from media_pipeline.bucket import connect  # boto3 costs memory that a site without a bucket need not pay

    return connect(**settings.MEDIA_PIPELINE_BUCKET)


def store() -> MediaStorage:
    """Where videos are kept: the bucket, or this machine's disk where none is named."""
    return bucket() if settings.MEDIA_PIPELINE_BUCKET else local
