"""A course from elsewhere that would take far too much memory or time: refused, or told shortly."""

import io

import pytest

from courses.exchange import archive as archives
from courses.exchange import arriving, cartridge, course_file
from courses.exchange.archive import UnreadableCourseError, opened
from courses.exchange.cartridge import read_cartridge
from courses.exchange.course_reading import read_course
from courses.exchange.questions import read_sheet
from courses.models import CourseImport, ShelfPage
from courses.spreadsheets.findings import UnreadableTableError
from tests.courses import zips
from tests.courses.test_cartridge import LINK, files, manifest
from tests.courses.test_course_archives import why
from tests.courses.test_qti import ONE_TWO

TOGETHER = "far too large together"


def naming(*lines):
    """A manifest of one module whose lines are these, beside the resources of every other."""
    start, end = '<item identifier="i1"><title>Week one</title>', '<item identifier="i7"'
    before, rest = manifest().split(start)
    return f"{before}{start}{''.join(lines)}</item>{end}{rest.split(end)[1]}"


def line(resource):
    return f'<item identifierref="{resource}"><title>Again</title></item>'


def test_lessons_that_are_too_much_together_are_refused(monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_TEXTS", 40_000)
    large = zips.lesson(zips.text("<p>Light.</p>" * 1000))
    one = {"course.json": zips.course(), "lessons/1.json": large}
    with opened(zips.zip_of(one)) as archive:
        assert len(read_course(archive).lessons) == 1
    again = one | {"course.json": zips.course(lessons=["lessons/1.json"] * 4)}
    assert TOGETHER in why(zips.zip_of(again))


def test_pages_of_a_cartridge_that_are_too_much_together_are_refused(monkeypatch):
    large = "<p>Light.</p>" * 1000
    monkeypatch.setattr(archives, "LARGEST_TEXTS", 10_000)
    assert TOGETHER in why(zips.zip_of(files(**{"one a.html": large})), read_cartridge)
    monkeypatch.setattr(archives, "LARGEST_TEXTS", 30_000)
    with opened(zips.zip_of(files(**{"one a.html": large}))) as archive:
        assert read_cartridge(archive).lessons


def test_a_page_that_a_cartridge_names_many_times_is_read_once():
    with opened(zips.zip_of(files(**{"imsmanifest.xml": naming(*[line("r1")] * 50)}))) as archive:
        course = read_cartridge(archive)
    assert [raw["type"] for raw in course.lessons[0].body] == ["heading", "text", "picture"]
    assert "“Again” stands in the course already." in [str(one) for one in course.left_out]


def test_a_cartridge_of_too_many_lines_is_refused(monkeypatch):
    monkeypatch.setattr(cartridge, "MOST_ITEMS", 60)
    many = naming(*[line("r1")] * 61)
    assert "60 lines at most" in why(zips.zip_of(files(**{"imsmanifest.xml": many})), read_cartridge)


def test_what_cannot_come_is_told_in_a_few_lines(monkeypatch):
    monkeypatch.setattr(course_file, "MOST_LEFT_OUT", 20)
    odd = [line(f"none-{n}").replace("Again", f"Line {n}") for n in range(100)]
    with opened(zips.zip_of(files(**{"imsmanifest.xml": naming(line("r1"), *odd)}))) as archive:
        said = [str(one) for one in read_cartridge(archive).left_out]
    assert len(said) == 21
    assert said[-1] == "There is more that cannot come."


@pytest.mark.django_db
def test_of_an_endless_quiz_the_first_questions_come(monkeypatch):
    monkeypatch.setattr(cartridge, "MOST_QUESTIONS", 2)
    with opened(zips.zip_of(files(**{"link.xml": LINK.format("https://example.org/")}))) as archive:
        course = read_cartridge(archive)
    said = [str(one) for one in course.left_out]
    assert "A file has 2 questions at most." in said
    assert not [one for one in said if "question 3" in one]


@pytest.mark.django_db
def test_a_package_of_questions_is_too_much_together(monkeypatch, instructor):
    package = {"1.xml": ONE_TWO, "2.xml": ONE_TWO.replace("Which light?", "Which lamp?")}
    read_sheet(io.BytesIO(zips.zip_of(package).getvalue()), by=instructor)
    monkeypatch.setattr(archives, "LARGEST_TEXTS", 4000)
    with pytest.raises(UnreadableTableError, match=TOGETHER):
        read_sheet(io.BytesIO(zips.zip_of(package).getvalue()), by=instructor)


def test_an_entry_that_is_not_there_weighs_nothing():
    with opened(zips.small()) as archive:
        archive.require_little(["gone"])
        with pytest.raises(UnreadableCourseError):
            archive.read("course.json", most=10)


@pytest.mark.django_db
def test_a_file_that_nobody_brought_in_is_forgotten_with_its_row(shelf, instructor):
    page = ShelfPage.objects.get(shelf=shelf)
    rows = {
        name: CourseImport.objects.create(
            sent_by=instructor, into=page, file_name=name, size_bytes=1, has_file=False, state=state
        )
        for name, state in (("seen", "seen"), ("done", "done"), ("young", "failed"))
    }
    CourseImport.objects.exclude(pk=rows["young"].pk).update(sent_at="2020-01-01T00:00Z")
    arriving.sweep()
    assert set(CourseImport.objects.values_list("file_name", flat=True)) == {"done", "young"}
