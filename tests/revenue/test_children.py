"""What is set aside for children: by rules that are data, private names, exact sums, provable ever after."""

import csv
import io
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from revenue import bookkeeping, chart, children, exporting
from revenue.errors import NotReadyError
from revenue.figures import Draft, LineFigures
from revenue.models import Account, Appearance, Child, ChildRule, Statement
from revenue.proof import verify
from revenue.setting_aside import Seen, divided, rounded_up
from revenue.sharing import share_channel
from revenue.statements import close_month
from tests.factories.creators import ChannelFactory, ProfileFactory
from tests.factories.revenue import month

pytestmark = pytest.mark.django_db
PAGE, RECORD = "/earnings/children/", "/earnings/children/record.csv"


def held(child):
    return -bookkeeping.balance(chart.reserve(child.creator_id, child.pk), "USD")


def test_half_of_the_childs_share_is_set_aside_and_is_a_line(earned, declare, close, profile):
    earned()
    child = declare(seconds=60, length=100).child
    made = close()
    assert (made.earned, made.reserved, made.payable) == (7000, 2100, 4900)  # 70 dollars × 60 % × half
    line = made.lines.get(kind="reserve")
    assert (line.amount, line.child, line.child_rule.region, line.row_count) == (-2100, child, "US-IL", 1)
    assert sum(line.amount for line in made.lines.all()) == made.payable
    assert held(child) == 2100
    assert -bookkeeping.balance(chart.creator_payable(profile.pk), "USD") == 4900
    proof = verify()
    assert proof.problems == []
    assert proof.checked["accounts of children"] == 1


@pytest.mark.parametrize(
    ("region", "seconds", "length", "reserved"),
    [
        ("US-IL", 30, 100, 1050), ("US-IL", 299, 1000, 0), ("US-IL", 1, 3, 1167), ("US-CA", 50, 100, 2275),
        ("US-NY", 100, 100, 0), ("KE-30", 100, 100, 0), ("US-CA", 100, 100, 4550),
    ],
)  # fmt: skip
def test_the_rule_is_that_of_where_the_video_was_made(earned, declare, close, region, seconds, length, reserved):
    earned()
    declare(seconds=seconds, length=length, region=region)
    assert close().reserved == reserved
    assert verify().problems == []


def test_several_children_share_equally_and_never_more_than_all(earned, declare, close):
    earned()
    first, second = declare("Bean", 100).child, declare("Pea", 60).child
    declare("Nut", 10)  # too short to count
    made = close()
    assert made.reserved == 5600  # half of 100 % and half of 60 % of 70 dollars
    assert (held(first), held(second)) == (2800, 2800)
    earned("2026-10")
    declare("Nut", 100)
    made = close("2026-10")
    assert (made.reserved, made.balance) == (7000, 0)  # everything, and no cent more
    assert verify().problems == []


def test_the_last_word_counts_and_closed_months_stay(earned, declare, close):
    earned()
    declare(seconds=60)
    assert declare(seconds=60).pk == declare(seconds=60).pk
    declare(seconds=50)
    september = close()
    assert september.reserved == 1750
    declare(seconds=0)
    earned("2026-10")
    assert (close("2026-10").reserved, verify().problems) == (0, [])


def test_of_a_shared_channel_her_part_counts(channel, preparer, earned, declare, close, profile):
    mei = ProfileFactory()
    share_channel(channel=channel, others=[(mei, 5000)], start=month("2026-09"), by=preparer)
    earned()
    declare()
    close()
    assert Statement.objects.get(creator=profile).reserved == 1050
    assert Statement.objects.get(creator=mei).reserved == 0
    assert verify().problems == []


def test_only_she_declares_and_only_of_her_own_videos(earned, declare, outsider, administrator):
    earned()
    for person in (outsider, administrator):
        with pytest.raises(PermissionDenied):
            declare(by=person)
    for wrong in (
        {"video": "v2"}, {"video": ""}, {"alias": " "}, {"alias": "x" * 41}, {"seconds": 101}, {"length": 0},
        {"seconds": -1}, {"length": 10**6},
    ):  # fmt: skip
        with pytest.raises(NotReadyError):
            declare(**wrong)
    with pytest.raises(NotReadyError):
        declare(creator=ProfileFactory())
    for nowhere in ("", "us-il", "Illinois", "US-", "US-IL\n"):
        with pytest.raises(NotReadyError, match="made"):
            declare(region=nowhere)
    assert not Appearance.objects.exists()


def test_as_many_children_as_fit(earned, declare):
    earned()
    for number in range(children.MOST_CHILDREN):
        declare(f"Child {number}")
    declare("Child 1", 20)
    with pytest.raises(NotReadyError):
        declare("One more")


def test_the_database_changes_no_declaration_and_no_rule(earned, declare, close):
    earned()
    declare()
    close()
    for change in (
        "UPDATE revenue_appearance SET seconds = 0", "DELETE FROM revenue_appearance", "DELETE FROM revenue_child",
        "UPDATE revenue_childrule SET factor_bps = 0", "DELETE FROM revenue_childrule",
        "UPDATE revenue_statement SET reserved = 0, payable = payable + reserved",
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_neither_accounts_nor_logs_nor_exports_name_a_child(earned, declare, close):
    from wagtail.models import ModelLogEntry

    earned()
    declare("Secretname")
    close()
    said = [*exporting.beancount(), *map(str, Account.objects.all()), *map(str, Child.objects.all())]
    said += [f"{entry.label} {entry.data}" for entry in ModelLogEntry.objects.all()]
    assert not any("Secretname" in text for text in said)
    assert any("Liabilities:Children" in text for text in said)


def test_every_known_rule_has_a_source_and_a_day_it_was_read():
    known = list(ChildRule.objects.all())
    assert {rule.region for rule in known} == {"US-IL", "US-CA"}
    assert all(rule.source and rule.checked_on and rule.made_by is None for rule in known)


units = st.integers(-(10**15), 10**15)
seen = st.tuples(st.integers(0, 1000), st.integers(1, 1000)).filter(lambda pair: pair[0] <= pair[1])


@hypothesis_settings(max_examples=300)
@given(base=units, people=st.lists(seen, max_size=6), factor=st.integers(0, 10_000), threshold=st.integers(0, 10_000))
def test_any_shares_are_never_more_than_all_and_add_up(base, people, factor, threshold):
    rule = ChildRule(threshold_bps=threshold, factor_bps=factor)
    given = divided(base, [Seen(number, rule, *pair) for number, pair in enumerate(people)])
    total = sum(part for _seen, part in given)
    assert abs(total) <= abs(base)
    assert total * base >= 0
    assert all(abs(part - total // max(1, len(given))) <= 1 for _seen, part in given)
    if len(given) == 1 and base > 0:
        (one, part), whole = given[0], 10_000
        assert part * whole * one.length + whole * one.length >= base * factor * one.seconds  # at least her part
    lines = [LineFigures("earnings", base // 10**8, gross_micros=base, creator_bps=1)]
    lines += [LineFigures("reserve", -rounded_up(part, "USD")) for _seen, part in given]
    made = Draft(0, 0, lines).added_up(None, "2026-09", "USD", 1000)
    assert made.opening + made.earned == made.reserved + made.withheld + made.payable + made.carried
    assert sum(line.amount for line in made.lines) == made.payable + made.carried


def test_her_page_declares_and_nobody_else_reads_it(client, creator, proved, earned, close, outsider, preparer):
    earned()
    proved()
    form = {"video": "youtube/v1", "alias": "Bean", "length": "10:00", "seconds": "6:00",
            "region": "US-IL"}  # fmt: skip
    for wrong in ({"video": "youtube/v2"}, {"length": "10"}, {"seconds": "11:00"}, {"alias": ""}, {"seconds": "1:60"}):
        answer = client.post(PAGE, {**form, **wrong})
        assert answer.status_code == 422
        assert "Bean" in answer.content.decode() or "alias" in wrong
    assert client.post(PAGE, form).status_code == 302
    made = close()
    text = client.get(PAGE).content.decode()
    assert "Bean" in text
    assert "$21.00" in text
    assert "820 ILCS" in text
    assert "This is for Bean" in client.get(made.get_absolute_url()).content.decode()
    assert "-21.00" in client.get(made.get_absolute_url() + "statement.csv").content.decode()
    assert client.get(made.get_absolute_url() + "statement.pdf").status_code in {200, 302}
    client.force_login(preparer)
    assert "Bean" not in client.get(made.get_absolute_url()).content.decode()
    for who in (outsider, preparer):
        client.force_login(who)
        assert client.get(PAGE).status_code == client.get(RECORD).status_code == 404
    client.logout()
    assert client.get(PAGE).status_code == client.get(RECORD).status_code == 302


def test_the_record_says_who_was_in_what_for_how_long(client, proved, profile, earned, declare, close, preparer):
    earned(videos=("v1", "v2"))
    declare("=Bean", 60)
    declare("=Bean", 10, video="v2")
    made = close()
    proved()
    rows = list(csv.DictReader(io.StringIO(client.get(RECORD).content.decode("utf-8-sig"))))
    assert [row["counts"] for row in rows] == ["yes", "no", ""]
    assert [row["set_aside"] for row in rows] == ["21.0000000000", "0", "21.00"]
    assert rows[-1]["child"] == "'=Bean"
    assert (rows[-1]["video_seconds"], rows[-1]["child_seconds"], rows[-1]["videos"]) == ("200", "70", "2")
    assert made.reserved == 2100
    client.force_login(preparer)
    address = reverse("finance_children:record_file", args=[profile.pk])
    assert client.get(address).content.decode("utf-8-sig").count("Bean") == 3
    assert "Amina" in client.get(reverse("finance_children:index")).content.decode()


def test_an_administrator_writes_a_rule_for_another_place(client, administrator, earned, declare, close):
    client.force_login(administrator)
    form = {"region": "FR", "threshold": "20", "factor": "12.5", "below_age": "16", "effective_from": "2026-01-01",
            "source": "Made up, no law", "checked_on": "2026-11-01"}  # fmt: skip
    for wrong in ({"region": "France"}, {"factor": "101"}, {"source": " "}, {"effective_from": ""}):
        client.post(reverse("finance_children:make_rule"), {f"rule-{k}": v for k, v in {**form, **wrong}.items()})
    assert not ChildRule.objects.filter(made_by=administrator).exists()
    for _twice in range(2):
        client.post(reverse("finance_children:make_rule"), {f"rule-{name}": value for name, value in form.items()})
    assert ChildRule.objects.get(made_by=administrator).effective_from == date(2026, 1, 1)
    earned()
    declare(seconds=20, region="FR-75")
    assert close().reserved == 175


def test_as_many_queries_for_many_creators_with_children_as_for_few(
    imported, preparer, declare, django_assert_max_num_queries
):
    counts = []
    for size, code in ((3, "2026-07"), (40, "2026-08")):
        channels = [ChannelFactory(confirmed=True) for _number in range(size)]
        imported([(one.external_id, "30.00") for one in channels], code, video_id="v1")
        for one in channels:
            declare(creator=one.profile, seconds=100)
        with django_assert_max_num_queries(60) as captured:
            close_month(month=month(code), by=preparer)
        counts.append(len(captured.captured_queries))
    assert counts[1] <= counts[0]
    assert Statement.objects.filter(reserved=1050).count() == 43
