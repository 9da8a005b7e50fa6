"""On PostgreSQL the web process has a role that does its work and cannot change the books, triggers or no triggers."""

from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from revenue import approvals, audit, audit_triggers, payouts
from revenue.importing import posting
from revenue.proof import verify
from revenue.statements import close_month
from revenue.triggers import APPEND_ONLY
from tests.factories.creators import ChannelFactory, ProfileFactory
from tests.factories.revenue import PayoutMethodFactory, month, period, uploaded, youtube, youtube_csv

ROLE = "hearthlight_web_of_a_test"
on_postgresql = pytest.mark.postgresql


@pytest.fixture
def role(db, capsys):
    """The role, limited; it goes with the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
    call_command("limit_database_role", ROLE)
    assert f"nothing in {len(APPEND_ONLY)} tables" in capsys.readouterr().out
    return ROLE


@contextmanager
def acting_as(role):
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        yield cursor
        cursor.execute("RESET ROLE")


@on_postgresql
@pytest.mark.parametrize(
    "does", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE", "ALTER TABLE {} DISABLE TRIGGER ALL"]
)
def test_it_changes_nothing_that_is_only_added(role, does):
    with acting_as(role) as cursor:
        for table in APPEND_ONLY:
            with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
                cursor.execute(does.format(table))


@on_postgresql
def test_it_changes_nothing_in_the_trail_and_what_others_log_there_is_free(role, creator):
    profile = ProfileFactory(user=creator)
    with acting_as(role) as cursor:
        log(profile, "creators.profile_made", user=creator)
        audit.log(profile, audit.SEEN, user=creator)
        for does in ("UPDATE {} SET user_id = NULL", "DELETE FROM {}"):
            with pytest.raises(IntegrityError, match="stays as it was written"), transaction.atomic():
                cursor.execute(does.format(audit_triggers.TABLE))
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute(f"TRUNCATE {audit_triggers.TABLE}")
        assert ModelLogEntry.objects.filter(action="creators.profile_made").delete()[0] == 1


@on_postgresql
def test_it_does_the_work_of_a_month(role, creator, preparer, approver):
    profile = ProfileFactory(user=creator)
    channel = ChannelFactory(profile=profile, confirmed=True)
    PayoutMethodFactory(creator=profile)
    row = {"channel_id": channel.external_id, "partner_revenue": "200.00", "date": "20260915"}
    file, source, september = uploaded(youtube_csv([row])), youtube(), period("2026-09")
    with acting_as(role):
        report = posting.keep(file=file, source=source, period=september, by=preparer)
        posting.post_report(report=report, by=preparer)
        (statement,) = close_month(month=month("2026-09"), by=preparer)
        approvals.send_to_approval(statement=statement, by=preparer)
        approvals.approve(statement=statement, by=approver)
        assert payouts.pay(statements=[statement], by=approver).left_out == []
        assert verify().problems == []


@on_postgresql
def test_the_owner_and_who_is_not_there_are_refused(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone()
    with pytest.raises(CommandError, match="Make a role of its own"):
        call_command("limit_database_role", owner)
    with pytest.raises(CommandError, match="There is no role nobody_here"):
        call_command("limit_database_role", "nobody_here")


@pytest.mark.once
def test_a_database_without_roles_says_so(db):
    with pytest.raises(CommandError, match="Only PostgreSQL has roles"):
        call_command("limit_database_role", ROLE)
