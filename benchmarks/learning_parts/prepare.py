"""Make the database and its rows when they are missing, sign a thousand learners in, and write what they send."""

import json
import os
import sys
from pathlib import Path
from urllib.parse import urlencode

import django
import psycopg
from django.conf import settings

WATCHERS = 1000
COUNTED = "SELECT pg_database.datname FROM pg_database WHERE datname = %s"


def make_database() -> None:
    """Create the PostgreSQL database when it is missing; SQLite makes its own."""
    url = os.environ["DATABASE_URL"]
    if not url.startswith("postgres"):
        return
    server, name = url.rsplit("/", 1)
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        if not connection.execute(COUNTED, [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')


def beats() -> list[dict[str, str]]:
    """Return for each of a thousand learners her cookies and one report as the player sends it."""
    import data
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from accounts.models import Session
    from accounts.sessions import SessionStore
    from courses import tickets
    from courses.models import LessonPage

    lesson = LessonPage.objects.order_by("path").first()
    video = lesson.pieces[1]
    opened = timezone.now()
    people = list(get_user_model().objects.filter(pk__in=data.learners()[:WATCHERS]))
    Session.objects.all().delete()
    sessions, found = [], []
    for number, person in enumerate(people):
        store = SessionStore(f"benchmark{number:023d}")
        known = {
            "_auth_user_id": str(person.pk),
            "_auth_user_backend": settings.AUTHENTICATION_BACKENDS[0],
            "_auth_user_hash": person.get_session_auth_hash(),
        }
        sessions.append(store.create_model_instance(known))
        ticket = tickets.issue(
            person, tickets.Ticket(lesson.course.course_key, lesson.lesson_key, video.id, 300_000, opened)
        )
        at = int(opened.timestamp() * 1000) + 20_000
        event = {
            "id": f"e{number}",
            "ticket": ticket,
            "played": [[0, 15_000]],
            "position": 15_000,
            "at": at,
            "ready": 4,
        }
        token = "a" * 32
        body = urlencode({"csrfmiddlewaretoken": token, "events": json.dumps([event])})
        cookies = f"Cookie: sessionid={sessions[-1].session_key}; csrftoken={token}; _ga=GA1.2.3\r\n"
        found.append({"cookies": cookies, "body": body, "id": str(video.id)[:-6] + f"{number:06d}"})
    Session.objects.bulk_create(sessions, batch_size=500)
    return found


def main() -> None:
    make_database()
    django.setup()
    import data
    from django.core.management import call_command

    from courses.models import CourseIndexPage, LessonPage

    call_command("migrate", verbosity=0)
    data.lay()
    plain = {key: settings.DATABASES["default"].get(key) for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    plain["ENGINE"] = settings.DATABASES["default"]["ENGINE"].replace("config.", "django.db.backends.")  # Django's own
    options = {
        key: settings.DATABASES["default"][key]
        for key in ("OPTIONS", "CONN_MAX_AGE")
        if key in settings.DATABASES["default"]
    }
    facts = {
        "databases": json.dumps({"default": plain | options}, default=str),
        "beats": beats(),
        "lesson": LessonPage.objects.order_by("path").first().url,
        "page": CourseIndexPage.objects.get().url,
    }
    Path(sys.argv[1]).write_text(json.dumps(facts))


main()
