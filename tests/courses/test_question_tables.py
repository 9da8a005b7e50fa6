"""Questions as a table and back: nothing is lost, and what is wrong is said with its line."""

import csv
import io
import json
import zipfile

import pytest
from openpyxl import Workbook, load_workbook
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from courses.exchange.course_file import without_ids
from courses.exchange.question_rows import COLUMNS, rows_of
from courses.exchange.questions import read_sheet
from courses.spreadsheets import csv_of, workbook_of
from courses.spreadsheets.findings import UnreadableTableError
from tests.factories import courses as make
from tests.factories.accounts import UserFactory


@pytest.fixture
def picture(shelf):
    return Image.objects.create(title="Lamp", file=get_test_image_file(), collection=shelf.collection)


@pytest.fixture
def every_kind(shelf, picture):
    """One question of each kind, with a picture and a clip of the shelf."""
    asset = make.make_asset(collection=shelf.collection)
    return make.every_kind(picture_id=picture.pk, asset=asset)


def table(*rows, header=("kind", "question", "answer", "is right", "feedback")):
    """A CSV file."""
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return io.BytesIO(out.getvalue().encode())


def said(raws):
    """What questions say, in the way the editor stores it: without ids, nothing left out."""
    texts = {"right": "", "wrong": ""}
    found = []
    nothing = json.dumps({"image": None, "alt_text": None, "decorative": None})
    for raw in json.loads(json.dumps(raws).replace(nothing, "null")):
        value = without_ids(raw)["value"]
        for name in ("target", "tolerance"):
            if name in value:
                value[name] = float(value[name])
        value.setdefault("clip", None)
        found.append((raw["type"], texts | value))
    return found


LIGHT = [["choice", "Where is the light?", "Before me", "yes", "Right"], ["", "", "Behind me", "", "Look again"]]


@pytest.mark.parametrize("write", [lambda rows: csv_of(rows).encode(), workbook_of], ids=["csv", "xlsx"])
def test_every_kind_of_question_comes_back_as_it_was(write, every_kind, instructor):
    sheet = read_sheet(io.BytesIO(write(rows_of(every_kind))), by=instructor)
    assert sheet.problems == []
    assert {raw["type"] for raw in sheet.questions} == {
        "choice", "shot", "spot", "order", "match", "text", "number",
    }  # fmt: skip
    assert said(sheet.questions) == said(every_kind)


def test_what_a_spreadsheet_would_run_is_kept_from_running_and_comes_back(instructor):
    evil = '=HYPERLINK("https://example.org")'
    asked = make.question(evil, ("-5 degrees", True), ("@home", False))
    workbook = workbook_of(rows_of([asked]))
    cells = [cell for row in load_workbook(io.BytesIO(workbook)).active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "\n=" not in csv_of(rows_of([asked]))
    (back,) = read_sheet(io.BytesIO(workbook), by=instructor).questions
    assert back["value"]["text"] == evil
    assert [choice["value"]["text"] for choice in back["value"]["choices"]] == ["-5 degrees", "@home"]


def test_characters_that_no_workbook_takes_are_left_out():
    asked = make.question("Where\x0b is the light?", ("\x0b=1+1", True), ("Behind", False))
    rows = load_workbook(io.BytesIO(workbook_of(rows_of([asked])))).active.iter_rows(min_row=2, values_only=True)
    assert [row[COLUMNS.index("answer")] for row in rows] == ["'=1+1", "Behind"]


@pytest.mark.parametrize(("kind", "part"), [("choice", "choices"), ("order", "items"), ("text", "accepted")])
def test_a_question_without_answers_yet_is_taken_out_too(kind, part):
    _header, row = rows_of([{"type": kind, "id": "", "value": {"text": "Where?", part: []}}])
    assert row[:2] == [kind, "Where?"]


def test_each_fault_is_said_with_its_line_and_the_rest_is_kept(instructor):
    file = table(
        *LIGHT,
        ["riddle", "What?", "x", "", ""],
        ["choice", "None right?", "A", "", "a"],
        ["", "", "B", "", "b"],
        ["choice", "Maybe?", "A", "perhaps", "a"],
        ["", "", "B", "yes", "b"],
        ["choice", "One only?", "A", "yes", "a"],
        ["choice", "x" * 301, "A", "yes", "a"],
        ["", "", "B", "", ""],
    )
    sheet = read_sheet(file, by=instructor)
    assert [raw["value"]["text"] for raw in sheet.questions] == ["Where is the light?"]
    assert [line for line, _why in sheet.problems] == [4, 5, 7, 9, 10, 10]
    reasons = " ".join(why for _line, why in sheet.problems)
    for words in ("“riddle” is no kind", "Mark at least one answer", "Write “yes”", "question: ", "300", "feedback: "):
        assert words in reasons


def test_a_number_that_is_none(instructor):
    header = ("kind", "question", "answer", "when right", "when wrong", "tolerance")
    good = ["number", "How many?", "4.5", "Yes", "No", ""]
    file = table(good, ["number", "How far?", "a lot", "Yes", "No", "1"], header=header)
    sheet = read_sheet(file, by=instructor)
    assert len(sheet.questions) == 1
    assert sheet.problems[0][0] == 3


def test_the_same_question_twice_in_a_file_is_one(instructor):
    sheet = read_sheet(table(*LIGHT, *LIGHT), by=instructor)
    assert len(sheet.questions) == 1
    assert sheet.problems == [(4, "The same question stands above already.")]


def test_pictures_and_videos_of_others_are_not_taken(every_kind, instructor):
    stranger = UserFactory(role="instructor")
    make.make_shelf(stranger, "Other")
    file = csv_of(rows_of(every_kind)).encode()
    sheet = read_sheet(io.BytesIO(file), by=stranger)
    assert {raw["type"] for raw in sheet.questions} == {"choice", "order", "match", "text", "number"}
    assert {why for _line, why in sheet.problems} == {
        "There is no such picture among those that you may use.",
        "There is no such video among those that you may use.",
    }


@pytest.mark.parametrize("video", ["nonsense", "1", "'; DROP TABLE x", "00000000-0000-0000-0000-000000000000"])
def test_a_video_that_is_none(video, instructor):
    header = ("kind", "question", "answer", "is right", "feedback", "video")
    rows = [[*LIGHT[0], video], [*LIGHT[1], ""]]
    sheet = read_sheet(table(*rows, header=header), by=instructor)
    assert sheet.questions == []
    assert len(sheet.problems) == 1


def packed(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out


def formulas():
    """A workbook that has a formula where a question should be."""
    book = Workbook()
    book.active.append(["kind", "question", "answer", "is right", "feedback"])
    book.active.append(["choice", "=1+1", "A", "yes", "a"])
    book.active.append(["", "", "B", "", "b"])
    out = io.BytesIO()
    book.save(out)
    return out


def test_a_formula_is_never_worked_out(instructor):
    (raw,) = read_sheet(formulas(), by=instructor).questions
    assert raw["value"]["text"] == "=1+1"


HOSTILE = {
    "nothing": (io.BytesIO(b""), "empty"),
    "a picture": (io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"\xff" * 500), "UTF-8"),
    "a bomb": (packed(**{"xl/sharedStrings.xml": b" " * 70 * 2**20}), "far too large"),
    "another archive": (packed(**{"readme.txt": b"hello"}), "cannot be opened"),
    "wrong columns": (table(["1", "2"], header=("date", "amount")), "missing: kind, question, answer"),
    "a column nobody knows": (table(header=("kind", "question", "answer", "salary")), "not known: salary"),
    "a column twice": (table(header=("kind", "question", "answer", "answer")), "twice: answer"),
    "no question": (table(), "no question"),
    "an answer before a question": (table(["", "", "A", "yes", ""]), "has no kind"),
    "too many": (table(*[["text", f"{n}?", "a", "", ""] for n in range(201)]), "200 questions at most"),
    "a long line": (io.BytesIO(b"kind,question,answer\n" + b"x" * 70_000), "too long"),
}


@pytest.mark.parametrize(("file", "sentence"), HOSTILE.values(), ids=HOSTILE.keys())
def test_another_file_is_refused_with_a_sentence(file, sentence, instructor):
    with pytest.raises(UnreadableTableError) as caught:
        read_sheet(file, by=instructor)
    assert sentence in str(caught.value)


def test_the_columns_are_those_that_are_described():
    from pathlib import Path

    described = Path("docs/questions-table.md").read_text()
    assert all(f"| {name} |" in described for name in COLUMNS)
