"""The rows: 1,000 courses, 20,000 learners, 2,000,000 progress rows, laid by set-based SQL; kept between runs."""

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import Page, Site

from courses import coverage
from courses.models import CoursePage, Enrolment, LessonPage, PieceProgress, Shelf, ShelfPage

COURSES, LEARNERS, ROWS_EACH = 1000, 20_000, 100
SLOTS = 40  # learners of one slot are in the same pieces
BATCH = 1000
AT = "learning.example"
EPOCH = timezone.now().replace(microsecond=0)


def lay() -> None:
    """Make what is missing. The first course has a lesson with every kind of piece."""
    from tests.factories import courses as make
    from tests.factories.accounts import UserFactory

    if PieceProgress.objects.count() >= LEARNERS * ROWS_EACH:
        return
    if not Shelf.objects.exists():
        shelf = make.make_shelf(UserFactory(role="instructor"))
        course = make.make_course(shelf, title="Window light")
        asset = make.make_asset(duration_ms=300_000)
        make.make_lesson(course, make.text(), make.video(asset), make.quiz(), make.assignment(), title="Everything")
    if CoursePage.objects.count() < COURSES:
        with transaction.atomic():
            _copy_courses(Shelf.objects.get())
    _learners()
    _progress()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _copy_courses(shelf: Shelf) -> None:
    """Copy the first course beside itself, each with one lesson, without the work of publishing a page."""
    from tests.factories import courses as make

    parent = ShelfPage.objects.get(shelf=shelf)
    first = CoursePage.objects.order_by("path").first()
    lesson = LessonPage.objects.order_by("path").first()
    courses, lessons = [], []
    for number in range(2, COURSES + 1):
        path = Page._get_path(parent.path, parent.depth + 1, number)
        about = {"locale": first.locale, "live": True, "first_published_at": EPOCH}
        url_path = f"{parent.url_path}course-{number}/"
        courses.append(
            CoursePage(
                title=f"Course {number}",
                slug=f"course-{number}",
                path=path,
                depth=parent.depth + 1,
                numchild=1,
                url_path=url_path,
                translation_key=uuid.uuid4(),
                content_type=first.content_type,
                summary=first.summary,
                for_whom="All",
                will_make="A film",
                **about,
            )
        )
        lessons.append(
            LessonPage(
                title="One",
                slug="one",
                path=Page._get_path(path, parent.depth + 2, 1),
                depth=parent.depth + 2,
                url_path=f"{url_path}one/",
                translation_key=uuid.uuid4(),
                content_type=lesson.content_type,
                summary="One",
                body=json.dumps([make.text()]),
                minutes=1,
                **about,
            )
        )
    for pages in (courses, lessons):
        _insert(pages)
    Page.objects.filter(pk=parent.pk).update(numchild=COURSES)


def _insert(pages: list[Page]) -> None:
    """Insert pages of one kind with two statements, one for each of the two tables that a page has."""
    shared = [field.attname for field in Page._meta.concrete_fields if field.attname != "id"]
    bases = Page.objects.bulk_create([Page(**{name: getattr(page, name) for name in shared}) for page in pages], 100)
    fields = type(pages[0])._meta.local_concrete_fields
    rows = []
    for base, page in zip(bases, pages, strict=True):
        page.page_ptr_id = base.pk
        rows.append([field.get_db_prep_save(field.pre_save(page, add=True), connection) for field in fields])
    names, marks = ", ".join(f'"{field.column}"' for field in fields), ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {type(pages[0])._meta.db_table} ({names}) VALUES ({marks})", rows)


def _learners() -> None:
    users = get_user_model().objects
    users.bulk_create(
        [users.model(email=f"{n}@{AT}", password="!", public_name=f"Learner {n}") for n in range(LEARNERS)],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    course = CoursePage.objects.order_by("path").first()
    shelf = Shelf.objects.get()
    people = learners()
    Enrolment.objects.bulk_create(
        (
            Enrolment(learner_id=pk, course_key=course.course_key, course_title="Window light", shelf=shelf)
            for pk in people
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def learners() -> list[int]:
    """Return the ids of the learners in their order."""
    people = get_user_model().objects.filter(email__endswith=f"@{AT}")
    return list(people.order_by("pk").values_list("pk", flat=True))


def _pieces() -> Iterator[tuple[Any, Any, Any]]:
    """Yield (course, lesson, piece) keys: first those of the lesson with everything, then others."""
    first = LessonPage.objects.order_by("path").first()
    keys = list(CoursePage.objects.order_by("path").values_list("translation_key", flat=True))
    for piece in first.pieces:
        yield first.course.course_key, first.lesson_key, piece.id
    for number in range(ROWS_EACH * SLOTS):
        yield keys[number % len(keys)], uuid.uuid4(), uuid.uuid4()


def _progress() -> None:
    """Join every learner of a slot with the hundred pieces of that slot, in one statement a slot."""
    columns = {name: PieceProgress._meta.get_field(name) for name in ("course_key", "lesson_key", "piece_id")}
    pieces = list(_pieces())
    common, others = pieces[:4], pieces[4:]
    then = EPOCH - timedelta(days=3)
    times = [PieceProgress._meta.get_field("opened_at").get_db_prep_value(t, connection) for t in (then, EPOCH)]
    mine = ROWS_EACH - len(common)
    kinds = "char(32)" if connection.vendor == "sqlite" else "uuid"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_piece")
        cursor.execute(f"CREATE TABLE bench_piece (slot integer, course {kinds}, lesson {kinds}, piece {kinds})")
        rows = [
            (
                slot,
                *(field.get_db_prep_value(key, connection) for field, key in zip(columns.values(), keys, strict=True)),
            )
            for slot in range(SLOTS)
            for keys in (*common, *others[slot * mine : (slot + 1) * mine])
        ]
        cursor.executemany("INSERT INTO bench_piece VALUES (%s, %s, %s, %s)", rows)
        for slots in batched_slots():
            cursor.execute(
                "INSERT INTO courses_pieceprogress (learner_id, course_key, lesson_key, piece_id, cells, end_reached,"
                " duration_ms, position_ms, furthest_ms, opened_at, last_at)"
                " SELECT u.id, b.course, b.lesson, b.piece,"
                "  CASE WHEN u.id %% 3 = 0 THEN %s ELSE %s END, %s, 300000, u.id %% 300000, 300000, %s, %s"
                " FROM accounts_user u JOIN bench_piece b ON b.slot = u.id %% %s"
                f" WHERE u.email LIKE %s AND b.slot IN ({', '.join(map(str, slots))}) ON CONFLICT DO NOTHING",
                [coverage.FULL >> 30, coverage.FULL >> 10, False, *times, SLOTS, f"%@{AT}"],
            )


def batched_slots() -> Iterator[range]:
    """Yield the slots ten at a time, so that a run that was stopped goes on."""
    for start in range(0, SLOTS, 10):
        yield range(start, start + 10)


def site_port(port: int) -> None:
    """Let Wagtail know its address, so that it makes relative ones."""
    Site.objects.update(hostname="127.0.0.1", port=port)
