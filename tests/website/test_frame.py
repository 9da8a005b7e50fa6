"""The frame of every page: who is led where, at what cost."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from website.context import place_of
from website.models import HomePage, PlainPage

pytestmark = pytest.mark.django_db

HERS = {
    "learner": {"/learn/", "/studio/"},
    "creator": {"/learn/", "/studio/", "/earnings/", "/profile/"},
    "instructor": {"/learn/", "/studio/", "/review/", "/admin/"},
    "preparer": {"/admin/"},
    "administrator": {"/admin/"},
    "outsider": {"/learn/", "/studio/"},
}
ONLY_SOME = {"/earnings/", "/profile/", "/review/", "/admin/"}


@pytest.fixture
def page(client, settings):
    settings.DEMO = True
    return reverse("website:styleguide")


@pytest.mark.parametrize("who", HERS)
def test_the_frame_leads_each_person_to_what_is_hers_and_nowhere_else(client, page, who, request):
    client.force_login(request.getfixturevalue(who))
    html = client.get(page).content.decode()
    for address in HERS[who]:
        assert f'href="{address}"' in html
    for address in ONLY_SOME - HERS[who]:
        assert f'href="{address}"' not in html


def test_somebody_new_is_led_to_the_courses_and_the_way_in(client, page):
    html = client.get(page).content.decode()
    for address in ("/en/courses/", "/creators/", "/accounts/login/", "/accounts/signup/"):
        assert f'href="{address}"' in html
    assert "/learn/" not in html


def test_the_frame_says_where_one_is(client, page, learner):
    client.force_login(learner)
    assert 'href="/studio/" aria-current="page"' in client.get("/studio/").content.decode()
    assert 'href="/learn/" aria-current' not in client.get("/studio/").content.decode()


def test_the_frame_costs_one_query_for_session_person_and_roles(client, page, creator, django_assert_num_queries):
    client.force_login(creator)
    client.get(page)
    with django_assert_num_queries(1):
        client.get(page)


def test_a_public_page_asks_for_nothing_and_sets_no_cookie(client, page, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(page)
    assert not response.cookies


def test_the_foot_leads_to_the_plain_pages_in_her_language_and_asks_once(client, page, django_assert_num_queries):
    cache.clear()
    home = HomePage.objects.get()
    for slug, options in {"shown": {}, "not-in-menus": {"show_in_menus": False}, "draft": {"live": False}}.items():
        home.add_child(instance=PlainPage(title=slug, slug=slug, **{"show_in_menus": True} | options))
    html = client.get(page).content.decode()
    assert '<a href="/en/shown/">shown</a>' in html
    assert "not-in-menus" not in html
    assert "draft" not in html
    with django_assert_num_queries(0):
        client.get(page)
    assert "/shown/" not in client.get(page, headers={"Accept-Language": "zh-hans"}).content.decode()


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/learn/", "/learn/"),
        ("/learn/news/", "/learn/news/"),
        ("/learn/goal/", "/learn/…"),
        ("/en/courses/", "/courses/"),
        ("/zh-hans/courses/shelf/light/", "/courses/…"),
        ("/", ""),
        ("/en/", ""),
        ("/nowhere/at/all/", ""),
    ],
)
def test_a_menu_marks_one_of_few_places(path, place):
    assert place_of(path) == place
