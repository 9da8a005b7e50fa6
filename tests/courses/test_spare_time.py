"""Short pieces: how long, how heavy, and what fits into the minutes she has."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.dashboard import dashboard_of
from courses.enrolment import enrol
from courses.models import PieceProgress
from courses.panels import PieceLength, piece_lengths
from courses.pieces import seconds_left, whole_minutes
from courses.progress import finish_piece
from tests.factories import courses as make

MINUTE = 60_000


def film(minutes, **values):
    return make.video(make.make_asset(duration_ms=minutes * MINUTE, **values))


def watched(learner, lesson, piece, position_ms, cells=0):
    now = timezone.now()
    return PieceProgress.objects.create(
        learner=learner,
        course_key=lesson.course.course_key,
        lesson_key=lesson.lesson_key,
        piece_id=piece.id,
        cells=cells,
        position_ms=position_ms,
        duration_ms=6 * MINUTE,
        opened_at=now - timedelta(hours=1),
        last_at=now,
    )


def plans(learner, minutes):
    return dashboard_of(learner, "en", minutes=minutes).plans


def kinds(plan):
    return [bite.piece.kind for bite in plan.bites]


def test_what_fits_comes_in_order_and_stops_at_what_does_not(enrolled, course):
    make.make_lesson(course, film(3), make.quiz(), film(6), make.text())
    (five,) = plans(enrolled, 5)
    (twenty,) = plans(enrolled, 20)
    assert kinds(five) == ["video", "quiz"]  # not the text behind the long video
    assert kinds(twenty) == ["video", "quiz", "video", "reading"]
    assert sum(bite.minutes for bite in five.bites) <= 5


def test_what_is_left_of_a_piece_counts(enrolled, course):
    lesson = make.make_lesson(course, film(6))
    assert plans(enrolled, 5)[0].bites == []
    assert plans(enrolled, 5)[0].longer.minutes == 6
    watched(enrolled, lesson, lesson.pieces[0], 4 * MINUTE, cells=(1 << 40) - 1)
    (plan,) = plans(enrolled, 5)
    assert plan.bites[0].minutes == 2
    assert plan.bites[0].is_begun
    assert plan.bites[0].url == f"{lesson.url}#piece-{lesson.pieces[0].id}"


def test_what_was_jumped_over_is_left(enrolled, course):
    lesson = make.make_lesson(course, film(6))
    watched(enrolled, lesson, lesson.pieces[0], 6 * MINUTE, cells=1)
    assert plans(enrolled, 5)[0].bites == []


def test_what_is_done_or_waits_for_an_answer_is_not_offered(enrolled, course):
    lesson = make.make_lesson(course, make.text(), make.quiz())
    finish_piece(
        learner=enrolled,
        course_key=course.course_key,
        lesson_key=lesson.lesson_key,
        piece_id=lesson.pieces[0].id,
    )
    assert kinds(plans(enrolled, 5)[0]) == ["quiz"]


def test_it_goes_on_in_the_lesson_she_was_in(enrolled, course):
    make.make_lesson(course, make.text(), title="One")
    second = make.make_lesson(course, make.text(), make.quiz(), title="Two")
    watched(enrolled, second, second.pieces[0], 0)
    assert [bite.lesson.title for bite in plans(enrolled, 5)[0].bites] == ["Two", "Two", "One"]


def test_only_her_own_courses_are_offered(enrolled, course, shelf):
    make.make_lesson(make.make_course(shelf, title="Not hers"), make.text())
    assert plans(enrolled, 5) == []
    make.make_lesson(course, make.text())
    assert [plan.outline.course.title for plan in plans(enrolled, 5)] == [course.title]


def test_the_page_shows_length_and_weight_of_the_rendition_she_gets(client, enrolled, course):
    lesson = make.make_lesson(course, film(3, mp4_bytes=8_000_000, low_bytes=2_500_000), make.text())
    client.force_login(enrolled)
    assert "Video · 3 minutes · 8.0 MB" in client.get(lesson.url).content.decode()
    url = reverse("courses:dashboard") + "?minutes=5"
    assert "Video · 3 minutes · 8.0 MB" in client.get(url).content.decode()
    enrolled.video_quality = "save"
    enrolled.save()
    for address in (lesson.url, url):
        assert "Video · 3 minutes · 2.5 MB" in client.get(address).content.decode()


@pytest.mark.parametrize("minutes", ["", "7", "-5", "5; DROP", "5" * 5000])
def test_other_minutes_are_the_plain_page(client, enrolled, course, minutes):
    make.make_lesson(course, make.text())
    client.force_login(enrolled)
    response = client.get(reverse("courses:dashboard"), {"minutes": minutes})
    assert response.status_code == 200
    assert response.context["board"].plans == []


@pytest.mark.once
def test_asking_for_minutes_costs_the_same_however_much_there_is(
    client, enrolled, shelf, course, django_assert_max_num_queries
):
    def add(amount):
        for number in range(amount):
            other = make.make_course(shelf, title=f"Another {amount} {number}")
            make.make_lesson(other, make.text(), film(2), make.quiz(), make.assignment())
            make.make_lesson(other, film(2), title="Two")
            enrol(learner=enrolled, course=other)

    def count():
        url = reverse("courses:dashboard") + "?minutes=20"
        client.get(url)
        with django_assert_max_num_queries(12) as captured:
            assert client.get(url).context["board"].plans
        return len(captured)

    client.force_login(enrolled)
    add(3)
    few = count()
    add(297)
    assert count() == few


def test_the_editor_names_a_piece_over_six_minutes(client, instructor, course):
    long_text = make.text("<p>" + "word " * 1300 + "</p>")
    lesson = make.make_lesson(course, film(6), make.quiz(), long_text)
    assert [length.is_too_long for length in piece_lengths(lesson)] == [False, False, True]
    client.force_login(instructor)
    page = client.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).content.decode()
    assert "It takes more than 6 minutes" in page
    short = make.make_lesson(course, film(6), title="Short")
    page = client.get(reverse("wagtailadmin_pages:edit", args=[short.pk])).content.decode()
    assert "It takes more than 6 minutes" not in page
    assert "Video · 6 minutes" in page


def test_a_piece_added_to_a_finished_lesson_takes_nothing_away(client, enrolled, course):
    lesson = make.make_lesson(course, make.text())
    finish_piece(
        learner=enrolled,
        course_key=course.course_key,
        lesson_key=lesson.lesson_key,
        piece_id=lesson.pieces[0].id,
    )
    lesson.body.append(("quiz", {"title": "New", "pass_mark": 60, "questions": []}))
    lesson.save()
    client.force_login(enrolled)
    assert client.get(lesson.url).context["done_percent"] == 100
    assert plans(enrolled, 5) == []
    assert client.get(reverse("courses:continue", args=[course.course_key])).url == course.url


def test_what_is_left_is_never_less_than_nothing():
    assert seconds_left(60, position_ms=90_000, unplayed=0) == 0
    assert seconds_left(60, position_ms=0, unplayed=1) == 60
    assert whole_minutes(0) == 1
    assert whole_minutes(61) == 2
    assert not PieceLength("video", 360, 0).is_too_long
    assert PieceLength("video", 361, 0).is_too_long
