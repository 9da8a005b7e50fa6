"""A Common Cartridge (1.1 to 1.3) as a course: its pages, links and questions; what else is in it is named.

https://www.imsglobal.org/cc/ccv1p3/imscc_Overview-v1p3.html. Each module becomes a lesson, and each page, link or
assessment in it pieces of that lesson.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from bs4 import BeautifulSoup
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as N_

from courses.bank import ENOUGH, IN_A_QUIZ
from courses.exchange import qti_one
from courses.exchange.archive import Archive, UnreadableCourseError, refuse
from courses.exchange.course_file import LARGEST_TEXT, MOST_LESSONS, MOST_MEDIA, MOST_PIECES, Course, Lesson, Picture
from courses.exchange.course_reading import clean_words, plain
from courses.exchange.questions import MOST_QUESTIONS, checked_question
from courses.exchange.xml_reading import BadXml, below, children, first, name_of, parse, words

MANIFEST: Final = "imsmanifest.xml"
MOST_ITEMS: Final = 2000  # lines of the table of contents
LARGEST_PAGE: Final = 300_000  # bytes; a text of a lesson has a third at most
_ROOT: Final = "$IMS-CC-FILEBASE$"
_LINKS: Final = ("http", "https", "mailto", "tel")
_LOST: Final = ("table", "iframe", "object", "embed", "video", "audio", "form", "svg", "math")
_DEEPEST: Final = 20
_DECLARATION: Final = re.compile(rb"\A(\xef\xbb\xbf)?\s*<\?xml[^>]*\?>")  # of a page that is XHTML
_PAGES: Final = (".html", ".htm", ".xhtml")
_PICTURES: Final = (".jpg", ".jpeg", ".png", ".webp", ".gif")


@dataclass
class _Item:
    """One line of the table of contents."""

    title: str
    resource: str
    inside: list["_Item"]

    def leaves(self) -> Iterator["_Item"]:
        """Yield what it holds, itself first when it leads somewhere."""
        if self.resource:
            yield self
        for item in self.inside:
            yield from item.leaves()


def read_cartridge(archive: Archive) -> Course:
    """Return the course of a cartridge, with what cannot come. Raises UnreadableCourseError when it is none."""
    try:
        root = parse(archive.read(MANIFEST, most=2 * LARGEST_TEXT))
    except BadXml as error:
        raise refuse(N_("“%(name)s” in the file cannot be read."), name=MANIFEST) from error
    return _Reading(archive, root).course


class _Reading:
    """Reads one cartridge into ``course``."""

    def __init__(self, archive: Archive, root: Element) -> None:
        self._archive = archive
        self._resources = {one.get("identifier", ""): one for one in below(root, "resource")}
        title, summary = self._about(root)
        self.course = Course(
            title=title or gettext("A course"), summary=plain(summary or title, 400), for_whom="–", will_make="–"
        )
        self._used: set[str] = set()
        organization = first(root, "organization")
        modules = _modules(organization) if organization is not None else []
        self._require_little(modules)
        for module in modules:
            self._add(module)
        self._name_the_rest()

    @staticmethod
    def _about(root: Element) -> tuple[str, str]:
        general = first(first(root, "metadata"), "general")
        named = [plain(words(first(general, name)), 255) for name in ("title", "description")]
        return named[0], named[1]

    def _require_little(self, modules: list[_Item]) -> None:
        """Refuse what would take far too much to read; pictures and other files are not parsed."""
        named = {leaf.resource for module in modules for leaf in module.leaves()} & self._resources.keys()
        found = [(one.get("type", ""), self._href(one)) for one in map(self._resources.__getitem__, named)]
        texts = [href for kind, href in found if kind != "webcontent" or href.lower().endswith(_PAGES)]
        self._archive.require_little([MANIFEST, *texts])

    def _add(self, module: _Item) -> None:
        """Make a lesson of a module."""
        if len(self.course.lessons) == MOST_LESSONS:
            self.course.leave_out(N_("A course has %(most)s lessons at most."), most=MOST_LESSONS)
            return
        pieces: list[dict[str, Any]] = []
        leaves = list(module.leaves())
        for leaf in leaves:
            found = self._pieces(leaf)
            if found and len(leaves) > 1 and found[0]["type"] != "quiz":
                pieces.append({"type": "heading", "value": plain(leaf.title, 120)})
            pieces += found
        number = len(self.course.lessons) + 1
        if len(pieces) > MOST_PIECES:
            self.course.leave_out(
                N_("Lesson %(number)s has far too many pieces: the last were left out."), number=number
            )
        if pieces:
            title = plain(module.title, 255) or str(number)
            self.course.lessons.append(Lesson(title, plain(title, 300), clean_words(pieces[:MOST_PIECES])))

    def _pieces(self, leaf: _Item) -> list[dict[str, Any]]:
        resource = self._resources.get(leaf.resource)
        if resource is None:
            return self._leave(leaf, N_("“%(title)s” is not in the file."))
        if leaf.resource in self._used:
            return self._leave(leaf, N_("“%(title)s” stands in the course already."))
        self._used.add(leaf.resource)
        kind, href = resource.get("type", ""), self._href(resource)
        if kind == "webcontent" and href.lower().endswith(_PAGES):
            return self._page(leaf, href)
        if kind == "webcontent" and href.lower().endswith(_PICTURES):
            return self._picture(href, leaf.title)
        if kind.startswith("imswl"):
            return self._link(leaf, href)
        if kind.startswith("imsqti"):
            return self._quiz(leaf, href)
        return self._leave(leaf, N_("“%(title)s” (%(kind)s) is not known here."), kind=kind.partition("_")[0][:60])

    def _leave(self, leaf: _Item, text: str, **params: str) -> list[dict[str, Any]]:
        self.course.leave_out(text, title=plain(leaf.title, 120), **params)
        return []

    @staticmethod
    def _href(resource: Element) -> str:
        listed = [file.get("href", "") for file in children(resource, "file")]
        return unquote(resource.get("href") or next(iter(listed), ""))

    def _xml(self, leaf: _Item, href: str) -> Element | None:
        try:
            return parse(self._archive.read(href, most=LARGEST_TEXT)) if href in self._archive else None
        except (BadXml, UnreadableCourseError):
            return None

    def _link(self, leaf: _Item, href: str) -> list[dict[str, Any]]:
        root = self._xml(leaf, href)
        address = first(root, "url")
        where = address.get("href", "").strip() if address is not None else ""
        if urlsplit_scheme(where) not in ("http", "https"):
            return self._leave(leaf, N_("“%(title)s” leads nowhere."))
        title = words(first(root, "title")) or leaf.title
        return [{"type": "text", "value": format_html('<p><a href="{}">{}</a></p>', where, title)}]

    def _page(self, leaf: _Item, href: str) -> list[dict[str, Any]]:
        try:
            raw = self._archive.read(href, most=LARGEST_PAGE) if href in self._archive else None
        except UnreadableCourseError:
            return self._leave(leaf, N_("“%(title)s” is too large, or broken."))
        if raw is None:
            return self._leave(leaf, N_("“%(title)s” is not in the file."))
        soup = BeautifulSoup(_DECLARATION.sub(b"", raw, count=1), "html.parser")
        body = soup.body or soup
        for tag in body(["script", "style", "head", "title"]):
            tag.decompose()
        for tag in body(["h1", "h2", "h4", "h5", "h6"]):
            tag.name = "h3"
        for link in body("a"):
            if urlsplit_scheme(str(link.get("href", ""))) not in _LINKS:
                link.unwrap()
        if lost := sorted({tag.name for tag in body(list(_LOST))}):
            self._leave(leaf, N_("In “%(title)s” these do not come: %(what)s."), what=", ".join(lost))
        pictures = [picture for image in body("img") for picture in self._picture_of(leaf, href, image)]
        text = [{"type": "text", "value": str(body.decode_contents())}] if body.get_text(strip=True) else []
        return text + pictures

    def _picture_of(self, leaf: _Item, page: str, image: Any) -> list[dict[str, Any]]:
        source = unquote(str(image.get("src", "")).partition("?")[0])
        inside = source.startswith(_ROOT)
        path = source.removeprefix(_ROOT).lstrip("/") if inside else posixpath.join(posixpath.dirname(page), source)
        path = posixpath.normpath(path)
        found = [name for name in (path, f"web_resources/{path}") if name in self._archive]
        if urlsplit_scheme(source) or not found:
            return self._leave(leaf, N_("A picture in “%(title)s” is not in the file."))
        return self._picture(found[0], str(image.get("alt", "")))

    def _picture(self, name: str, in_words: str) -> list[dict[str, Any]]:
        if len(self.course.pictures) >= MOST_MEDIA or name not in self._archive:
            return []
        title = plain(in_words, 255) or PurePosixPath(name).stem[:255]
        self.course.pictures.setdefault(name, Picture(name, title))
        shown = {"image": name, "alt_text": plain(in_words, 255), "decorative": not in_words.strip()}
        return [{"type": "picture", "value": {"image": shown, "caption": ""}}]

    def _quiz(self, leaf: _Item, href: str) -> list[dict[str, Any]]:
        root = self._xml(leaf, href)
        if root is None:
            return self._leave(leaf, N_("“%(title)s” is not in the file."))
        questions = []
        for number, question in enumerate(islice(qti_one.read_items(root), MOST_QUESTIONS + 1), 1):
            if number > MOST_QUESTIONS:
                self.course.leave_out(N_("A file has %(most)s questions at most."), most=MOST_QUESTIONS)
                break
            checked = None if question.problems else checked_question(question)
            if checked is not None:
                questions.append(checked)
                continue
            self._leave(
                leaf,
                N_("“%(title)s”, question %(number)s: %(why)s"),
                number=str(question.line),
                why="; ".join(dict.fromkeys(why for _line, why in question.problems))[:300],
            )
        title = plain(leaf.title or qti_one.title_of(root), 100)
        runs = [questions[start : start + IN_A_QUIZ] for start in range(0, len(questions), IN_A_QUIZ)]
        names = [title if number == 1 else f"{title} ({number})" for number in range(1, len(runs) + 1)]
        return [
            {"type": "quiz", "value": {"title": name or "–", "pass_mark": ENOUGH, "questions": run}}
            for name, run in zip(names, runs, strict=True)
        ]

    def _name_the_rest(self) -> None:
        """Name what stands in no table of contents but is no file that a page shows."""
        rest = [one for key, one in self._resources.items() if key not in self._used]
        others = [one for one in rest if not one.get("type", "").startswith(("webcontent", "associatedcontent"))]
        if others:
            kinds = sorted({one.get("type", "").partition("_")[0][:40] for one in others})
            self.course.leave_out(
                N_("What stands in no lesson does not come: %(number)s (%(kinds)s)."),
                number=len(others), kinds=", ".join(kinds),
            )  # fmt: skip


def urlsplit_scheme(address: str) -> str:
    """Return how an address begins, in small letters; empty for none, and for what is no address."""
    try:
        return urlsplit(address.strip()).scheme.lower()
    except ValueError:
        return "?"


def _modules(organization: Element) -> list[_Item]:
    """Return the lines of the table of contents that become lessons. Raises UnreadableCourseError for too many."""
    if any(True for _one in islice(below(organization, "item"), MOST_ITEMS, None)):
        raise refuse(N_("A table of contents has %(most)s lines at most."), most=MOST_ITEMS)
    top = [_item(one, 0) for one in children(organization, "item")]
    while len(top) == 1 and not top[0].resource and top[0].inside:
        top = top[0].inside
    return top


def _item(element: Element, depth: int) -> _Item:
    title = next((words(child) for child in element if name_of(child) == "title"), "")
    inside = [_item(one, depth + 1) for one in children(element, "item")] if depth < _DEEPEST else []
    return _Item(title, element.get("identifierref", ""), inside)
