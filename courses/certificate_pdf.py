"""A certificate on paper: one framed page of PDF (:mod:`courses.paper`)."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from courses.models import Certificate
from courses.paper import EMBER, INK, SOFT, blank_page

MARGIN = 24  # millimetres
LARGEST, SMALLEST = 34, 14  # points of her name


def pdf_of(certificate: Certificate, address: str) -> bytes:
    """Return ``certificate`` in the active language; ``address`` is where it is verified.

    Raises LettersMissing, and FontsMissing where the front-end packages are not installed.
    """
    day = date_format(certificate.issued_at, "DATE_FORMAT")
    title, name = certificate.graduation.course_title, certificate.name or _("no name given")
    words = {
        "heading": _("Certificate"),
        "said": _("This course was finished by"),
        "day": day,
        "number": _("Number %(number)s") % {"number": certificate.pk},
        "proof": _("Whoever has it in hand can check it here: %(address)s") % {"address": address},
    }
    page = blank_page(
        [title, name, *words.values()], title=f"{title} – {name}", made_at=certificate.issued_at, margin=MARGIN,
        orientation="landscape",
    )  # fmt: skip
    page.set_auto_page_break(False)
    _frame(page)
    page.set_y(38)
    _line(page, "Hearthlight", 15, EMBER, 12)
    _line(page, words["heading"], 13, SOFT, 16)
    _line(page, title, LARGEST, INK, 20)
    _line(page, words["said"], 13, SOFT, 14)
    _line(page, name, LARGEST, INK, 24)
    _line(page, day, 13, INK, 10)
    _line(page, words["number"], 10, SOFT, 8)
    _line(page, words["proof"], 10, SOFT, 8)
    return bytes(page.output())


def _frame(page: FPDF) -> None:
    page.set_draw_color(*EMBER)
    page.set_line_width(0.8)
    page.rect(MARGIN / 2, MARGIN / 2, page.w - MARGIN, page.h - MARGIN)


def _line(page: FPDF, text: str, points: float, colour: tuple[int, int, int], height: float) -> None:
    """Write one centred line; what is too long for the page is written smaller, and then on several lines."""
    page.set_text_color(*colour)
    page.set_font_size(points)
    while points > SMALLEST and page.get_string_width(text) > page.epw - 2 * page.c_margin:
        points -= 1
        page.set_font_size(points)
    page.multi_cell(0, height, text, align=Align.C, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
