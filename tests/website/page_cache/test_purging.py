"""A change shows at once, in every process."""

import subprocess
import sys

import pytest
from django.conf import settings as configured
from django.db import transaction
from django.http import HttpResponse
from wagtail.models import PageViewRestriction

from tests.website.page_cache.requests import Site, asks_twice, get
from website import page_cache
from website.models import HomePage, PlainPage
from website.page_cache import PageCacheMiddleware


@pytest.fixture
def at_once(monkeypatch):
    """Tests run inside a transaction that never commits."""
    monkeypatch.setattr(transaction, "on_commit", lambda do, **_named: do())


@pytest.mark.django_db
def test_publishing_unpublishing_and_moving_show_at_once(client, anywhere, home, about, at_once):
    def shown(address="/en/about/"):
        response = client.get(address)
        return response.content.decode() if response.status_code == 200 else response.status_code

    assert "About us" in shown()
    about.title = "About all of us"
    about.save_revision().publish()
    assert "About all of us" in shown()
    about.unpublish()
    assert shown() == 404
    about.save_revision().publish()
    assert "About all of us" in shown()
    other = home.add_child(instance=PlainPage(title="Others", slug="others"))
    other.save_revision().publish()
    shown("/en/others/")
    about.move(other, pos="last-child")
    assert shown() == 301  # led to its new place
    assert "About all of us" in shown("/en/others/about/")
    about.refresh_from_db()
    about.delete()
    assert shown("/en/others/about/") == 404


@pytest.mark.django_db
def test_a_section_that_becomes_private_is_private_at_once(client, kept, about, at_once):
    assert client.get("/en/about/").status_code == 200
    restriction = PageViewRestriction.objects.create(page=about, restriction_type="login")
    assert client.get("/en/about/").status_code == 302
    restriction.delete()
    assert client.get("/en/about/").status_code == 200


@pytest.mark.django_db
def test_writing_a_draft_keeps_the_pages(client, kept, about, at_once):
    client.get("/en/about/")
    before = page_cache.generation()
    about.title = "Later"
    about.save_revision()
    assert page_cache.generation() == before


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_taken_back_purges_nothing(kept, home):
    before = page_cache.generation()
    with transaction.atomic():
        home.save_revision().publish()
        transaction.set_rollback(True)
    assert page_cache.generation() == before
    HomePage.objects.get().save_revision().publish()
    assert page_cache.generation() != before


def test_another_process_purges_within_a_second(kept, settings):
    site = Site()
    middleware = PageCacheMiddleware(site)
    get(middleware)
    code = "import django; django.setup(); from website.page_cache import purge; purge()"
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATA_DIR": str(settings.DATA_DIR),
        "PYTHONPATH": f"{configured.BASE_DIR / 'site'}:{configured.BASE_DIR}",
    }
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=60)
    assert get(middleware).content == b"page 2"


def test_a_page_drawn_while_the_site_changed_is_not_trusted(kept):
    def answer(_request):
        page_cache.purge()  # committed after this page had read its rows
        return HttpResponse("old words")

    assert asks_twice(Site(answer))


def test_an_old_page_is_drawn_again(kept, monkeypatch):
    site = Site()
    middleware = PageCacheMiddleware(site)
    get(middleware)
    monkeypatch.setattr(page_cache, "FRESH_SECONDS", 0)
    assert get(middleware).content == b"page 2"
