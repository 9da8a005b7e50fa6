"""The tool that keeps the message catalogues, and the catalogues themselves."""

import gettext
import importlib.util
import re
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("catalogue", ROOT / "tools" / "catalogue.py")
catalogue = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(catalogue)

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext
_("Hello, %(name)s.")
ngettext("%(n)s lesson", "%(n)s lessons", 2)
pgettext("of a month", "May")
"""
TEMPLATE = """
{% translate "Lessons" %} {% translate "May" context "of a month" %}
{% blocktranslate trimmed with name=x %}
  It's {{ name }}.
{% endblocktranslate %}
{% blocktranslate count n=n %}One film{% plural %}{{ n }} films{% endblocktranslate %}
{% include "a.html" with title=_("A title") %}
"""


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A small source tree with one Python file and one template."""
    monkeypatch.setattr(catalogue, "ROOT", tmp_path)
    monkeypatch.setattr(catalogue, "LOCALE", tmp_path / "site" / "locale")
    monkeypatch.setattr(catalogue, "SOURCES", ["app"])
    (tmp_path / "app" / "migrations").mkdir(parents=True)
    (tmp_path / "app" / "code.py").write_text(PYTHON)
    (tmp_path / "app" / "page.html").write_text(TEMPLATE)
    (tmp_path / "app" / "migrations" / "0001.py").write_text('_("Never")')
    return tmp_path


def text(tree):
    return (tree / "site" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po").read_text()


def translate(tree, **strings):
    path = tree / "site" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    body = path.read_text()
    for number, (source, target) in enumerate(strings.items()):
        assert source, number
        body = body.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{target}"')
    path.write_text(body)


def test_python_and_templates_are_read_and_nothing_of_the_machine_is_kept(tree):
    catalogue.update()
    first = text(tree)
    for message in ("Hello, %(name)s.", "%(n)s lessons", "It's %(name)s.", "%(n)s films", "A title", "Lessons"):
        assert f'"{message}"' in first
    assert 'msgctxt "of a month"' in first
    assert "Never" not in first
    assert str(tree) not in first
    assert "Date" not in first
    catalogue.update()
    assert text(tree) == first


def test_a_translation_stays_when_the_code_moves_and_leaves_with_its_string(tree):
    catalogue.update()
    translate(tree, Lessons="课")
    (tree / "app" / "page.html").rename(tree / "app" / "other.html")
    (tree / "app" / "code.py").write_text("")
    catalogue.update()
    assert 'msgid "Lessons"\nmsgstr "课"' in text(tree)
    assert "Hello" not in text(tree)


def test_check_names_what_is_missing_fuzzy_or_broken(tree, capsys):
    catalogue.update()
    translate(tree, **{"Hello, %(name)s.": "你好，%(nama)s。", "Lessons": "课", "A title": "标题"})
    path = tree / "site" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.write_text(path.read_text().replace('msgid "A title"', '#, fuzzy\nmsgid "A title"'))
    assert catalogue.check() == 1
    said = capsys.readouterr().out
    assert "other placeholders or tags: 'Hello, %(name)s.'" in said
    assert "fuzzy: 'A title'" in said
    assert 'not translated: "It\'s %(name)s."' in said
    assert "'Lessons'" not in said
    (tree / "app" / "new.py").write_text('_("Quite new")')
    catalogue.check()
    assert "not in the catalogue: 'Quite new'" in capsys.readouterr().out


def test_compiled_messages_are_read_by_gettext(tree):
    catalogue.update()
    translate(tree, Lessons="课")
    assert catalogue.compile_all() == 0
    with (tree / "site" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Lessons") == "课"


def test_an_unknown_command_is_said():
    assert catalogue.main("translate") == 2


def words_outside_the_catalogue(source):
    """Return what a template shows that no translation tag holds: text, and attributes that are read out."""
    shown, until = [], ""
    for token in Lexer(source).tokenize():
        word = token.contents.split()[0] if token.token_type == TokenType.BLOCK else ""
        if until:
            until = "" if word == until else until
        elif word in {"blocktranslate", "comment"}:
            until = f"end{word}"
        elif token.token_type == TokenType.TEXT:
            shown.append(token.contents)
    markup = re.sub(r"<!--.*?-->|<(svg|script)\b.*?</(svg|script)>|&\w+;", "", "".join(shown), flags=re.DOTALL)
    found = re.findall(r"""\b(?:alt|title|placeholder|aria-label)="([^"]*)\"""", markup)
    found += re.sub(r"<[^>]*>", "\n", markup).split("\n")
    return [text.strip() for text in found if re.search("[A-Za-z]{2}", text.replace("Hearthlight", ""))]


def test_words_outside_the_catalogue_are_noticed():
    assert words_outside_the_catalogue('<p class="lead">{% translate "Yes" %} {{ name }}</p>') == []
    assert words_outside_the_catalogue('<a title="Go">Now</a>{% comment %}why{% endcomment %}') == ["Go", "Now"]


def test_no_page_shows_words_that_cannot_be_translated():
    pages = [p for p in catalogue._sources() if p.suffix == ".html" and p.name != "styleguide.html"]
    bare = {str(page.relative_to(ROOT)): words_outside_the_catalogue(page.read_text()) for page in pages}
    vendored = "media_pipeline/templates/media_pipeline/permissions"  # an element's name from Wagtail's own template
    assert {page: words for page, words in bare.items() if words and not page.startswith(vendored)} == {}
