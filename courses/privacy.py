"""What courses knows about a person, as a copy for her, and what is left after she has gone."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from courses.exchange import arriving
from courses.models import (
    Audience,
    Block,
    Certificate,
    ChildInPicture,
    CourseImport,
    Digest,
    Enrolment,
    Graduation,
    HiddenPost,
    LessonCompletion,
    NotForMe,
    Notice,
    NoticeOff,
    PieceProgress,
    Post,
    PostReport,
    PracticeAnswer,
    PracticeCard,
    QuizAttempt,
    QuizDraft,
    Recommendation,
    RecommendationChoice,
    Review,
    SecondOpinion,
    Silence,
    Submission,
    WeeklyGoal,
)
from courses.sharing import stop_asking
from media_pipeline.assets import discard

# What is hers alone and goes whole.
OWNED = (
    Block,
    Digest,
    Enrolment,
    HiddenPost,
    LessonCompletion,
    NotForMe,
    Notice,
    NoticeOff,
    PieceProgress,
    PracticeAnswer,
    PracticeCard,
    QuizAttempt,
    QuizDraft,
    Recommendation,
    RecommendationChoice,
    WeeklyGoal,
)


def export(user: Any) -> dict[str, Any]:
    """Return everything courses keeps about ``user``, as values that JSON can hold."""
    progress = PieceProgress.objects.filter(learner=user).order_by("last_at")
    return {
        "courses": list(
            Enrolment.objects.owned_by(user).values(
                "course_title", "enrolled_at", "cohort__name", "paused_on", "days_paused"
            )
        ),
        "lessons_finished": list(LessonCompletion.objects.filter(learner=user).values("lesson_title", "completed_at")),
        "progress": [
            {"lesson": row.lesson_key, "piece": row.piece_id, "percent": row.percent, "last": row.last_at}
            for row in progress
        ],
        "quizzes": list(QuizAttempt.objects.owned_by(user).values("made_at", "right", "total", "passed", "answers")),
        "quizzes_begun": list(QuizDraft.objects.owned_by(user).values("piece_id", "fields")),
        "practice": list(PracticeAnswer.objects.owned_by(user).values("made_at", "is_right", "is_first", "answer")),
        "videos": [_video(submission) for submission in _videos_of(user)],
        "certificates": list(
            Certificate.objects.owned_by(user).values("id", "name", "graduation__course_title", "issued_at", "is_open")
        ),
        "saved_comments": list(user.phrases.values_list("text", flat=True)),
        "reviews_written": list(
            Review.objects.filter(reviewer=user).values("submission__title", "summary", "decision", "decided_at")
        ),
        "asked_colleagues": list(SecondOpinion.objects.filter(asker=user).values("asked_at", "question")),
        "said_to_colleagues": list(
            SecondOpinion.objects.filter(colleague=user, answered_at__isnull=False).values("answered_at", "answer")
        ),
        "written_about_lessons": list(
            Post.objects.filter(writer=user).values(
                "course_title", "lesson_title", "written_at", "text", "state", "removed_because"
            )
        ),
        "reported": list(PostReport.objects.filter(reporter=user).values("made_at", "reason", "note", "decision")),
        "people_not_seen": [str(block.person) for block in Block.objects.owned_by(user).select_related("person")],
        "notices": list(
            Notice.objects.owned_by(user).values(
                "made_at", "kind", "title", "in_app", "by_mail", "read_at", "mailed_at"
            )
        ),
        "notices_switched_off": list(NoticeOff.objects.owned_by(user).values("kind", "channel")),
        "weekly_goal": list(WeeklyGoal.objects.owned_by(user).values("unit", "amount", "reminds")),
        "not_for_her": list(NotForMe.objects.owned_by(user).values("course_title", "said_at")),
        "recommendations": list(RecommendationChoice.objects.owned_by(user).values("is_off", "begun_over_at")),
        "recommended": list(
            Recommendation.objects.filter(learner=user).order_by("rank").values("course_key", "because_key", "rank")
        ),
        "courses_brought_in": list(
            CourseImport.objects.owned_by(user).values("file_name", "size_bytes", "sent_at", "state")
        ),
        "only_reading": list(Silence.objects.filter(person=user).values("made_at", "until", "because")),
    }


def _videos_of(user: Any) -> QuerySet[Submission]:
    return Submission.objects.owned_by(user).select_related("rubric", "cohort").prefetch_related("children", "feedback")


def _video(submission: Submission) -> dict[str, Any]:
    review = submission.decided_review
    answer = None
    if review:
        review.submission = submission
        answer = {
            "decision": review.decision,
            "summary": review.summary,
            "recorded": review.recording_id is not None,
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
        "group_said": [post.text for post in submission.feedback.all() if post.state == Post.State.SHOWN],
        "seen_by": submission.audience,
        "group": str(submission.cohort or ""),
        "children_appear": submission.shows_children,
        "children": [{"alias": child.alias, "seconds": child.seconds} for child in submission.children.all()],
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
    for model in OWNED:
        model.objects.filter(learner=user).delete()
    _erase_talk(user)
    user.phrases.all().delete()
    arriving.forget(user)
    ChildInPicture.objects.filter(submission__learner=user).delete()
    stop_asking(Submission.objects.filter(learner=user))
    Submission.objects.filter(learner=user).update(
        note="", audience=Audience.INSTRUCTOR, cohort=None, shows_children=None
    )
    Submission.objects.filter(learner=user, state=Submission.State.SENT).update(
        state=Submission.State.UNUSABLE, reviewer=None, lease_until=None
    )
    SecondOpinion.objects.filter(submission__learner=user).delete()
    Review.objects.filter(submission__learner=user).update(summary="")
    for review in Review.objects.filter(submission__learner=user).select_related("recording"):
        review.notes.all().delete()
        if review.recording:
            discard(asset=review.recording, by=user)
    Certificate.objects.filter(graduation__in=Graduation.objects.filter(learner=user)).update(name="", is_open=False)


def _erase_talk(user: Any) -> None:
    """Take her words out of what others answered; the lines stay, so that an answer still answers something."""
    PostReport.objects.filter(Q(post__writer=user) | Q(post__video__learner=user)).update(words="")
    PostReport.objects.filter(reporter=user).update(note="")
    gone = {"state": Post.State.TAKEN_BACK, "text": "", "removed_because": ""}
    Post.objects.filter(Q(writer=user) | Q(video__learner=user)).update(**gone)
    Block.objects.filter(person=user).delete()
    Silence.objects.filter(person=user).delete()
