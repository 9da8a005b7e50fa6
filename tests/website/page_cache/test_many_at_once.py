"""A page is drawn once however many ask, and is there when the rest is away."""

import gzip
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client

from tests.website.page_cache.requests import Site, get
from website import page_cache
from website.page_cache import PageCacheMiddleware


def crowd(middleware, people=200):
    """Let ``people`` ask at the same moment; return what each was given."""
    together = threading.Barrier(people)

    def ask(_number):
        together.wait()
        return get(middleware, accept_encoding="gzip" if _number % 2 else "").content

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(ask, range(people)))


def plain(body):
    return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body


@pytest.mark.parametrize(("place", "people"), [("kept", 200), ("kept_in_redis", 60)])  # its pool ends at a hundred
def test_who_come_at_once_have_the_page_drawn_once(request, place, people):
    request.getfixturevalue(place)
    site = Site(seconds=0.3)
    given = crowd(PageCacheMiddleware(site), people)
    assert len(site.asked) == 1
    assert {plain(body) for body in given} == {b"page 1"}


def test_two_hundred_who_find_an_old_page_do_not_wait(kept, monkeypatch):
    site = Site()
    middleware = PageCacheMiddleware(site)
    get(middleware)
    monkeypatch.setattr(page_cache, "FRESH_SECONDS", 0)
    site.seconds = 1.0
    given = [plain(body) for body in crowd(middleware)]
    assert given.count(b"page 1") > 150  # those who came while one was drawing
    assert len(site.asked) < 10


def test_nobody_waits_for_a_page_that_cannot_be_kept(kept):
    site = Site(lambda _request: HttpResponse("hers", headers={"Cache-Control": "private"}), seconds=0.05)
    started = time.monotonic()
    assert set(crowd(PageCacheMiddleware(site), people=20)) == {b"hers"}
    assert time.monotonic() - started < page_cache.WAIT_SECONDS
    assert len(site.asked) == 20


def test_one_who_dies_while_drawing_holds_up_nobody_for_long(kept, monkeypatch):
    monkeypatch.setattr(page_cache, "WAIT_SECONDS", 0.2)
    site = Site()
    middleware = PageCacheMiddleware(site)
    monkeypatch.setattr(kept, "delete", lambda _key: None)  # the lock is never let go
    get(middleware, cookies={"theme": "dark"})
    page_cache.purge()
    assert get(middleware, cookies={"theme": "dark"}).content == b"page 2"


def away(*_query):
    raise OperationalError("the server closed the connection")


@pytest.mark.django_db
def test_while_the_database_is_away_kept_pages_answer_and_the_rest_says_when_to_come_again(
    client, kept, about, learner, monkeypatch
):
    client.get("/en/about/")
    hers = Client(raise_request_exception=False)
    hers.force_login(learner)
    with connection.execute_wrapper(away):
        assert "About us" in client.get("/en/about/").content.decode()
        for answer in (hers.get("/learn/"), hers.post("/learn/progress/", {"events": "[]"})):
            assert answer.status_code == 503
            assert int(answer.headers["Retry-After"]) > 0
        monkeypatch.setattr(page_cache, "FRESH_SECONDS", 0)
        client.raise_request_exception = False
        assert client.get("/en/about/").status_code == 200  # old, but better than nothing
        assert client.get("/en/").status_code == 503


@pytest.mark.django_db
def test_a_mistake_of_ours_is_still_a_500(client, monkeypatch):
    client.raise_request_exception = False

    def broken(*_arguments, **_named):
        raise RuntimeError

    monkeypatch.setattr("website.views.search.render", broken)
    response = client.get("/search/")
    assert response.status_code == 500
    assert "Retry-After" not in response.headers
