"""Work that waits for the commit."""

import uuid
from datetime import date

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef
from django_tasks import task

from courses import digest, notices
from courses.checking import nightly as link_check
from courses.exchange import arriving
from courses.models import Enrolment, Graduation, LessonPage
from courses.models.notices import Kind
from courses.recommending import nightly


@task(backend="background", queue_name="default")
def tell_of_lesson(lesson_key: str) -> None:
    """Tell those who took a course before it had this lesson, and have not finished it, in their languages."""
    tell_course_of_lesson(uuid.UUID(lesson_key))


def tell_course_of_lesson(lesson_key: uuid.UUID) -> None:
    """Tell everybody once; harmless when it is repeated, and when the lesson is gone again."""
    published = LessonPage.objects.live().filter(translation_key=lesson_key, first_published_at__isnull=False)
    versions = list(published.select_related("locale"))
    if not versions:
        return
    course_key = versions[0].course.course_key
    graduated = Graduation.objects.filter(learner=OuterRef("learner"), course_key=course_key)
    first_seen = min(version.first_published_at for version in versions)
    learning = Enrolment.objects.filter(~Exists(graduated), course_key=course_key, enrolled_at__lt=first_seen)
    people = get_user_model().objects.filter(pk__in=learning.values("learner"))
    notices.tell_of_lesson(people=people, versions=versions, kind=Kind.NEWS, event=f"lesson:{lesson_key}")


@task(backend="background", queue_name="default")
def bring_in_course(import_id: str) -> None:
    """Bring in one course that came as a file, if that still waits."""
    arriving.work(import_id)


@task(backend="background", queue_name="default")
def send_mail_of_the_day() -> int:
    """Send what is new to everybody whose mail of the day is due; return how many."""
    return digest.send_due()


@task(backend="background", queue_name="default")
def recommend_courses(day: str) -> None:
    """Work out what could come next for everybody."""
    nightly.recommend(date.fromisoformat(day))


@task(backend="background", queue_name="default")
def check_links() -> int:
    """Ask tonight's links to other sites whether they still lead somewhere; return how many."""
    return link_check.check_links()
