"""What the people of the demo say to each other about a lesson, and a group to join; both say they are examples."""

import uuid
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses import talk
from courses.cohorts import set_deadlines
from courses.models import Cohort, CoursePage, LessonPage
from website.demo.journeys import FIRST
from website.demo.reading import read_courses, stable_id
from website.demo.tree import locales

# Who says it, the number of the saying that it answers, and the words.
SAID: list[tuple[str, int | None, str]] = [
    (
        "learner",
        None,
        "(Example) In the evening my only light is the lamp above the stove. Is that enough for the first exercise?",
    ),
    (
        "creator",
        0,
        "(Example) I filmed mine in the morning, ten minutes after school began. The window beside the sink was "
        "much softer than any lamp.",
    ),
    (
        "instructor",
        0,
        "(Example) The lamp is enough to practise. Turn your face to it, and let nothing bright stand behind you.",
    ),
]


@transaction.atomic
def make_talk(people: dict[str, Any]) -> None:
    """Let them talk about the first course's lesson on light; what they said before stays as it is."""
    written = next(course for course in read_courses() if course.key == FIRST)
    course = CoursePage.objects.get(slug=written.slug, locale=locales()["en"])
    lesson = LessonPage.objects.child_of(course).get(slug=written.lessons[1].slug)
    posts: list[Any] = []
    for number, (who, answers, words) in enumerate(SAID):
        posts.append(
            talk.write(
                writer=people[who],
                lesson=lesson,
                text=words,
                client_id=uuid.UUID(stable_id("talk", str(number))),
                answers=None if answers is None else posts[answers],
            )
        )


@transaction.atomic
def make_group(*, by: Any) -> None:
    """Let a group begin the first course in a week, with a day for each lesson, if there is none yet."""
    written = next(course for course in read_courses() if course.key == FIRST)
    course = CoursePage.objects.get(slug=written.slug, locale=locales()["en"])
    if Cohort.objects.filter(course_key=course.course_key).exists():
        return
    begins = timezone.now().date() + timedelta(days=7)
    cohort = Cohort.objects.create(
        shelf=course.shelf,
        course_key=course.course_key,
        course_title=course.title,
        name="Evenings (example) · 晚间（示例）",
        starts_on=begins,
        is_open=True,
    )
    lessons = list(LessonPage.objects.child_of(course).order_by("path"))
    set_deadlines(
        cohort=cohort,
        days={lesson.lesson_key: begins + timedelta(days=7 * week) for week, lesson in enumerate(lessons, 1)},
        titles={lesson.lesson_key: lesson.title for lesson in lessons},
        by=by,
    )
