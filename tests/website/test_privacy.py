"""A copy of all that is known about her, and its erasure, over every app."""

import io
import json
import zipfile

import pytest
from django.contrib.auth import get_user_model
from wagtail.models import ModelLogEntry

from courses.enrolment import enrol
from courses.models import Certificate, Enrolment, Review, Submission
from creators.models import Profile
from media_pipeline.models import Asset
from media_pipeline.storage import local
from tests.factories.courses import make_course, make_lesson, make_shelf
from tests.factories.creators import make_certificate, make_film
from website import privacy

pytestmark = pytest.mark.django_db


@pytest.fixture
def her_course(instructor):
    course = make_course(make_shelf(instructor))
    make_lesson(course)
    return course


@pytest.fixture
def her(learner, instructor, her_course):
    """A learner with a course, a film that was reviewed, a certificate and a public page."""
    enrol(learner=learner, course=her_course)
    film = make_film(learner)
    Review.objects.create(submission=film, reviewer=instructor, summary="Well lit, Ana", decision="pass")
    make_certificate(learner)
    Profile.objects.get_or_create(user=learner, defaults={"slug": "ana-films", "display_name": "Ana Films"})
    return learner


def test_the_copy_has_a_part_from_every_app_that_knows_her(her):
    archive = zipfile.ZipFile(io.BytesIO(privacy.export_zip(her)))
    parts = {name.removesuffix(".json"): json.loads(archive.read(name)) for name in archive.namelist()}
    assert {"accounts", "media_pipeline", "courses", "creators", "about"} <= set(parts)
    assert parts["accounts"]["email"] == her.email
    assert parts["courses"]["courses"][0]["course_title"] == "Your first video"
    assert parts["courses"]["videos"][0]["answer"]["summary"] == "Well lit, Ana"
    assert parts["courses"]["certificates"]
    assert len(parts["media_pipeline"]["videos"]) == 1


def test_the_copy_holds_nothing_of_anybody_else(her, outsider):
    archive = zipfile.ZipFile(io.BytesIO(privacy.export_zip(outsider)))
    everything = "".join(archive.read(name).decode() for name in archive.namelist())
    assert her.email not in everything
    assert "Well lit" not in everything


def test_she_is_told_what_she_would_lose(her, outsider):
    assert privacy.warnings(her)
    assert privacy.warnings(outsider) == []


def test_erasing_takes_her_films_answers_and_page_and_leaves_grades_without_her_name(
    her, django_capture_on_commit_callbacks
):
    film = Submission.objects.get(learner=her)
    file = local.path(f"outputs/{film.asset_id}/a.mp4")
    file.parent.mkdir(parents=True)
    file.write_bytes(b"her film")
    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase(user=her, by=her)
    assert not file.exists()
    assert not Enrolment.objects.exists()
    assert Certificate.objects.get().name == ""
    asset = Asset.objects.get(pk=film.asset_id)
    assert (asset.title, asset.owner, asset.outputs, asset.is_playable) == ("", None, "", False)
    assert Review.objects.get().summary == ""
    page = Profile.objects.get(user=her)
    assert page.published_at is None
    assert "ana" not in f"{page.slug} {page.display_name}".lower()
    assert get_user_model().objects.get(pk=her.pk).erased_at


def test_nothing_in_the_log_names_her_or_her_films(her):
    film, name = Submission.objects.get(learner=her), her.public_name
    privacy.erase(user=her, by=her)
    entries = ModelLogEntry.objects.filter(object_id__in=[str(her.pk), str(film.asset_id), str(film.pk)])
    assert entries.exists()
    for entry in entries:
        assert "VID_home" not in f"{entry.label}{entry.data}"
        assert name not in f"{entry.label}{entry.data}"


def test_erasing_her_leaves_everybody_elses_work(her, outsider):
    theirs = make_film(outsider)
    Review.objects.create(submission=theirs, reviewer=her, summary="Good", decision="pass")
    privacy.erase(user=her, by=her)
    theirs.refresh_from_db()
    assert theirs.asset.is_playable
    review = Review.objects.get(submission=theirs)
    assert review.summary == "Good"
    assert str(review.reviewer) == "Someone who left"


def test_erasing_is_all_or_nothing(her, monkeypatch):
    def fail(_user):
        raise RuntimeError("the last step broke")

    monkeypatch.setattr("accounts.privacy.erase", fail)
    with pytest.raises(RuntimeError):
        privacy.erase(user=her, by=her)
    assert Submission.objects.filter(learner=her).exists()


def test_erasing_twice_is_harmless(her):
    privacy.erase(user=her, by=her)
    privacy.erase(user=get_user_model().objects.get(pk=her.pk), by=None)
