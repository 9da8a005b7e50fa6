"""The proof holds for honest books, and names the row when something was changed behind their back."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from revenue import approvals, batches, payouts, suspense, triggers
from revenue.proof import verify
from revenue.statements import close_month
from tests.factories.creators import ChannelFactory
from tests.factories.revenue import PayoutMethodFactory, month

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy_books(settings, channel, imported, preparer, approver):
    """Two months: one paid and one that came back, one carried, something in suspense and something released."""
    settings.REVENUE_DEBTOR = {"name": "Hearthlight", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX"}
    second = ChannelFactory(confirmed=True)
    PayoutMethodFactory(creator=channel.profile)
    PayoutMethodFactory(creator=second.profile)
    imported([(channel.external_id, "200.005"), (second.external_id, "90.129"), ("UC" + "z" * 22, "3.333")])
    imported([("UC" + "w" * 22, "8.888"), (channel.external_id, "0.011")])
    statements = close_month(month=month("2026-09"), by=preparer)
    for statement in statements:
        approvals.send_to_approval(statement=statement, by=preparer)
        approvals.approve(statement=statement, by=approver)
    run = payouts.pay(statements=payouts.ready(), by=approver)
    batches.make_files(by=approver)
    (batch,) = {payout.batch for payout in map(refreshed, run.payouts)}
    batches.mark_sent(batch=batch, by=approver)
    payouts.report_outcome(payout=run.payouts[0], state="paid", by=approver)
    payouts.report_outcome(payout=run.payouts[1], state="returned", reason="account closed", by=approver)
    ChannelFactory(profile=second.profile, external_id="UC" + "z" * 22, confirmed=True)
    assert suspense.sweep() == 1
    imported([(channel.external_id, "4.00")], "2026-10")
    close_month(month=month("2026-10"), by=preparer)
    imported([(channel.external_id, "5.55")], "2026-11")


def refreshed(row):
    row.refresh_from_db()
    return row


def test_honest_books_hold(busy_books):
    proof = verify()
    assert proof.problems == []
    assert proof.checked["reports"] == 4
    assert proof.checked["statements"] == 4
    assert proof.checked["payouts"] == 2
    assert proof.checked["channels in suspense"] == 1


def test_empty_books_hold():
    assert verify().problems == []


def test_the_command_says_what_it_checked(busy_books):
    out = StringIO()
    call_command("verify_books", stdout=out)
    assert "4 reports" in out.getvalue()
    assert "The books hold." in out.getvalue()


CHANGES = {
    "one side of an entry": """UPDATE revenue_posting SET amount = amount + 1
        WHERE id = (SELECT MIN(id) FROM revenue_posting)""",
    "both sides of an entry": """UPDATE revenue_posting SET amount = amount * 2 WHERE entry_id =
        (SELECT p.entry_id FROM revenue_posting p ORDER BY p.id LIMIT 1)""",
    "a posting that is gone": "DELETE FROM revenue_posting WHERE id = (SELECT MAX(id) FROM revenue_posting)",
    "what an entry is about": "UPDATE revenue_journalentry SET reference = 'x' WHERE kind = 'close'",
    "a row of a report": """UPDATE revenue_earningrow SET amount_micros = amount_micros + 1
        WHERE id = (SELECT MIN(id) FROM revenue_earningrow)""",
    "the total of a channel": """UPDATE revenue_channeltotal SET gross_micros = gross_micros + 1
        WHERE id = (SELECT MIN(id) FROM revenue_channeltotal)""",
    "the sum of a report": "UPDATE revenue_report SET gross_micros = gross_micros + 1",
    "whose an accrual is": """UPDATE revenue_accrual SET creator_id = (SELECT p.id FROM creators_profile p
        WHERE p.id <> revenue_accrual.creator_id LIMIT 1) WHERE id = (SELECT MIN(id) FROM revenue_accrual)""",
    "an agreement that was used": "UPDATE revenue_shareagreement SET creator_bps = 9999",
    "a line of a statement": """UPDATE revenue_statementline SET amount = amount + 1
        WHERE id = (SELECT MIN(id) FROM revenue_statementline)""",
    "what a statement pays": """UPDATE revenue_statement SET payable = payable + 1, earned = earned + 1
        WHERE payable = (SELECT MAX(payable) FROM revenue_statement)""",
    "what an approval covers": "UPDATE revenue_approval SET digest = 'x' WHERE voided_at IS NULL",
    "what a payout pays": "UPDATE revenue_payout SET amount = amount + 1",
    "a payout's state": "UPDATE revenue_payout SET state = 'paid' WHERE state = 'returned'",
    "the sum of a bank file": "UPDATE revenue_paymentfile SET control_sum = control_sum + 1",
}


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_behind_the_books_back_is_named(busy_books, statement):
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE" if connection.vendor == "postgresql" else "SELECT 1")
        cursor.execute(statement)
        assert cursor.rowcount
    triggers.install(connection)
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("verify_books", stdout=out)
    assert caught.value.returncode == 1
    assert not any("trigger" in problem for problem in verify().problems)


def test_missing_triggers_are_named(busy_books):
    triggers.remove(connection)
    proof = verify()
    triggers.install(connection)
    assert len(proof.problems) == triggers.expected(connection)


def test_a_kept_file_that_was_altered_is_named(channel, imported):
    report = imported([(channel.external_id, "77.77")])
    path = Path(report.file.path)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"77.77", b"77.78"))
    problems = verify().problems
    path.unlink()
    gone = verify().problems
    path.write_bytes(content)
    assert any(str(report.pk) in problem and "fingerprint" in problem for problem in problems)
    assert any(str(report.pk) in problem and "gone" in problem for problem in gone)
    assert verify().holds
