"""The demo: what is taught in both languages, and that seeding is safe to repeat and refused on a real site."""

import html
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.urls import reverse

from courses.models import Certificate, CoursePage, Graduation, LessonPage, Submission
from courses.pieces import pieces_of
from creators.models import Channel, Profile
from media_pipeline import captions as captions_of
from media_pipeline.models import Asset
from media_pipeline.tools import find_ffmpeg
from website.demo import narration, slides
from website.demo.drawings import DRAWINGS
from website.demo.films import Film, film_lesson
from website.demo.people import PEOPLE
from website.demo.reading import LANGUAGES, Lesson, read_courses, read_pages, rich_text
from website.demo.seeding import Camera, seed

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


@pytest.fixture
def quick_camera(tmp_path: Path) -> Camera:
    """A camera that hands over a few bytes instead of a film; what they look like is tested elsewhere."""
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"a film in this test")

    def film(lesson: Lesson, _language: str) -> Film:
        captions = {}
        for spoken in LANGUAGES:
            captions[spoken] = tmp_path / f"{lesson.key}.{spoken}.vtt"
            captions[spoken].write_text(narration.web_vtt(lesson.slides, [6000] * len(lesson.slides), spoken))
        return Film(path=clip, captions=captions)

    return Camera(lesson=film, example=lambda: Film(path=clip, captions={}))


@pytest.fixture
def people(db, quick_camera):
    """The demo, seeded."""
    return seed(camera=quick_camera, say=lambda words: None)


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
    assert 2 <= len(questions) <= 4
    for question in questions:
        assert sum(choice.get("right", False) for choice in question["choices"]) == 1
        assert len({choice["feedback"]["en"] for choice in question["choices"]}) == len(question["choices"])


@every_lesson
def test_a_lesson_shouts_at_nobody(lesson):
    assert not re.search("[!！]", repr([piece.data for piece in lesson.pieces]) + repr(lesson.slides))


@every_lesson
def test_the_captions_cover_the_whole_film(lesson):
    slide_ms = [5000 + 100 * number for number in range(len(lesson.slides))]
    for language in LANGUAGES:
        cues = captions_of.parse(narration.web_vtt(lesson.slides, slide_ms, language).encode())
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


def test_the_plain_pages_say_everything_in_both_languages():
    assert list(languages_missing(read_pages())) == []


def test_a_real_film_is_made_once_and_can_be_probed(tmp_path):
    from media_pipeline.probing import probe

    lesson = LESSONS[0]
    film = film_lesson(lesson, "zh-hans", folder=tmp_path, ffmpeg=str(find_ffmpeg()))
    made_at = film.path.stat().st_mtime_ns
    assert film_lesson(lesson, "zh-hans", folder=tmp_path, ffmpeg=str(find_ffmpeg())) == film
    assert film.path.stat().st_mtime_ns == made_at
    source = probe(film.path)
    assert source.upright == (1280, 720)
    last = captions_of.parse(film.captions["en"].read_bytes())[-1]
    assert abs(last.end_ms - source.duration_ms) < 500


def test_a_missing_font_says_what_to_run(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    slides.font.cache_clear()
    with pytest.raises(slides.FontsMissing, match="npm ci"):
        slides.font("en", 400, 36)


@pytest.mark.django_db
def test_a_real_site_is_never_seeded(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="not a demo"):
        call_command("seed_demo")
    assert not get_user_model().objects.exists()


def counts() -> dict[str, int]:
    """How many rows there are in each of our tables."""
    ours = ("accounts", "website", "courses", "creators", "revenue", "media_pipeline", "wagtailcore")
    return {
        model._meta.label: model._default_manager.count()
        for label in ours
        for model in apps.get_app_config(label).get_models()
    }


def test_seeding_twice_adds_nothing(people, quick_camera):
    before = counts()
    seed(camera=quick_camera, say=lambda words: None)
    assert counts() == before


def test_what_somebody_wrote_meanwhile_stays(people, quick_camera):
    lesson = LessonPage.objects.get(slug="window-light", locale__language_code="en")
    lesson.title = "Light, in my words"
    lesson.save_revision().publish()
    seed(camera=quick_camera, say=lambda words: None)
    lesson.refresh_from_db()
    assert lesson.title == "Light, in my words"


def test_everybody_of_the_demo_can_sign_in(people, client, settings):
    for person in PEOPLE:
        assert EmailAddress.objects.get(email=person.email).verified
        response = client.post(reverse("account_login"), {"login": person.email, "password": settings.DEMO_PASSWORD})
        assert response.status_code == 302, person.email
        assert str(people[person.key].pk) == client.session["_auth_user_id"]
        client.logout()


def test_everybody_of_the_demo_has_her_role_and_is_marked_as_an_example(people):
    for person in PEOPLE:
        assert people[person.key].roles >= set(person.roles)
        assert "(example)" in str(people[person.key])


def test_a_piece_is_the_same_in_both_languages(people):
    for english in LessonPage.objects.filter(locale__language_code="en"):
        chinese = english.get_translations().get().specific
        assert [block["id"] for block in english.body.raw_data] == [block["id"] for block in chinese.body.raw_data]
        assert [piece.kind for piece in pieces_of(english.body)] == [piece.kind for piece in pieces_of(chinese.body)]
        assert english.title != chinese.title


def test_every_lesson_video_has_captions_in_both_languages(people):
    videos = Asset.objects.lessons().prefetch_related("captions")
    assert len(videos) == len(LESSONS) * len(LANGUAGES)
    assert all({caption.language for caption in video.captions.all()} == set(LANGUAGES) for video in videos)


def test_the_learner_waits_for_a_review_and_is_in_the_middle_of_a_course(people):
    submission = Submission.objects.get(learner=people["learner"])
    assert submission.is_open
    assert Submission.objects.reviewable_by(people["instructor"]).filter(pk=submission.pk).exists()
    assert not Graduation.objects.filter(learner=people["learner"]).exists()
    assert people["learner"].enrolments.count() == 2


def test_the_graduate_has_her_certificates_her_page_and_her_channels(people):
    creator = people["creator"]
    assert creator.has_role("creator")
    assert (
        Certificate.objects.owned_by(creator).count() == CoursePage.objects.filter(locale__language_code="en").count()
    )
    profile = Profile.objects.published().get(user=creator)
    assert profile.portfolio.count() == 2
    assert set(Channel.objects.filter(profile=profile).values_list("state", flat=True)) == {"confirmed"}
    assert "example" in profile.bio
