"""Where videos are kept: a small interface, and the local disk behind it.

Keys look like ``uploads/<id>``, ``originals/<id>/source`` and ``outputs/<id>/<attempt>/master.m3u8``. Nothing here
is public: whoever may read a file is decided before storage is asked.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings


class MediaStorage(Protocol):
    """What the pipeline needs of a place for files; a bucket may stand behind it as well as a disk."""

    def adopt(self, source: Path, key: str, *, move: bool = False) -> None:
        """Put the local file ``source`` at ``key``, replacing what was there."""

    def link(self, key: str, other: str) -> None:
        """Let ``other`` name the same bytes as ``key``; harmless when it already does."""

    def fetch(self, key: str) -> AbstractContextManager[Path]:
        """Give a local path of the file at ``key`` for as long as the context lasts."""

    def workspace(self, key: str) -> AbstractContextManager[Path]:
        """Give an empty local folder for as long as the context lasts."""

    def publish(self, directory: Path, prefix: str) -> None:
        """Put everything under the local ``directory`` at ``prefix`` at once, replacing what was there."""

    def open(self, key: str) -> BinaryIO:
        """Open the file at ``key``; raises FileNotFoundError."""

    def exists(self, key: str) -> bool:
        """Say whether there is a file or a prefix at ``key``."""

    def delete(self, key: str) -> None:
        """Delete the file or everything under the prefix; nothing there is no error."""

    def free_bytes(self) -> int:
        """How much more fits."""


class LocalDisk:
    """Files under ``settings.MEDIA_PIPELINE_ROOT``. Everything is on one file system, so moving is atomic."""

    def __init__(self, root: Path | None = None) -> None:
        self._root = root

    @property
    def root(self) -> Path:
        """The folder everything is under; read at every use, so that settings may change in tests."""
        return self._root or Path(settings.MEDIA_PIPELINE_ROOT)

    def path(self, key: str) -> Path:
        """The path of ``key``. Raises ValueError for one that would lead outside."""
        path = (self.root / key).resolve()
        if not path.is_relative_to(self.root.resolve()) or path == self.root.resolve():
            raise ValueError(f"{key!r} is no key.")
        return path

    def adopt(self, source: Path, key: str, *, move: bool = False) -> None:
        """Put ``source`` at ``key`` by a rename or by a copy; either way it appears at once and whole."""
        target = self.path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        if move:
            os.replace(source, target)
            return
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
    def fetch(self, key: str) -> Iterator[Path]:
        """Give the path itself: a local file needs no copy. Raises FileNotFoundError."""
        path = self.path(key)
        if not path.is_file():
            raise FileNotFoundError(key)
        yield path

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

    def publish(self, directory: Path, prefix: str) -> None:
        """Rename the folder into place."""
        target = self.path(prefix)
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(directory, target)

    def open(self, key: str) -> BinaryIO:
        """Open for reading; raises FileNotFoundError for what is missing or a folder."""
        path = self.path(key)
        if not path.is_file():
            raise FileNotFoundError(key)
        return path.open("rb")

    def exists(self, key: str) -> bool:
        """Say whether there is a file or a folder at ``key``."""
        return self.path(key).exists()

    def delete(self, key: str) -> None:
        """Delete the file, or the folder and everything in it."""
        path = self.path(key)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)

    def free_bytes(self) -> int:
        """Free bytes of the file system for an ordinary user."""
        self.root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.root).free


disk = LocalDisk()
