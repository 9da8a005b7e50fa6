"""When a lesson is finished. Finishing is written down once and never taken back."""

import uuid
from typing import Any

from django.db import transaction

from courses.graduation import graduate_if_due
from courses.models import Enrolment, LessonCompletion, LessonPage, PieceProgress


@transaction.atomic
def finish_lesson_if_due(*, learner: Any, course_key: uuid.UUID, lesson_key: uuid.UUID) -> bool:
    """Write down that ``learner`` finished the lesson when she has done all its pieces; say whether she has.

    The enrolment is locked first, so that of two last pieces done at once the second sees the first.
    Without an enrolment nothing is written; joining later catches up.
    """
    enrolment = Enrolment.objects.select_for_update().filter(learner=learner, course_key=course_key).first()
    if enrolment is None:
        return False
    finished = LessonCompletion.objects.filter(learner=learner, lesson_key=lesson_key).exists()
    if not finished:
        lesson = _done_version(learner, lesson_key)
        if lesson is None:
            return False
        LessonCompletion.objects.create(
            learner=learner, course_key=course_key, lesson_key=lesson_key, lesson_title=lesson.title
        )
    graduate_if_due(learner=learner, course_key=course_key)
    return True


def _done_version(learner: Any, lesson_key: uuid.UUID) -> LessonPage | None:
    """Return a live language version of the lesson of which she has done every piece."""
    done = set(
        PieceProgress.objects.filter(learner=learner, lesson_key=lesson_key, completed_at__isnull=False).values_list(
            "piece_id", flat=True
        )
    )
    for lesson in LessonPage.objects.live().filter(translation_key=lesson_key):
        needed = [piece for piece in lesson.pieces if piece.counts]
        if needed and all(piece.is_in(done) for piece in needed):
            return lesson
    return None


def catch_up(*, learner: Any, course_key: uuid.UUID) -> None:
    """Finish every lesson of the course that she has done already."""
    touched = PieceProgress.objects.filter(learner=learner, course_key=course_key, completed_at__isnull=False)
    for lesson_key in set(touched.values_list("lesson_key", flat=True)):
        finish_lesson_if_due(learner=learner, course_key=course_key, lesson_key=lesson_key)
