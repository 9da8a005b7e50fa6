"""A zip that means harm: nothing of it is unpacked, and she is told why."""

import io
import json
import stat
import struct
import zipfile

import pytest

from courses.exchange import archive as archives
from courses.exchange.archive import UnreadableCourseError, opened
from courses.exchange.course_reading import read_course
from tests.courses import zips


def why(file, read=read_course):
    """What is said of a file that is refused as a whole."""
    with pytest.raises(UnreadableCourseError) as refused, opened(file) as archive:
        read(archive)
    return str(refused.value.args[0])


def entry(name, mode=stat.S_IFREG):
    info = zipfile.ZipInfo(name)
    info.external_attr = (mode | 0o644) << 16
    return info


def with_entry(info, content=b"x"):
    out = zips.small()
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(info, content)
    out.seek(0)
    return out


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/../../b", "C:/x", "a\\..\\b"])
def test_a_name_that_leads_out_is_refused(name):
    assert "leads to another place" in why(with_entry(entry(name)))


def test_a_link_is_refused():
    assert "leads to another place" in why(with_entry(entry("lessons/2.json", stat.S_IFLNK), b"/etc/passwd"))


def test_a_bomb_is_refused_by_its_ratio_and_by_its_sum(monkeypatch):
    bomb = entry("pictures/1.png")
    bomb.compress_type = zipfile.ZIP_DEFLATED
    assert "too large" in why(with_entry(bomb, b"\0" * 30_000_000))
    monkeypatch.setattr(archives, "LARGEST_WHOLE", 100)
    assert "too large" in why(zips.small())


def test_an_entry_that_is_longer_than_it_says_is_refused(tmp_path):
    raw = zips.zip_of({"course.json": zips.course(), "lessons/1.json": zips.lesson(zips.text("<p>é</p>" * 50))})
    data = bytearray(raw.getvalue())
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 10)  # the size in the list of entries
    with opened(io.BytesIO(bytes(data))) as archive, pytest.raises(UnreadableCourseError):
        archive.unpack("lessons/1.json", tmp_path / "x")


def test_thousands_of_entries_are_refused_before_they_are_listed():
    files = {f"pictures/{n}.png": b"" for n in range(archives.MOST_ENTRIES + 1)}
    assert "far too many files" in why(zips.zip_of(files))


def test_a_second_entry_of_the_same_name_is_refused():
    with pytest.warns(UserWarning, match="Duplicate"):
        file = with_entry(entry("course.json"))
    assert "same name" in why(file)


def test_a_locked_zip_is_refused():
    data = bytearray(zips.small().getvalue())
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    assert "password" in why(io.BytesIO(bytes(data)))


def test_another_way_of_packing_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("course.json", json.dumps(zips.course()))
    assert "not known here" in why(out)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<html>", b"\x00" * 100, zips.picture()])
def test_what_is_no_zip_is_refused(content):
    assert "no zip file" in why(io.BytesIO(content))


@pytest.mark.parametrize(
    "text",
    [
        b"\xff\xfe{\x00}\x00", "{", b'{"title": "\xe9"}', "[" * 5000 + "]" * 5000, '{"a": NaN}',
        "[" * 100 + "]" * 100, '{"a":' * 70 + "1" + "}" * 70,
    ],
)  # fmt: skip
def test_what_is_no_json_in_utf_8_is_refused(text):
    assert "not JSON in UTF-8" in why(zips.zip_of({"course.json": text}))


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ([], "not that of a course"), ({"format": "other"}, "not that of a course"),
        (zips.course(version=2), "later version"), (zips.course(title="  "), "no title"),
        (zips.course(lessons=["x"] * 201), "200 lessons"),
        (zips.course(pictures={str(n): {} for n in range(501)}), "far too many files"),
    ],
)  # fmt: skip
def test_what_is_no_course_of_this_version_is_refused(about, words):
    assert words in why(zips.zip_of({"course.json": about}))


def test_a_lesson_that_cannot_be_read_is_left_out_and_the_others_come():
    files = {"course.json": zips.course(lessons=["1", "2", "3"]), "1": "{", "3": zips.lesson(zips.text())}
    with opened(zips.zip_of(files)) as archive:
        course = read_course(archive)
    assert len(course.lessons) == 1
    assert [str(finding) for finding in course.left_out] == [
        "“1” in the file is not JSON in UTF-8.", "Lesson 2 is not in the file.",
    ]  # fmt: skip


@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, [None], {"a": []}, True, [[]], {"id": "x", "value": {}}])
@pytest.mark.parametrize(
    "field", ["lessons", "pictures", "videos", "rubrics", "drills", "cover", "summary", "left_out"]
)
def test_junk_in_any_place_breaks_nothing(field, junk):
    with opened(zips.zip_of({"course.json": zips.course(**{field: junk})})) as archive:
        assert read_course(archive).title == "Your first video"


def test_signs_that_no_database_takes_are_left_away():
    file = zips.small(zips.text("<p>a\x00b\ud800c</p>"), title="Film\x00\x1b\ud83d")
    with opened(file) as archive:
        course = read_course(archive)
    assert course.title == "Film"
    assert course.lessons[0].body[0]["value"] == "<p>abc</p>"
