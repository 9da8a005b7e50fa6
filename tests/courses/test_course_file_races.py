"""Two workers with one file, and one recording sent twice at once: one of each."""

import io

import pytest

from courses import answers, review
from courses.enrolment import enrol
from courses.exchange import arriving
from courses.models import CourseImport, CoursePage, LessonPage, ShelfPage
from media_pipeline.models import Asset, Job
from tests.courses import zips
from tests.courses.test_answers import WEBM
from tests.courses.test_races import MANY, at_once, world  # noqa: F401  (a fixture)
from tests.courses.test_review import send
from tests.factories import courses as make

pytestmark = pytest.mark.django_db(transaction=True)


def test_workers_that_get_one_message_many_times_bring_in_one_course(world):  # noqa: F811
    page = ShelfPage.objects.get(shelf=world.shelf)
    about = {"videos": {"v": {"title": "Film"}}}
    clip = {"type": "video", "value": {"video": "v", "caption": "", "transcript": "", "teaches": []}}
    file = zips.zip_of({"course.json": zips.course(**about), "lessons/1.json": zips.lesson(clip), "v": zips.MP4})
    one = arriving.receive(file=file, name="course.zip", into=page, by=world.instructor)
    CourseImport.objects.update(state="waiting")
    before = CoursePage.objects.count()
    results = at_once(*[lambda: arriving.work(one.pk)] * MANY)
    assert [result for result in results if result is not None] == []
    one.refresh_from_db()
    assert (one.state, CoursePage.objects.count() - before, LessonPage.objects.count()) == ("done", 1, 1)
    assert (Asset.objects.count(), Job.objects.count()) == (1, 1)


def test_recordings_that_arrive_at_once_leave_one(world):  # noqa: F811
    enrol(learner=world.learner, course=world.course)
    sent = send(world.learner, make.make_lesson(world.course, make.assignment()))
    review.take(submission=sent, by=world.instructor)

    def record():
        return answers.record(submission=sent, by=world.instructor, file=io.BytesIO(WEBM), size=len(WEBM))

    results = at_once(*[record] * MANY)
    assert [result for result in results if isinstance(result, Exception)] == []
    (kept,) = Asset.objects.filter(purpose="answer")
    assert kept.said_in.submission == sent
