"""From the bytes of a file to cells of text. No Django models here.

UTF-8 with or without a byte order mark, and UTF-16 with one; commas, semicolons or tabs.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from django.utils.translation import gettext as _

from revenue.errors import UnreadableReportError

LONGEST_LINE = 64 * 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def records(stream: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Yield ``(line number, cells)`` for every line that is not empty; the first one is the header.

    Raises UnreadableReportError for another encoding, a control character, or a line beyond ``LONGEST_LINE``.
    """
    lines = _lines(stream)
    first = next(lines, None)
    if first is None:
        raise UnreadableReportError(_("This file is empty."))
    reader = csv.reader(chain([first], lines), delimiter=_delimiter(first), strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise UnreadableReportError(
            _("Line %(line)s cannot be read: a quotation mark is not closed, or stands in the wrong place.")
            % {"line": reader.line_num}
        ) from error


def _delimiter(header: str) -> str:
    return max("\t;,", key=header.count)


def _lines(stream: BinaryIO) -> Iterator[str]:
    stream.seek(0)
    start = stream.read(4)
    encoding, skip = next(((name, len(mark)) for mark, name in _MARKS if start.startswith(mark)), ("utf-8", 0))
    stream.seek(skip)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    number = 0
    try:
        while line := text.readline(LONGEST_LINE + 1):
            number += 1
            yield _checked(line, number)
    except UnicodeDecodeError as error:
        raise UnreadableReportError(
            _("This is no text in UTF-8 or UTF-16. Save the table as “CSV UTF-8” and try again.")
        ) from error
    finally:
        if not stream.closed:
            text.detach()  # it is the caller's to close


def _checked(line: str, number: int) -> str:
    if len(line) > LONGEST_LINE:
        raise UnreadableReportError(_("Line %(line)s is far too long for a report.") % {"line": number})
    if "\x00" in line:
        raise UnreadableReportError(_("Line %(line)s holds characters that no report has.") % {"line": number})
    return line
