"""Compiled queries: put into SQL once, and the same rows as the queryset they come from, whatever is asked."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.compiled import CompiledQuery
from courses.models import LessonCompletion, LessonPage, PieceProgress
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def progress_of(learner, lesson_key, **fields):
    now = timezone.now()
    keys = {"course_key": uuid.uuid4(), "lesson_key": lesson_key, "piece_id": uuid.uuid4()}
    return PieceProgress.objects.create(learner=learner, opened_at=now, last_at=now, **keys | fields)


def hers(learner, lesson_key):
    return PieceProgress.objects.filter(learner=learner, lesson_key=lesson_key).order_by("pk")


def test_each_asks_for_her_own():
    one, other, key = UserFactory(), UserFactory(), uuid.uuid4()
    rows = [progress_of(one, key), progress_of(other, key), progress_of(one, uuid.uuid4())]
    query = CompiledQuery(hers)
    assert query(learner=one.pk, lesson_key=key) == rows[:1]
    assert query(learner=other.pk, lesson_key=key) == rows[1:2]
    assert query(learner=one.pk, lesson_key=uuid.uuid4()) == []
    assert query(learner=None, lesson_key=key) == []


def test_it_is_put_together_once_and_asked_in_one_query():
    built = []

    def build(learner, lesson_key):
        built.append(1)
        return hers(learner, lesson_key)

    query, user = CompiledQuery(build), UserFactory()
    for _ in range(3):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            query(learner=user.pk, lesson_key=uuid.uuid4())
        assert len(queries) == 1
    assert len(built) == 1


def test_what_it_brings_is_what_the_queryset_brings():
    row = progress_of(UserFactory(), uuid.uuid4(), end_reached=True, cells=5, duration_ms=60_000, position_ms=7)
    (found,) = CompiledQuery(hers)(learner=row.learner_id, lesson_key=row.lesson_key)
    (plain,) = hers(row.learner_id, row.lesson_key)
    names = [field.attname for field in PieceProgress._meta.concrete_fields]
    assert [getattr(found, name) for name in names] == [getattr(plain, name) for name in names]
    found.position_ms = 9
    found.save()
    row.refresh_from_db()
    assert row.position_ms == 9


def test_a_moment_can_be_asked_for():
    row = progress_of(UserFactory(), uuid.uuid4())
    query = CompiledQuery(lambda since: PieceProgress.objects.filter(last_at__gte=since))
    assert query(since=row.last_at) == [row]
    assert query(since=row.last_at + timedelta(milliseconds=1)) == []


def test_annotations_and_relations_come_along(lesson, learner):
    keys = {"course_key": lesson.course.course_key, "lesson_key": lesson.lesson_key}
    LessonCompletion.objects.create(learner=learner, lesson_title=lesson.title, **keys)

    @CompiledQuery
    def lessons(path, learner):
        mine = LessonCompletion.objects.filter(learner=learner, lesson_key=OuterRef("translation_key"))
        return LessonPage.objects.filter(path=path).select_related("locale").annotate(is_finished=Exists(mine))

    for user, is_finished in [(learner, True), (UserFactory(), False)]:
        with CaptureQueriesContext(connection) as queries:
            (found,) = lessons(path=lesson.path, learner=user.pk)
            assert (found.is_finished, found.locale.language_code) == (is_finished, "en")
        assert len(queries) == 1


def test_text_stays_text(lesson):
    query = CompiledQuery(lambda title: LessonPage.objects.filter(title=title))
    assert query(title="'; DROP TABLE courses_lessonpage; --%s") == []
    assert query(title=lesson.title) == [lesson]


@pytest.mark.parametrize("values", [{}, {"title": "x", "slug": "y"}])
def test_a_value_too_few_or_too_many_is_refused(values):
    with pytest.raises(TypeError, match="title"):
        CompiledQuery(lambda title: LessonPage.objects.filter(title=title))(**values)


@pytest.mark.django_db(transaction=True)
def test_threads_do_not_get_in_each_others_way():
    people, key = UserFactory.create_batch(8), uuid.uuid4()
    rows = {person.pk: progress_of(person, key) for person in people}
    query = CompiledQuery(hers)

    def ask(pk):
        try:
            return [query(learner=pk, lesson_key=key) == [rows[pk]] for _ in range(20)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert all(all(found) for found in pool.map(ask, rows))
