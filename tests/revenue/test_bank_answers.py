"""What the bank says is read as it is meant, kept once, compared with the books, and written down once."""

import uuid
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse

from revenue import approvals, bank_answers, batches, payouts
from revenue.errors import NotReadyError, PayoutDetailsError, UnreadableReportError
from revenue.models import BankFile, BankLine, Hold, JournalEntry, PaymentBatch, Payout
from revenue.models.bank import Verdict
from revenue.proof import verify
from revenue.states import PayoutState
from tests.factories.bank import camt053, entry, pain002, payment
from tests.factories.revenue import PayoutMethodFactory

OURS = "0123456789abcdef" * 2
UNKNOWN = uuid.uuid4().hex
pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(statement, preparer, approver):
    PayoutMethodFactory(creator=statement.creator)
    approvals.send_to_approval(statement=statement, by=preparer)
    approvals.approve(statement=statement, by=approver)
    return statement


@pytest.fixture
def payout(approved, approver):
    """A payout whose file is made; nobody has said yet that the bank has it."""
    (made,) = payouts.pay(statements=[approved], by=approver).payouts
    batches.make_files(by=approver)
    return Payout.objects.get(pk=made.pk)


def take_in(content, approver):
    file, _is_new = bank_answers.keep(content=content, name="answer.xml", by=approver)
    bank_answers.carry_out(file=file, by=approver)
    return [line.verdict for line in file.lines.all()]


class TestWritingDown:
    def test_a_booking_settles_the_statement_on_the_day_of_the_bank(self, payout, approver):
        assert take_in(camt053(entry("140.00", [payment(payout.group)])), approver) == [Verdict.DONE]
        payout.refresh_from_db()
        assert (payout.state, payout.paid_on, payout.problem) == (PayoutState.PAID, date(2026, 10, 7), "")
        assert payout.batch.state == "sent"  # whoever answers has the file
        assert payout.statement.state == "settled"
        assert verify().problems == []

    def test_nothing_is_written_down_before_somebody_says_so(self, payout, approver):
        file, is_new = bank_answers.keep(content=pain002((payout.group, "ACSC")), name="a", by=approver)
        assert is_new
        assert [line.verdict for line in file.lines.all()] == [Verdict.FITS]
        payout.refresh_from_db()
        assert payout.state == PayoutState.SENDING

    def test_the_same_file_and_the_same_news_change_nothing(self, payout, approver):
        take_in(camt053(entry("140.00", [payment(payout.group)])), approver)
        entries = JournalEntry.objects.count()
        file, is_new = bank_answers.keep(
            content=camt053(entry("140.00", [payment(payout.group)])), name="again", by=approver
        )
        assert not is_new
        assert bank_answers.carry_out(file=file, by=approver) == 0
        assert take_in(pain002((payout.group, "ACSC"), (payout.group, "ACSP")), approver) == [Verdict.KNOWN] * 2
        assert JournalEntry.objects.count() == entries

    def test_money_that_comes_back_is_owed_again_and_she_reads_why(self, payout, approver):
        paid = entry("140.00", [payment(payout.group)])
        back = entry("140.00", [payment(payout.group, reason="AC04")], way="CRDT", on=date(2026, 10, 9))
        assert take_in(camt053(paid, back), approver) == [Verdict.DONE] * 2
        payout.refresh_from_db()
        assert (payout.state, payout.problem) == (PayoutState.RETURNED, "AC04")
        assert Hold.objects.get().message.startswith("This account is closed. The money came back")
        assert verify().problems == []
        assert take_in(pain002((payout.group, "ACSC"), (payout.group, "RJCT", "AC04")), approver) == [Verdict.KNOWN] * 2

    def test_paid_although_it_was_refused_is_a_conflict(self, payout, approver):
        take_in(pain002((payout.group, "RJCT", "AC01")), approver)
        assert take_in(camt053(entry("140.00", [payment(payout.group)])), approver) == [Verdict.CONFLICT]
        payout.refresh_from_db()
        assert payout.state == PayoutState.RETURNED

    def test_another_amount_is_never_written_down(self, payout, approver):
        assert take_in(camt053(entry("139.00", [payment(payout.group, "139.00")])), approver) == [Verdict.AMOUNT]
        payout.refresh_from_db()
        assert payout.state == PayoutState.SENDING

    def test_a_whole_file_is_settled_by_its_sum(self, payout, approver):
        batch = f"<Btch><PmtInfId>{payout.batch.pk.hex}</PmtInfId></Btch>"
        assert take_in(camt053(entry("141.00", extra=batch)), approver) == [Verdict.AMOUNT]
        assert take_in(camt053(entry("140.00", extra=batch)), approver) == [Verdict.DONE]
        payout.refresh_from_db()
        assert payout.state == PayoutState.PAID
        assert take_in(pain002(group=(payout.batch.pk.hex, "ACSC")), approver) == [Verdict.KNOWN]

    def test_a_payment_that_was_booked_twice_is_seen(self, payout, approver):
        once = entry("140.00", [payment(payout.group)])
        assert take_in(camt053(once, once), approver) == [Verdict.DONE, Verdict.TWICE]
        assert take_in(camt053(once, entry("1.00")), approver)[0] == Verdict.KNOWN  # a statement that overlaps
        later = entry("140.00", [payment(payout.group)], on=date(2026, 10, 9))
        assert take_in(camt053(later), approver) == [Verdict.TWICE]
        assert BankLine.objects.open_differences().count() == 2

    def test_a_booking_without_an_amount_is_not_written_down(self, payout, approver):
        assert take_in(camt053(entry("140.00", [payment(payout.group, "many")])), approver) == [Verdict.AMOUNT]

    def test_a_whole_file_that_is_refused_after_somebody_said_paid_is_owed_again(self, payout, approver):
        batches.mark_sent(batch=payout.batch, by=approver)
        batches.mark_paid(batch=payout.batch, by=approver)
        assert take_in(pain002(group=(payout.batch.pk.hex, "RJCT")), approver) == [Verdict.DONE]
        payout.refresh_from_db()
        assert payout.state == PayoutState.RETURNED
        assert verify().problems == []

    def test_nothing_is_paid_again_while_the_bank_says_it_was(self, payout, preparer, approver):
        take_in(pain002((payout.group, "RJCT", "AC01")), approver)
        take_in(camt053(entry("140.00", [payment(payout.group)])), approver)
        approvals.release(hold=Hold.objects.get(), by=preparer)
        approvals.approve(statement=payout.statement, by=approver)
        with pytest.raises(NotReadyError, match="says something else"):
            payouts.claim(statement=payout.statement, by=approver)
        bank_answers.clear_up(line=BankLine.objects.get(verdict=Verdict.CONFLICT), note="An error.", by=approver)
        assert payouts.claim(statement=payout.statement, by=approver)

    def test_a_refusal_that_is_not_about_her_account_asks_nothing_of_her(self, payout, approver):
        take_in(pain002((payout.group, "RJCT", "AM04")), approver)
        assert "you need not do anything" in Hold.objects.get().message

    def test_a_file_that_was_not_made_yet_cannot_have_been_paid(self, approved, approver):
        (payout,) = payouts.pay(statements=[approved], by=approver).payouts
        assert take_in(pain002((payout.group, "ACSC")), approver) == [Verdict.CONFLICT]
        assert PaymentBatch.objects.get().state == "open"

    def test_what_is_not_ours_is_left_alone(self, payout, approver):
        fee = entry("3.50", ["<RmtInf><Ustrd>account fee</Ustrd></RmtInf>"])
        assert take_in(camt053(fee, entry("9.00", [payment(UNKNOWN, "9.00")])), approver) == ["other", "unknown"]
        others = entry("9.00", [payment("f" * 32, "9.00")])  # somebody else's reference
        back = entry("9.00", [payment(UNKNOWN, "9.00")], way="CRDT")
        assert take_in(camt053(others, back), approver) == ["other", "other"]

    def test_two_payments_that_come_back_end_the_account(self, payout, preparer, approver):
        statement = payout.statement
        for number in range(2):
            if number:
                approvals.release(hold=Hold.objects.get(released_at=None), by=preparer)
                approvals.approve(statement=statement, by=approver)
                (payout,) = payouts.pay(statements=[statement], by=approver).payouts
                batches.make_files(by=approver)
            take_in(pain002((payout.group, "RJCT", "AC04")), approver)
        approvals.release(hold=Hold.objects.get(released_at=None), by=preparer)
        approvals.approve(statement=statement, by=approver)
        with pytest.raises(PayoutDetailsError, match="came back twice"):
            payouts.claim(statement=statement, by=approver)

    def test_a_file_is_never_altered(self, payout, approver):
        file, _new = bank_answers.keep(content=pain002((payout.group, "ACSC")), name="a", by=approver)
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            BankFile.objects.filter(pk=file.pk).update(content=b"other")

    @pytest.mark.parametrize("who", ["preparer", "creator", "outsider"])
    def test_only_who_may_pay_takes_files_in(self, who, request, payout, approver):
        person = request.getfixturevalue(who)
        with pytest.raises(PermissionDenied):
            bank_answers.keep(content=pain002((payout.group, "ACSC")), name="a", by=person)
        file, _new = bank_answers.keep(content=pain002((payout.group, "ACSC")), name="a", by=approver)
        with pytest.raises(PermissionDenied):
            bank_answers.carry_out(file=file, by=person)
        with pytest.raises(PermissionDenied):
            bank_answers.clear_up(line=file.lines.get(), note="x", by=person)

    def test_a_bad_file_leaves_nothing_behind(self, approver):
        with pytest.raises(UnreadableReportError):
            bank_answers.keep(content=b"<Document/>", name="a", by=approver)
        assert not BankFile.objects.exists()


class TestClearingUp:
    def test_a_difference_is_cleared_up_with_words_once(self, payout, approver):
        take_in(camt053(entry("9.00", [payment(UNKNOWN, "9.00")])), approver)
        line = BankLine.objects.get()
        with pytest.raises(NotReadyError):
            bank_answers.clear_up(line=line, note="  ", by=approver)
        bank_answers.clear_up(line=line, note="Our rent, named by mistake.", by=approver)
        assert not BankLine.objects.open_differences().exists()
        with pytest.raises(NotReadyError):
            bank_answers.clear_up(line=line, note="Again.", by=approver)

    def test_what_fits_is_no_difference(self, payout, approver):
        file, _new = bank_answers.keep(content=pain002((payout.group, "ACSC")), name="a", by=approver)
        with pytest.raises(NotReadyError):
            bank_answers.clear_up(line=file.lines.get(), note="x", by=approver)


class TestPages:
    def test_the_approver_reads_a_file_in_and_writes_it_down(self, client, payout, approver, preparer):
        client.force_login(approver)
        sent = SimpleUploadedFile("bank.xml", camt053(entry("140.00", [payment(payout.group)])))
        page = client.post(reverse("finance_bank:keep"), {"file": sent}, follow=True)
        assert "1 line fits a payment of ours" in page.content.decode()
        file = BankFile.objects.get()
        client.post(reverse("finance_bank:carry_out", args=[file.pk]))
        payout.refresh_from_db()
        assert payout.state == PayoutState.PAID
        client.force_login(preparer)
        text = client.get(reverse("finance_bank:file", args=[file.pk])).content.decode()
        assert "written down" in text
        assert "Write it down" not in text
        assert "agree, as far as the bank has told us" in client.get(reverse("finance_bank:index")).content.decode()

    def test_a_file_that_cannot_be_read_says_so_at_the_field(self, client, approver):
        client.force_login(approver)
        page = client.post(reverse("finance_bank:keep"), {"file": SimpleUploadedFile("x.xml", b"<Document/>")})
        assert "neither a payment status report" in page.content.decode()
        assert "This field is required" in client.post(reverse("finance_bank:keep")).content.decode()

    def test_a_difference_is_cleared_up_on_the_page(self, client, payout, approver):
        take_in(camt053(entry("9.00", [payment(UNKNOWN, "9.00")])), approver)
        client.force_login(approver)
        assert "1 thing does not agree" in client.get(reverse("finance_bank:index")).content.decode()
        line = BankLine.objects.get()
        client.post(reverse("finance_bank:clear", args=[line.file_id, line.number]), {"note": "Our rent."})
        text = client.get(reverse("finance_bank:file", args=[line.file_id])).content.decode()
        assert "Our rent." in text
        assert "1 thing" not in client.get(reverse("finance_bank:index")).content.decode()

    @pytest.mark.parametrize("lines", [3, 120])
    def test_the_pages_ask_the_same_for_few_and_many(
        self, lines, client, payout, approver, django_assert_max_num_queries
    ):
        unknown = [entry("9.00", [payment(uuid.uuid4().hex, "9.00")]) for number in range(lines)]
        take_in(camt053(*unknown), approver)
        client.force_login(approver)
        client.get(reverse("finance_bank:index"))
        with django_assert_max_num_queries(20):
            client.get(reverse("finance_bank:index"))
        with django_assert_max_num_queries(20):
            client.get(reverse("finance_bank:file", args=[BankFile.objects.get().pk]))


def test_the_command_takes_a_file_in(payout, approver, tmp_path, capsys):
    path = tmp_path / "bank.csv"
    path.write_text(f"date,amount,currency,reference,reason\n2026-10-07,-140.00,USD,{payout.group},\n")
    call_command("read_bank_file", str(path), by=approver.email, carry_out=True)
    assert "Written down: 1 lines." in capsys.readouterr().out
    call_command("read_bank_file", str(path), by=approver.email, carry_out=True)
    assert "known already" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("read_bank_file", str(tmp_path / "none"), by=approver.email)
