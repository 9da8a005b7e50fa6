"""A statement to keep: on paper whose text stays text, and as a table that no spreadsheet runs."""

import csv
import io

import pytest
from django.utils import translation
from pypdf import PdfReader
from wagtail.models import ModelLogEntry

from revenue import statement_files
from revenue.models import Source, Statement
from revenue.statements import close_month
from tests.factories.creators import ProfileFactory
from tests.factories.revenue import month

pytestmark = pytest.mark.django_db
FILES = ("statement.pdf", "statement.csv", "rows.csv")


def text_of(content):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def fresh(statement):
    return Statement.objects.select_related("period", "creator").get(pk=statement.pk)


def test_the_paper_says_every_figure_as_text(statement):
    text = text_of(statement_files.pdf_of(statement))
    for said in ("Statement for September 2026", "Amina", "YouTube", "$200.00", "70 %", "$140.00", statement.digest):
        assert said in text.replace("\n", " "), said


def test_the_same_figures_give_the_same_bytes(statement):
    assert statement_files.pdf_of(fresh(statement)) == statement_files.pdf_of(fresh(statement))
    assert statement_files.csv_text(fresh(statement)) == statement_files.csv_text(fresh(statement))


def test_it_is_written_in_her_language_and_script(statement):
    statement.creator.display_name = "梅 অ😀 Мария"
    with translation.override("zh-hans"):
        text = text_of(statement_files.pdf_of(statement))
    assert "梅" in text
    assert "Мария" in text
    assert "结算单" in text


def test_a_long_statement_goes_on_over_pages_and_says_its_headings_again(statement, monkeypatch):
    (line,) = statement_files._lines(statement)
    monkeypatch.setattr(statement_files, "_lines", lambda _statement: [line] * 90)
    pages = PdfReader(io.BytesIO(statement_files.pdf_of(statement))).pages
    assert len(pages) > 1
    assert all("Reported" in page.extract_text() for page in pages[:2])
    assert sum(page.extract_text().count("$200.00") for page in pages) == 90


def test_the_table_has_the_lines_and_what_they_come_to(statement):
    first, *_others, last = csv.DictReader(io.StringIO(statement_files.csv_text(statement).lstrip("\ufeff")))
    assert (first["source"], first["reported"], first["share_percent"]) == ("youtube-ad-revenue", "200.000000", "70")
    assert (first["amount"], last["kind"], last["amount"]) == ("140.00", "To be paid", "140.00")


def test_the_table_runs_no_formula_and_keeps_its_numbers(channel, imported, preparer):
    Source.objects.update(name="=cmd()")
    imported([(channel.external_id, "-20.00")], adjustment_type="Spam Adjustment")
    (made,) = close_month(month=month("2026-09"), by=preparer)
    rows = list(csv.reader(io.StringIO(statement_files.csv_text(made).lstrip("\ufeff"))))
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "@"}]
    assert "-14.00" in cells


def test_she_and_finance_take_files_along_and_finances_is_noted(client, creator, preparer, statement):
    page = statement.get_absolute_url()
    for who in (creator, preparer):
        client.force_login(who)
        for name in FILES:
            answer = client.get(page + name)
            assert answer.status_code == 200
            assert "attachment" in answer["Content-Disposition"]
            assert "no-store" in answer["Cache-Control"]
    noted = ModelLogEntry.objects.filter(action="revenue.statement_downloaded")
    assert [entry.user for entry in noted] == [preparer] * len(FILES)


@pytest.mark.parametrize("who", ["anonymous", "outsider", "learner", "instructor", "another creator"])
def test_nobody_else_gets_them(client, statement, who, request):
    if who != "anonymous":
        client.force_login(ProfileFactory().user if who == "another creator" else request.getfixturevalue(who))
    for name in FILES:
        assert client.get(statement.get_absolute_url() + name).status_code == (302 if who == "anonymous" else 404)


def test_without_fonts_the_page_says_how_else(client, creator, statement, monkeypatch):
    from courses.fonts import FontsMissing

    def missing(_name):
        raise FontsMissing("none")

    monkeypatch.setattr("courses.paper.font_file", missing)
    client.force_login(creator)
    answer = client.get(f"{statement.get_absolute_url()}statement.pdf", follow=True)
    assert "print" in answer.content.decode()


def test_as_many_queries_for_a_file_whatever_it_holds(client, creator, statement, django_assert_max_num_queries):
    client.force_login(creator)
    for name in FILES[:2]:
        with django_assert_max_num_queries(8):
            client.get(statement.get_absolute_url() + name)
