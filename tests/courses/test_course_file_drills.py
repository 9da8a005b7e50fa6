"""The questions of a course from elsewhere: each kind comes, and none shows what is not of the file."""

import json

import pytest

from courses.exchange.archive import opened
from courses.exchange.course_file import without_ids
from courses.exchange.course_in import look_at
from courses.models import Drill, ShelfPage
from tests.courses import zips
from tests.courses.test_course_files import bring, kept_picture, kept_video, taken
from tests.factories import courses as make
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
SAID = {"right": "Well seen", "wrong": "Look once more"}


def look(file, shelf, by):
    with opened(file) as archive:
        return look_at(archive, into=ShelfPage.objects.get(shelf=shelf), by=by)[1]


def pictured(picture):
    """A question of each kind that shows a picture, which is ``picture``."""
    step = make.item(text="Pour", picture=picture, feedback="")
    area = {"feedback": "There", "x": 0, "y": 0, "width": 30, "height": 30}
    shots = [make.item(text=t, is_right=t == "A", feedback="So", picture=picture, clip=None) for t in "AB"]
    spots = [make.item(text=t, is_right=t == "A", **area) for t in "AB"]
    return [
        make.block("order", {"text": "In which order?", "items": [step, step]} | SAID),
        make.block("shot", {"text": "Which is better?", "choices": shots}),
        make.block("spot", {"text": "Where?", "picture": picture, "choices": spots}),
    ]


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("kind", [0, 1, 2])
def test_the_id_of_a_picture_of_this_site_shows_nothing(shelf, instructor, kind, wrapped):
    theirs = kept_picture(make.make_shelf(UserFactory(), "Other"))
    forged = {"image": theirs.pk, "alt_text": "x", "decorative": False} if wrapped else theirs.pk
    question = pictured(forged)[kind]
    quiz = make.block("quiz", {"title": "Q", "pass_mark": 60, "questions": [question]})
    drills = [{"title": "D", "skill": "light", "question": question}]
    comes = look(zips.small(zips.text(), quiz, drills=drills), shelf, instructor)
    kept = json.dumps([without_ids(lesson.body) for lesson in comes.lessons] + without_ids(comes.drills))
    assert f'"picture": {theirs.pk}' not in kept
    assert f'"image": {theirs.pk}' not in kept


def test_a_picture_of_the_file_is_named_without_its_words_too(shelf, instructor):
    drills = [{"title": str(n), "skill": "light", "question": one} for n, one in enumerate(pictured("p.png"))]
    files = {"course.json": zips.course(pictures={"p.png": {}}, drills=drills), "p.png": zips.picture()}
    comes = look(zips.zip_of(files | {"lessons/1.json": zips.lesson(zips.text())}), shelf, instructor)
    assert [str(finding) for finding in comes.left_out] == []
    assert len(comes.drills) == 3


def test_each_kind_of_drill_comes_back(client, instructor, shelf, course):
    asked = make.every_kind(picture_id=kept_picture(shelf).pk, asset=kept_video(shelf))
    for number, question in enumerate(asked):
        make.make_drill(shelf, question, title=f"Drill {number}")
    make.make_lesson(course, make.text())
    client.force_login(instructor)
    file = taken(client, course, **{"out-drills": "on"})
    other = UserFactory(role="instructor")
    there = make.make_shelf(other, "Other")
    client.force_login(other)
    one = bring(client, there, file)
    assert (one.state, [str(finding) for finding in one.left_out]) == ("done", [])
    kinds = {drill.question.raw_data[0]["type"] for drill in Drill.objects.filter(shelf=there)}
    assert kinds == {"choice", "order", "match", "text", "number", "shot", "spot"}
    assert Drill.objects.filter(shelf=there).count() == len(asked)
