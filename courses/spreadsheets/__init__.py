"""Tables as files for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence


def harmless(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would run as a formula (OWASP, "CSV Injection")."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r", "\n"} else cell


def csv_of(rows: Iterable[Sequence[object]]) -> str:
    """Return ``rows`` as CSV with a byte order mark, by which Excel knows the letters; words are made harmless."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def workbook_of(rows: Iterable[Sequence[object]]) -> bytes:
    """Return ``rows`` as the one sheet of an XLSX file; words are made harmless.

    Characters that XML does not know, as other programs put into what is pasted, are left out.
    """
    # With NumPy 20 MB, which a worker that writes no workbook need not hold.
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        cells = [ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell for cell in row]
        sheet.append([harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
