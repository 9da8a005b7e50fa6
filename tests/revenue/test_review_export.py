"""The review list as a file: the rows as they are filtered, amounts as numbers, and no formula from anybody's name."""

import csv
import io

import pytest
from openpyxl import load_workbook

pytestmark = pytest.mark.django_db
LIST = "/admin/finance/statements/"


@pytest.fixture
def named(statement):
    statement.creator.display_name = '=HYPERLINK("http://x")'
    statement.creator.save(update_fields=["display_name"])
    return statement


@pytest.fixture
def finance(client, preparer):
    client.force_login(preparer)
    return client


def test_the_review_list_is_a_table_for_a_spreadsheet(finance, named):
    content = finance.get(f"{LIST}?export=csv").getvalue().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content))
    assert row["Creator"] == '\'=HYPERLINK("http://x")'
    assert (row["Month"], row["Currency"], row["Earned"], row["To be paid"]) == ("2026-09", "USD", "140.00", "140.00")
    assert "first payout" in row["Look at"]


def test_the_workbook_holds_numbers_and_no_formula(finance, named):
    content = finance.get(f"{LIST}?export=xlsx").getvalue()
    heading, row = load_workbook(io.BytesIO(content)).active.iter_rows()
    cells = {head.value: cell for head, cell in zip(heading, row, strict=True)}
    assert cells["Earned"].value == 140
    assert cells["Creator"].data_type == "s"
    assert cells["Creator"].value.startswith("'=")


def test_it_holds_what_is_filtered(finance, named):
    content = finance.get(f"{LIST}?export=csv&state=settled").getvalue().decode()
    assert len(content.splitlines()) == 1


def test_nobody_else_takes_it(client, named, creator):
    client.force_login(creator)
    assert client.get(f"{LIST}?export=csv").status_code in {302, 403}
