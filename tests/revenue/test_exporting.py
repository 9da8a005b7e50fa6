"""Another program checks our books: bean-check reads the export, and finds our balances, to the cent."""

import csv
import io
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command

from revenue import bookkeeping, chart, exporting
from revenue.bookkeeping import Line
from revenue.models import Account, JournalEntry
from tests.factories.revenue import period

pytestmark = pytest.mark.django_db
BEAN_CHECK = Path(sys.executable).with_name("bean-check")


def bean_check(path):
    """Run Beancount, a program of its own, over a file."""
    return subprocess.run([BEAN_CHECK, "--no-cache", path], capture_output=True, text=True)


@pytest.fixture
def exported(statement, tmp_path):
    """A month of earnings, and an entry in a currency without decimals whose reference somebody typed."""
    bookkeeping.post(
        kind="receipt", reference='=cmd|"x"\\', period=period("2026-10"), by=None,
        lines=[Line(chart.bank("bank_file"), "JPY", 1200), Line(chart.receivable("meta"), "JPY", -1200)],
    )  # fmt: skip
    path = tmp_path / "books.beancount"
    call_command("export_books", path, verbosity=0)
    return path


def test_bean_check_accepts_the_books(exported):
    done = bean_check(exported)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    text = exported.read_text()
    assert text.count(" * ") == JournalEntry.objects.count()
    assert text.count(" balance ") == Account.objects.filter(postings__isnull=False).distinct().count()
    assert "-140.00 ~ 0 USD" in text


def test_bean_check_finds_a_cent_that_is_gone(exported):
    text = exported.read_text()
    at = text.index("-140.00 ~ 0 USD")
    exported.write_text(text[:at] + "-139.99" + text[at + len("-140.00") :])
    assert "Balance failed" in bean_check(exported).stderr


def test_books_without_an_entry_are_fine_too(tmp_path):
    path = tmp_path / "empty.beancount"
    call_command("export_books", path, verbosity=0)
    assert bean_check(path).returncode == 0


def test_every_account_of_the_chart_has_its_own_place():
    names = [
        chart.receivable("a-b"), chart.suspense("a-b"), chart.bank("bank_file"), chart.bank("bank-file"),
        chart.rail_clearing("bank_file"), chart.creator_payable("0b5c"), chart.PROGRAMME_INCOME, chart.ROUNDING,
    ]  # fmt: skip
    names += [chart.reserve(UUID(int=1), UUID(int=number << 124)) for number in range(16)]
    places = [exporting._place(name) for name in names]
    assert len(set(places)) == len(names)
    asked = "import sys; from beancount.core import account; print(*map(account.is_valid, sys.argv[1:]))"
    done = subprocess.run([sys.executable, "-c", asked, *places], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {"True"}


def test_the_table_has_every_posting_and_no_formula(exported, tmp_path):
    path = tmp_path / "books.csv"
    call_command("export_books", path, format="csv", verbosity=0)
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    assert len(rows) == sum(JournalEntry.objects.values_list("lines", flat=True))
    assert {row["reference"] for row in rows if row["currency"] == "JPY"} == {'\'=cmd|"x"\\'}
    assert [row["amount"] for row in rows if row["currency"] == "JPY"] == ["1200", "-1200"]
