"""From the bytes of a report to cells of text. No Django models here."""

from collections.abc import Iterator
from typing import BinaryIO

from courses.spreadsheets import decoding
from courses.spreadsheets.findings import UnreadableTableError
from revenue.errors import UnreadableReportError


def records(stream: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Yield ``(line number, cells)`` for every line that is not empty; the first one is the header.

    Raises UnreadableReportError for what :func:`courses.spreadsheets.decoding.records` cannot read.
    """
    try:
        yield from decoding.records(stream)
    except UnreadableTableError as error:
        raise UnreadableReportError(*error.args) from error
