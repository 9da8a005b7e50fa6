"""From the bytes of a file to cells of text. No Django models here.

CSV and TSV in UTF-8 (with or without a byte order mark) or UTF-16 with one, with commas, semicolons or tabs; and XLSX.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO, Final

from django.utils.translation import gettext_noop as N_

from courses.spreadsheets import workbook
from courses.spreadsheets.findings import Finding, UnreadableTableError

LONGEST_LINE: Final = 64 * 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"


def records(stream: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Yield ``(line number, cells)`` for every line that is not empty; the first one is the header.

    Raises UnreadableTableError for another kind of file or encoding, a control character, a line beyond
    ``LONGEST_LINE``, or a workbook that is not safe to open.
    """
    stream.seek(0)
    start = stream.read(4)
    if start.startswith(workbook.MAGIC):
        return workbook.records(stream)
    if start == _OLD_WORKBOOK:
        raise UnreadableTableError(Finding(N_("This is an old Excel file. Save it as XLSX or CSV and try again.")))
    return _text_records(stream, start)


def _text_records(stream: BinaryIO, start: bytes) -> Iterator[tuple[int, list[str]]]:
    lines = _lines(stream, start)
    first = next(lines, None)
    if first is None:
        raise UnreadableTableError(Finding(N_("This file is empty.")))
    reader = csv.reader(chain([first], lines), delimiter=max("\t;,", key=first.count), strict=True)
    try:
        for cells in reader:
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise UnreadableTableError(
            Finding(N_("Line %(line)s cannot be read: a quotation mark is not closed, or stands in the wrong place."),
                    line=reader.line_num)
        ) from error  # fmt: skip


def _lines(stream: BinaryIO, start: bytes) -> Iterator[str]:
    encoding, skip = next(((name, len(mark)) for mark, name in _MARKS if start.startswith(mark)), ("utf-8", 0))
    stream.seek(skip)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    number = 0
    try:
        while line := text.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                raise UnreadableTableError(Finding(N_("Line %(line)s is far too long for a table."), line=number))
            if "\x00" in line:
                message = N_("Line %(line)s holds characters that no table has.")
                raise UnreadableTableError(Finding(message, line=number))
            yield line
    except UnicodeDecodeError as error:
        message = N_("This is no text in UTF-8 or UTF-16. Save the table as “CSV UTF-8” and try again.")
        raise UnreadableTableError(Finding(message)) from error
    finally:
        if not stream.closed:
            text.detach()  # it is the caller's to close
