"""Telling who teaches on a shelf when the oldest video there has waited longer than is promised."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from courses import notices
from courses.models import Enrolment, Notice, Shelf, Submission
from courses.models.notices import Kind
from courses.waiting import promised

EVENT = "overdue:"


def tell_of_overdue(now: datetime | None = None) -> None:
    """Tell once of each video that is the oldest of its shelf and overdue; twice at once is harmless.

    One that somebody is looking at now is left alone, and so is that of a learner whose course rests. What no longer
    waits is taken back from who has not read of it.
    """
    _take_back()
    promise = promised()
    if promise is None:
        return
    now = now or timezone.now()
    rests = Enrolment.objects.filter(
        learner=OuterRef("learner"), course_key=OuterRef("course_key"), paused_on__isnull=False
    )
    waiting = Submission.objects.waiting().filter(~Exists(rests), shelf=OuterRef("pk"))
    shelves = Shelf.objects.annotate(oldest=Subquery(waiting.values("pk")[:1])).exclude(oldest=None)
    oldest = Submission.objects.filter(pk__in=list(shelves.values_list("oldest", flat=True)))
    for submission in oldest.filter(sent_at__lt=now - promise):
        if submission.lease_is_over:
            _tell(submission)


def _tell(submission: Submission) -> None:
    teachers = get_user_model().objects.filter(groups__shelf=submission.shelf_id).exclude(pk=submission.learner_id)
    notices.tell(
        people=teachers.values_list("pk", flat=True),
        kind=Kind.WAITING,
        event=f"{EVENT}{submission.pk}",
        title=submission.title,
        url=reverse("courses:review", args=[submission.pk]),
    )


def _take_back() -> None:
    told = Notice.objects.filter(kind=Kind.WAITING, read_at=None).order_by().values_list("event", flat=True).distinct()
    by_id = {event.removeprefix(EVENT): event for event in told}
    waiting = Submission.objects.waiting().filter(pk__in=list(by_id)).order_by().values_list("pk", flat=True)
    still = {str(pk) for pk in waiting}
    if gone := [event for pk, event in by_id.items() if pk not in still]:
        notices.retract(events=gone)
