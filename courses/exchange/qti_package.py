"""Questions of a QTI file: a package (2.1, 2.2, or 1.2 as other programs write it) or one XML file. No database."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO, Final
from xml.etree.ElementTree import Element

from django.utils.translation import gettext_noop as N_

from courses.exchange import qti_one, qti_two
from courses.exchange.archive import Archive, UnreadableCourseError, opened
from courses.exchange.question_rows import Read
from courses.exchange.xml_reading import BadXml, below, parse
from courses.spreadsheets.findings import Finding, UnreadableTableError

LARGEST: Final = 2 * 1024**2  # bytes, of one XML file
_PACKED: Final = b"PK\x03\x04"
_WORKBOOK: Final = b"[Content_Types].xml"


def questions_in(file: BinaryIO, *, most: int) -> list[Read] | None:
    """Return the questions of a QTI file, numbered; None for a file that is something else, which is then unread.

    Raises UnreadableTableError for one that cannot be read, or has more than ``most``.
    """
    file.seek(0)
    start = file.read(512)
    file.seek(0)
    try:
        if start.startswith(_PACKED):
            if _is_workbook(file):
                return None
            with opened(file) as archive:
                names = sorted(name for name in archive.names if name.lower().endswith(".xml"))
                found = _questions(_roots(archive, names, most), most) if names else None
        elif start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
            found = _questions([parse(file.read(LARGEST))], most)
        else:
            found = None
    except UnreadableCourseError as error:
        raise UnreadableTableError(error.args[0]) from error
    except BadXml as error:
        raise UnreadableTableError(Finding(N_("This is no XML that can be read here."))) from error
    file.seek(0)
    return found


def _is_workbook(file: BinaryIO) -> bool:
    """Say whether the list at the end of a zip names what each XLSX has; whether it is safe, its reader asks."""
    file.seek(0)
    found = _WORKBOOK in file.read()[-(1024**2) :]
    file.seek(0)
    return found


def _roots(archive: Archive, names: list[str], most: int) -> Iterator[Element]:
    if len(names) > most + 20:
        raise UnreadableTableError(Finding(N_("A file has %(most)s questions at most."), most=most))
    archive.require_little(names)
    for name in names:
        try:
            yield parse(archive.read(name, most=LARGEST))
        except BadXml:
            if name != "imsmanifest.xml":
                raise


def _questions(roots: Iterable[Element], most: int) -> list[Read]:
    """Return the questions of ``roots``, which may come one by one: no more than one of them is in memory."""
    found: list[Read] = []
    for root in roots:
        if qti_two.is_item(root):
            found.append(qti_two.read_item(len(found) + 1, root))
        elif any(True for _item in below(root, "item", "questestinterop")) and root.tag.endswith("questestinterop"):
            found += islice(qti_one.read_items(root), most + 1)
        if len(found) > most:
            raise UnreadableTableError(Finding(N_("A file has %(most)s questions at most."), most=most))
    if not found:
        raise UnreadableTableError(Finding(N_("There is no question in this file.")))
    for number, question in enumerate(found, 1):
        question.problems = [(number, why) for _line, why in question.problems]
        question.line = number
    return found
