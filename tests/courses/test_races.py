"""Many at once get one of each: real threads, each with its own connection."""

import json
import threading
import uuid
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone

from courses import digest, moderation, notices, review, talk
from courses.enrolment import enrol
from courses.graduation import graduate_if_due
from courses.models import (
    Certificate,
    Digest,
    Enrolment,
    Graduation,
    LessonCompletion,
    Notice,
    PieceProgress,
    Post,
    PostReport,
    QuizAttempt,
    Review,
    Submission,
)
from courses.progress import Report, finish_piece, record
from courses.shelves import add_teacher
from courses.submissions import SubmissionRefused, submit
from tests.factories import courses as make
from tests.factories.accounts import UserFactory

MANY = 12
FIFTY = 50 if connection.vendor == "postgresql" else MANY  # SQLite lets in one writer after another
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db):
    """A course with a learner, made anew because these tests commit."""

    class World:
        instructor = UserFactory(role="instructor")
        learner = UserFactory(role="learner")

    world = World()
    world.shelf = make.make_shelf(world.instructor)
    world.course = make.make_course(world.shelf)
    return world


def at_once(*calls):
    """Run ``calls`` together; return what each returned or raised."""
    barrier = threading.Barrier(len(calls))
    results = [None] * len(calls)

    def run(number, call):
        try:
            barrier.wait()
            results[number] = call()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    close_old_connections()
    return results


def test_joining_at_once_is_joining_once(world):
    make.make_lesson(world.course)
    results = at_once(*[lambda: enrol(learner=world.learner, course=world.course)] * MANY)
    assert {type(result) for result in results} == {Enrolment}
    assert Enrolment.objects.count() == 1


def test_the_last_pieces_done_at_once_finish_the_lesson_and_the_course_once(world):
    enrol(learner=world.learner, course=world.course)
    blocks = [part for _ in range(FIFTY // 2) for part in (make.text(), make.quiz())]
    lesson = make.make_lesson(world.course, *blocks)
    keys = {"course_key": world.course.course_key, "lesson_key": lesson.lesson_key}
    calls = [
        lambda piece=piece: finish_piece(learner=world.learner, piece_id=piece.id, **keys) for piece in lesson.pieces
    ]
    results = at_once(*calls)
    assert [r for r in results if isinstance(r, Exception)] == []
    assert LessonCompletion.objects.count() == 1
    assert Graduation.objects.count() == 1
    assert Certificate.objects.count() == 1


def test_graduating_at_once_gives_one_certificate(world):
    enrol(learner=world.learner, course=world.course)
    lesson = make.make_lesson(world.course)
    LessonCompletion.objects.create(
        learner=world.learner,
        course_key=world.course.course_key,
        lesson_key=lesson.lesson_key,
        lesson_title=lesson.title,
    )
    key = world.course.course_key
    results = at_once(*[lambda: graduate_if_due(learner=world.learner, course_key=key)] * FIFTY)
    assert len({result.pk for result in results}) == 1
    assert Certificate.objects.count() == 1
    assert world.learner.creator_profile


def sent(world, **values):
    lesson = make.make_lesson(world.course, make.assignment())
    enrol(learner=world.learner, course=world.course)
    asset = make.make_asset(world.learner, **values)
    return submit(learner=world.learner, lesson=lesson, piece_id=lesson.pieces[0].id, asset=asset)


def teachers(world, number):
    people = [UserFactory(role="instructor") for _ in range(number)]
    for person in people:
        add_teacher(shelf=world.shelf, teacher=person, by=world.instructor)
    return people


def test_one_of_many_reviewers_gets_the_lease(world):
    submission = sent(world)
    people = teachers(world, FIFTY)
    fresh = [Submission.objects.get(pk=submission.pk) for _ in people]
    results = at_once(
        *[
            lambda s=s, person=person: review.take(submission=s, by=person)
            for s, person in zip(fresh, people, strict=True)
        ]
    )
    assert sum(isinstance(result, Review) for result in results) == 1
    assert sum(isinstance(result, review.HeldByAnother) for result in results) == FIFTY - 1


def test_an_answer_is_given_once_even_when_leases_run_out(world):
    submission = sent(world)
    people = teachers(world, MANY)
    Submission.objects.update(reviewer=people[0], lease_until=timezone.now() - timedelta(minutes=1))
    fresh = [Submission.objects.get(pk=submission.pk) for _ in people]
    results = at_once(
        *[
            lambda s=s, person=person: review.decide(
                submission=s, by=person, decision="pass", scores={"0": 3, "1": 2}, summary="Good"
            )
            for s, person in zip(fresh, people, strict=True)
        ]
    )
    assert sum(isinstance(result, Review) for result in results) == 1
    assert all(isinstance(result, Review | review.ReviewRefused) for result in results)
    assert Review.objects.exclude(decision="").count() == 1
    assert Graduation.objects.count() == 1


def test_two_taps_of_one_reviewer_are_one_answer(world):
    submission = sent(world)
    fresh = [Submission.objects.get(pk=submission.pk) for _ in range(MANY)]
    results = at_once(
        *[
            lambda s=s: review.decide(
                submission=s, by=world.instructor, decision="again", scores={"0": 3, "1": 2}, summary="Nearly"
            )
            for s in fresh
        ]
    )
    assert sum(isinstance(result, Review) for result in results) == 1
    assert all(isinstance(result, Review | review.DecidedAlready) for result in results)


def test_one_of_many_submissions_is_open(world):
    lesson = make.make_lesson(world.course, make.assignment())
    enrol(learner=world.learner, course=world.course)
    piece = lesson.pieces[0]
    assets = [make.make_asset(world.learner) for _ in range(FIFTY)]
    results = at_once(
        *[
            lambda asset=asset: submit(learner=world.learner, lesson=lesson, piece_id=piece.id, asset=asset)
            for asset in assets
        ]
    )
    assert sum(isinstance(result, Submission) for result in results) == 1
    assert all(isinstance(result, Submission | SubmissionRefused) for result in results)


def test_the_same_video_sent_at_once_is_one_submission(world):
    lesson = make.make_lesson(world.course, make.assignment())
    enrol(learner=world.learner, course=world.course)
    asset = make.make_asset(world.learner)
    piece = lesson.pieces[0]
    calls = [lambda: submit(learner=world.learner, lesson=lesson, piece_id=piece.id, asset=asset)] * FIFTY
    results = at_once(*calls)
    assert {getattr(result, "pk", result) for result in results} == {Submission.objects.get().pk}


def test_heartbeats_at_once_lose_nothing(world):
    enrol(learner=world.learner, course=world.course)
    lesson = make.make_lesson(world.course, make.video(make.make_asset()))
    now = timezone.now()

    def tell(cell):
        return record(
            learner=world.learner,
            reports=[
                Report(
                    course_key=world.course.course_key,
                    lesson_key=lesson.lesson_key,
                    piece_id=lesson.pieces[0].id,
                    opened_at=now - timedelta(minutes=5),
                    at=now,
                    cells=0b11111 << (5 * cell),
                    duration_ms=60_000,
                )
            ],
        )

    results = at_once(*[lambda cell=cell: tell(cell) for cell in range(MANY)])
    assert [r for r in results if isinstance(r, Exception)] == []
    progress = PieceProgress.objects.get()
    assert progress.cells == (1 << 60) - 1
    assert progress.completed_at is not None
    assert LessonCompletion.objects.count() == 1


def test_one_quiz_form_at_once_is_one_attempt(world, client):
    from courses.grading import answer, quiz_of

    enrol(learner=world.learner, course=world.course)
    lesson = make.make_lesson(world.course, make.quiz())
    quiz = quiz_of(lesson.pieces[0])
    chosen = {question.id: sorted(question.right_ids) for question in quiz.questions}
    form = uuid.uuid4()
    results = at_once(
        *[
            lambda: answer(
                learner=world.learner, lesson=lesson, quiz=quiz, answers=json.loads(json.dumps(chosen)), client_id=form
            )
        ]
        * MANY
    )
    assert len({result.pk for result in results}) == 1
    assert QuizAttempt.objects.count() == 1


def test_one_form_sent_at_once_is_one_post_and_the_pace_holds(world):
    lesson = make.make_lesson(world.course)
    enrol(learner=world.learner, course=world.course)
    same = uuid.uuid4()

    def write(client_id):
        return talk.write(writer=world.learner, lesson=lesson, text="Hello", client_id=client_id)

    results = at_once(*[lambda: write(same)] * MANY)
    assert {type(result) for result in results} == {Post}
    assert Post.objects.count() == 1
    results = at_once(*[lambda: write(uuid.uuid4())] * MANY)
    assert Post.objects.count() == 6
    assert all(isinstance(result, Post | talk.TalkRefused) for result in results)


@pytest.mark.postgresql
def test_people_who_answer_each_other_at_once_do_not_wait_for_each_other_for_ever(world, monkeypatch):
    monkeypatch.setattr(talk, "MOST_POSTS", ())
    lesson = make.make_lesson(world.course)
    people = [UserFactory(), UserFactory(), world.instructor]
    posts = [talk.write(writer=who, lesson=lesson, text="Hello", client_id=uuid.uuid4()) for who in people]

    def answer(number):
        writer, answered = people[number % 3], posts[(number + 1 + number // 3 % 2) % 3]
        return talk.write(writer=writer, lesson=lesson, text="Yes", client_id=uuid.uuid4(), answers=answered)

    for _round in range(3):
        results = at_once(*[lambda n=n: answer(n) for n in range(MANY)])
        assert {type(result) for result in results} == {Post}
        Notice.objects.all().delete()


@pytest.mark.postgresql
def test_a_decision_and_an_answer_at_once_do_not_wait_for_each_other_for_ever(world):
    lesson = make.make_lesson(world.course)
    enrol(learner=world.learner, course=world.course)
    post = talk.write(writer=world.learner, lesson=lesson, text="Hello", client_id=uuid.uuid4())
    people = [UserFactory() for _ in range(MANY // 2)]
    calls = [
        call
        for who in people
        for call in (
            lambda who=who: talk.write(writer=who, lesson=lesson, text="Yes", client_id=uuid.uuid4(), answers=post),
            lambda: moderation.keep(post=post, by=world.instructor),
        )
    ]
    assert {type(result) for result in at_once(*calls)} == {Post, type(None)}


def test_reporting_at_once_is_one_report(world):
    lesson = make.make_lesson(world.course)
    post = talk.write(writer=world.instructor, lesson=lesson, text="Hello", client_id=uuid.uuid4())
    results = at_once(*[lambda: talk.report(post=post, reason="other", note="", by=world.learner)] * MANY)
    assert {type(result) for result in results} == {PostReport}
    assert PostReport.objects.count() == 1


def test_telling_at_once_tells_once_and_counts_right(world):
    def tell(number):
        notices.tell(people=[world.learner.pk], kind="news", event=f"lesson:{number}", title="A", url="/")

    results = at_once(*[lambda n=n % 3: tell(n) for n in range(MANY)])
    assert [result for result in results if result] == []
    assert Notice.objects.count() == 3
    world.learner.refresh_from_db()
    assert world.learner.notices_unread == 3


def test_the_mail_of_a_day_is_sent_once_by_several_workers(world):
    world.learner.confirm_contacts()
    notices.tell(people=[world.learner.pk], kind="news", event="lesson:1", title="A", url="/")
    noon = timezone.now().replace(hour=12) + timedelta(days=1)
    results = at_once(*[lambda: digest.send_due(noon)] * MANY)
    assert sum(results) == 1
    assert Digest.objects.count() == 1
