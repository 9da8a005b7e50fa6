"""The trail of who saw and did what stays as it was written, is read by those who may, and can be taken along."""

import csv
import importlib
import io
import json
import uuid
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from revenue import approvals, audit, trail, triggers
from revenue.proof import verify
from revenue.statements import close_month
from tests.factories.accounts import UserFactory
from tests.factories.creators import ChannelFactory, ProfileFactory
from tests.factories.revenue import PayoutMethodFactory, month
from website import privacy

pytestmark = pytest.mark.django_db
TRAIL = "/admin/finance/trail/"
TABLE = "wagtailcore_modellogentry"


@pytest.fixture
def seen(client, statement, preparer, approver):
    """A statement that was prepared, looked at by the preparer and approved."""
    approvals.send_to_approval(statement=statement, by=preparer)
    client.force_login(preparer)
    client.get(reverse("finance_statements:statement", args=[statement.pk]))
    approvals.approve(statement=statement, by=approver)
    return statement


@contextmanager
def refused():
    stays = pytest.raises(IntegrityError, match="stays as it was written")
    with stays, transaction.atomic(), connection.cursor() as cursor:
        yield cursor


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {} SET user_id = NULL WHERE action LIKE 'revenue.%%'",
        "UPDATE {} SET action = 'wagtail.edit' WHERE action LIKE 'revenue.%%'",
        "UPDATE {} SET action = 'revenue.seen' WHERE action = 'creators.profile_made'",
        "DELETE FROM {} WHERE action LIKE 'revenue.%%'",
        "DELETE FROM {}",
    ],
)
def test_the_database_refuses_to_change_it(seen, creator, change):
    log(ProfileFactory(), "creators.profile_made", user=creator)
    before = list(ModelLogEntry.objects.values_list("pk", "action", "user_id"))
    with refused() as cursor:
        cursor.execute(change.format(TABLE), [])
    assert list(ModelLogEntry.objects.values_list("pk", "action", "user_id")) == before


@pytest.mark.postgresql
def test_nobody_empties_it_at_once(seen):
    with refused() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {TABLE}")


def test_rows_of_other_apps_are_as_free_as_ever(creator):
    log(ProfileFactory(), "creators.profile_made", user=creator)
    row = ModelLogEntry.objects.get(action="creators.profile_made")
    row.label = "changed"
    row.save()
    assert ModelLogEntry.objects.filter(label="changed").delete()[0] == 1


def test_erasing_a_person_changes_no_row_and_her_name_is_nowhere_in_it(client, seen, approver, channel):
    profile = seen.creator
    PayoutMethodFactory(creator=profile)
    audit.log(profile, "revenue.children_downloaded", user=approver)
    audit.log(channel, "revenue.suspense_released", user=approver)
    before = list(trail.entries().values_list("pk", "label", "data", "user_id"))
    privacy.erase(user=profile.user, by=profile.user)
    assert list(trail.entries().values_list("pk", "label", "data", "user_id")) == before
    client.force_login(approver)
    assert "Amina" not in client.get(TRAIL).content.decode()
    assert verify().problems == []


def test_rows_from_before_name_nobody_once_the_migration_has_run(statement, creator):
    old = importlib.import_module("revenue.migrations.0025_who_saw_and_did_what")
    method = PayoutMethodFactory(creator=statement.creator)
    log(statement, "revenue.statement_held", user=creator, data={"reason": "other"})
    log(method, "revenue.payout_details_given", user=creator, data={"account": method.masked})
    log(statement.creator, "creators.profile_made", user=creator)
    old.name_nobody(apps, SimpleNamespace(connection=connection))
    triggers.install(connection)
    found = {row.action: (row.label, row.data) for row in ModelLogEntry.objects.filter(user=creator)}
    assert found == {
        "revenue.statement_held": (f"statement {statement.pk}", {"reason": "other"}),
        "revenue.payout_details_given": (f"payoutmethod {method.pk}", {}),
        "creators.profile_made": (str(statement.creator), {}),
    }


def test_a_statement_page_says_who_saw_and_did_what_to_those_who_may_read_it(client, seen, preparer, approver):
    page = reverse("finance_statements:statement", args=[seen.pk])
    client.force_login(preparer)
    assert "Who saw and did what" not in client.get(page).content.decode()
    client.force_login(approver)
    answer = client.get(page)
    told = [(line.who, line.what) for line in answer.context["trail"]]
    assert told[:2] == [(str(preparer), "Looked at"), (str(approver), "Statement approved")]
    assert (str(preparer), "Statement sent to approval") in told
    assert f"{TRAIL}?whose={seen.creator.slug}" in answer.content.decode()


def told(answer):
    return [(line.who, line.what, line.whose) for line in answer.context["table"].data]


def test_the_whole_trail_has_the_newest_first_and_names_who_is_meant(client, seen, approver, preparer):
    client.force_login(approver)
    lines = told(client.get(TRAIL))
    assert lines[:3] == [
        (str(approver), "Statement approved", "Amina"),
        (str(preparer), "Looked at", "Amina"),
        (str(preparer), "Statement sent to approval", "Amina"),
    ]
    assert (str(preparer), "Report posted", "") in lines


def test_it_is_filtered_by_who_what_when_and_whose(client, seen, approver, preparer, imported):
    client.force_login(approver)
    other = ChannelFactory(confirmed=True, profile__display_name="Mei")
    imported([(other.external_id, "20.00")], "2026-10")
    (october,) = close_month(month=month("2026-10"), by=preparer).filter(creator=other.profile)
    client.get(reverse("finance_statements:statement", args=[october.pk]))

    def asked(**filters):
        return told(client.get(TRAIL, filters))

    assert {who for who, _what, _whose in asked(who=preparer.email)} == {str(preparer)}
    assert {what for _who, what, _whose in asked(action="revenue.seen")} == {"Looked at"}
    assert asked(whose="mei") == [(str(approver), "Looked at", "Mei")]
    assert asked(whose=other.profile.slug) == asked(whose="mei")
    assert len(asked(whose="Amina", action="revenue.seen")) == 1
    today = timezone.localdate().isoformat()
    assert asked(timestamp_from=today, whose="mei")
    assert not asked(timestamp_to="2020-01-01")
    assert asked(whose="nobody") == []


def test_looking_at_it_is_not_written_down_and_taking_it_along_is(client, seen, approver):
    client.force_login(approver)
    before = trail.entries().count()
    client.get(TRAIL)
    client.get(f"{TRAIL}results/")
    assert trail.entries().count() == before
    client.get(TRAIL, {"export": "csv", "whose": "Amina"}).getvalue()
    row = trail.entries().first()
    assert (row.action, row.user) == (audit.EXPORTED, approver)
    assert row.data == {"page": "finance_trail:index", "asked": {"export": "csv", "whose": audit.TYPED}}


def test_as_a_table_it_runs_no_formula(client, seen, approver, preparer):
    preparer.public_name = "=1+1"
    preparer.save()
    client.force_login(approver)
    content = client.get(TRAIL, {"export": "csv", "action": "revenue.seen"}).getvalue().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content))
    assert (row["Who"], row["What"], row["Whose"], row["Where"]) == ("'=1+1", "Looked at", "Amina", "Statements")
    assert row["Key"] == f"statement {seen.pk}"
    assert json.loads(row["Details"]) == {"page": "finance_statements:statement"}
    workbook = client.get(TRAIL, {"export": "xlsx"}).getvalue()
    cells = [cell for line in load_workbook(io.BytesIO(workbook)).active.iter_rows() for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert [cell for cell in cells if cell.value == "'=1+1"]


def test_as_many_queries_for_many_rows_as_for_few(client, approver, preparer, imported, django_assert_max_num_queries):
    client.force_login(approver)
    counts = []
    for code, count in (("2026-07", 2), ("2026-08", 12)):
        imported([(ChannelFactory(confirmed=True).external_id, "20.00") for _number in range(count)], code)
        for statement in close_month(month=month(code), by=preparer):
            approvals.send_to_approval(statement=statement, by=preparer)
        client.get(TRAIL)
        with django_assert_max_num_queries(20) as captured:
            assert client.get(TRAIL).status_code == 200
        counts.append(len(captured.captured_queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("who", ["preparer", "instructor", "creator", "learner", "outsider"])
def test_nobody_else_reads_it_or_takes_it_along(client, seen, request, who):
    client.force_login(request.getfixturevalue(who))
    before = trail.entries().count()
    for query in ({}, {"export": "csv"}, {"export": "xlsx"}):
        assert client.get(TRAIL, query).status_code in {302, 403}
    assert trail.entries().count() == before


def test_what_is_gone_is_told_by_its_key(client, approver):
    kind = ContentType.objects.get_for_model(type(PayoutMethodFactory()))
    gone = uuid.uuid4()
    row = ModelLogEntry(
        content_type=kind, object_id=str(gone), label=f"payoutmethod {gone}", action="revenue.payout_details_given",
        user=UserFactory(), timestamp=timezone.now(),
    )  # fmt: skip
    ModelLogEntry.objects.bulk_create([row])
    client.force_login(approver)
    assert f"payoutmethod {gone}" in client.get(TRAIL).content.decode()


def test_wagtails_own_history_shows_the_rows_too(client, seen, administrator):
    client.force_login(administrator)
    assert client.get(reverse("finance_statements:index")).status_code == 200  # a row about no single thing
    assert client.get(reverse("wagtailadmin_reports:site_history")).status_code == 200


def test_a_look_at_a_list_is_told_by_the_name_of_the_list(client, preparer, approver):
    client.force_login(preparer)
    client.get(reverse("finance_statements:index"))
    client.force_login(approver)
    assert "List: Statements" in client.get(TRAIL).content.decode()


def test_where_there_is_nothing_the_page_says_so(client, approver):
    client.force_login(approver)
    assert "Nobody has looked at money" in client.get(TRAIL).content.decode()
    assert "fits these filters" in client.get(TRAIL, {"whose": "nobody"}).content.decode()
