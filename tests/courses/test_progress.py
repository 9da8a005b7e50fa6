"""Progress: never more than the clock allows, never less than before, the same however often it is told."""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from courses import coverage, progress, tickets
from courses.enrolment import enrol
from courses.models import LessonCompletion, PieceProgress
from courses.place import place_to_continue
from courses.progress import finish_piece
from courses.tickets import Ticket
from tests.factories import courses as make

MINUTE = 60_000


@pytest.fixture
def film(course, enrolled):
    """A lesson of one video of one minute, for a learner who has joined."""
    return make.make_lesson(course, make.video(make.make_asset(duration_ms=MINUTE)))


def ticket(user, lesson, piece=None, ago=120, duration_ms=MINUTE):
    piece = piece or lesson.pieces[0]
    opened = timezone.now() - timedelta(seconds=ago)
    made = Ticket(lesson.course.course_key, lesson.lesson_key, piece.id, duration_ms, opened)
    return tickets.issue(user, made)


def event(text, played=((0, MINUTE),), **fields):
    at = timezone.now() - timedelta(seconds=fields.pop("ago", 0))
    defaults = {"id": str(uuid.uuid4()), "ticket": text, "played": played, "position": MINUTE, "ready": 4}
    return defaults | {"at": round(at.timestamp() * 1000)} | fields


def send(client, *events):
    return client.post(reverse("courses:progress"), {"events": json.dumps(events)})


def row():
    return PieceProgress.objects.get()


def test_a_watched_video_is_done_and_finishes_the_lesson(client, enrolled, film):
    client.force_login(enrolled)
    answer = send(client, event(ticket(enrolled, film))).json()
    assert answer["pieces"][str(film.pieces[0].id)] == {"percent": 100, "done": True}
    assert answer["lesson_done"] is True
    assert LessonCompletion.objects.filter(learner=enrolled, lesson_key=film.lesson_key).count() == 1


def test_a_replay_changes_nothing(client, enrolled, film):
    client.force_login(enrolled)
    told = event(ticket(enrolled, film), played=[(0, 30_000)], position=30_000)
    send(client, told)
    before = PieceProgress.objects.values("cells", "position_ms", "furthest_ms", "completed_at").get()
    answer = send(client, told, told).json()
    assert answer["kept"] == [told["id"], told["id"]]
    assert answer["pieces"] == {str(film.pieces[0].id): {"percent": 50, "done": False}}
    assert answer["lesson_done"] is False
    assert PieceProgress.objects.values("cells", "position_ms", "furthest_ms", "completed_at").get() == before
    assert row().percent == 50


def test_nobody_watches_faster_than_the_clock(client, enrolled, film):
    client.force_login(enrolled)
    send(client, event(ticket(enrolled, film, ago=10)))
    assert row().percent <= 45  # ten seconds at double speed, and the slack
    assert row().completed_at is None


def test_many_small_reports_are_not_faster_either(client, enrolled, film):
    client.force_login(enrolled)
    text = ticket(enrolled, film, ago=5)
    for start in range(0, MINUTE, 5_000):
        send(client, event(text, played=[(start, start + 5_000)]))
    assert row().percent <= 35
    assert row().completed_at is None


def test_what_did_not_load_is_not_counted(client, enrolled, film):
    client.force_login(enrolled)
    send(client, event(ticket(enrolled, film), ready=2, ended=True))
    assert row().cells == 0
    assert row().completed_at is None


def test_a_jump_to_the_end_is_not_watching(client, enrolled, film):
    client.force_login(enrolled)
    send(client, event(ticket(enrolled, film), played=[(0, 3_000), (58_000, MINUTE)], ended=True))
    assert row().completed_at is None
    send(client, event(ticket(enrolled, film), played=[(3_000, 45_000)], ended=True))
    assert row().completed_at is not None


def test_it_never_falls_and_the_latest_place_is_kept(client, enrolled, film):
    client.force_login(enrolled)
    text = ticket(enrolled, film)
    send(client, event(text, played=[(0, 40_000)], position=40_000))
    send(client, event(text, played=[(0, 10_000)], position=10_000, ago=60))  # an old one comes late
    assert row().percent == 66
    assert row().position_ms == 40_000
    send(client, event(text, played=[], position=5_000, ready=0))
    assert row().position_ms == 5_000
    assert row().furthest_ms == 40_000
    assert row().percent == 66


def test_done_stays_done(client, enrolled, film):
    piece = film.pieces[0]
    keys = {"course_key": film.course.course_key, "lesson_key": film.lesson_key, "piece_id": piece.id}
    finish_piece(learner=enrolled, **keys)
    when = row().completed_at
    client.force_login(enrolled)
    send(client, event(ticket(enrolled, film), played=[(0, 1_000)]))
    assert row().completed_at == when
    assert row().percent == 100


def test_a_ticket_of_somebody_else_is_worth_nothing(client, enrolled, outsider, film):
    client.force_login(outsider)
    told = event(ticket(enrolled, film))
    answer = send(client, told)
    assert answer.json()["kept"] == [told["id"]]  # so that a shared phone does not send it for ever
    assert not PieceProgress.objects.exists()


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"no": "id"}]', "[" * 2000, json.dumps([{"id": "a"}] * 500)])
def test_what_is_no_report_is_refused(client, enrolled, text):
    client.force_login(enrolled)
    assert client.post(reverse("courses:progress"), {"events": text}).status_code == 400


@pytest.mark.parametrize(
    "fields",
    [
        {"played": [[0]]},
        {"played": "all"},
        {"position": "x"},
        {"at": float("inf")},
        {"at": None},
        {"ticket": "forged"},
        {"played": [[float("inf"), 1]]},
    ],
)
def test_one_bad_event_does_not_stop_the_others(client, enrolled, film, fields):
    client.force_login(enrolled)
    text = ticket(enrolled, film)
    answer = send(client, event(text) | fields, event(text))
    assert answer.status_code == 200
    assert row().percent == 100


def test_reporting_needs_an_account(client, enrolled, film):
    assert send(client, event(ticket(enrolled, film))).status_code == 401


@pytest.mark.parametrize("rows", [3, 300])
def test_a_heartbeat_is_her_session_and_one_write(client, enrolled, film, rows):
    client.force_login(enrolled)
    key = film.course.course_key
    for _ in range(rows):
        finish_piece(learner=enrolled, course_key=key, lesson_key=uuid.uuid4(), piece_id=uuid.uuid4())
    send(client, event(ticket(enrolled, film), played=[(0, 5_000)]))
    with CaptureQueriesContext(connection) as captured:
        send(client, event(ticket(enrolled, film), played=[(5_000, 9_000)]))
    session, write = [q["sql"] for q in captured if "SAVEPOINT" not in q["sql"]]  # a test has no transaction to begin
    assert "accounts_session" in session
    assert "ON CONFLICT" in write


def test_a_video_is_not_done_when_its_lesson_could_not_be_finished(client, enrolled, film, monkeypatch):
    client.force_login(enrolled)
    send(client, event(ticket(enrolled, film), played=[(0, 30_000)]))
    finish = progress.finish_lesson_if_due
    monkeypatch.setattr(progress, "finish_lesson_if_due", lambda **_: 1 / 0)
    rest = event(ticket(enrolled, film), played=[(30_000, MINUTE)])
    with pytest.raises(ZeroDivisionError):
        send(client, rest)
    assert row().completed_at is None
    monkeypatch.setattr(progress, "finish_lesson_if_due", finish)
    assert send(client, rest).json()["lesson_done"] is True


def test_of_several_reports_the_one_that_finishes_takes_the_others_along(client, enrolled, course, film):
    other = make.make_lesson(course, make.video(make.make_asset(duration_ms=MINUTE)), title="Another")
    client.force_login(enrolled)
    for lesson in (film, other):
        send(client, event(ticket(enrolled, lesson), played=[(0, 30_000)]))
    answer = send(
        client,
        event(ticket(enrolled, other), played=[(30_000, 36_000)]),
        event(ticket(enrolled, film), played=[(30_000, MINUTE)]),
    ).json()
    assert answer["pieces"][str(other.pieces[0].id)] == {"percent": 60, "done": False}
    assert answer["pieces"][str(film.pieces[0].id)] == {"percent": 100, "done": True}
    assert answer["lesson_done"] is True


def test_reading_is_done_by_a_plain_form(client, enrolled, lesson):
    client.force_login(enrolled)
    reading, following = lesson.pieces[:2]
    url = reverse("courses:done", args=[lesson.lesson_key, reading.id])
    response = client.post(url, {"language": "en"})
    assert response.url == f"{lesson.url}#piece-{following.id}"
    assert row().completed_at is not None
    client.post(url)
    assert PieceProgress.objects.count() == 1


def test_only_reading_is_done_by_her_word(client, enrolled, lesson):
    client.force_login(enrolled)
    video = lesson.pieces[1]
    assert client.post(reverse("courses:done", args=[lesson.lesson_key, video.id])).status_code == 404


def test_an_outsider_finishes_nothing(client, outsider, lesson):
    client.force_login(outsider)
    url = reverse("courses:done", args=[lesson.lesson_key, lesson.pieces[0].id])
    assert client.post(url).status_code == 403
    assert not PieceProgress.objects.exists()


def test_continue_leads_to_the_exact_place(client, enrolled, course):
    first = make.make_lesson(course, make.text(), make.video(make.make_asset()), title="One")
    second = make.make_lesson(course, make.text(), title="Two")
    client.force_login(enrolled)
    url = reverse("courses:continue", args=[course.course_key])
    assert client.get(url).url == f"{first.url}#piece-{first.pieces[0].id}"
    client.post(reverse("courses:done", args=[first.lesson_key, first.pieces[0].id]))
    video = first.pieces[1]
    send(client, event(ticket(enrolled, first, video), played=[(0, 20_000)], position=20_000))
    assert client.get(url).url == f"{first.url}#piece-{video.id}"
    assert 'data-start-ms="20000"' in client.get(first.url).content.decode()
    send(client, event(ticket(enrolled, first, video)))
    assert client.get(url).url == f"{second.url}#piece-{second.pieces[0].id}"


def test_looking_at_a_later_lesson_moves_the_place(client, enrolled, course):
    make.make_lesson(course, title="One")
    later = make.make_lesson(course, title="Two")
    client.force_login(enrolled)
    seen = event(ticket(enrolled, later, duration_ms=0), played=[], position=0, ready=0)
    send(client, seen)
    assert place_to_continue(enrolled, course).lesson == later


def test_a_finished_course_has_no_place_left(enrolled, course):
    lesson = make.make_lesson(course)
    finish_piece(
        learner=enrolled,
        course_key=course.course_key,
        lesson_key=lesson.lesson_key,
        piece_id=lesson.pieces[0].id,
    )
    assert place_to_continue(enrolled, course) is None


def test_progress_is_one_over_the_languages(enrolled, course, shelf):
    from wagtail.models import Locale

    from courses.shelves import add_language

    lesson = make.make_lesson(course)
    chinese, _made = Locale.objects.get_or_create(language_code="zh-hans")
    index = make.make_index(chinese)
    add_language(shelf=shelf, index=index)
    zh_course = course.copy_for_translation(chinese)
    zh_lesson = lesson.copy_for_translation(chinese)
    assert [p.id for p in zh_lesson.pieces] == [p.id for p in lesson.pieces]
    for page in (zh_course, zh_lesson):
        page.save_revision().publish()
    finish_piece(
        learner=enrolled,
        course_key=zh_lesson.course.course_key,
        lesson_key=zh_lesson.lesson_key,
        piece_id=zh_lesson.pieces[0].id,
    )
    assert place_to_continue(enrolled, course) is None
    assert enrol(learner=enrolled, course=zh_course) == enrol(learner=enrolled, course=course)


ranges = st.lists(st.tuples(st.integers(-1000, 70_000), st.integers(-1000, 70_000)), max_size=12)


@given(ranges, ranges)
def test_cells_join_in_any_order_and_stay_within_the_piece(one, two):
    a, b = coverage.cells_of(one, MINUTE), coverage.cells_of(two, MINUTE)
    assert a | b == b | a == (a | b) | a
    assert 0 <= a | b <= coverage.FULL
    assert 0 <= coverage.percent((a | b).bit_count()) <= 100


@given(ranges, st.integers(0, 200_000))
def test_what_is_believed_fits_the_budget(played, budget):
    kept = coverage.within(played, budget, MINUTE)
    assert sum(to - since for since, to in kept) <= budget
    assert coverage.cells_of(kept, MINUTE) & ~coverage.cells_of(played, MINUTE) == 0


def test_a_video_without_a_length_has_no_cells():
    assert coverage.cells_of([(0, 1000)], 0) == 0
