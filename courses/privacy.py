"""What this app knows about a person, and how it forgets her."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from courses.models import (
    Certificate,
    Enrolment,
    Graduation,
    LessonCompletion,
    PieceProgress,
    QuizAttempt,
    Review,
    Submission,
)

PROGRESS = [
    "course_key",
    "lesson_key",
    "piece_id",
    "furthest_ms",
    "position_ms",
    "opened_at",
    "last_at",
    "completed_at",
]
QUIZ = ["course_key", "lesson_key", "piece_id", "answers", "right", "total", "passed", "made_at"]


def export(user: Any) -> dict[str, Any]:
    """What she took, did, answered, sent in, heard about it, and finished."""
    return {
        "courses": list(Enrolment.objects.filter(learner=user).values("course_title", "enrolled_at")),
        "lessons_finished": list(
            LessonCompletion.objects.filter(learner=user)
            .values("lesson_title", "completed_at")
            .order_by("completed_at")
        ),
        "progress": list(PieceProgress.objects.filter(learner=user).values(*PROGRESS)),
        "quiz_answers": list(QuizAttempt.objects.filter(learner=user).values(*QUIZ)),
        "submissions": [_submission(one) for one in _submissions(user)],
        "certificates": list(
            Certificate.objects.filter(graduation__learner=user).values("graduation__course_title", "name", "issued_at")
        ),
        "reviews_written": list(Review.objects.filter(reviewer=user).values("summary", "decision", "decided_at")),
    }


def warnings(user: Any) -> list[str]:
    """Say what she would lose."""
    if not Certificate.objects.filter(graduation__learner=user).exists():
        return []
    return [_("Your certificates go. Nobody can verify them any more.")]


def erase(user: Any) -> None:
    """Delete what she did as a learner. Reviews she wrote stay: other people's grades rest on them."""
    keys = [str(pk) for pk in Submission.objects.filter(learner=user).values_list("pk", flat=True)]
    Review.objects.filter(submission__learner=user).delete()
    Submission.objects.filter(learner=user).delete()
    Submission.objects.filter(reviewer=user, decided_at=None).update(reviewer=None, lease_until=None)
    Certificate.objects.filter(graduation__learner=user).delete()
    models: list[type[Model]] = [Graduation, QuizAttempt, LessonCompletion, PieceProgress, Enrolment]
    for model in models:
        model._default_manager.filter(learner=user).delete()
    entries = ModelLogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Submission))
    entries.filter(object_id__in=keys).update(label="", data={})


def _submissions(user: Any) -> Any:
    return Submission.objects.filter(learner=user).prefetch_related("reviews__notes").order_by("sent_at")


def _submission(one: Submission) -> dict[str, Any]:
    decided = [review for review in one.reviews.all() if review.decision]
    return {
        "assignment": one.title,
        "course": one.course_title,
        "lesson": one.lesson_title,
        "try": one.number,
        "note": one.note,
        "state": one.state,
        "sent_at": one.sent_at,
        "feedback": [
            {
                "summary": review.summary,
                "decision": review.decision,
                "scores": review.scores,
                "notes": [{"at_ms": note.at_ms, "text": note.text} for note in review.notes.all()],
            }
            for review in decided
        ],
    }
