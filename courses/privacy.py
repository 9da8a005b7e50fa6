"""What courses knows about a person, as a copy for her, and what is left after she has gone."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

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


def export(user: Any) -> dict[str, Any]:
    """Return everything courses keeps about ``user``, as values that JSON can hold."""
    progress = PieceProgress.objects.filter(learner=user).order_by("last_at")
    return {
        "courses": list(Enrolment.objects.owned_by(user).values("course_title", "enrolled_at")),
        "lessons_finished": list(LessonCompletion.objects.filter(learner=user).values("lesson_title", "completed_at")),
        "progress": [
            {"lesson": row.lesson_key, "piece": row.piece_id, "percent": row.percent, "last": row.last_at}
            for row in progress
        ],
        "quizzes": list(QuizAttempt.objects.owned_by(user).values("made_at", "right", "total", "passed", "answers")),
        "videos": [_video(submission) for submission in Submission.objects.owned_by(user).select_related("rubric")],
        "certificates": list(
            Certificate.objects.owned_by(user).values("id", "name", "graduation__course_title", "issued_at")
        ),
        "reviews_written": list(
            Review.objects.filter(reviewer=user).values("submission__title", "summary", "decision", "decided_at")
        ),
    }


def _video(submission: Submission) -> dict[str, Any]:
    review = submission.decided_review
    answer = None
    if review:
        review.submission = submission
        answer = {
            "decision": review.decision,
            "summary": review.summary,
            "scores": {criterion.title: given for criterion, given in review.scored_criteria},
            "notes": [{"at": note.clock, "text": note.text} for note in review.notes.all()],
        }
    return {
        "assignment": submission.title,
        "course": submission.course_title,
        "try": submission.number,
        "sent": submission.sent_at,
        "note": submission.note,
        "state": submission.state,
        "answer": answer,
    }


def warnings(user: Any) -> list[str]:
    """Say what she would lose."""
    if Certificate.objects.owned_by(user).exists():
        return [_("Your certificates stay valid, but they no longer show your name.")]
    return []


@transaction.atomic
def erase(user: Any) -> None:
    """Take away what she did and wrote. Grades and graduations stay, without her name or words.

    A course she has taught, and what she wrote to learners, is theirs and stays.
    """
    for model in (Enrolment, PieceProgress, LessonCompletion, QuizAttempt):
        model.objects.filter(learner=user).delete()
    Submission.objects.filter(learner=user).update(note="")
    Submission.objects.filter(learner=user, state=Submission.State.SENT).update(
        state=Submission.State.UNUSABLE, reviewer=None, lease_until=None
    )
    Review.objects.filter(submission__learner=user).update(summary="")
    for review in Review.objects.filter(submission__learner=user):
        review.notes.all().delete()
    Certificate.objects.filter(graduation__in=Graduation.objects.filter(learner=user)).update(name="")
