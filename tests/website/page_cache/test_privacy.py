"""Nobody's page goes to another."""

import re

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from tests.factories.courses import make_course, make_lesson, make_shelf
from tests.website.page_cache.requests import Site, get
from website.page_cache import PageCacheMiddleware


def test_a_page_is_drawn_without_anything_of_the_reader(kept):
    site = Site()
    get(
        PageCacheMiddleware(site),
        "/en/?utm_source=her-friend",
        cookies={"_ga": "her", "theme": "dark", "anything": "else"},
        referer="https://mail.example/her-letter",
        user_agent="her phone",
        accept_language="sw",
        x_requested_with="fetch",
    )
    (request,) = site.asked
    assert request.COOKIES == {"theme": "dark"}
    assert request.get_full_path() == "/en/"
    assert not request.GET
    assert {name for name in request.headers if name not in ("Content-Length", "Content-Type")} <= {
        "Host",
        "Accept-Language",
    }
    assert "her" not in str(request.headers).replace("other", "")


@pytest.mark.django_db
def test_the_page_of_somebody_signed_in_is_kept_for_nobody(client, kept, learner, about):
    learner.public_name = "Amina"
    learner.save()
    hers = Client()
    hers.force_login(learner)
    first = hers.get("/en/about/")
    assert b"Amina" in first.content
    assert "private" in first.headers["Cache-Control"]
    assert b"Amina" not in client.get("/en/about/").content
    assert b"Amina" in hers.get("/en/about/").content  # and the kept page is not given to her


@pytest.mark.django_db
def test_a_lesson_shows_itself_only_to_who_has_joined(client, kept, instructor, learner):
    from courses.enrolment import enrol

    lesson = make_lesson(make_course(make_shelf(instructor)))
    enrol(learner=learner, course=lesson.course)
    hers = Client()
    hers.force_login(learner)
    for _again in range(2):
        assert b"Turn your face to the window" not in client.get(lesson.url).content
        assert b"Turn your face to the window" in hers.get(lesson.url).content


@pytest.mark.django_db
def test_the_preview_of_a_draft_is_not_the_public_page(client, kept, about):
    about.title = "Not yet public"
    about.save_revision()
    draft = about.get_latest_revision_as_object()
    assert b"Not yet public" in draft.make_preview_request().content
    assert b"Not yet public" not in client.get("/en/about/").content
    assert b"Not yet public" in draft.make_preview_request().content


@pytest.mark.django_db
def test_a_page_behind_a_password_keeps_its_form_for_each(kept, about):
    PageViewRestriction.objects.create(page=about, restriction_type="password", password="window")
    tokens = set()
    for _person in range(2):
        html = Client().get("/en/about/").content.decode()
        tokens.add(re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)[1])
    assert len(tokens) == 2
