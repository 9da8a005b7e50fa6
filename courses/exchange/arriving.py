"""The way of a course's file: kept when it arrives, brought in when she says so, forgotten after a day.

The row of an import holds the truth. A message to the worker may be lost or come twice: who holds the lease writes,
and the course and the word "done" are one transaction.
"""

import logging
import uuid
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from io import SEEK_END
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_noop as N_

from courses.exchange.archive import UnreadableCourseError, opened, refuse
from courses.exchange.course_file import Course
from courses.exchange.course_in import digest, look_at, may_bring_into, staged, write
from courses.models import CourseImport, ShelfPage
from courses.spreadsheets.findings import Finding
from media_pipeline import removals
from media_pipeline.sending.appending import has_room
from media_pipeline.sending.uploads import UploadRefused
from media_pipeline.storage import local, store

logger = logging.getLogger(__name__)
State = CourseImport.State
AT_ONCE = 8 * 1024**2  # bytes; what is larger, she does not wait for
MOST_WAITING = 5  # files of one person
FORGOTTEN_AFTER = timedelta(days=1)
ROW_FORGOTTEN_AFTER = timedelta(days=90)
LOST_AFTER = timedelta(hours=2)  # longer than unpacking the largest file takes
REMIND_AFTER = timedelta(minutes=1)


def receive(*, file: BinaryIO, name: str, into: ShelfPage, by: Any) -> CourseImport:
    """Look at a file and keep it with what was found. Raises UnreadableCourseError, UploadRefused, PermissionDenied."""
    if not may_bring_into(by, into):
        raise PermissionDenied
    _require_room(file, by)
    with opened(file) as archive:
        _course, comes = look_at(archive, into=into, by=by)
    one = CourseImport(sent_by=by, into=into, file_name=name[:200], sha256=digest(file))
    earlier = CourseImport.objects.filter(sha256=one.sha256, into__shelf=into.shelf_id, state=State.DONE).first()
    again = date_format(earlier.sent_at) if earlier else ""
    one.report = _report(comes) | {"again": again}
    with local.workspace(f"work/arriving-{one.pk}") as folder:
        path = Path(folder) / "course"
        with path.open("wb") as target:
            while chunk := file.read(1024**2):
                target.write(chunk)
        one.size_bytes = path.stat().st_size
        store().adopt(path, one.key)
    try:
        with transaction.atomic():
            one.save(force_insert=True)
            _forget_files(_not_asked_for(by)[MOST_WAITING:])
    except BaseException:
        store().delete(one.key)
        raise
    return one


def _require_room(file: BinaryIO, by: Any) -> None:
    if not has_room(2 * file.seek(0, SEEK_END)):
        raise refuse(N_("We have no room for this file just now. Please try again tomorrow."))
    if CourseImport.objects.owned_by(by).filter(state__in=[State.WAITING, State.RUNNING]).count() >= MOST_WAITING:
        raise refuse(N_("Courses of yours are being brought in just now. Please send this one when they are here."))


def _not_asked_for(by: Any) -> QuerySet[CourseImport]:
    """Return those whose files wait for her to say so, the newest first."""
    kept = CourseImport.objects.owned_by(by).filter(state__in=[State.SEEN, State.FAILED], has_file=True)
    return kept.order_by("-sent_at").select_for_update()


def _forget_files(imports: Iterable[CourseImport]) -> None:
    """Delete files and keep what was found in them; in a transaction."""
    found = list(imports)
    removals.remove(*(one.key for one in found))
    CourseImport.objects.filter(pk__in=[one.pk for one in found]).update(has_file=False)


def _report(course: Course) -> dict[str, Any]:
    return {
        "title": course.title,
        "lessons": [lesson.title for lesson in course.lessons],
        "numbers": course.numbers,
        "left_out": [finding.as_json() for finding in course.left_out],
    }


def begin(one: CourseImport) -> None:
    """Have the course brought in: at once when it is small, else by a worker. Twice is harmless."""
    with transaction.atomic():
        asked = CourseImport.objects.filter(pk=one.pk, state__in=[State.SEEN, State.FAILED], has_file=True)
        if not asked.update(state=State.WAITING, began_at=timezone.now()):
            return
        if one.size_bytes > AT_ONCE:
            _send(one.pk)
            return
    work(one.pk)


def _send(import_id: uuid.UUID) -> None:
    from courses.tasks import bring_in_course  # it calls what is here

    transaction.on_commit(partial(bring_in_course.enqueue, str(import_id)))


def work(import_id: uuid.UUID | str) -> None:
    """Bring in a course that waits. Harmless for one that is under way, here, or gone."""
    lease = uuid.uuid4()
    waiting = CourseImport.objects.filter(pk=import_id, state=State.WAITING)
    if not waiting.update(state=State.RUNNING, lease=lease, began_at=timezone.now()):
        return
    one = CourseImport.objects.select_related("into__shelf__collection", "sent_by").get(pk=import_id)
    failure = Finding(N_("It could not be brought in just now. Nothing of it is here; try again in a while."))
    with translation.override(one.sent_by.language):
        try:
            _bring_in(one, lease)
            return
        except UnreadableCourseError as error:
            failure = error.args[0]
        except (UploadRefused, ValidationError) as error:
            failure = Finding("%(why)s", why="; ".join(getattr(error, "messages", [str(error)])))
        except OSError:
            logger.exception("Course import %s", one.pk)
        except PermissionDenied:
            failure = Finding(N_("You may not write on this shelf any more."))
        finally:
            _fail(one, lease, failure)


def _fail(one: CourseImport, lease: uuid.UUID, failure: Finding) -> None:
    """Let it be tried again; changes nothing for one that is done."""
    CourseImport.objects.filter(pk=one.pk, lease=lease, state=State.RUNNING).update(
        state=State.FAILED, lease=None, report=one.report | {"failure": failure.as_json()}
    )


def _bring_in(one: CourseImport, lease: uuid.UUID) -> None:
    with store().fetch(one.key) as path, path.open("rb") as file, opened(file) as archive:
        course, comes = look_at(archive, into=one.into, by=one.sent_by)
        with staged(course, archive, into=one.into, by=one.sent_by) as media, transaction.atomic():
            held = CourseImport.objects.select_for_update().get(pk=one.pk)
            if held.lease != lease:
                raise UnreadableCourseError(Finding(N_("Another worker brings it in.")))
            page = write(course, media, into=one.into, by=one.sent_by)
            held.course, held.state, held.lease, held.has_file = page, State.DONE, None, False
            held.report = _report(comes) | {"again": one.report.get("again", "")}
            held.save()
            removals.remove(held.key)


def sweep() -> None:
    """Remind the queue of what waits, give up what a lost worker had, and forget files that nobody asked for."""
    now = timezone.now()
    lost = CourseImport.objects.filter(state=State.RUNNING, began_at__lt=now - LOST_AFTER)
    lost.update(state=State.FAILED, lease=None)
    for import_id in CourseImport.objects.filter(state=State.WAITING, began_at__lt=now - REMIND_AFTER).values_list(
        "pk", flat=True
    ):
        _send(import_id)
    with transaction.atomic():
        old = CourseImport.objects.filter(
            state__in=[State.SEEN, State.FAILED], has_file=True, sent_at__lt=now - FORGOTTEN_AFTER
        )
        _forget_files(old.select_for_update(skip_locked=True)[:100])
    gone = CourseImport.objects.filter(state__in=[State.SEEN, State.FAILED], has_file=False)
    gone.filter(sent_at__lt=now - ROW_FORGOTTEN_AFTER).delete()


@transaction.atomic
def forget(user: Any) -> None:
    """Delete the files that ``user`` sent, and what was noted about them; the courses stay."""
    sent = CourseImport.objects.owned_by(user)
    removals.remove(*(one.key for one in sent.filter(has_file=True)))
    sent.delete()


def largest() -> int:
    """How large a file may be, in bytes."""
    return settings.MEDIA_PIPELINE_MAX_BYTES
