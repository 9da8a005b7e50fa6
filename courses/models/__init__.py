"""The rows and pages of learning."""

from courses.models.graduations import Certificate, Graduation
from courses.models.learning import Enrolment, LessonCompletion, PieceProgress, QuizAttempt
from courses.models.pages import CourseIndexPage, CoursePage, LessonPage, ShelfPage
from courses.models.rubrics import Criterion, Rubric
from courses.models.shelves import Shelf
from courses.models.submissions import Review, ReviewNote, Submission

__all__ = [
    "Certificate",
    "CourseIndexPage",
    "CoursePage",
    "Criterion",
    "Enrolment",
    "Graduation",
    "LessonCompletion",
    "LessonPage",
    "PieceProgress",
    "QuizAttempt",
    "Review",
    "ReviewNote",
    "Rubric",
    "Shelf",
    "ShelfPage",
    "Submission",
]
