"""The rows and pages of learning."""

from courses.models.cohorts import Cohort, Deadline
from courses.models.goals import WeeklyGoal
from courses.models.graduations import Certificate, Graduation
from courses.models.imports import CourseImport
from courses.models.learning import Enrolment, LessonCompletion, PieceProgress, QuizAttempt, QuizDraft
from courses.models.links import ExternalLink, LinkRound
from courses.models.notices import Digest, Notice, NoticeOff
from courses.models.opinions import SecondOpinion
from courses.models.pages import CourseIndexPage, CoursePage, LessonPage, ShelfPage
from courses.models.phrases import Phrase
from courses.models.practice import Drill, PracticeAnswer, PracticeCard
from courses.models.recommendations import NotForMe, Recommendation, RecommendationChoice, RecommendationRun
from courses.models.rubrics import Criterion, Rubric
from courses.models.sharing import Audience, ChildInPicture
from courses.models.shelves import Shelf
from courses.models.submissions import Review, ReviewNote, Submission
from courses.models.talk import Block, HiddenPost, Post, PostReport, Silence

__all__ = [
    "Audience",
    "Block",
    "Certificate",
    "ChildInPicture",
    "Cohort",
    "CourseImport",
    "CourseIndexPage",
    "CoursePage",
    "Criterion",
    "Deadline",
    "Digest",
    "Drill",
    "Enrolment",
    "ExternalLink",
    "Graduation",
    "HiddenPost",
    "LessonCompletion",
    "LessonPage",
    "LinkRound",
    "NotForMe",
    "Notice",
    "NoticeOff",
    "Phrase",
    "PieceProgress",
    "Post",
    "PostReport",
    "PracticeAnswer",
    "PracticeCard",
    "QuizAttempt",
    "QuizDraft",
    "Recommendation",
    "RecommendationChoice",
    "RecommendationRun",
    "Review",
    "ReviewNote",
    "Rubric",
    "SecondOpinion",
    "Shelf",
    "ShelfPage",
    "Silence",
    "Submission",
    "WeeklyGoal",
]
