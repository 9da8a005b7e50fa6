"""Many people, courses and channels, for looking at the site when it is full. Always the same for the same numbers.

Only here rows are written in bulk and not by the functions of the apps; what counts in the books still is.
"""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from accounts.roles import Role
from courses.models import CoursePage, Enrolment, LessonCompletion, LessonPage, PieceProgress, Shelf, ShelfPage
from creators.models import Channel, ChannelState, Profile
from website.demo.bodies import block
from website.demo.people import DOMAIN
from website.demo.reading import rich_text, stable_id
from website.demo.tree import fill, locales

BATCH = 2000
LESSONS_A_COURSE = 3
TEXT = "This course is an example. It is here so that the lists of this site can be seen when they are long."


def _random(what: str) -> Random:
    return Random(f"hearthlight {what}")  # noqa: S311 - invented history, not a secret


def _people(kind: str, count: int, roles: tuple[Role, ...]) -> list[Any]:
    """Return ``count`` people of one kind in their order; nobody can sign in as one of them."""
    users = get_user_model()
    emails = [f"{kind}-{number:05}@{DOMAIN}" for number in range(1, count + 1)]
    nobody = make_password(None)
    users.objects.bulk_create(
        [
            users(
                username=uuid.UUID(stable_id("user", email)).hex,
                email=email,
                public_name=f"{kind.title()} {number} (example)",
                password=nobody,
            )
            for number, email in enumerate(emails, start=1)
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    people = list(users.objects.filter(email__startswith=f"{kind}-", email__endswith=f"@{DOMAIN}").order_by("email"))
    members = users.groups.through
    for role in roles:
        group, _made = Group.objects.get_or_create(name=role.value)
        members.objects.bulk_create(
            [members(user_id=person.pk, group_id=group.pk) for person in people],
            batch_size=BATCH,
            ignore_conflicts=True,
        )
    return people[:count]


@transaction.atomic
def make_courses(count: int, *, shelf: Shelf) -> None:
    """Put ``count`` short courses of text on the shelf, in English."""
    shelf_page = ShelfPage.objects.get(shelf=shelf, locale=locales()["en"])
    there = set(CoursePage.objects.child_of(shelf_page).values_list("slug", flat=True))
    for number in range(1, count + 1):
        slug = f"example-course-{number:03}"
        if slug in there:
            continue
        about = {"summary": TEXT, "for_whom": TEXT, "will_make": TEXT}
        course = CoursePage(title=f"Example course {number}", slug=slug, locale=shelf_page.locale, **about)
        shelf_page.add_child(instance=course)
        for part in range(1, LESSONS_A_COURSE + 1):
            lesson = LessonPage(title=f"Lesson {part}", slug=f"lesson-{part}", summary=TEXT, locale=shelf_page.locale)
            fill(lesson, {"body": [block("text", rich_text(TEXT), stable_id(slug, str(part)))]})
            course.add_child(instance=lesson)


@transaction.atomic
def make_learners(count: int, *, shelf: Shelf) -> None:
    """Let ``count`` learners join one to three courses each and finish some of the lessons."""
    learners = _people("learner", count, (Role.LEARNER,))
    plans = [_plan(course) for course in CoursePage.objects.filter(locale=locales()["en"]).order_by("path")]
    enrolments: list[Enrolment] = []
    finished: list[LessonCompletion] = []
    progress: list[PieceProgress] = []
    random = _random("learners")
    for learner in learners:
        for course, lessons in random.sample(plans, k=min(len(plans), random.randint(1, 3))):
            enrolments.append(
                Enrolment(learner=learner, course_key=course.course_key, course_title=course.title, shelf=shelf)
            )
            for lesson in lessons[: random.randrange(len(lessons))]:  # nobody reaches the end: that is a graduation
                finished.append(_finished(learner, course, lesson))
                progress += _done(learner, course, lesson, days_ago=random.randint(1, 90))
    for rows in (enrolments, finished, progress):
        if rows:
            type(rows[0]).objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def _plan(course: CoursePage) -> tuple[CoursePage, list[LessonPage]]:
    return course, list(LessonPage.objects.child_of(course).order_by("path"))


def _finished(learner: Any, course: CoursePage, lesson: LessonPage) -> LessonCompletion:
    return LessonCompletion(
        learner=learner, course_key=course.course_key, lesson_key=lesson.lesson_key, lesson_title=lesson.title
    )


def _done(learner: Any, course: CoursePage, lesson: LessonPage, *, days_ago: int) -> Iterator[PieceProgress]:
    then = timezone.now() - timedelta(days=days_ago)
    for piece in lesson.pieces:
        yield PieceProgress(
            learner=learner,
            course_key=course.course_key,
            lesson_key=lesson.lesson_key,
            piece_id=piece.id,
            opened_at=then,
            last_at=then,
            completed_at=then,
        )


def channel_id(number: int) -> str:
    """Return the made-up YouTube channel of the ``number``-th further creator."""
    return f"UCexampleCrowd{number:010}"


@transaction.atomic
def make_creators(count: int, *, confirmer: Any) -> list[str]:
    """Return the channels of ``count`` creators with public pages, making those who are missing."""
    people = _people("maker", count, (Role.LEARNER, Role.CREATOR))
    now = timezone.now()
    Profile.objects.bulk_create(
        [
            Profile(
                user=person, slug=f"example-creator-{number:05}", display_name=str(person), bio=TEXT, published_at=now
            )
            for number, person in enumerate(people, start=1)
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    profiles = dict(Profile.objects.filter(user__in=people).values_list("user_id", "pk"))
    Channel.objects.bulk_create(
        [
            Channel(
                profile_id=profiles[person.pk],
                platform="youtube",
                external_id=channel_id(number),
                url=f"https://www.youtube.com/channel/{channel_id(number)}",
                title=f"{person}",
                state=ChannelState.CONFIRMED,
                claimed_at=now,
                confirmed_by=confirmer,
                confirmed_at=now,
            )
            for number, person in enumerate(people, start=1)
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    return [channel_id(number) for number in range(1, count + 1)]
