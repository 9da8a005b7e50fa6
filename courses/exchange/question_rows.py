"""Questions as rows of a plain table, and back. Reads and writes raw data; knows no database.

A question begins in the row that names its kind; each further answer has a row of its own below it, with an empty
kind. docs/questions-table.md says it for people.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from courses.spreadsheets.findings import Finding, UnreadableTableError

COLUMNS = (
    "kind", "question", "when right", "when wrong", "answer", "is right", "feedback", "belongs to", "tolerance", "unit",
    "picture", "picture in words", "video", "left", "top", "width", "height",
)  # fmt: skip
NEEDED = ("kind", "question", "answer")
YES, NO = {"yes", "y", "true", "1", "x", "是", "对"}, {"", "no", "n", "false", "0", "否", "错"}
KINDS = ("choice", "shot", "spot", "order", "match", "text", "number")
SAID_AS_A_WHOLE = ("order", "match", "text", "number")
_PARTS = {"choice": "choices", "shot": "choices", "spot": "choices", "order": "items", "match": "pairs"}
_AREA = {"left": "x", "top": "y", "width": "width", "height": "height"}

LONGEST_NUMBER = 9  # digits

Row = dict[str, str]


@dataclass
class Read:
    """One question of a file with the line it begins in; ``problems`` say why it cannot be used."""

    line: int
    kind: str
    rows: list[tuple[int, Row]] = field(default_factory=list)
    value: dict[str, Any] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What it asks."""
        return self.rows[0][1]["question"]

    def refuse(self, line: int, why: str) -> None:
        """Note a problem."""
        self.problems.append((line, why))

    def number(self, line: int, row: Row, column: str) -> int | None:
        """Return the whole number in a cell, None for an empty one; what is no number is a problem."""
        text = row.get(column, "")
        if not text:
            return None
        if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
            self.refuse(
                line,
                _("“%(text)s” in the column “%(column)s” is no whole number.") % {"text": text[:40], "column": column},
            )
            return None
        return int(text)


def rows_of(questions: Iterable[Mapping[str, Any]]) -> Iterator[list[str]]:
    """Yield the header and the rows of raw ``questions``."""
    yield list(COLUMNS)
    for raw in questions:
        value = raw["value"]
        head = {"kind": raw["type"], "question": value["text"]}
        head |= {"when right": value.get("right"), "when wrong": value.get("wrong"), **_media(value)}
        for number, answer in enumerate(list(_answers(raw["type"], value)) or [{}]):
            row = (
                head | {name: text for name, text in answer.items() if text not in (None, "")}
                if number == 0
                else answer
            )
            yield [_cell(row.get(name)) for name in COLUMNS]


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


def _answers(kind: str, value: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if kind == "number":
        yield {"answer": value["target"], "tolerance": value.get("tolerance"), "unit": value.get("unit")}
        return
    if kind == "text":
        for one in value["accepted"]:
            yield {"answer": one["value"] if isinstance(one, Mapping) else one}
        return
    for part in value[_PARTS[kind]]:
        answer = part["value"]
        row = {"answer": answer["text"], "feedback": answer.get("feedback"), "belongs to": answer.get("match")}
        if "is_right" in answer:
            row["is right"] = "yes" if answer["is_right"] else ""
        area = {name: answer[key] for name, key in _AREA.items() if key in answer}
        yield row | _media(answer) | area


def _media(value: Mapping[str, Any]) -> dict[str, Any]:
    picture = value.get("picture") or {}
    return {"picture": picture.get("image"), "picture in words": picture.get("alt_text"), "video": value.get("clip")}


def read(records: Iterable[tuple[int, list[str]]], *, most: int) -> list[Read]:
    """Return the questions of a table with what is wrong in each. Raises UnreadableTableError for another table."""
    found: list[Read] = []
    lines = iter(records)
    _number, header = next(lines, (0, []))
    names = [name.strip().casefold() for name in header]
    _check_header(names)
    for line, cells in lines:
        row = {name: _plain(cell) for name, cell in zip(names, cells, strict=False) if name}
        if not any(row.values()):
            continue
        if row["kind"]:
            if len(found) == most:
                raise UnreadableTableError(Finding(N_("A file has %(most)s questions at most."), most=most))
            found.append(Read(line, row["kind"].casefold()))
        if not found:
            raise UnreadableTableError(Finding(N_("Line %(line)s: the first question has no kind."), line=line))
        found[-1].rows.append((line, row))
    if not found:
        raise UnreadableTableError(Finding(N_("There is no question in this file.")))
    for question in found:
        _understand(question)
    return found


def _check_header(names: list[str]) -> None:
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise UnreadableTableError(Finding(N_("These columns are missing: %(names)s."), names=", ".join(missing)))
    unknown = sorted(set(names) - set(COLUMNS) - {""})
    if unknown:
        message = N_("These columns are not known: %(names)s.")
        raise UnreadableTableError(Finding(message, names=", ".join(name[:40] for name in unknown[:5])))
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise UnreadableTableError(Finding(N_("These columns are there twice: %(names)s."), names=", ".join(twice)))


def _plain(cell: str) -> str:
    """Return a cell as it was before a spreadsheet was kept from running it as a formula."""
    text = cell.strip()
    return text[1:].strip() if text[:1] == "'" and text[1:2] in set("=+-@\t\r\n") else text


def _understand(question: Read) -> None:
    """Put the rows of a question into the shape that a block has."""
    line, first = question.rows[0]
    if question.kind not in KINDS:
        question.refuse(line, _("“%(kind)s” is no kind of question.") % {"kind": question.kind[:40]})
        return
    value = question.value
    value["text"] = first["question"]
    if question.kind in SAID_AS_A_WHOLE:
        value |= {"right": first.get("when right", ""), "wrong": first.get("when wrong", "")}
    if question.kind in ("choice", "number"):
        value["clip"] = first.get("video") or None
    if question.kind == "spot":
        value["picture"] = _picture(question, line, first)
    if question.kind == "number":
        value |= {"target": first["answer"], "tolerance": first.get("tolerance") or "0", "unit": first.get("unit", "")}
    elif question.kind == "text":
        value["accepted"] = [_item(row["answer"]) for _line, row in question.rows if row["answer"]]
    else:
        value[_PARTS[question.kind]] = [_item(_part(question, line, row)) for line, row in question.rows]


def _part(question: Read, line: int, row: Row) -> dict[str, Any]:
    """Return one answer, step or pair."""
    part: dict[str, Any] = {"text": row["answer"], "feedback": row.get("feedback", "")}
    if question.kind == "match":
        return part | {"match": row.get("belongs to", "")}
    if question.kind in ("order", "shot"):
        part["picture"] = _picture(question, line, row)
    if question.kind == "order":
        return part
    if question.kind == "shot":
        part["clip"] = row.get("video") or None
    if question.kind == "spot":
        part |= {key: question.number(line, row, name) for name, key in _AREA.items()}
    said = row.get("is right", "").casefold()
    if said not in YES | NO:
        question.refuse(line, _("Write “yes” in the column “is right”, or leave it empty."))
    return part | {"is_right": said in YES}


def _picture(question: Read, line: int, row: Row) -> dict[str, Any] | None:
    picture_id = question.number(line, row, "picture")
    words = row.get("picture in words", "")
    return {"image": picture_id, "alt_text": words, "decorative": not words} if picture_id is not None else None


def _item(value: Any) -> dict[str, Any]:
    return {"type": "item", "value": value, "id": str(uuid.uuid4())}
