"""From month to month: what is taken back is made up for, no cent is rounded twice, and nobody gives more than all."""

import csv
import io

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from revenue import bookkeeping, chart, child_record
from revenue.models import ChildRule
from revenue.proof import verify
from revenue.setting_aside import fitted

pytestmark = pytest.mark.django_db


def held(child):
    return -bookkeeping.balance(chart.reserve(child.creator_id, child.pk), "USD")


def test_later_months_make_up_for_what_the_platform_took_back(earned, declare, close):
    child = declare_after(earned, declare, "2026-06", "1000.00")
    assert close("2026-06").reserved == 21_000
    earned("2026-07", "-900.00")
    made = close("2026-07")
    assert (made.reserved, made.earned) == (0, -63_000)
    assert (made.lines.get(kind="reserve").amount, held(child)) == (0, 21_000)  # what a child has stays
    earned("2026-08", "500.00")
    assert close("2026-08").reserved == 0
    earned("2026-09", "500.00")
    assert close().reserved == 2100
    assert held(child) == 23_100  # 1,100 dollars × 70 % × 60 % × half
    assert verify().problems == []


def declare_after(earned, declare, code, amount):
    earned(code, amount)
    return declare().child


def test_parts_of_a_cent_are_rounded_up_once_and_not_every_month(earned, declare, close):
    child = declare_after(earned, declare, "2026-07", "0.50")  # 10.5 cents a month for the child
    assert close("2026-07").reserved == 11
    for code, reserved in (("2026-08", 10), ("2026-09", 11)):
        earned(code, "0.50")
        assert close(code).reserved == reserved
    assert held(child) == 32
    assert verify().problems == []


def test_the_record_says_what_the_statements_say(earned, declare, close, profile):
    declare_after(earned, declare, "2026-07", "0.50")
    close("2026-07")
    earned("2026-08", "0.50")
    close("2026-08")
    rows = list(child_record.rows(profile))
    assert [str(row[11]) for row in rows if row[12] == 1] == ["0.11", "0.10"]


def test_a_change_of_what_is_left_over_is_found(earned, declare, close):
    declare_after(earned, declare, "2026-07", "0.50")
    line = close("2026-07").lines.get(kind="reserve")
    assert line.rest_units == -(10**10) // 200
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE revenue_statementline SET rest_units = 0")


@hypothesis_settings(max_examples=200)
@given(units=st.lists(st.integers(0, 10**6), min_size=1, max_size=8), per_minor=st.sampled_from([1, 100, 1000]))
def test_rounding_up_never_takes_more_than_there_is(units, per_minor):
    most = sum(units) // per_minor
    amounts = [-(-one // per_minor) for one in units]
    found = fitted(amounts, most)
    assert sum(found) == min(most, sum(amounts))
    assert all(0 <= before - after <= 1 for before, after in zip(amounts, found, strict=True))


def test_a_rule_begins_on_a_first_day(client, administrator):
    client.force_login(administrator)
    form = {"region": "FR", "threshold": "20", "factor": "12.5", "below_age": "16", "effective_from": "2026-01-15",
            "source": "Made up, no law", "checked_on": "2026-11-01"}  # fmt: skip
    address = reverse("finance_children:make_rule")
    client.post(address, {f"rule-{name}": value for name, value in form.items()})
    assert not ChildRule.objects.filter(region="FR").exists()
    rule = ChildRule.objects.first()
    rule.pk, rule.region, rule.effective_from = None, "FR", "2026-01-15"
    with pytest.raises(IntegrityError), transaction.atomic():
        rule.save()


def test_the_table_reads_back(earned, declare, close, client, creator, proved):
    declare_after(earned, declare, "2026-09", "1.00")
    close()
    client.force_login(creator)
    proved()
    text = client.get("/earnings/children/record.csv").content.decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(text)))) == 2
