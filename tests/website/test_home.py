"""The home page and the blocks it is built from."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from wagtail.models import Page, Site

from tests.factories.creators import make_certificate
from website.blocks import ILLUSTRATIONS
from website.models import HomePage, PlainPage

pytestmark = pytest.mark.django_db


def test_migrations_leave_our_home_page_where_wagtails_welcome_page_was():
    site = Site.objects.get(is_default_site=True)
    assert isinstance(site.root_page.specific, HomePage)
    assert not Page.objects.filter(title__startswith="Welcome to your new Wagtail").exists()
    assert Page.find_problems() == ([], [], [], [], [])


def test_an_empty_home_page_still_says_what_this_is_and_where_to_go(client):
    response = client.get("/en/")
    assert response.status_code == 200
    assert "/accounts/signup/" in response.content.decode()


def test_every_drawing_an_editor_may_choose_exists():
    drawn = {path.stem for path in Path(settings.SITE_DIR, "templates/components/art").glob("*.html")}
    assert {name for name, _label in ILLUSTRATIONS} <= drawn


@pytest.fixture
def home():
    page = HomePage.objects.get()
    link = {"label": "Join", "page": None, "address": "/accounts/signup/"}
    page.body = json.dumps(
        [
            {"type": "hero", "value": {"title": "Make films", "text": "At home.", "illustration": "hearth",
                                       "links": [link], "small_print": "Free."}},
            {"type": "steps", "value": {"title": "How", "steps": [
                {"title": f"Step {n}", "text": "Do it.", "illustration": "window"}
                for n in range(3)]}},
            {"type": "story", "value": {"quote": "I filmed my kitchen.", "name": "Ana", "about": "Two children",
                                        "is_example": True, "illustration": None}},
            {"type": "questions", "value": {"title": "Asked often", "questions": [
                {"question": "What does it cost?", "answer": "<p>Nothing.</p>"}]}},
            {"type": "call", "value": {"title": "Begin", "text": "", "link": link}},
            {"type": "rich_text", "value": "<p>Plain words.</p>"},
        ]
    )  # fmt: skip
    page.save_revision().publish()
    return page


def test_the_blocks_of_home_are_shown_and_an_example_says_so(client, home):
    html = client.get("/en/").content.decode()
    for words in ("Make films", "Step 2", "I filmed my kitchen.", "What does it cost?", "Nothing.", "Plain words."):
        assert words in html
    assert "Example" in html
    assert html.count("<h1") == 1
    assert 'style="' not in html


def test_a_plain_page_lives_under_home(client, home):
    page = home.add_child(instance=PlainPage(title="About us", slug="about", intro="Who we are."))
    assert "Who we are." in client.get(page.url).content.decode()


@pytest.fixture
def figures(home):
    cache.clear()
    home.body = json.dumps([{"type": "figures", "value": {"title": "So far"}}])
    home.save_revision().publish()
    return home


def test_small_figures_are_not_shown_at_all(client, figures):
    assert "So far" not in client.get("/en/").content.decode()


def test_figures_are_counted_and_never_typed(client, figures, learner):
    for _number in range(12):
        make_certificate(learner)
    html = client.get("/en/").content.decode()
    assert "So far" in html
    assert re.search(r"12</span>\s*<span[^>]*>courses finished", html)
