"""Light and dark are remembered in a cookie and drawn by the server."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from website.views.theme import set_theme


def post(**data):
    return set_theme(RequestFactory().post("/theme/", data))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_theme_is_kept_for_a_year(theme):
    response = post(theme=theme, next="/learn/")
    assert response.url == "/learn/"
    assert response.cookies["theme"].value == theme
    assert response.cookies["theme"]["max-age"] == 365 * 24 * 60 * 60


@pytest.mark.parametrize("theme", ["", "purple"])
def test_anything_else_goes_back_to_what_the_phone_has(theme):
    assert post(theme=theme, next="/").cookies["theme"]["max-age"] == 0


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_it_never_leads_to_another_site(target):
    assert post(theme="dark", next=target).url == "/"


@pytest.mark.parametrize(
    ("theme", "media"),
    [
        ("dark", ["screen"]),
        ("light", []),
        ("", ["screen and (prefers-color-scheme: dark)"]),
        ('"><script>', ["screen and (prefers-color-scheme: dark)"]),
    ],
)
def test_the_page_is_drawn_in_the_theme_of_the_cookie(rf, theme, media):
    request = rf.get("/styleguide/")
    request.COOKIES["theme"] = theme
    html = render_to_string("base.html", {"request": request})
    assert re.findall(r'css/dark\.css" media="([^"]*)"', html) == media
