"""XML that somebody sends: no entities, nothing fetched, no endless depth; names without their namespaces."""

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from bs4 import BeautifulSoup
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

DEEPEST: Final = 60


class BadXml(ValueError):
    """It is no XML, or none that may be read here."""


def parse(raw: bytes) -> Element:
    """Return the root element. Raises BadXml."""
    try:
        root = fromstring(raw)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise BadXml from error
    layer = [root]
    for _depth in range(DEEPEST):
        layer = [child for element in layer for child in element]
        if not layer:
            return root
    raise BadXml


def name_of(element: Element) -> str:
    """Return an element's name without its namespace; comments have none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def below(element: Element, *names: str) -> Iterator[Element]:
    """Yield the elements of these names anywhere inside, in the order of the file."""
    return (one for one in element.iter() if name_of(one) in names and one is not element)


def first(element: Element | None, name: str) -> Element | None:
    """Return the first element of this name anywhere inside."""
    return next(below(element, name), None) if element is not None else None


def children(element: Element, name: str) -> list[Element]:
    """Return the elements of this name directly inside."""
    return [child for child in element if name_of(child) == name]


def words(element: Element | None) -> str:
    """Return the text inside as one line."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def said(element: Element | None) -> str:
    """Return what the HTML that is written inside as text says, as one line."""
    html = words(element)
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split()) if "<" in html or "&" in html else html
