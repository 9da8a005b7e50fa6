"""The first sheet of an XLSX file as cells of text, read row by row. No Django models here.

A workbook is a ZIP of XML (ECMA-376), so what is inside is measured before anything is opened, and formulas are
never worked out: a cell with one is its text, which no column takes.
"""

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, BinaryIO, Final
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext_noop as N_
from lxml.etree import XMLSyntaxError

from courses.spreadsheets.findings import Finding, UnreadableTableError

MAGIC: Final = b"PK\x03\x04"
MOST_PARTS: Final = 500
LARGEST_WHOLE: Final = 1024**3  # bytes, unpacked; a full sheet of 1,048,576 rows and twenty columns is below it
LARGEST_SHARED: Final = 64 * 1024**2  # the table of texts and the styles are read into memory
LARGEST_RATIO: Final = 200
MOST_COLUMNS: Final = 400
PROLOGUE: Final = 4096  # bytes, of each part
EXACT_DIGITS: Final = 15  # a spreadsheet keeps no more of a number
_PACKED = (".zip", ".xlsx", ".xlsm", ".xls", ".gz", ".7z", ".rar", ".bin")
_UNREADABLE = (
    zipfile.BadZipFile, ParseError, XMLSyntaxError, KeyError, ValueError, TypeError,
    AttributeError, IndexError, EOFError, OSError, NotImplementedError, RuntimeError, zlib.error,
)  # fmt: skip


def records(stream: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Yield ``(row number, cells)`` of the first sheet for every row that is not empty.

    Raises UnreadableTableError for a workbook that is broken, locked, too large unpacked, or holds other archives.
    """
    from openpyxl import load_workbook  # with NumPy 20 MB, which a worker that reads no workbook need not hold

    stream.seek(0)
    try:
        _require_safe(stream)
        stream.seek(0)
        book = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        yield from _rows(sheet)
    except _UNREADABLE as error:
        raise UnreadableTableError(
            Finding(N_("This workbook cannot be opened. Save the table as “CSV UTF-8” and try again."))
        ) from error


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    width = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = [_text(value) for value in values]
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            message = N_("Row %(line)s has far too many cells for a table.")
            raise UnreadableTableError(Finding(message, line=number))
        if any(cells):
            width = width or len(cells)
            cells += [""] * (width - len(cells))
            yield number, cells


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time().isoformat() != "00:00:00" else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 10**EXACT_DIGITS:
        return f"{value:.5E}"  # its last digits are lost, so it must look as damaged as it is
    return str(value)


def _has_declarations(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Say whether a part declares a document type: entities that grow, or that name our own files, begin there."""
    with archive.open(part) as stream:
        start = stream.read(PROLOGUE).upper().replace(b"\x00", b"")
    return b"<!DOCTYPE" in start or b"<!ENTITY" in start


def _require_safe(stream: BinaryIO) -> None:
    with zipfile.ZipFile(stream) as archive:
        parts = archive.infolist()
        declared = [part.filename for part in parts[:MOST_PARTS] if _has_declarations(archive, part)]
    if declared:
        raise UnreadableTableError(Finding(N_("This workbook holds what no spreadsheet writes (%(name)s)."),
                                            name=declared[0][-60:]))  # fmt: skip
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_WHOLE:
        raise UnreadableTableError(Finding(N_("This workbook is far too large when it is unpacked.")))
    for part in parts:
        name = part.filename.lower()
        if name.endswith(_PACKED) and not name.startswith("xl/printersettings/"):
            message = N_("This workbook holds another packed file (%(name)s). Save the table as “CSV UTF-8”.")
            raise UnreadableTableError(Finding(message, name=part.filename[-60:]))
        is_sheet = name.startswith("xl/worksheets/")
        bomb = part.file_size > LARGEST_RATIO * max(part.compress_size, 5000)
        if bomb or (not is_sheet and part.file_size > LARGEST_SHARED):
            raise UnreadableTableError(Finding(N_("This workbook is far too large when it is unpacked.")))
