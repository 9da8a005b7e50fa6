"""What is kept of a page: drawn once for each language and each set of values, from nothing else."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from website.templatetags import kept

PART = (
    "{% load kept %}{% kept minutes=view.minutes %}"
    "{% translate 'Search' %} {{ minutes }}{{ name }}{{ request.path }}{% endkept %}"
)


def drawn(template, **values):
    return template.render(Context({"request": RequestFactory().get("/hers/"), "name": "Amina"} | values))


def test_it_sees_the_given_values_and_nothing_of_the_page():
    assert drawn(Template(PART), view={"minutes": 5}) == "Search 5"


def test_each_value_and_each_language_has_its_own():
    template = Template(PART)
    with translation.override("en"):
        assert [drawn(template, view={"minutes": n}) for n in (5, 6, 5)] == ["Search 5", "Search 6", "Search 5"]
    with translation.override("zh-hans"):
        assert drawn(template, view={"minutes": 5}) == "搜索 5"


def test_what_looks_different_is_not_taken_for_the_same():
    template = Template("{% load kept %}{% kept value=value %}{{ value }}{% endkept %}")
    assert [drawn(template, value=value) for value in (1, 1.0, True, "<b>")] == ["1", "1.0", "True", "&lt;b&gt;"]


def test_it_is_drawn_once():
    template = Template("{% load kept %}{% kept number=number %}{% now 'u' %}{% endkept %}")
    asked = {drawn(template, number=1) for _ in range(50)}
    assert len(asked) == 1


def test_it_does_not_grow_without_end(monkeypatch):
    monkeypatch.setattr(kept, "MOST", 3)
    template = Template("{% load kept %}{% kept number=number %}{{ number }}{% endkept %}")
    assert [drawn(template, number=n) for n in range(9)] == [str(n) for n in range(9)]
    (node,) = template.nodelist.get_nodes_by_type(kept.KeptNode)
    assert len(node.kept) <= 3


@pytest.mark.parametrize("value", [datetime(2026, 1, 1, tzinfo=UTC), object()])
def test_only_words_and_numbers_are_values(value):
    template = Template("{% load kept %}{% kept value=value %}{{ value }}{% endkept %}")
    with pytest.raises(TypeError, match="words and numbers"):
        drawn(template, value=value)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_bar_of_a_player_has_a_button_for_captions_where_there_are_some(language):
    track = SimpleNamespace(language="en", label="English", machine_made=False)
    with translation.override(language):
        for captions in ([track], []):
            player = SimpleNamespace(duration_ms=60_000, captions=captions)
            html = render_to_string("components/player_bar.html", {"player": player})
            assert ('data-do="captions"' in html) == bool(captions)
