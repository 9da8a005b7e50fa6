"""Which requests share a page, which answers are kept, and what a browser is told of it."""

import gzip

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from tests.factories.courses import make_asset, make_course, make_lesson, make_shelf, quiz, text, video
from tests.website.page_cache.requests import Site, asks_twice, get
from website import page_cache
from website.page_cache import PageCacheMiddleware


@pytest.mark.django_db
def test_a_public_page_that_is_kept_asks_nothing(client, anywhere, about, django_assert_num_queries):
    first = client.get("/en/about/")
    with django_assert_num_queries(0):
        second = client.get("/en/about/")
    assert second.content == first.content
    assert "About us" in second.content.decode()
    assert second.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert "nonce-" not in second.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_a_course_and_an_open_lesson_ask_nothing_either(client, kept, instructor, django_assert_num_queries):
    course = make_course(make_shelf(instructor))
    lesson = make_lesson(course, text(), video(make_asset()), quiz(), open_to_all=True)
    addresses = ["/", "/en/", "/en/courses/", course.url, lesson.url]
    for address in addresses:
        client.get(address)
    with django_assert_num_queries(0):
        for address in addresses:
            assert client.get(address).status_code in (200, 302)


@pytest.mark.parametrize(
    "second",
    [
        {"address": "/en/?utm_source=mail&utm_campaign=spring"},
        {"address": "/en/?fbclid=abc&gclid=def"},
        {"cookies": {"_ga": "GA1.2.3", "_gid": "4", "_fbp": "5"}},
        {"cookies": {"theme": "purple"}},
        {"accept_language": "zh-CN"},  # the address says which language
        {"user_agent": "another phone"},
    ],
    ids=str,
)
def test_trackers_and_phones_make_no_other_page(kept, second):
    assert not asks_twice(Site(), **second)


@pytest.mark.parametrize(
    "second",
    [
        {"address": "/en/?page=2"},
        {"address": "/en/?utm_source=mail&page=2"},
        {"address": "/en/about/"},
        {"address": "/zh-hans/"},
        {"cookies": {"theme": "dark"}},
        {"host": "other.example"},
        {"cookies": {"sessionid": "hers"}},
        {"cookies": {"messages": "You have signed out."}},
        {"authorization": "Basic abc"},
    ],
    ids=str,
)
def test_what_may_be_another_page_is_drawn_for_itself(kept, second):
    assert asks_twice(Site(), **second)


def test_the_front_door_leads_each_language_its_own_way(kept):
    site = Site(lambda request: HttpResponse(request.META["HTTP_ACCEPT_LANGUAGE"]))
    middleware = PageCacheMiddleware(site)
    assert get(middleware, "/", accept_language="zh-CN,zh;q=0.9").content == b"zh-hans"
    assert get(middleware, "/", accept_language="en-GB").content == b"en"
    assert get(middleware, "/", cookies={"django_language": "zh-hans"}).content == b"zh-hans"
    assert len(site.asked) == 2


@pytest.mark.parametrize("method", ["post", "head", "put", "delete", "options"])
def test_other_methods_pass_by(kept, method):
    site = Site()
    middleware = PageCacheMiddleware(site)
    get(middleware)
    middleware(getattr(RequestFactory(), method)("/en/"))
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    "header",
    [
        {"Set-Cookie": "a"},
        {"Cache-Control": "private"},
        {"Cache-Control": "no-store"},
        {"Cache-Control": "max-age=0, no-cache"},
        {"Vary": "*"},
        {"Vary": "Cookie, Save-Data"},
        {"Content-Security-Policy": "script-src 'self' 'nonce-abc'"},
    ],
    ids=str,
)
def test_an_answer_that_asks_to_be_left_alone_is_not_kept(kept, header):
    def answer(_request):
        response = HttpResponse("hers")
        for name, value in header.items():
            if name == "Set-Cookie":
                response.set_cookie("csrftoken", value)
            else:
                response.headers[name] = value
        return response

    assert asks_twice(Site(answer))


@pytest.mark.parametrize("status", [404, 403, 500, 503])
def test_what_went_wrong_is_not_kept(kept, status):
    assert asks_twice(Site(lambda _request: HttpResponse("wrong", status=status)))


def test_a_browser_that_has_the_page_is_told_so(kept):
    middleware = PageCacheMiddleware(Site())
    first = get(middleware)
    assert first.headers["Cache-Control"] == "no-cache"
    assert {"Cookie", "Accept-Encoding"} <= set(first.headers["Vary"].split(", "))
    again = get(middleware, if_none_match=first.headers["ETag"])
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == "no-cache"
    page_cache.purge()
    assert get(middleware, if_none_match=first.headers["ETag"]).content == b"page 2"


@pytest.mark.django_db
def test_a_page_is_squeezed_for_who_can_unpack_it(client, kept, about):
    whole = client.get("/en/about/")
    small = client.get("/en/about/", headers={"accept-encoding": "gzip, br"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert int(small.headers["Content-Length"]) == len(small.content) < len(whole.content)
    assert gzip.decompress(small.content) == whole.content
    assert "Content-Encoding" not in whole.headers


@pytest.mark.django_db
def test_an_unsafe_line_is_led_to_the_safe_one_though_the_page_is_kept(client, kept, about, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/en/about/", secure=True).status_code == 200
    assert client.get("/en/about/").headers["Location"] == "https://testserver/en/about/"
