"""What the learner and the graduate of the demo have done, by the functions that the site itself uses."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses import review
from courses.enrolment import enrol
from courses.grading import answer, quiz_of
from courses.models import Audience, CoursePage, Enrolment, Graduation, LessonPage, Submission
from courses.pieces import ASSIGNMENT, QUIZ, VIDEO, Piece
from courses.progress import Report, finish_piece, record
from courses.sharing import Consent
from courses.submissions import submit
from creators import channels
from creators.models import Channel, Profile
from creators.profiles import publish, save_page
from media_pipeline.assets import adopt_file
from website.demo.films import Film
from website.demo.reading import read_courses, stable_id
from website.demo.tree import locales

FIRST, SECOND = "first-video", "home-to-audience"
CHANNELS = [  # confirmed; a third one waits for finance
    ("youtube", "UCexampleHearthlightMei1", "Mei mends (example)"),
    ("tiktok", "@hearthlight.example.mei", "Mei mends, short (example)"),
]
WAITING_CHANNEL = ("douyin", "hearthlight-example-mei", "小梅缝补（示例）")
BIO = (
    "This page is an example; nobody called Mei stands behind it. She shows how clothes are mended by hand, "
    "in one minute, for parents who have ten minutes in the evening. 这个页面是示例，并没有真的小梅。"
)
NOTES = {
    FIRST: (
        [
            (2_000, "The missing button, at once. I know what will come."),
            (19_000, "Here I would like to hear the thread. Hold the phone nearer for this one."),
            (43_000, "You hold the closed coat. Two quiet seconds, well done."),
        ],
        "A clear change from beginning to end, and calm light. Next time record the sounds of the work from near: "
        "the thread, the scissors. (This review is an example.)",
    ),
    SECOND: (
        [
            (1_500, "The trouble stands in the first second. Good."),
            (31_000, "“This little neck is why it lasts” is the sentence she will remember."),
        ],
        "I know whom it is for, and the title is kept. Nothing private can be seen. (This review is an example.)",
    ),
}
SCORES = {"0": 3, "1": 2, "2": 2, "3": 3}


def _course(key: str) -> CoursePage:
    written = next(course for course in read_courses() if course.key == key)
    return CoursePage.objects.get(slug=written.slug, locale=locales()["en"])


def _lessons(course: CoursePage) -> list[LessonPage]:
    return list(LessonPage.objects.child_of(course).order_by("path"))


def _send(learner: Any, lesson: LessonPage, piece: Piece, clip: Film, note: str, *, seen_by: Audience) -> Submission:
    title = f"A button comes back (example), {lesson.course.title}"
    asset = adopt_file(path=clip.path, owner=learner, title=title, purpose="submission", captions=clip.captions)
    consent = Consent(seen_by, children=())
    return submit(learner=learner, lesson=lesson, piece_id=piece.id, asset=asset, note=note, consent=consent)


def _do(learner: Any, lesson: LessonPage, piece: Piece) -> None:
    """Do one piece that is not an assignment: answer the quiz rightly, read or watch the others to the end."""
    if piece.kind == QUIZ:
        quiz = quiz_of(piece)
        answers = {question.id: question.right_answer() for question in quiz.questions}
        client_id = uuid.UUID(stable_id("attempt", learner.email, str(piece.id)))
        answer(learner=learner, lesson=lesson, quiz=quiz, answers=answers, client_id=client_id)
        return
    finish_piece(learner=learner, course_key=lesson.course.course_key, lesson_key=lesson.lesson_key, piece_id=piece.id)


def _do_all(learner: Any, lesson: LessonPage) -> Piece | None:
    """Do all pieces of ``lesson`` except an assignment, which is returned."""
    for piece in lesson.pieces:
        if piece.kind != ASSIGNMENT:
            _do(learner, lesson, piece)
    return next((piece for piece in lesson.pieces if piece.kind == ASSIGNMENT), None)


@transaction.atomic
def begin_learner(learner: Any, *, clip: Film) -> None:
    """Bring her to the end of the first course, her film waiting for review."""
    if Enrolment.objects.filter(learner=learner).exists():
        return
    first = _course(FIRST)
    enrol(learner=learner, course=first)
    for lesson in _lessons(first):
        if assignment := _do_all(learner, lesson):
            note = "My first film. I am not sure about the sound of the needle."
            _send(learner, lesson, assignment, clip, note, seen_by=Audience.INSTRUCTOR)


@transaction.atomic
def lead_learner_on(learner: Any) -> None:
    """Bring her into the middle of the second course: a third of its first video is watched."""
    second = _course(SECOND)
    if Enrolment.objects.filter(learner=learner, course_key=second.course_key).exists():
        return
    enrol(learner=learner, course=second)
    lesson = _lessons(second)[0]
    video = next(piece for piece in lesson.pieces if piece.kind == VIDEO)
    now = timezone.now()
    third = Report(
        course_key=second.course_key,
        lesson_key=lesson.lesson_key,
        piece_id=video.id,
        opened_at=now - timedelta(minutes=2),
        at=now,
        cells=(1 << 20) - 1,  # twenty of its sixty parts
        duration_ms=30_000,
        position_ms=10_000,
    )
    record(learner=learner, reports=[third])


@transaction.atomic
def make_graduate(graduate: Any, *, clips: Sequence[Film], teacher: Any, confirmer: Any) -> None:
    """Let her finish both courses, be reviewed, graduate, open her page and have her channels confirmed."""
    if Graduation.objects.filter(learner=graduate).exists():
        return
    courses = zip((FIRST, SECOND), clips, strict=True)
    films = [_finish(graduate, key, clip=clip, teacher=teacher) for key, clip in courses]
    profile = Profile.objects.get(user=graduate)
    own = [_claim(profile, graduate, *channel) for channel in CHANNELS]
    own = [channels.confirm(channel=channel, by=confirmer) for channel in own]
    _claim(profile, graduate, *WAITING_CHANNEL)
    profile.bio, profile.languages = BIO, ["en", "zh"]
    certificates = [graduation.certificate for graduation in Graduation.objects.filter(learner=graduate)]
    save_page(profile=profile, by=graduate, films=films, certificates=certificates, shown_channels=own)
    publish(profile=profile, by=graduate)


def _finish(graduate: Any, key: str, *, clip: Film, teacher: Any) -> Submission:
    """Take a whole course; return the film that passed."""
    course = _course(key)
    enrol(learner=graduate, course=course)
    passed: Submission | None = None
    for lesson in _lessons(course):
        if assignment := _do_all(graduate, lesson):
            note = "Three films: the button, the hem, the patched knee."
            passed = _send(graduate, lesson, assignment, clip, note, seen_by=Audience.PUBLIC)
            _review(passed, teacher, key)
    if passed is None:
        raise LookupError(f"The course {key} has no assignment.")
    return passed


def _review(submission: Submission, teacher: Any, key: str) -> None:
    notes, summary = NOTES[key]
    for at_ms, text in notes:
        review.add_note(submission=submission, by=teacher, at_ms=at_ms, text=text)
    review.decide(submission=submission, by=teacher, decision="pass", scores=SCORES, summary=summary)


def _claim(profile: Profile, owner: Any, platform: str, address: str, title: str) -> Channel:
    return channels.claim(profile=profile, platform=platform, address=address, by=owner, title=title)
