"""Questions between us and programs that are not ours: what they write is read, and what we write they read."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
import qti_convert
from qti_package_maker.package_interface import QTIPackageInterface

from courses.exchange.qti_out import packaged
from courses.exchange.questions import read_sheet
from tests.courses.test_qti import plain, read
from tests.factories import courses as make

pytestmark = pytest.mark.django_db

QUIZ = """\
Quiz title: Light

1.  Where is the light?
+   Her face has no shadow.
-   Look at the shadow.
*a) In front
... It lights her face.
b)  Behind

2.  What helps?
[*] A curtain
[*] A white sheet
[ ] A fan

3.  Which light?
*   Daylight
*   Sun

4.  Where is the cut, in seconds?
=   4.0 +- 0.5

5.  How many shots?
=   [3, 5]

6.  The sun is a lamp.
*a) True
b)  False

7.  Tell us about your window.
____
"""


def by_text(raws):
    return {raw["value"]["text"]: (raw["type"], raw["value"]) for raw in raws}


def choices(value):
    return [(one["value"]["text"], one["value"]["is_right"]) for one in value["choices"]]


@pytest.fixture
def of_text2qti(tmp_path):
    """What text2qti writes for Canvas."""
    (tmp_path / "quiz.txt").write_text(QUIZ, encoding="utf-8")
    program = Path(sys.executable).with_name("text2qti")
    subprocess.run([program, "quiz.txt"], cwd=tmp_path, check=True, timeout=60, capture_output=True)
    return (tmp_path / "quiz.zip").read_bytes()


def test_a_quiz_that_text2qti_wrote_for_canvas_comes_whole(of_text2qti):
    sheet = read(of_text2qti)
    found = by_text(sheet.questions)
    assert {text: kind for text, (kind, _value) in found.items()} == {
        "Where is the light?": "choice",
        "What helps?": "choice",
        "Which light?": "text",
        "Where is the cut, in seconds?": "number",
        "How many shots?": "number",
        "The sun is a lamp.": "choice",
    }
    assert [number for number, _why in sheet.problems] == [7]  # an essay
    first = found["Where is the light?"][1]["choices"]
    assert [one["value"]["feedback"] for one in first] == ["It lights her face.", "Look at the shadow."]
    assert choices(found["What helps?"][1]) == [("A curtain", True), ("A white sheet", True), ("A fan", False)]
    numbers = [found[text][1] for text in ("Where is the cut, in seconds?", "How many shots?")]
    assert [(float(one["target"]), float(one["tolerance"])) for one in numbers] == [(4, 0.5), (4, 1)]


def written_for(program, tmp_path, *, with_order):
    """What qti-package-maker writes for ``program``."""
    package = QTIPackageInterface("light", verbose=False, allow_mixed=True)
    package.add_item("MC", ("Where is the light?", ["In front", "Behind"], "In front"))
    package.add_item("MA", ("What helps?", ["A curtain", "A sheet", "A fan"], ["A curtain", "A sheet"]))
    package.add_item("NUM", ("Where is the cut?", 4.0, 0.5, True))
    package.add_item("FIB", ("Which light?", ["Daylight", "Sun"]))
    package.add_item("MATCH", ("What belongs together?", ["Curtain", "Fan", "Sheet"], ["hangs", "loud", "lies"]))
    if with_order:
        package.add_item("ORDER", ("In which order?", ["Pour", "Knead", "Bake"]))
    file = tmp_path / "light.zip"
    package.save_package(program, str(file))
    return file.read_bytes()


@pytest.mark.parametrize(
    ("program", "with_order"), [("canvas_qti_v1_2", False), ("blackboard_qti_v2_1", True)]
)  # Canvas has no order
def test_a_quiz_that_qti_package_maker_wrote_comes_whole(tmp_path, monkeypatch, program, with_order):
    monkeypatch.chdir(tmp_path)
    sheet = read(written_for(program, tmp_path, with_order=with_order))
    assert sheet.problems == []
    found = by_text(sheet.questions)
    assert choices(found["Where is the light?"][1]) == [("In front", True), ("Behind", False)]
    assert choices(found["What helps?"][1]) == [("A curtain", True), ("A sheet", True), ("A fan", False)]
    kind, number = found["Where is the cut?"]
    assert (kind, float(number["target"]), float(number["tolerance"])) == ("number", 4, 0.5)
    assert [one["value"] for one in found["Which light?"][1]["accepted"]] == ["Daylight", "Sun"]
    pairs = [(one["value"]["text"], one["value"]["match"]) for one in found["What belongs together?"][1]["pairs"]]
    assert pairs == [("Curtain", "hangs"), ("Fan", "loud"), ("Sheet", "lies")]
    if with_order:
        steps = [one["value"]["text"] for one in found["In which order?"][1]["items"]]
        assert steps == ["Pour", "Knead", "Bake"]


def test_what_goes_out_survives_the_way_through_qti_three(tmp_path, instructor):
    """The converter of the makers of QTI components writes our package as 3.0, and that as 2.1."""
    asked = make.every_kind()
    ours, three, two = (tmp_path / name for name in ("ours.zip", "three.zip", "two.zip"))
    ours.write_bytes(packaged(asked))
    qti_convert.upgrade_package(ours, three)
    qti_convert.downgrade_package(three, two)
    back = read_sheet(io.BytesIO(two.read_bytes()), by=instructor)
    direct = read_sheet(io.BytesIO(ours.read_bytes()), by=instructor)
    assert back.problems == []
    assert len(back.questions) == len(asked)
    assert plain(back.questions) == plain(direct.questions)
