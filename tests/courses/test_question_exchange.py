"""Questions in and out in the admin: looked at first, saved once, and only where she may write."""

import io

import pytest
from django.urls import reverse
from wagtail.models import Locale

from courses.checking.report import draft_pieces
from courses.models import Drill, LessonPage
from tests.courses.test_question_tables import LIGHT, table
from tests.factories import courses as make
from tests.factories.accounts import UserFactory

INDEX, SAVE, FILE = "/admin/questions/", "/admin/questions/save/", "/admin/questions/file/"


def send(client, file=None, **where):
    """Look at a file."""
    file = file or table(*LIGHT)
    file.name = "questions.csv"
    where = {"lesson": "", "title": "", "skill": "light", "locale": Locale.get_default().pk} | where
    return client.post(INDEX, where | {"file": file})


def confirm(client, seen):
    return client.post(SAVE, seen.context["where"] | {"questions": seen.context["signed"]}, follow=True)


def quizzes(lesson):
    lesson = LessonPage.objects.select_related("latest_revision").get(pk=lesson.pk)
    return [piece.value for piece in draft_pieces(lesson) if piece.kind == "quiz"]


def test_a_file_becomes_drills_that_are_not_in_use_and_only_once(client, instructor, shelf):
    client.force_login(instructor)
    seen = send(client)
    assert "1 question can be saved" in seen.content.decode()
    assert not Drill.objects.exists()
    for _twice in range(2):
        assert "left alone" in confirm(client, seen).content.decode()
    drill = Drill.objects.get()
    assert (drill.shelf, drill.is_in_use, drill.skill) == (shelf, False, "light")
    assert drill.asked.is_right([drill.asked.options[0].id])
    confirm(client, send(client))
    assert Drill.objects.count() == 1


def test_a_file_becomes_a_quiz_in_the_draft_and_only_once(client, instructor, course):
    lesson = make.make_lesson(course, make.text())
    client.force_login(instructor)
    for _twice in range(2):
        seen = send(client, lesson=lesson.pk, title="Light")
        assert not quizzes(lesson) or len(quizzes(lesson)) == 1
        confirm(client, seen)
    (quiz,) = quizzes(lesson)
    assert quiz["title"] == "Light"
    assert quiz["questions"][0]["value"]["text"] == "Where is the light?"
    assert [piece.kind for piece in LessonPage.objects.get(pk=lesson.pk).pieces] == ["reading"]
    assert client.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).status_code == 200


def test_a_lesson_that_is_half_written_takes_a_quiz(client, instructor, course):
    lesson = make.make_lesson(course, make.text())
    lesson.summary = ""
    lesson.save_revision(clean=False)  # as the editor saves a draft
    client.force_login(instructor)
    confirm(client, send(client, lesson=lesson.pk, title="Light"))
    assert [quiz["title"] for quiz in quizzes(lesson)] == ["Light"]


def test_a_lesson_that_another_has_locked_stays_as_it_is(client, instructor, course):
    lesson = make.make_lesson(course, make.text())
    lesson.locked, lesson.locked_by = True, UserFactory(role="administrator")
    lesson.save()
    client.force_login(instructor)
    confirm(client, send(client, lesson=lesson.pk, title="Light"))
    assert quizzes(lesson) == []


def test_what_is_wrong_is_shown_with_its_line(client, instructor, shelf):
    client.force_login(instructor)
    page = send(client, table(*LIGHT, ["riddle", "What?", "x", "", ""])).content.decode()
    assert "Line 4: “riddle” is no kind of question." in page


@pytest.mark.parametrize(
    ("file", "where", "words"),
    [
        (io.BytesIO(b"a,b\n1,2\n"), {}, "missing"),
        (None, {"lesson": "999999"}, "Select a valid choice"),
        (io.BytesIO(b"x" * (2 * 2**20 + 1)), {}, "too large"),
    ],
)
def test_what_cannot_be_read_comes_back_with_a_sentence(client, instructor, shelf, file, where, words):
    client.force_login(instructor)
    answer = send(client, file, **where)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_quiz_needs_a_title_and_has_an_end(client, instructor, course):
    lesson = make.make_lesson(course)
    client.force_login(instructor)
    assert "Give the quiz a title" in send(client, lesson=lesson.pk).content.decode()
    many = table(*[row for n in range(21) for row in ([*LIGHT[0][:1], f"{n}?", *LIGHT[0][2:]], LIGHT[1])])
    answer = send(client, many, lesson=lesson.pk, title="Light")
    assert "20 questions at most" in answer.content.decode()


def test_the_lesson_of_another_shelf_is_no_place(client, instructor, course):
    lesson = make.make_lesson(course)
    stranger = UserFactory(role="instructor")
    make.make_shelf(stranger, "Other")
    client.force_login(stranger)
    assert send(client, lesson=lesson.pk, title="Mine").status_code == 422
    seen = send(client)
    forged = seen.context["where"] | {"questions": seen.context["signed"], "lesson": lesson.pk, "title": "Mine"}
    assert client.post(SAVE, forged).status_code == 302  # Wagtail leads a refused person to its first page
    assert quizzes(lesson) == []
    assert client.get(FILE, {"out-lesson": lesson.pk, "out-file_type": "csv"}).status_code == 302


def test_what_somebody_else_was_shown_is_not_saved(client, instructor, shelf):
    client.force_login(instructor)
    seen = send(client)
    stranger = UserFactory(role="instructor")
    make.make_shelf(stranger, "Other")
    client.force_login(stranger)
    confirm(client, seen)
    assert not Drill.objects.exists()


def test_changed_or_old_questions_are_asked_for_again(client, instructor, shelf):
    client.force_login(instructor)
    seen = send(client)
    answer = client.post(SAVE, seen.context["where"] | {"questions": seen.context["signed"] + "x"}, follow=True)
    assert "choose the file again" in answer.content.decode()
    assert not Drill.objects.exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_she_takes_out_the_questions_of_a_lesson_and_of_her_bank_only(client, instructor, course, shelf, kind):
    lesson = make.make_lesson(course, make.quiz_of_every_kind())
    make.make_drill(shelf, make.question("Mine?", ("A", True), ("B", False)))
    stranger = UserFactory(role="instructor")
    make.make_drill(make.make_shelf(stranger, "Other"), make.question("Theirs?", ("A", True), ("B", False)))
    client.force_login(instructor)
    answer = client.get(FILE, {"out-lesson": lesson.pk, "out-file_type": kind})
    assert answer.status_code == 200
    assert answer["Content-Disposition"].endswith(f'{lesson.slug}-questions.{kind}"')
    again = io.BytesIO(answer.content)
    assert f"{len(make.every_kind())} questions can be saved" in send(client, again).content.decode()
    bank = client.get(FILE, {"out-lesson": "", "out-file_type": "csv"}).content.decode()
    assert "Mine?" in bank
    assert "Theirs?" not in bank


@pytest.mark.parametrize("address", [INDEX, FILE])
def test_who_teaches_nothing_is_sent_away(client, learner, address):
    client.force_login(learner)
    assert client.get(address).status_code in (302, 403)


@pytest.mark.once
def test_three_lessons_or_three_hundred_cost_the_same(client, instructor, course, django_assert_max_num_queries):
    client.force_login(instructor)
    counts = []
    for number in (3, 297):
        for _each in range(number):
            make.make_lesson(course, make.quiz())
        with django_assert_max_num_queries(30) as captured:
            page = client.get(INDEX).content.decode()
        counts.append(len(captured))
        assert page.count("Window light") == 2 * LessonPage.objects.count()
    assert counts[0] == counts[1]
