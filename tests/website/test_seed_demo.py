"""The demo: what is taught in both languages, and that seeding is safe to repeat and refused on a real site."""

import html
import re
import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings
from django.urls import reverse

from courses.fonts import FontsMissing
from courses.models import Certificate, CoursePage, Enrolment, Graduation, LessonPage, Submission
from courses.pieces import pieces_of
from courses.questions.reading import question_of
from creators.models import Channel, Profile
from media_pipeline.captions import webvtt
from media_pipeline.models import Asset
from media_pipeline.programs.tools import find_ffmpeg
from revenue import suspense
from revenue.models import EarningRow, Payout, Report, Statement
from revenue.proof import verify
from website.demo import narration, reports, slides
from website.demo.bodies import drawings_of, question_body
from website.demo.drawings import DRAWINGS
from website.demo.films import Film, film_lesson
from website.demo.money import last_months
from website.demo.people import PEOPLE
from website.demo.reading import LANGUAGES, Lesson, read_courses, read_pages, rich_text
from website.demo.seeding import Camera, Size, seed

DEBTOR = {"name": "Hearthlight (example)", "iban": "GB33BUKB20201555555555", "bic": "BUKBGB22"}
LESSONS = [lesson for course in read_courses() for lesson in course.lessons]
every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: f"{lesson.course_key}/{lesson.key}")


def words_of(lesson: Lesson, language: str) -> str:
    """Everything to read in the lesson's text pieces."""
    parts = [rich_text(piece.data[language]) for piece in lesson.pieces if piece.kind == "text"]
    return html.unescape(re.sub(r"<[^>]+>", " ", " ".join(parts)))


def languages_missing(value: object, where: str = "") -> Iterator[str]:
    """Yield each place in the data that has one language without the other, or an empty one."""
    if isinstance(value, dict):
        if set(LANGUAGES) & set(value):
            yield from (f"{where}.{code}" for code in LANGUAGES if not str(value.get(code, "")).strip())
        for name, inner in value.items():
            yield from languages_missing(inner, f"{where}.{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from languages_missing(inner, f"{where}[{number}]")


def quick_camera(folder: Path) -> Camera:
    """A camera that hands over a few bytes instead of a film; what films look like is tested elsewhere."""
    clip = folder / "clip.mp4"
    clip.write_bytes(b"a film in this test")

    def film(lesson: Lesson, _language: str) -> Film:
        captions = {}
        for spoken in LANGUAGES:
            captions[spoken] = folder / f"{lesson.key}.{spoken}.vtt"
            captions[spoken].write_text(narration.web_vtt(lesson.slides, [6000] * len(lesson.slides), spoken))
        return Film(path=clip, captions=captions)

    return Camera(lesson=film, example=lambda _cloth: Film(path=clip, captions={}))


def quietly(words: str) -> None:
    """Hear what is being done and say nothing."""


def counts() -> dict[str, int]:
    """How many rows there are in each of our tables."""
    ours = ("accounts", "website", "courses", "creators", "revenue", "media_pipeline", "wagtailcore")
    models = [model for label in ours for model in apps.get_app_config(label).get_models()]
    return {model._meta.label: model._default_manager.count() for model in models}


@pytest.fixture(autouse=True)
def debtor(settings):
    """Whose account the demo's bank files are for, as the development settings say."""
    settings.REVENUE_DEBTOR = DEBTOR


def test_there_are_two_courses_of_at_least_five_lessons():
    assert [len(course.lessons) >= 5 for course in read_courses()] == [True, True]


def test_each_course_has_one_video_assignment():
    for course in read_courses():
        (assignment,) = [piece for _lesson, piece in course.assignments()]
        assert [len(criterion["levels"]) for criterion in assignment.data["criteria"]] == [4, 4, 4, 4]
        assert len(assignment.data["checklist"]) >= 4


@every_lesson
def test_a_lesson_says_everything_in_both_languages(lesson):
    told = {"title": lesson.title, "summary": lesson.summary, "slides": [vars(slide) for slide in lesson.slides]}
    told["pieces"] = [piece.data for piece in lesson.pieces]
    assert list(languages_missing(told)) == []


@every_lesson
def test_a_lesson_has_enough_to_read_and_not_too_much(lesson):
    assert 350 <= len(words_of(lesson, "en").split()) <= 600
    assert 550 <= len(re.findall(r"[\u4e00-\u9fff]", words_of(lesson, "zh-hans"))) <= 1000


@every_lesson
def test_a_lesson_has_a_quiz_that_answers_every_choice(lesson):
    questions = lesson.piece("quiz").data["questions"]
    assert 2 <= len(questions) <= 5
    for question in questions:
        if choices := question.get("choices"):
            assert sum(choice.get("right", False) for choice in choices) == 1
            assert len({choice["feedback"]["en"] for choice in choices}) == len(choices)
        else:
            assert question["right"]["en"] != question["wrong"]["en"]


@every_lesson
def test_the_questions_of_a_lesson_can_be_read_and_answered_in_both_languages(lesson):
    piece = lesson.piece("quiz")
    pictures = dict.fromkeys(drawings_of(lesson), 1)
    for language in LANGUAGES:
        for number, written in enumerate(piece.data["questions"]):
            question = question_of(question_body(written, piece, language, pictures))
            assert question.is_right(question.right_answer()), number
            assert not question.is_right([])


@every_lesson
def test_a_lesson_shouts_at_nobody(lesson):
    assert not re.search("[!！]", repr([piece.data for piece in lesson.pieces]) + repr(lesson.slides))


@every_lesson
def test_the_captions_cover_the_whole_film(lesson):
    slide_ms = [5000 + 100 * number for number in range(len(lesson.slides))]
    for language in LANGUAGES:
        cues = webvtt.parse(narration.web_vtt(lesson.slides, slide_ms, language).encode())
        assert cues[0].start_ms == 0
        assert cues[-1].end_ms == sum(slide_ms)
        assert all(one.end_ms == next_one.start_ms for one, next_one in pairwise(cues))
        spoken = "".join(slide.say[language] for slide in lesson.slides)
        assert re.sub(r"\s", "", "".join(cue.text for cue in cues)) == re.sub(r"\s", "", spoken)


@every_lesson
def test_a_lesson_film_is_short(lesson, tmp_path, monkeypatch):
    monkeypatch.setattr(narration, "speaker", lambda: None)
    for language in LANGUAGES:
        assert 20_000 <= narration.narrate(lesson.slides, language, tmp_path).total_ms <= 45_000


@every_lesson
def test_the_words_of_a_slide_fit_on_it(lesson):
    for slide in lesson.slides:
        assert slide.drawing in DRAWINGS
        for language in LANGUAGES:
            weight = 700 if language == "zh-hans" else 600
            assert len(slides.wrap(slide.title[language], slides.font(language, weight, 72), 540)) <= 2
            assert len(slides.wrap(slide.line[language], slides.font(language, 400, 36), 540)) <= 2


@every_lesson
def test_the_font_has_every_character_of_a_slide(lesson):
    for language in LANGUAGES:
        written = {*lesson.title[language], *(c for s in lesson.slides for c in s.title[language] + s.line[language])}
        for weight in (400, 700 if language == "zh-hans" else 600):
            face = slides.font(language, weight, 36)
            nothing = bytes(face.getmask("\ue000"))
            assert [c for c in written if bytes(face.getmask(c)) == nothing] == []


def test_the_plain_pages_say_everything_in_both_languages():
    assert list(languages_missing(read_pages())) == []


def test_a_real_film_is_made_once_and_can_be_probed(tmp_path):
    from media_pipeline.probing.sources import probe

    lesson = LESSONS[0]
    film = film_lesson(lesson, "zh-hans", folder=tmp_path, ffmpeg=str(find_ffmpeg()))
    made_at = film.path.stat().st_mtime_ns
    assert film_lesson(lesson, "zh-hans", folder=tmp_path, ffmpeg=str(find_ffmpeg())) == film
    assert film.path.stat().st_mtime_ns == made_at
    source = probe(film.path)
    assert source.upright == (1280, 720)
    last = webvtt.parse(film.captions["en"].read_bytes())[-1]
    assert abs(last.end_ms - source.duration_ms) < 500


def test_a_missing_font_says_what_to_run(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    slides.font.cache_clear()
    with pytest.raises(FontsMissing, match="npm ci"):
        slides.font("en", 400, 36)


@pytest.mark.django_db
def test_a_real_site_is_never_seeded(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="not a demo"):
        call_command("seed_demo")
    assert not get_user_model().objects.exists()


@override_settings(REVENUE_DEBTOR=DEBTOR)
class SeededDemoTests(TestCase):
    """The demo, seeded once for all of these."""

    @classmethod
    def setUpTestData(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.camera = quick_camera(Path(folder.name))
        cls.people = seed(camera=cls.camera, say=quietly)

    def test_seeding_twice_adds_nothing(self):
        before = counts()
        seed(camera=self.camera, say=quietly)
        assert counts() == before

    def test_what_somebody_wrote_meanwhile_stays(self):
        lesson = LessonPage.objects.get(slug="window-light", locale__language_code="en")
        lesson.title = "Light, in my words"
        lesson.save_revision().publish()
        seed(camera=self.camera, say=quietly)
        lesson.refresh_from_db()
        assert lesson.title == "Light, in my words"

    def test_everybody_of_the_demo_can_sign_in(self):
        for person in PEOPLE:
            assert EmailAddress.objects.get(email=person.email).verified
            response = self.client.post(
                reverse("account_login"), {"login": person.email, "password": settings.DEMO_PASSWORD}
            )
            assert response.status_code == 302, person.email
            assert str(self.people[person.key].pk) == self.client.session["_auth_user_id"]
            self.client.logout()

    def test_everybody_of_the_demo_has_her_role_and_is_marked_as_an_example(self):
        for person in PEOPLE:
            assert self.people[person.key].roles >= set(person.roles)
            assert "(example)" in str(self.people[person.key])

    def test_a_piece_is_the_same_in_both_languages(self):
        for english in LessonPage.objects.filter(locale__language_code="en"):
            chinese = english.get_translations().get().specific
            assert [block["id"] for block in english.body.raw_data] == [block["id"] for block in chinese.body.raw_data]
            assert [piece.kind for piece in pieces_of(english.body)] == [
                piece.kind for piece in pieces_of(chinese.body)
            ]
            assert english.title != chinese.title

    def test_every_lesson_video_has_captions_in_both_languages(self):
        videos = Asset.objects.lessons().prefetch_related("captions")
        assert len(videos) == len(LESSONS) * len(LANGUAGES)
        assert all({caption.language for caption in video.captions.all()} == set(LANGUAGES) for video in videos)

    def test_the_learner_waits_for_a_review_and_is_in_the_middle_of_a_course(self):
        submission = Submission.objects.get(learner=self.people["learner"])
        assert submission.is_open
        assert Submission.objects.reviewable_by(self.people["instructor"]).filter(pk=submission.pk).exists()
        assert not Graduation.objects.filter(learner=self.people["learner"]).exists()
        assert self.people["learner"].enrolments.count() == 2

    def test_the_graduate_has_her_certificates_her_page_and_her_channels(self):
        creator = self.people["creator"]
        assert creator.has_role("creator")
        assert (
            Certificate.objects.owned_by(creator).count()
            == CoursePage.objects.filter(locale__language_code="en").count()
        )
        profile = Profile.objects.published().get(user=creator)
        assert profile.portfolio.count() == 2
        states = dict(Channel.objects.filter(profile=profile).values_list("platform", "state"))
        assert states == {"youtube": "confirmed", "tiktok": "confirmed", "douyin": "claimed"}
        assert "example" in profile.bio

    def test_of_three_months_one_is_paid_one_on_hold_one_to_approve(self):
        statements = list(Statement.objects.owned_by(self.people["creator"]).order_by("period__month"))
        assert [statement.state for statement in statements] == ["settled", "held", "in_review"]
        assert [statement.period.month for statement in statements] == last_months(3)
        assert Payout.objects.get().state == "paid"
        assert "example" in statements[1].holds.get().message

    def test_the_books_of_the_demo_hold_and_every_figure_is_marked(self):
        proof = verify()
        assert proof.problems == []
        assert all(report.filename.startswith("EXAMPLE") for report in Report.objects.all())
        assert not EarningRow.objects.exclude(video_title__startswith="EXAMPLE").exists()
        assert suspense.waiting().count() == 1  # the channel that nobody has claimed


def test_the_same_month_gives_the_same_report():
    month = date(2026, 9, 1)
    assert reports.youtube_report(month, "UC1", busy=2) == reports.youtube_report(month, "UC1", busy=2)
    assert reports.many_rows_report(month, ["UC1", "UC2"], count=50).count(b"\n") == 51


@pytest.mark.once
def test_many_more_of_everything_is_added_once(db, tmp_path):
    camera = quick_camera(tmp_path)
    size = Size(learners=12, courses=2, creators=5, months=4, earnings=40)
    seed(camera=camera, say=quietly, size=size)
    before = counts()
    assert Enrolment.objects.exclude(learner__email__startswith="learner@").count() >= 12
    assert CoursePage.objects.filter(locale__language_code="en").count() == 4
    assert Profile.objects.published().count() == 6
    assert Statement.objects.exclude(creator__user__email__startswith="creator@").count() >= 5
    assert EarningRow.objects.filter(video_title__contains="of many").count() == 40
    assert verify().holds
    seed(camera=camera, say=quietly, size=size)
    assert counts() == before


def test_rows_need_somebody_who_earns_them(settings):
    settings.DEMO = True
    with pytest.raises(CommandError, match="--creators"):
        call_command("seed_demo", "--earnings", "5")
