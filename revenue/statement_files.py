"""A statement as files to keep: a paper (PDF) and a table (CSV). They say what was frozen, so they never change."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from fpdf import FPDF, FontFace
from fpdf.enums import Align, TableBordersLayout, XPos, YPos

from courses.paper import EMBER, INK, SOFT, LettersMissing, blank_page
from courses.spreadsheets import csv_of
from revenue import money, showing
from revenue.models import SharingPart, Statement, StatementLine

MARGIN = 18  # millimetres
COLUMNS = (46, 22, 12, 20)  # of the table, in hundredths of its width
CSV_HEADER = (
    "line", "kind", "source", "adjustment", "rows", "reported", "share_percent", "amount", "currency",
    "percent_of_shared_channel",
)  # fmt: skip


class _Paper(FPDF):
    """Says at the foot of each page which statement it is of, and which page."""

    foot = ""

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font_size(8)
        self.set_text_color(*SOFT)
        self.cell(0, 6, f"{self.foot} · {self.page_no()}", align=Align.C)


def pdf_of(statement: Statement) -> bytes:
    """Return ``statement`` on paper in the active language; period and creator should be fetched with it.

    A letter that none of our fonts has (an emoji in a name) is left out. Raises FontsMissing where the front-end
    packages are not installed.
    """
    lines = list(_lines(statement))
    try:
        return _set(statement, lines, without=frozenset())
    except LettersMissing as problem:
        return _set(statement, lines, without=frozenset(problem.letters))


def csv_text(statement: Statement) -> str:
    """Return the lines of ``statement`` as a table, and what they come to; what would start a formula is harmless."""
    return csv_of(_csv_rows(statement))


def _lines(statement: Statement) -> Iterable[StatementLine]:
    hers = SharingPart.objects.filter(sharing=OuterRef("sharing"), creator=statement.creator_id).values("bps")
    found = statement.lines.select_related("source", "agreement", "sharing__channel")
    return found.annotate(shared_bps=Subquery(hers)).order_by("position")


def _set(statement: Statement, lines: list[StatementLine], *, without: frozenset[str]) -> bytes:
    def clean(text: Any) -> str:
        return "".join(letter for letter in str(text) if letter not in without).strip()

    title = _("Statement for %(month)s") % {"month": statement.period}
    head = [clean(statement.creator), _("Made on %(day)s") % {"day": date_format(statement.made_at, "DATE_FORMAT")}]
    sums = [(str(words), showing.money(amount, statement.currency)) for words, amount in _sums(statement)]
    headings = [_("Line"), _("Reported"), _("Part"), _("Amount")]
    table = [[clean(cell) for cell in _cells(line, statement.currency)] for line in lines]
    proof = [
        _("Number %(number)s") % {"number": statement.pk},
        _("Fingerprint of its lines: %(digest)s") % {"digest": statement.digest},
    ]
    used = [title, "Hearthlight ·0123456789", *head, *headings, *proof]
    texts = [*used, *(cell for row in [*sums, *table] for cell in row)]
    page = _Paper(format="A4")
    page.foot = f"Hearthlight · {title}"
    blank_page(texts, title=f"{title} – {head[0]}", made_at=statement.made_at, margin=MARGIN, page=page)
    page.set_auto_page_break(True, margin=20)
    _write(page, "Hearthlight", 12, EMBER, 9)
    _write(page, title, 22, INK, 12)
    for text in head:
        _write(page, text, 11, SOFT, 6)
    page.ln(5)
    _table(page, [], sums, (70, 30), 12)
    page.ln(7)
    _table(page, headings, table, COLUMNS, 9)
    page.ln(5)
    for text in proof:
        _write(page, text, 8, SOFT, 5)
    return bytes(page.output())


def _sums(statement: Statement) -> list[tuple[str, int]]:
    return [
        (_("Brought forward"), statement.opening),
        (_("Earned this month"), statement.earned),
        *([(_("Set aside for children"), -statement.reserved)] if statement.reserved else []),
        *([(_("Withheld for tax"), -statement.withheld)] if statement.withheld else []),
        (_("Added to your next statement"), statement.carried),
        (_("To be paid"), statement.payable),
    ]


def _cells(line: StatementLine, currency: str) -> list[str]:
    what = " · ".join(
        filter(None, [str(line.source or ""), line.get_kind_display(), line.adjustment_words, _shared(line)])
    )
    amount = showing.money(line.amount, currency)
    if line.source is None:
        return [what, "", "", amount]
    return [what, showing.exact_money(line.gross_micros, currency), f"{line.agreement.percent} %", amount]


def _shared(line: StatementLine) -> str:
    if not line.shared_bps:
        return ""
    words = {"percent": money.percent(line.shared_bps), "channel": line.sharing.channel}
    return _("%(percent)s %% of the shared channel “%(channel)s”") % words


def _write(page: FPDF, text: str, points: float, colour: tuple[int, int, int], height: float) -> None:
    page.set_text_color(*colour)
    page.set_font_size(points)
    page.multi_cell(0, height, text, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _table(page: FPDF, headings: list[str], rows: Any, widths: tuple[int, ...], points: float) -> None:
    """Write rows with words at the left and figures at the right; headings are said again on each page."""
    page.set_text_color(*INK)
    page.set_draw_color(*SOFT)
    page.set_line_width(0.1)
    page.set_font_size(points)
    aligned = (Align.L, *[Align.R] * (len(widths) - 1))
    with page.table(
        col_widths=widths, text_align=aligned, borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        line_height=points * 0.6, padding=(1, 1), headings_style=FontFace(color=SOFT),
        first_row_as_headings=bool(headings),
    ) as table:  # fmt: skip
        for row in [headings, *rows] if headings else rows:
            table.row(row)


def _csv_rows(statement: Statement) -> Iterator[list[object]]:
    currency = statement.currency
    yield list(CSV_HEADER)
    for line in _lines(statement):
        source, reported, share, rows = "", "", "", ""
        if line.source:
            source, share, rows = line.source.slug, line.agreement.percent, line.row_count
            reported = Decimal(money.plain_micros(line.gross_micros))
        yield [
            line.position, line.get_kind_display(), source, line.adjustment_type, rows, reported, share,
            _number(line.amount, currency), currency, money.percent(line.shared_bps) if line.shared_bps else "",
        ]  # fmt: skip
    for words, amount in _sums(statement):
        yield ["", words, "", "", "", "", "", _number(amount, currency), currency, ""]


def _number(minor: int, currency: str) -> Decimal:
    return Decimal(money.plain(minor, currency))
