"""Files that are broken, hostile or not what they seem: each is named in a sentence, and nothing of it is posted."""

import codecs
import io
import zipfile

import pytest
from openpyxl import Workbook

from revenue.errors import RefusedReportError, UnreadableReportError
from revenue.importing import posting
from revenue.models import ChannelTotal, EarningRow, JournalEntry
from tests.factories.revenue import YOUTUBE_COLUMNS, period, uploaded, youtube, youtube_csv

pytestmark = pytest.mark.django_db


def row(channel="UC" + "a" * 22, amount="10.00", **columns):
    return {"channel_id": channel, "partner_revenue": amount, "date": "20260915", **columns}


def keep(content, by):
    return posting.keep(file=uploaded(content), source=youtube(), period=period("2026-09"), by=by)


# What is changed in a row → what the sentence about its line says.
HOSTILE_ROWS = [
    ({"partner_revenue": "NaN"}, "is no amount"),
    ({"partner_revenue": "Infinity"}, "is no amount"),
    ({"partner_revenue": "1" + "0" * 18}, "is no amount"),
    ({"partner_revenue": "1E+18"}, "is no amount"),
    ({"partner_revenue": "=SUM(A1:A9)"}, "is no amount"),
    ({"partner_revenue": "+10"}, "is no amount"),
    ({"partner_revenue": "1,000.00"}, "is no amount"),
    ({"partner_revenue": ""}, "is no amount"),
    ({"partner_revenue": "N/A"}, "is no amount"),
    ({"partner_revenue": "٣٫٥"}, "is no amount"),
    ({"partner_revenue": "1\u202e2"}, "is no amount"),
    ({"partner_revenue": "0x10"}, "is no amount"),
    ({"partner_revenue": "1_000"}, "is no amount"),
    ({"channel_id": "1.22158E+17"}, "damaged by a spreadsheet"),
    ({"channel_id": "1,22158e+17"}, "damaged by a spreadsheet"),
    ({"channel_id": "=cmd|' /C calc'!A0"}, "is no id"),
    ({"channel_id": "\u202eUCevil"}, "is no id"),
    ({"channel_id": ""}, "is no id"),
    ({"channel_id": "<script>alert(1)</script>"}, "is no id"),
    ({"channel_id": "UC" + "x" * 300}, "is no id"),
    ({"channel_id": "'; DROP TABLE revenue_posting;--"}, "is no id"),
    ({"video_id": "1.5E+10"}, "damaged by a spreadsheet"),
    ({"video_id": "../../etc/passwd\t"}, "is no id"),
    ({"date": "15/09/2026"}, "is no date"),
    ({"date": "20260931"}, "is no date"),
    ({"date": "202609"}, "is no date"),
    ({"date": "20261101"}, "after the month"),
    ({"date": ""}, "is no date"),
    ({"country_code": "Kenya"}, "is no country code"),
    ({"adjustment_type": "Gift"}, "is not known"),
]


@pytest.mark.parametrize(("change", "sentence"), HOSTILE_ROWS, ids=[str(change) for change, _said in HOSTILE_ROWS])
def test_a_hostile_row_is_named_with_its_line_and_nothing_is_posted(change, sentence, preparer):
    report = keep(youtube_csv([row(), row() | change]), preparer)
    seen = posting.look_at(report)
    assert [bad.line for bad in seen.bad_rows] == [3]
    assert sentence in str(seen.bad_rows[0].reason)
    with pytest.raises(RefusedReportError):
        posting.post_report(report=report, by=preparer)
    assert_nothing_is_posted()


def assert_nothing_is_posted():
    assert not JournalEntry.objects.exists()
    assert not EarningRow.objects.exists()
    assert not ChannelTotal.objects.exists()


def workbook(*rows):
    book = Workbook()
    for cells in rows:
        book.active.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet(**columns):
    values = (
        {"adjustment_type": "None", "country_code": "KE", "video_id": "v1", "video_title": "Film"} | row() | columns
    )
    return workbook(YOUTUBE_COLUMNS, [values.get(name, 0) for name in YOUTUBE_COLUMNS])


def repacked(content, changes):
    """Return a workbook with parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in changes:
                new.writestr(part.filename, old.read(part))
        for name, data in changes.items():
            new.writestr(name, data)
    return out.getvalue()


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">%s]><sst xmlns="http://schemas.openxmlformats.org/\
spreadsheetml/2006/main"><si><t>&z9;</t></si></sst>""" % b"".join(
    b'<!ENTITY z%d "%s">' % (n, (b"&z%d;" % (n - 1) if n else b"&a;") * 10) for n in range(10)
)
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst xmlns="http://schemas.\
openxmlformats.org/spreadsheetml/2006/main"><si><t>&x;</t></si></sst>"""


def endless_line():
    """300 MB without a line end, made as it is read."""

    class Endless(io.RawIOBase):
        left = 300 * 2**20

        def readable(self):
            return True

        def seekable(self):
            return True

        def seek(self, *_where):
            return 0

        def tell(self):
            return 0

        def readinto(self, buffer):
            size = min(len(buffer), self.left)
            buffer[:size] = b"x" * size
            self.left -= size
            return size

    return Endless()


HOSTILE_FILES = {
    "empty": (b"", "is empty"),
    "only a header": (youtube_csv([]), "no rows"),
    "only line ends": (b"\r\n" * 500, "columns are missing"),
    "another table": (b"a,b,c\n1,2,3\n", "columns are missing"),
    "a column twice": (youtube_csv([row()], columns=[*YOUTUBE_COLUMNS, "partner_revenue"]), "there twice"),
    "a column twice in capitals": (youtube_csv([row()], columns=[*YOUTUBE_COLUMNS, "PARTNER_REVENUE"]), "there twice"),
    "zeros": (b"\x00" * 1000, "no table has"),
    "a picture": (b"\x89PNG\r\n\x1a\n\xff\xfe" * 20, "no text in UTF-8"),
    "latin-1": (youtube_csv([row(video_title="Menü")]).decode().encode("latin-1"), "no text in UTF-8"),
    "half of a UTF-16 letter": (codecs.BOM_UTF16_LE + "date".encode("utf-16-le") + b"\x00", "no text in UTF-8"),
    "UTF-16 without a mark": (youtube_csv([row()]).decode().encode("utf-16-le"), "no table has"),
    "an endless line": (b"x" * 200_000, "too long"),
    "an open quotation mark": (youtube_csv([row()]) + b'"None,20260915' + b"," * 21 + b"\n", "quotation mark"),
    "a quotation mark open for many lines": (youtube_csv([row()]) + b'"' + b"x\n" * 200_000, "quotation mark"),
    "text after a quotation mark": (youtube_csv([row()]) + b'"None"x,1\n', "quotation mark"),
    "sums beyond the books": (youtube_csv([row(amount="9999999999")] * 1000), "too large to be true"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old Excel"),
    "a ZIP that is no workbook": (repacked(workbook(), {}).replace(b"[Content", b"[Kontent"), "cannot be opened"),
    "half a workbook": (sheet()[:1500], "cannot be opened"),
    "a workbook in a workbook": (repacked(sheet(), {"xl/embeddings/inner.zip": sheet()}), "another packed file"),
    "a workbook with macros": (repacked(sheet(), {"xl/vbaProject.bin": b"macro"}), "another packed file"),
    "a bomb in a workbook": (repacked(sheet(), {"xl/sharedStrings.xml": b" " * 70 * 2**20}), "far too large"),
    "thousands of parts": (repacked(sheet(), {f"xl/part{n}.xml": b"<a/>" for n in range(600)}), "far too large"),
    "a million laughs": (repacked(sheet(), {"xl/sharedStrings.xml": LAUGHS}), "no spreadsheet writes"),
    "a workbook that reads our files": (repacked(sheet(), {"xl/sharedStrings.xml": OUTSIDE}), "no spreadsheet writes"),
    "a workbook with no sheet": (repacked(sheet(), {"xl/workbook.xml": b"<workbook/>"}), "cannot be opened"),
    "a sheet with too many columns": (workbook(["x"] * 500, ["y"] * 500), "far too many cells"),
}


@pytest.mark.parametrize(("content", "sentence"), HOSTILE_FILES.values(), ids=HOSTILE_FILES.keys())
def test_a_hostile_file_is_refused_with_a_sentence(content, sentence, preparer):
    report = keep(content, preparer)
    for attempt in (posting.look_at, lambda report: posting.post_report(report=report, by=preparer)):
        with pytest.raises(UnreadableReportError) as caught:
            attempt(report)
        assert sentence in str(caught.value)
        assert str(caught.value).endswith(".")
    assert_nothing_is_posted()


def test_a_line_of_300_megabytes_is_refused_before_it_is_read():
    from revenue.importing.decoding import records

    stream = endless_line()
    with pytest.raises(UnreadableReportError, match="too long"):
        list(records(io.BufferedReader(stream)))
    assert stream.left > 299 * 2**20


HOSTILE_SHEETS = [
    ({"partner_revenue": "=1+1"}, "is no amount"),
    ({"partner_revenue": 1e18}, "is no amount"),
    ({"partner_revenue": True}, "is no amount"),
    ({"channel_id": 122158123456789012}, "damaged by a spreadsheet"),
    ({"channel_id": "=HYPERLINK(\"https://example.org\")"}, "is no id"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "sentence"), HOSTILE_SHEETS, ids=[str(change) for change, _said in HOSTILE_SHEETS])
def test_a_hostile_cell_of_a_workbook_is_named(change, sentence, preparer):
    report = keep(sheet(**change), preparer)
    seen = posting.look_at(report)
    assert [bad.line for bad in seen.bad_rows] == [2]
    assert sentence in str(seen.bad_rows[0].reason)
    with pytest.raises(RefusedReportError):
        posting.post_report(report=report, by=preparer)
    assert_nothing_is_posted()


HARMLESS = {
    "a script in a title": row(video_title="<script>alert(1)</script>"),
    "a formula in a title": row(video_title="=cmd|' /C calc'!A0"),
    "marks that turn the reading around": row(video_title="\u202eevil\u2066"),
    "a very long title": row(video_title="x" * 5000),
    "less than nothing, but zero": row(amount="-0.00"),
    "an id that begins with a minus and a space": row(video_id=" -abcdefghij"),
}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_only_looks_dangerous_is_kept_as_text(change, preparer):
    content = youtube_csv([change]).rstrip(b"\r\n")  # and the last line has no end
    report = keep(content, preparer)
    posting.post_report(report=report, by=preparer)
    kept = EarningRow.objects.get()
    assert len(kept.video_title) <= 200
    assert not set(kept.video_title) & {"\u202e", "\u2066"}
    assert kept.amount_micros == (0 if "-0.00" in change.values() else 10_000_000)
    assert not kept.video_id.startswith(" ")


def test_a_workbook_reads_like_a_table(preparer):
    seen = posting.look_at(keep(sheet(date=20260915, partner_revenue=12.5), preparer))
    assert not seen.bad_rows
    assert seen.file_micros == 12_500_000
