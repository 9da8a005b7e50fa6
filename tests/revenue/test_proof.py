"""The proof holds for honest books, and names the row when something was changed behind their back."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from revenue import approvals, batches, children, disputes, payouts, suspense, taxes, triggers
from revenue.models import Source, StatementLine
from revenue.proof import verify
from revenue.receipts import record_receipt
from revenue.sharing import share_channel
from revenue.statements import close_month
from tests.factories.creators import ChannelFactory
from tests.factories.revenue import PayoutMethodFactory, month

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy_books(channel, imported, preparer, approver):
    """Two months: one paid and one that came back, one carried, something in suspense and something released."""
    second = ChannelFactory(confirmed=True)
    PayoutMethodFactory(creator=channel.profile)
    PayoutMethodFactory(creator=second.profile)
    duo = ChannelFactory(confirmed=True)
    share_channel(channel=duo, others=[(second.profile, 3333)], start=month("2026-08"), by=preparer)
    imported(
        [
            (channel.external_id, "200.005"),
            (second.external_id, "90.129"),
            ("UC" + "z" * 22, "3.333"),
            (duo.external_id, "7.77"),
        ]
    )
    imported([("UC" + "w" * 22, "8.888"), (channel.external_id, "0.011")])
    taxes.record_tax(
        creator=second.profile, country="KE", form="", rate_bps=1000, valid_from=month("2026-01"), note="Made up",
        by=preparer,
    )  # fmt: skip
    children.declare(
        creator=channel.profile, alias="Bean", platform="youtube", video_id="video000000", seconds=50, length=100,
        region="US-IL", by=channel.profile.user,
    )  # fmt: skip
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
    line = StatementLine.objects.filter(statement__creator=channel.profile).first()
    asked = disputes.dispute_line(line=line, reason="amount", message="One more", by=channel.profile.user)
    disputes.accept(dispute=asked, answer="You are right.", amount=101, by=preparer)


def refreshed(row):
    row.refresh_from_db()
    return row


def test_honest_books_hold(busy_books):
    proof = verify()
    assert proof.problems == []
    assert proof.checked["reports"] == 4
    assert proof.checked["statements"] == 5
    assert proof.checked["payouts"] == 2
    assert proof.checked["channels in suspense"] == 1


def test_empty_books_hold():
    assert verify().problems == []


def test_the_command_says_what_it_checked(busy_books):
    out = StringIO()
    call_command("verify_books", recompute=True, stdout=out)
    assert "4 reports" in out.getvalue()
    assert "5 statements made again" in out.getvalue()
    assert "Not checked" not in out.getvalue()
    assert "The books hold." in out.getvalue()


def test_without_reading_the_files_again_the_command_says_what_it_left_out(busy_books):
    out = StringIO()
    call_command("verify_books", stdout=out)
    checked, left_out, _last, result = out.getvalue().splitlines()
    assert "5 statements," in checked
    for of_the_rest in ("reports", "rows of reports", "accruals", "statements made again"):
        assert f" {of_the_rest}" not in checked
    assert left_out.startswith("Not checked without --recompute: 4 reports, ")
    assert "5 statements made again" in left_out
    assert result == "What was checked holds."


def test_only_making_them_again_finds_a_file_that_was_altered(channel, imported):
    report = imported([(channel.external_id, "77.77")])
    path = Path(report.file.path)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"77.77", b"77.78"))
    call_command("verify_books", stdout=StringIO())
    with pytest.raises(CommandError):
        call_command("verify_books", recompute=True, stdout=StringIO())
    path.write_bytes(content)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE revenue_posting SET amount = amount + 1 WHERE id = (SELECT MIN(id) FROM revenue_posting)",
        "UPDATE revenue_statementline SET amount = amount + 1 WHERE id = (SELECT MIN(id) FROM revenue_statementline)",
        "UPDATE revenue_approval SET digest = 'x' WHERE voided_at IS NULL",
        "UPDATE revenue_payout SET state = 'paid' WHERE state = 'returned'",
    ],
)
def test_a_change_within_the_books_is_found_without_the_files(busy_books, change):
    behind_the_back(change)
    assert not verify(recompute=False).holds


def behind_the_back(statement):
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE" if connection.vendor == "postgresql" else "SELECT 1")
        cursor.execute(statement)
        assert cursor.rowcount
    triggers.install(connection)


CHANGES = {
    "one side of an entry": """UPDATE revenue_posting SET amount = amount + 1
        WHERE id = (SELECT MIN(id) FROM revenue_posting)""",
    "both sides of an entry": """UPDATE revenue_posting SET amount = amount * 2 WHERE entry_id =
        (SELECT p.entry_id FROM revenue_posting p ORDER BY p.id LIMIT 1)""",
    "a posting that is gone": "DELETE FROM revenue_posting WHERE id = (SELECT MAX(id) FROM revenue_posting)",
    "what an entry is about": "UPDATE revenue_journalentry SET reference = reference || 'x' WHERE kind = 'close'",
    "who made an entry": "UPDATE revenue_journalentry SET made_by_id = NULL WHERE kind = 'close'",
    "when an entry was made": "UPDATE revenue_journalentry SET made_at = '2020-01-01 00:00:00' WHERE kind = 'close'",
    "an entry's place in the chain": "UPDATE revenue_journalentry SET chain = digest WHERE kind = 'close'",
    "a row of a report": """UPDATE revenue_earningrow SET amount_micros = amount_micros + 1
        WHERE id = (SELECT MIN(id) FROM revenue_earningrow)""",
    "the total of a channel": """UPDATE revenue_channeltotal SET gross_micros = gross_micros + 1
        WHERE id = (SELECT MIN(id) FROM revenue_channeltotal)""",
    "the sum of a report": "UPDATE revenue_report SET gross_micros = gross_micros + 1",
    "whose an accrual is": """UPDATE revenue_accrual SET creator_id = (SELECT p.id FROM creators_profile p
        WHERE p.id <> revenue_accrual.creator_id LIMIT 1) WHERE id = (SELECT MIN(id) FROM revenue_accrual)""",
    "her part of a total": """UPDATE revenue_accrual
        SET part_micros = part_micros + CASE place WHEN 1 THEN 1 ELSE -1 END WHERE sharing_id IS NOT NULL""",
    "whose a part of a total is": """UPDATE revenue_accrual SET sharing_id = NULL, part_micros = NULL
        WHERE sharing_id IS NOT NULL AND place = 1""",
    "her part of a channel": "UPDATE revenue_sharingpart SET bps = 7 WHERE place = 2",
    "both parts of a channel": "UPDATE revenue_sharingpart SET bps = 5000",
    "when a channel is shared": "UPDATE revenue_channelsharing SET effective_from = '2026-10-01'",
    "how long a child is in a video": "UPDATE revenue_appearance SET seconds = 40",
    "when a child was declared": "UPDATE revenue_appearance SET declared_at = '2030-01-01 00:00:00'",
    "what is set aside for a child": "UPDATE revenue_childrule SET factor_bps = 4000",
    "whose child a line is for": """UPDATE revenue_statementline SET child_id = NULL WHERE kind = 'reserve'""",
    "what is left over for a child": "UPDATE revenue_statementline SET rest_units = 7 WHERE kind = 'reserve'",
    "an agreement that was used": "UPDATE revenue_shareagreement SET creator_bps = 9999",
    "a line of a statement": """UPDATE revenue_statementline SET amount = amount + 1
        WHERE id = (SELECT MIN(id) FROM revenue_statementline)""",
    "what a correction gives": "UPDATE revenue_correction SET amount = amount + 1",
    "what is on file for tax": "UPDATE revenue_taxrecord SET rate_bps = rate_bps + 1",
    "when a tax form came": "UPDATE revenue_taxrecord SET recorded_at = '2030-01-01 00:00:00'",
    "what a statement pays": """UPDATE revenue_statement SET payable = payable + 1, earned = earned + 1
        WHERE payable = (SELECT MAX(payable) FROM revenue_statement)""",
    "what an approval covers": "UPDATE revenue_approval SET digest = 'x' WHERE voided_at IS NULL",
    "what a payout pays": "UPDATE revenue_payout SET amount = amount + 1",
    "a payout's state": "UPDATE revenue_payout SET state = 'paid' WHERE state = 'returned'",
    "the sum of a bank file": "UPDATE revenue_paymentfile SET control_sum = control_sum + 1",
}


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_behind_the_books_back_is_named(busy_books, statement):
    behind_the_back(statement)
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("verify_books", recompute=True, stdout=out)
    assert caught.value.returncode == 1
    assert not any("trigger" in problem for problem in verify().problems)


@pytest.fixture
def receipts(preparer):
    """Three entries that nothing else in the books rests on."""
    source = Source.objects.get(slug="meta")
    give = {"source": source, "amount": 500, "currency": "USD", "month": month("2026-10"), "by": preparer}
    return [record_receipt(reference=reference, **give) for reference in ("one", "two", "three")]


def take_away(entry):
    triggers.remove(connection)
    with connection.cursor() as cursor:
        for table, column in (("revenue_posting", "entry_id"), ("revenue_journalentry", "id")):
            cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [entry.pk])
    triggers.install(connection)


def test_an_entry_that_was_taken_away_whole_is_missed(receipts):
    assert verify().problems == []
    take_away(receipts[1])
    assert verify().problems == ["between entries 1 and 3 there should be 1 more"]


def test_what_an_earlier_run_said_finds_a_last_entry_that_was_taken_away(receipts):
    number, chain = verify().last_entry
    call_command("verify_books", since=f"{number}:{chain}", stdout=StringIO())
    take_away(receipts[2])
    assert verify().holds
    with pytest.raises(CommandError):
        call_command("verify_books", since=f"{number}:{chain}", stdout=StringIO())


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
