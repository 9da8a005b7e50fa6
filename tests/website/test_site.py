"""Search, languages, health, errors: what the site has apart from its pages."""

import json
import re

import pytest
from django.db import DatabaseError
from django.test import Client
from wagtail.models import Locale, Site

from tests.factories.courses import make_course, make_shelf
from website.address import sync_address
from website.models import HomePage, PlainPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return HomePage.objects.get()


@pytest.fixture
def chinese_home(home):
    twin = home.copy_for_translation(Locale.objects.get(language_code="zh-hans"))
    twin.title = "灯火"
    twin.save_revision().publish()
    return twin


def test_the_bare_address_leads_to_her_language(client, chinese_home):
    assert client.get("/").url == "/en/"
    assert client.get("/", headers={"accept-language": "zh-CN,zh;q=0.9"}).url == "/zh-hans/"


def test_without_pages_in_her_language_it_leads_to_those_there_are(client):
    assert client.get("/", headers={"accept-language": "zh-CN"}).url == "/en/"


def test_changing_the_language_leads_to_the_same_page_in_it(client, home, chinese_home):
    about = home.add_child(instance=PlainPage(title="About", slug="about"))
    twin = about.copy_for_translation(chinese_home.locale)
    twin.save_revision().publish()
    response = client.post("/language/", {"language": "zh-hans", "next": "/en/about/"})
    assert response.url == "/zh-hans/about/"
    assert client.cookies["django_language"].value == "zh-hans"
    assert '<html lang="zh-hans"' in client.get("/search/").content.decode()


def test_a_page_without_translation_leads_to_the_first_page_of_the_language(client, home, chinese_home):
    home.add_child(instance=PlainPage(title="About", slug="about"))
    assert client.post("/language/", {"language": "zh-hans", "next": "/en/about/"}).url == "/zh-hans/"


def test_changing_the_language_is_remembered_on_her_account(client, learner):
    client.force_login(learner)
    response = client.post("/language/", {"language": "zh-hans", "next": "/accounts/settings/"})
    assert response.url == "/accounts/settings/"
    learner.refresh_from_db()
    assert learner.language == "zh-hans"
    del client.cookies["django_language"]
    assert '<html lang="zh-hans"' in client.get("/accounts/settings/").content.decode()


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_the_language_switch_never_leads_away(client, target):
    assert client.post("/language/", {"language": "en", "next": target}).url == "/"


def test_a_language_we_do_not_have_changes_nothing(client):
    client.post("/language/", {"language": "xx", "next": "/search/"})
    assert "django_language" not in client.cookies


def test_times_are_shown_in_her_zone(client, learner, monkeypatch):
    from django.utils import timezone

    seen = []
    monkeypatch.setattr("accounts.views.SettingsForm.__init__", _noting(seen, timezone))
    learner.time_zone = "Asia/Shanghai"
    learner.save()
    client.force_login(learner)
    client.get("/accounts/settings/")
    assert seen == ["Asia/Shanghai"]
    assert timezone.get_current_timezone_name() == "UTC"


def _noting(seen, timezone):
    from accounts.views import SettingsForm

    original = SettingsForm.__init__

    def init(self, *args, **kwargs):
        seen.append(timezone.get_current_timezone_name())
        original(self, *args, **kwargs)

    return init


def test_search_finds_public_pages_in_the_readers_language_only(indexed, client, home, chinese_home):
    home.add_child(instance=PlainPage(title="Window light", slug="light"))
    home.add_child(instance=PlainPage(title="Window draft", slug="draft", live=False))
    chinese_home.add_child(instance=PlainPage(title="Window 光", slug="light", locale=chinese_home.locale))
    html = client.get("/search/", {"q": "window"}).content.decode()
    assert "Window light" in html
    assert "Window draft" not in html
    assert "Window 光" not in html


def test_search_finds_chinese_words_inside_a_title(indexed, client, chinese_home):
    chinese_home.add_child(instance=PlainPage(title="窗边的光线", slug="light", locale=chinese_home.locale))
    client.cookies["django_language"] = "zh-hans"
    assert "窗边的光线" in client.get("/search/", {"q": "光线"}).content.decode()


@pytest.mark.parametrize("words", ["", "  ", "nothing like this", "'\"<script>", "a" * 5000, "%", "光"])
def test_search_survives_any_words(client, words):
    response = client.get("/search/", {"q": words})
    assert response.status_code == 200
    assert '"<script>' not in response.content.decode()


def test_search_holds_its_query_budget(indexed, client, home, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(12) as counted:
            client.get("/search/", {"q": "lesson"})
        return len(counted)

    for number in range(3):
        home.add_child(instance=PlainPage(title=f"Lesson {number}", slug=f"lesson-{number}"))
    client.get("/search/")  # what is kept in the cache is there now
    few = queries()
    for number in range(3, 12):
        home.add_child(instance=PlainPage(title=f"Lesson {number}", slug=f"lesson-{number}"))
    assert queries() == few


def test_health_asks_nothing_and_readiness_asks_everything(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "migrations": "ok", "storage": "ok"}


def test_readiness_is_red_when_the_database_is_away_and_says_no_more(client, monkeypatch):
    def gone():
        raise DatabaseError("password for hearthlight is wrong")

    monkeypatch.setitem(__import__("website.views.health", fromlist=["CHECKS"]).CHECKS, "database", gone)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "down"
    assert "password" not in answer.content.decode()


def test_the_address_of_the_settings_is_the_sites(settings):
    settings.SITE_URL = "https://hearthlight.example"
    sync_address()
    assert Site.objects.get(is_default_site=True).root_url == "https://hearthlight.example"


def test_robots_and_sitemap_name_public_pages_in_every_language(client, home, chinese_home):
    home.add_child(instance=PlainPage(title="About", slug="about"))
    home.add_child(instance=PlainPage(title="Draft", slug="draft", live=False))
    chinese_home.add_child(instance=PlainPage(title="关于", slug="about", locale=chinese_home.locale))
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /learn/" in robots
    assert "http://testserver/sitemap.xml" in robots
    sitemap = client.get("/sitemap.xml").content.decode()
    assert "/en/about/" in sitemap
    assert "/zh-hans/about/" in sitemap
    assert "draft" not in sitemap


def test_what_is_not_there_says_so_and_offers_a_way_on(client):
    response = client.get("/en/no/such/place/")
    assert response.status_code == 404
    assert 'href="/search/"' in response.content.decode()


def test_a_form_without_its_token_says_what_to_do():
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a", "password": "b"})
    assert response.status_code == 403
    assert "load the page again" in response.content.decode()


def test_a_broken_page_is_told_without_the_database(client, monkeypatch, django_assert_num_queries):
    def broken(*_arguments, **_named):
        raise RuntimeError("broken")

    client.raise_request_exception = False
    monkeypatch.setattr("website.views.search.render", broken)
    with django_assert_num_queries(0):
        response = client.get("/search/")
    assert response.status_code == 500
    assert "not your fault" in response.content.decode()


def test_the_messages_of_a_demo_are_shown_in_a_demo_only(client, settings, tmp_path):
    from website.demo_outbox import DemoEmailBackend, DemoSms

    settings.DATA_DIR = tmp_path
    DemoSms().send(phone="+41791234567", text="Your code: 123456")
    from django.core.mail import EmailMessage

    DemoEmailBackend().send_messages([EmailMessage("Your code", "654321", to=["ana@example.org"])])
    assert client.get("/demo/messages/").status_code == 404
    settings.DEMO = True
    html = client.get("/demo/messages/").content.decode()
    assert html.index("654321") < html.index("123456")


def test_every_public_page_has_a_title_of_its_own(client, home):
    addresses = ["/en/", "/search/", "/accounts/login/", "/accounts/signup/", "/accounts/login/code/"]
    addresses += ["/accounts/password/reset/", "/creators/", "/en/no/such/place/"]
    titles = [re.search(r"<title>(.*?)</title>", client.get(a).content.decode(), re.DOTALL)[1] for a in addresses]
    assert len(set(titles)) == len(addresses), titles
    assert all(title.strip().endswith("Hearthlight") for title in titles)


@pytest.mark.once
def test_home_holds_its_query_budget(client, home, instructor, django_assert_max_num_queries):
    home.body = json.dumps([{"type": "courses", "value": {"title": "Begin here", "text": "", "courses": []}}])
    home.save_revision().publish()

    def queries():
        with django_assert_max_num_queries(12) as counted:
            assert client.get("/en/").status_code == 200
        return len(counted)

    shelf = make_shelf(instructor)
    for number in range(3):
        make_course(shelf, title=f"Course {number}")
    queries()
    few = queries()
    for number in range(3, 300):
        make_course(shelf, title=f"Course {number}")
    assert queries() == few
    assert client.get("/en/").content.decode().count('class="card__title"') == 3


def test_pictures_of_pages_are_served_and_originals_and_documents_are_not(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for folder in ("images", "original_images", "documents"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.webp").write_bytes(b"picture")
    response = client.get("/files/images/a.webp")
    assert b"".join(response.streaming_content) == b"picture"
    assert response.headers["Cache-Control"] == "public, max-age=86400"
    for path in ("original_images/a.webp", "documents/a.webp", "images/../documents/a.webp", "images/"):
        assert client.get(f"/files/{path}", follow=True).status_code in {400, 404}, path
