"""The charts among a hundred thousand rows of other people's progress: each grouped query finds hers by an index."""

import uuid

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses import insight
from courses.models import LessonCompletion, PieceProgress, QuizAttempt
from tests.courses.test_insight import answer, ten_learners

pytestmark = pytest.mark.django_db

PEOPLE, ROWS_EACH = 2_000, 50
LARGE = (PieceProgress, LessonCompletion, QuizAttempt)
A_NEW_UUID = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}


def of_another_course(person):
    """Rows of one learner of somebody else: progress, and for each fifth a finished lesson and an attempt."""
    course = uuid.uuid4()
    for number in range(ROWS_EACH):
        keys = {"learner": person, "course_key": course, "lesson_key": uuid.uuid4()}
        piece = keys | {"piece_id": uuid.uuid4()}
        now = timezone.now()
        yield PieceProgress(**piece, cells=1, duration_ms=60_000, opened_at=now, last_at=now, completed_at=now)
        if number % 5:
            continue
        yield LessonCompletion(**keys)
        yield QuizAttempt(**piece, client_id=uuid.uuid4(), answers={}, right=1, total=2, passed=False)


def give_to_all(model, person, people):
    """Copy the rows of ``person`` to each of ``people``, in one statement."""
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    given = {"learner_id": "person.id", "id": A_NEW_UUID[connection.vendor]}
    columns = [field.column for field in model._meta.concrete_fields if field.get_internal_type() != "BigAutoField"]
    copied = ", ".join(given.get(column, f"copied.{quote(column)}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(map(quote, columns))}) SELECT {copied} FROM {table} AS copied"
            f" CROSS JOIN {quote(people.model._meta.db_table)} AS person"
            " WHERE copied.learner_id = %s AND person.email LIKE %s",
            [person.pk, "crowd-%"],
        )
        cursor.execute(f"ANALYZE {table}")


@pytest.fixture
def crowd(lesson, shelf):
    """Ten learners of hers who have done everything, and the rows of two thousand of somebody else."""
    ten = ten_learners(lesson, shelf)
    for person in ten:
        answer(person, lesson, [True, False])
    keys = {"course_key": lesson.course.course_key, "lesson_key": lesson.lesson_key}
    LessonCompletion.objects.bulk_create(LessonCompletion(learner=person, **keys) for person in ten)
    users = get_user_model().objects
    first, *_others = users.bulk_create(users.model(email=f"crowd-{n}@example.org") for n in range(PEOPLE))
    users.filter(pk=first.pk).update(email="first@example.org")
    rows = list(of_another_course(first))
    for model in LARGE:
        model.objects.bulk_create(row for row in rows if type(row) is model)
        give_to_all(model, first, users)
    assert PieceProgress.objects.count() > PEOPLE * ROWS_EACH


def plan_of(sql):
    """What the database would do for ``sql``, a step a line."""
    with connection.cursor() as cursor:
        cursor.execute(("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + sql)
        return [str(row[-1]) for row in cursor.fetchall()]


def walks_through(step, table):
    """Whether a step reads every row of ``table``; SQLite names aliases, so there no table may be read whole."""
    return step.startswith("SCAN") or f"Seq Scan on {table}" in step


def test_no_chart_walks_through_the_rows_of_others(crowd, instructor, lesson):
    course = lesson.course
    with CaptureQueriesContext(connection) as captured:
        insight.lessons_chart(instructor, course, [lesson], 10)
        insight.pieces_chart(instructor, course, lesson, 10)
        insight.retention_charts(instructor, course, lesson)
        insight.questions_charts(instructor, course, lesson)
    asked = [query["sql"] for query in captured]
    for model in LARGE:
        table = model._meta.db_table
        plans = [plan_of(sql) for sql in asked if table in sql]
        assert plans
        assert not [plan for plan in plans for step in plan if walks_through(step, table)]
