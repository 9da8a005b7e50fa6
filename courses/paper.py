"""Pages of PDF whose text stays text, in whatever script it is written.

Set by fpdf2 and shaped by HarfBuzz, both of them Python packages. See docs/decisions/courses-certificates.md.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont
from fpdf import FPDF

from courses.fonts import font_file

# In the order in which a letter is looked for; the last one is large, and opened only where it is needed.
SCRIPTS = [
    "noto-serif-latin",
    "noto-serif-latin-ext",
    "noto-serif-vietnamese",
    "noto-serif-cyrillic",
    "noto-serif-cyrillic-ext",
    "noto-serif-greek",
    "noto-sans-arabic-arabic",
    "noto-sans-devanagari-devanagari",
    "noto-sans-sc-chinese-simplified",
]
JOINERS = {"\u200c", "\u200d"}  # they shape their neighbours and have no glyph of their own
INK, EMBER, SOFT = (43, 33, 28), (156, 74, 26), (109, 92, 80)

logging.getLogger("fontTools.subset").setLevel(logging.WARNING)  # it tells of every table


class LettersMissing(ValueError):
    """A text has letters that none of our fonts has; they are in ``letters``."""

    def __init__(self, letters: set[str]) -> None:
        self.letters = letters
        message = _("Our fonts for paper lack some letters: %(letters)s") % {"letters": " ".join(sorted(letters))}
        super().__init__(message)


def blank_page(
    texts: Iterable[str], *, title: str, made_at: datetime, margin: float, page: FPDF | None = None,
    orientation: Literal["portrait", "landscape"] = "portrait",
) -> FPDF:  # fmt: skip
    """Return a document with its first page of A4, on which ``texts`` can be written in the active language.

    ``margin`` is in millimetres. The same texts and the same ``made_at`` give the same bytes. Raises LettersMissing,
    and FontsMissing where the front-end packages are not installed.
    """
    page = page or FPDF(orientation=orientation, format="A4")
    page.set_author("Hearthlight")
    page.set_title(title)
    page.set_lang(get_language() or "en")
    page.set_creation_date(made_at)
    page.set_margins(margin, margin)
    first, *others = _open_fonts(page, texts)
    page.set_text_shaping(True)
    page.set_fallback_fonts(others, exact_match=False)
    page.set_font(first)
    page.add_page()
    return page


def _open_fonts(page: FPDF, texts: Iterable[str]) -> list[str]:
    """Add the fonts that ``texts`` need; return their names, the one for Latin first. Raises LettersMissing."""
    missing = {letter for text in texts for letter in text if not letter.isspace()} - JOINERS
    opened = []
    for name in SCRIPTS:
        if opened and not missing:
            break
        path = _as_truetype(font_file(name))
        covered = {chr(code) for code in TTFont(path, lazy=True).getBestCmap()}
        if not opened or missing & covered:
            page.add_font(name, fname=path)
            opened.append(name)
        missing -= covered
    if missing:
        raise LettersMissing(missing)
    return opened


def _as_truetype(woff: Path) -> Path:
    """Return a web font as fpdf2 reads it, unpacked once and kept."""
    path = Path(settings.DATA_DIR) / "fonts" / woff.with_suffix(".ttf").name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        font = TTFont(woff)
        font.flavor = None
        unfinished = path.with_suffix(f".{id(font)}")
        font.save(unfinished)
        unfinished.replace(path)
    return path
