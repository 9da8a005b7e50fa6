"""A zip that somebody sends, opened as if she meant harm. Writes nothing by a name of the file. No Django models here.

What is inside is measured before anything is unpacked, and again while it is; only what is asked for by name is read.
"""

import io
import json
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.utils.translation import gettext_noop as N_

from courses.spreadsheets.findings import Finding

MOST_ENTRIES: Final = 3000
LARGEST_LIST: Final = 1024**2  # bytes of the list of entries, which is read into memory
LARGEST_WHOLE: Final = 4 * 1024**3  # bytes, unpacked
LARGEST_TEXTS: Final = 8 * 1024**2  # bytes, of all texts that are parsed: in memory they are ten times as much
LARGEST_RATIO: Final = 200
SMALL: Final = 64 * 1024  # so much may be packed as well as it likes: a ratio says nothing about it
DEEPEST: Final = 60  # of JSON; a lesson is ten deep
_END: Final = b"PK\x05\x06"
_END_OF_LARGE: Final = b"PK\x06\x07"
_END_BYTES: Final = 22
_LONGEST_COMMENT: Final = 65_535
_CHUNK: Final = 1024**2
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, struct.error,
)  # fmt: skip


class UnreadableCourseError(Exception):
    """A file cannot be read as a course; its only argument is the :class:`Finding` that says why."""


def refuse(text: str, /, **params: str | int) -> UnreadableCourseError:
    """Return the error that says why nothing of the file can be used."""
    return UnreadableCourseError(Finding(text, **params))


class Archive:
    """The entries of a zip by their names. Made by :func:`opened`."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._entries = {entry.filename: entry for entry in file.infolist() if not entry.is_dir()}

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    @property
    def names(self) -> list[str]:
        """What is inside, in the order of the file."""
        return list(self._entries)

    def size(self, name: str) -> int:
        """How many bytes ``name`` says it has when it is unpacked."""
        return self._entries[name].file_size

    def require_little(self, names: Iterable[str]) -> None:
        """Refuse texts that are too much together to be parsed; one that is named twice counts twice."""
        if sum(self.size(name) for name in names if name in self) > LARGEST_TEXTS:
            raise refuse(N_("The texts in this file are far too large together."))

    def head(self, name: str, length: int) -> bytes:
        """Return the first bytes of ``name``."""
        with _readable(), self._file.open(self._entries[name]) as stream:
            return stream.read(length)

    def read(self, name: str, *, most: int) -> bytes:
        """Return all of ``name``. Raises UnreadableCourseError when it is longer than ``most`` or broken."""
        if self.size(name) > most:
            raise refuse(N_("“%(name)s” in the file is far too large."), name=name[-60:])
        with _readable(), self._file.open(self._entries[name]) as stream:
            return stream.read(most + 1)

    def json(self, name: str, *, most: int) -> Any:
        """Return the JSON in ``name``, which is UTF-8. Raises UnreadableCourseError."""
        raw = self.read(name, most=most)
        try:
            value = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise refuse(N_("“%(name)s” in the file is not JSON in UTF-8."), name=name[-60:]) from error
        if _is_deep(value):
            raise refuse(N_("“%(name)s” in the file is not JSON in UTF-8."), name=name[-60:])
        return value

    def unpack(self, name: str, target: Path) -> None:
        """Write ``name`` to ``target``, piece by piece. Raises UnreadableCourseError when it is not as it said."""
        left = self.size(name)
        with _readable(), self._file.open(self._entries[name]) as stream, target.open("wb") as file:
            while chunk := stream.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise refuse(N_("“%(name)s” in the file is far too large."), name=name[-60:])
                file.write(chunk)


@contextmanager
def opened(stream: BinaryIO) -> Iterator[Archive]:
    """Give the entries of a zip. Raises UnreadableCourseError for one that is broken, locked or not safe to open."""
    with _readable():
        _require_short_list(stream)
        file = zipfile.ZipFile(stream)
    with file:
        _require_safe(file.infolist())
        yield Archive(file)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise refuse(N_("This is no zip file, or it is broken. Nothing of it was used.")) from error


def _no_number(word: str) -> None:
    raise ValueError(word)


def _is_deep(value: Any) -> bool:
    """Say whether lists and mappings stand in each other deeper than anything here does."""
    layer = [value]
    for _depth in range(DEEPEST):
        inside = [part for one in layer if isinstance(one, dict | list) for part in _parts(one)]
        if not inside:
            return False
        layer = inside
    return True


def _parts(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value


def _require_short_list(stream: BinaryIO) -> None:
    """Refuse a zip whose list of entries would fill the memory before its length is known (APPNOTE 4.3.16)."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _LONGEST_COMMENT - _END_BYTES))
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_BYTES:
        raise zipfile.BadZipFile
    entries, length = struct.unpack_from("<HI", tail, at + 10)
    if entries > MOST_ENTRIES or length > LARGEST_LIST or _END_OF_LARGE in tail[max(0, at - 20) : at]:
        raise refuse(N_("There are far too many files in this zip, or they are far too large."))


def _require_safe(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(names) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_WHOLE:
        raise refuse(N_("There are far too many files in this zip, or they are far too large."))
    if len(set(names)) < len(names):
        raise refuse(N_("Two files in this zip have the same name."))
    for entry in entries:
        if _leads_away(entry):
            raise refuse(N_("“%(name)s” in this zip leads to another place."), name=entry.orig_filename[-60:])
        if entry.flag_bits & 1:
            raise refuse(N_("This zip asks for a password. Pack it without one."))
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refuse(N_("This zip is packed in a way that is not known here. Pack it as an ordinary zip."))
        if entry.file_size > max(SMALL, LARGEST_RATIO * entry.compress_size):
            raise refuse(N_("“%(name)s” in the file is far too large."), name=entry.filename[-60:])


def _leads_away(entry: zipfile.ZipInfo) -> bool:
    """Say whether a name is no plain path inside the zip, or the entry is a link to elsewhere."""
    name = entry.orig_filename
    parts = name.split("/")
    odd = name.startswith("/") or ".." in parts or any(sign in name for sign in ("\\", "\x00", ":"))
    return odd or stat.S_ISLNK(entry.external_attr >> 16)
