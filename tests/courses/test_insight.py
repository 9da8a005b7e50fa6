"""Where they get stuck: the right figures, of her own learners only, and nobody to be found in them."""

import csv
import io
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from courses import coverage, insight
from courses.charts import Chart, Row, percent, shown
from courses.models import Enrolment, LessonCompletion, PieceProgress, QuizAttempt, Submission
from courses.questions.analysis import STEADY, analyse, correlation
from tests.factories import courses as make
from tests.factories.accounts import UserFactory

NOW = timezone.now()
HALF = (1 << coverage.CELLS // 2) - 1


def make_learners(course, shelf, number):
    """``number`` people who joined ``course`` by ``shelf``."""
    users = get_user_model().objects
    people = users.bulk_create(users.model(email=f"{uuid.uuid4().hex}@example.org") for _ in range(number))
    Enrolment.objects.bulk_create(
        Enrolment(learner=person, course_key=course.course_key, course_title=course.title, shelf=shelf)
        for person in people
    )
    return people


def progress(person, lesson, piece, *, cells=0, done=False, length=60_000):
    return PieceProgress(
        learner=person,
        course_key=lesson.course.course_key,
        lesson_key=lesson.lesson_key,
        piece_id=piece.id,
        cells=cells,
        duration_ms=length,
        opened_at=NOW,
        last_at=NOW,
        completed_at=NOW if done else None,
    )


def ten_learners(lesson, shelf):
    """Ten learners: all read and pressed play, six saw the whole video, four only its first half."""
    reading, video, _quiz, _assignment = lesson.pieces
    people = make_learners(lesson.course, shelf, 10)
    rows = [progress(person, lesson, reading, done=True) for person in people]
    rows += [progress(person, lesson, video, cells=coverage.FULL, done=True) for person in people[:6]]
    rows += [progress(person, lesson, video, cells=HALF) for person in people[6:]]
    PieceProgress.objects.bulk_create(rows)
    return people


@pytest.fixture
def ten(lesson, shelf):
    return ten_learners(lesson, shelf)


def answer(person, lesson, right, *, minutes=0):
    """An attempt of ``person`` at the quiz; ``right`` says for each question whether her answer is."""
    quiz = lesson.pieces[2]
    questions = insight.quiz_of(quiz).questions
    answers = {q.id: sorted(q.right_ids) if ok else [] for q, ok in zip(questions, right, strict=True)}
    attempt = QuizAttempt.objects.create(
        client_id=uuid.uuid4(), learner=person, course_key=lesson.course.course_key, lesson_key=lesson.lesson_key,
        piece_id=quiz.id, answers=answers, right=sum(right), total=len(right), passed=all(right),
    )  # fmt: skip
    QuizAttempt.objects.filter(pk=attempt.pk).update(made_at=NOW + timedelta(minutes=minutes))


def send(person, lesson, shelf, *, number=1, days=None, passed=True):
    """A video that was answered after ``days``, or waits."""
    state = "sent" if days is None else "passed" if passed else "again"
    return Submission(
        learner=person, shelf=shelf, course_key=lesson.course.course_key, lesson_key=lesson.lesson_key,
        piece_id=lesson.pieces[3].id, number=number, asset=make.make_asset(person), state=state,
        sent_at=NOW - timedelta(days=20), decided_at=None if days is None else NOW - timedelta(days=20 - days),
    )  # fmt: skip


def figures(chart):
    return [(*row.cells, row.percent) for row in chart.rows]


# -- Arithmetic ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "seen"), [(0, 0), (1, None), (4, None), (5, 5), (900, 900)])
def test_a_count_below_five_is_hidden(count, seen):
    assert shown(count) == seen


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(5, 10, 50), (10, 10, 100), (0, 10, 0), (3, 10, None), (3, 4, None), (0, 0, None)]
)
def test_a_share_of_few_is_hidden(part, whole, share):
    assert percent(part, whole) == share


def test_a_question_that_follows_knowledge_tells_apart_and_its_opposite_shows():
    knows, does_not = [True, True, False], [False, False, True]
    first, second, third = analyse([(knows, 15), (does_not, 15)], 3)
    assert first.difficulty == second.difficulty == third.difficulty == 0.5
    assert third.discrimination == pytest.approx(-1)
    assert first.discrimination is None  # the others always sum to one: nothing to tell by


def test_discrimination_is_the_correlation_with_the_rest():
    sheets = [([True, True, True], 8), ([True, True, False], 6), ([False, True, False], 4), ([False, False, False], 12)]
    item = analyse(sheets, 3)[0]
    assert item.answers == 30
    assert item.difficulty == pytest.approx(14 / 30)
    x = [1] * 14 + [0] * 16
    y = [2] * 8 + [1] * 6 + [1] * 4 + [0] * 12
    mean_x, mean_y = sum(x) / 30, sum(y) / 30
    both = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    spread = (sum((a - mean_x) ** 2 for a in x) * sum((b - mean_y) ** 2 for b in y)) ** 0.5
    assert item.discrimination == pytest.approx(both / spread)


def test_few_answers_and_answers_that_are_all_alike_tell_nothing():
    assert analyse([([True, False], STEADY - 1)], 2)[0].discrimination is None
    assert analyse([([True, False], STEADY)], 2)[0].discrimination is None
    assert analyse([], 2)[0] == analyse([], 2)[1]
    assert correlation([]) is None


def test_a_curve_leaves_a_gap_where_a_figure_is_hidden():
    rows = [Row("", [], 100), Row("", [], 50), Row("", [], None), Row("", [], 0)]
    assert Chart("k", "", "", [], rows).line == "M0.0,0.0 L200.0,100.0 M600.0,200.0"
    assert not Chart("k", "", "", [], [Row("", [], None)]).has_figures


# -- Figures ---------------------------------------------------------------------------------------


def test_the_curve_falls_where_they_stop_watching(instructor, lesson, ten):
    (chart,) = insight.retention_charts(instructor, lesson.course, lesson)
    shares = [row.percent for row in chart.rows]
    assert shares == [100] * 30 + [60] * 30
    assert chart.rows[0].label == "0:00"
    assert chart.rows[30].label == "0:30"
    assert chart.rows[30].cells == [6]


def test_the_last_cell_of_a_full_set_counts(instructor, lesson, shelf):
    """The sixtieth bit is near the sign of a 64-bit integer."""
    people = make_learners(lesson.course, shelf, 5)
    last = 1 << coverage.CELLS - 1
    PieceProgress.objects.bulk_create(progress(person, lesson, lesson.pieces[1], cells=last) for person in people)
    (chart,) = insight.retention_charts(instructor, lesson.course, lesson)
    assert [row.percent for row in chart.rows] == [0] * 59 + [100]


def test_piece_by_piece(instructor, lesson, ten):
    chart = insight.pieces_chart(instructor, lesson.course, lesson, learners=10)
    assert figures(chart) == [(10, 10, 100), (10, 6, 60), (0, 0, 0), (0, 0, 0)]


def test_lesson_by_lesson(instructor, lesson, ten):
    LessonCompletion.objects.bulk_create(
        LessonCompletion(learner=p, course_key=lesson.course.course_key, lesson_key=lesson.lesson_key) for p in ten[:7]
    )
    chart = insight.lessons_chart(instructor, lesson.course, [lesson], learners=10)
    assert figures(chart) == [(10, 7, 70)]


def test_questions_are_weighed_by_the_first_try(instructor, lesson, ten):
    for number, person in enumerate(ten):
        answer(person, lesson, [True, number < 5])
        answer(person, lesson, [True, True], minutes=5)
    (chart,) = insight.questions_charts(instructor, lesson.course, lesson)
    assert [(row.cells[:2], row.percent) for row in chart.rows] == [([10, 10], 100), ([10, 5], 50)]
    assert "too few" in chart.rows[0].cells[2]


def test_tries_and_waiting(instructor, lesson, shelf, ten):
    Submission.objects.bulk_create(
        [send(person, lesson, shelf, days=0.5 if n < 5 else 2, passed=n < 5) for n, person in enumerate(ten)]
    )
    Submission.objects.bulk_create([send(person, lesson, shelf, number=2) for person in ten[5:]])
    assert figures(insight.tries_chart(instructor, lesson.course)) == [(10, 5, 50)]
    waiting = insight.waiting_chart(instructor, lesson.course)
    assert figures(waiting) == [(5, 33), (5, 33), (0, 0), (0, 0), (5, 33)]


def test_nothing_yet_is_said_and_not_drawn(client, instructor, lesson):
    client.force_login(instructor)
    for address in addresses(lesson)[1:]:
        html = client.get(address).content.decode()
        assert "Nothing to show yet." in html or "From piece to piece" in html


# -- Whose -----------------------------------------------------------------------------------------


def addresses(lesson):
    course_key = lesson.course.course_key
    return [
        reverse("courses:insight"),
        reverse("courses:insight_course", args=[course_key]),
        reverse("courses:insight_lesson", args=[course_key, lesson.lesson_key]),
    ]


def test_only_who_teaches_the_course_sees_it(client, lesson, learner, instructor, ten):
    for address in addresses(lesson):
        assert client.get(address).status_code == 302
    other = UserFactory(role="instructor")
    make.make_course(make.make_shelf(other, "Other"))
    for person, statuses in [(learner, [404, 404, 404]), (other, [200, 404, 404]), (instructor, [200, 200, 200])]:
        client.force_login(person)
        assert [client.get(address).status_code for address in addresses(lesson)] == statuses
        assert [client.get(f"{address}?file=pieces").status_code for address in addresses(lesson)[1:]] == [
            404,
            200 if person == instructor else 404,
        ]


def test_somebody_elses_learners_and_she_herself_are_not_counted(instructor, lesson, shelf, ten):
    other = make.make_shelf(UserFactory(role="instructor"), "Other")
    strangers = make_learners(lesson.course, other, 10)
    Enrolment.objects.create(learner=instructor, course_key=lesson.course.course_key, course_title="", shelf=shelf)
    passer_by = UserFactory()  # watched an open lesson and never joined
    PieceProgress.objects.bulk_create(
        progress(person, lesson, lesson.pieces[0], done=True) for person in [*strangers, instructor, passer_by]
    )
    chart = insight.pieces_chart(instructor, lesson.course, lesson, learners=10)
    assert chart.rows[0].cells == [10, 10]
    assert insight.her_learners(instructor, lesson.course.course_key).count() == 10


def test_four_learners_are_not_to_be_found(client, instructor, lesson, shelf):
    people = make_learners(lesson.course, shelf, 4)
    PieceProgress.objects.bulk_create(
        progress(person, lesson, lesson.pieces[1], cells=coverage.FULL, done=True) for person in people
    )
    client.force_login(instructor)
    html = client.get(addresses(lesson)[2]).content.decode()
    assert "Fewer than five have watched it." in html
    assert "not shown" in html
    rows = table(client, lesson, "video-2")
    assert {tuple(row[1:]) for row in rows[1:]} == {("", "")}


def table(client, lesson, key, place=2):
    response = client.get(addresses(lesson)[place], {"file": key})
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_each_chart_is_a_file_too_and_runs_nothing(client, instructor, lesson, ten):
    lesson.title = '=HYPERLINK("https://elsewhere.example")'
    lesson.save()
    client.force_login(instructor)
    assert table(client, lesson, "pieces")[1] == ["1. Reading", "10", "10", "100"]
    answer(ten[0], lesson, [True, True])
    questions = table(client, lesson, "quiz-3")
    assert questions[0] == ["Question", "Answered", "Right", "Tells learners apart", "%"]
    assert client.get(addresses(lesson)[2], {"file": "nothing"}).status_code == 404


def test_a_question_that_looks_like_a_formula_is_words_in_the_file(client, instructor, course, shelf):
    quiz = make.quiz()
    quiz["value"]["questions"][0]["value"]["text"] = "=1+1"
    lesson = make.make_lesson(course, make.text(), make.text(), quiz)
    (person,) = make_learners(course, shelf, 1)
    QuizAttempt.objects.create(
        client_id=uuid.uuid4(), learner=person, course_key=course.course_key, lesson_key=lesson.lesson_key,
        piece_id=lesson.pieces[1].id, answers={}, right=0, total=2, passed=False,
    )  # fmt: skip
    client.force_login(instructor)
    assert table(client, lesson, "quiz-2")[1][0] == "'=1+1"


def test_the_pages_speak_chinese(client, instructor, lesson, ten):
    instructor.language = "zh-hans"
    instructor.save()
    client.force_login(instructor)
    html = client.get(addresses(lesson)[2]).content.decode()
    assert "卡住" in html
    with override("zh-hans"):
        assert "10" in str(insight.pieces_chart(instructor, lesson.course, lesson, 10).rows[0].cells)


# -- Cost ------------------------------------------------------------------------------------------


def test_each_chart_asks_at_most_three_times_however_many_learn(
    client, instructor, lesson, shelf, django_assert_max_num_queries
):
    course = lesson.course
    client.force_login(instructor)
    pages = []
    for number in (3, 297):
        people = make_learners(course, shelf, number)
        PieceProgress.objects.bulk_create(
            progress(person, lesson, piece, cells=HALF) for person in people for piece in lesson.pieces
        )
        for chart in (
            lambda: insight.lessons_chart(instructor, course, [lesson], 300),
            lambda: insight.tries_chart(instructor, course),
            lambda: insight.waiting_chart(instructor, course),
            lambda: insight.pieces_chart(instructor, course, lesson, 300),
            lambda: insight.retention_charts(instructor, course, lesson),
            lambda: insight.questions_charts(instructor, course, lesson),
        ):
            with django_assert_max_num_queries(3):
                chart()
        counts = []
        for address in addresses(lesson):
            with django_assert_max_num_queries(14) as captured:
                client.get(address)
            counts.append(len(captured))
        pages.append(counts)
    assert pages[0] == pages[1]
