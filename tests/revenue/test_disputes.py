"""A creator disputes a line; the statement stays, and what was wrong comes with the next one."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from revenue import bookkeeping, chart, disputes
from revenue.errors import NotReadyError, SamePersonError
from revenue.models import Correction, Dispute
from revenue.proof import verify
from revenue.statements import close_month
from revenue.tasks import tell_answer
from tests.factories.creators import ProfileFactory
from tests.factories.revenue import month

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(statement):
    return statement.lines.get()


@pytest.fixture
def asked(line, creator):
    return disputes.dispute_line(line=line, reason="amount", message="I count 300 dollars.", by=creator)


def question(line):
    return reverse("revenue:dispute", args=[line.statement_id, line.position])


def test_what_she_asks_is_kept_and_the_statement_stays(asked, statement, creator):
    digest = statement.digest
    statement.refresh_from_db()
    assert (asked.state, asked.message, statement.digest) == ("open", "I count 300 dollars.", digest)
    assert ModelLogEntry.objects.filter(action="revenue.line_disputed", user=creator).exists()
    assert verify().problems == []


def test_one_open_question_a_line(asked, line, creator):
    with pytest.raises(NotReadyError):
        disputes.dispute_line(line=line, reason="other", message="Again", by=creator)
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispute.objects.create(line=line, reason="other", message="x", raised_by=creator, raised_at=timezone.now())


def test_a_line_can_be_asked_about_again_once_it_was_answered(asked, line, creator, preparer):
    disputes.explain(dispute=asked, answer="It is what YouTube reported.", by=preparer)
    assert disputes.dispute_line(line=line, reason="other", message="And this?", by=creator).is_open


@pytest.mark.parametrize("message", ["", "   ", "\n"])
def test_a_question_says_what_is_wrong(line, creator, message):
    with pytest.raises(NotReadyError):
        disputes.dispute_line(line=line, reason="amount", message=message, by=creator)


def test_too_many_questions_in_a_day_wait_for_tomorrow(line, creator, preparer):
    for number in range(disputes.MOST_A_DAY):
        asked = disputes.dispute_line(line=line, reason="other", message=str(number), by=creator)
        disputes.explain(dispute=asked, answer="Yes.", by=preparer)
    with pytest.raises(NotReadyError):
        disputes.dispute_line(line=line, reason="other", message="One more", by=creator)


@pytest.mark.parametrize("who", ["preparer", "approver", "outsider", "learner"])
def test_only_she_disputes_her_line(line, who, request):
    with pytest.raises(PermissionDenied):
        disputes.dispute_line(line=line, reason="other", message="x", by=request.getfixturevalue(who))


@pytest.mark.parametrize("who", ["approver", "outsider", "creator"])
def test_only_preparers_answer(asked, who, request):
    with pytest.raises(PermissionDenied):
        disputes.explain(dispute=asked, answer="No.", by=request.getfixturevalue(who))


def test_nobody_answers_her_own_question(asked, creator):
    creator.give_role("finance preparer")
    with pytest.raises(SamePersonError):
        disputes.accept(dispute=asked, answer="Yes, surely.", amount=10**6, by=creator)


def test_an_explained_line_moves_nothing(asked, preparer):
    disputes.explain(dispute=asked, answer="YouTube reported 200.", by=preparer)
    asked.refresh_from_db()
    assert (asked.state, asked.answered_by) == ("explained", preparer)
    assert not Correction.objects.exists()
    assert ModelLogEntry.objects.filter(action="revenue.dispute_answered", user=preparer).exists()
    for answer in (disputes.explain, disputes.accept):
        with pytest.raises(NotReadyError):
            answer(dispute=asked, answer="Again", by=preparer, **({"amount": 5} if answer is disputes.accept else {}))


@pytest.mark.parametrize("amount", [7000, -4000])
def test_a_correction_is_a_line_of_the_next_statement(asked, statement, channel, imported, preparer, amount):
    correction = disputes.accept(dispute=asked, answer="A file was missing.", amount=amount, by=preparer)
    imported([(channel.external_id, "10.00")], "2026-10")
    (october,) = close_month(month=month("2026-10"), by=preparer)
    found = [(line.kind, line.amount, line.correction_id) for line in october.lines.all()]
    assert found == [("earnings", 700, None), ("correction", amount, correction.pk)]
    assert october.earned == 700 + amount
    assert -bookkeeping.balance(chart.creator_payable(channel.profile.pk), "USD") == 14000 + 700 + amount
    assert bookkeeping.balance(chart.PROGRAMME_INCOME, "USD") == -6300 + amount
    assert verify().problems == []


def test_a_correction_alone_makes_a_statement(asked, preparer):
    disputes.accept(dispute=asked, answer="A file was missing.", amount=7000, by=preparer)
    (october,) = close_month(month=month("2026-10"), by=preparer)
    assert (october.earned, october.payable) == (7000, 7000)
    assert verify().problems == []


def test_a_correction_of_nothing_or_without_words_is_refused(asked, preparer):
    for answer, amount in (("Yes", 0), ("  ", 5)):
        with pytest.raises(NotReadyError):
            disputes.accept(dispute=asked, answer=answer, amount=amount, by=preparer)
    asked.refresh_from_db()
    assert asked.is_open


CHANGES = [{"message": "x"}, {"answer": "x"}, {"state": "open", "answer": "", "answered_by": None, "answered_at": None}]


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_keeps_what_was_said(asked, preparer, change):
    disputes.explain(dispute=asked, answer="No.", by=preparer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispute.objects.update(**change)


def test_the_database_deletes_no_question_and_no_correction(asked, preparer):
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispute.objects.all()._raw_delete("default")
    disputes.accept(dispute=asked, answer="Yes.", amount=5, by=preparer)
    for act in (lambda: Correction.objects.update(amount=6), lambda: Correction.objects.all()._raw_delete("default")):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_an_answer_needs_somebody_who_gave_it(asked):
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispute.objects.update(state="explained", answer="x")


def test_she_asks_on_the_page_and_reads_the_answer_there(client, creator, preparer, line, statement):
    client.force_login(creator)
    page = statement.get_absolute_url()
    assert question(line) in client.get(page).content.decode()
    assert client.get(question(line)).status_code == 200
    assert client.post(question(line), {"reason": "amount", "message": ""}).status_code == 422
    answer = client.post(question(line), {"reason": "amount", "message": "<b>300</b> =1+1"})
    assert answer.status_code == 302
    text = client.get(page).content.decode()
    assert "&lt;b&gt;300&lt;/b&gt;" in text
    assert "We are looking at it" in text
    assert "already" in client.post(question(line), {"reason": "amount", "message": "x"}).content.decode()
    client.force_login(preparer)
    asked = Dispute.objects.get()
    assert "300" in client.get(reverse("finance_disputes:index")).content.decode()
    assert "$140.00" in client.get(reverse("finance_disputes:dispute", args=[asked.pk])).content.decode()
    assert "Questions to answer" in client.get("/admin/").content.decode()
    to = reverse("finance_disputes:answer", args=[asked.pk])
    for wrong in ({"answer": ""}, {"answer": "Yes", "amount": "0.001"}, {"answer": "Yes", "amount": "much"}):
        client.post(to, wrong)
    assert Dispute.objects.get().is_open
    client.post(to, {"answer": "You are right.", "amount": "70.00"})
    client.force_login(creator)
    for address in (page, "/earnings/"):
        assert "You are right." in client.get(address).content.decode()
    assert "$70.00" in client.get(page).content.decode()


def test_the_next_statement_says_which_question_it_corrects(client, creator, asked, preparer):
    disputes.accept(dispute=asked, answer="A file was missing.", amount=7000, by=preparer)
    (october,) = close_month(month=month("2026-10"), by=preparer)
    client.force_login(creator)
    text = client.get(october.get_absolute_url()).content.decode()
    assert "A file was missing." in text
    assert asked.line.statement.get_absolute_url() in text
    assert "makes a difference of" in text


@pytest.mark.parametrize("who", ["learner", "instructor", "outsider", "preparer", "approver", "administrator"])
def test_nobody_else_finds_the_form(client, line, who, request):
    client.force_login(request.getfixturevalue(who))
    for method in (client.get, client.post):
        assert method(question(line)).status_code == 404


def test_another_creator_does_not_find_it_nor_read_it(client, line, asked):
    client.force_login(ProfileFactory().user)
    assert client.get(question(line)).status_code == 404
    assert "300 dollars" not in client.get("/earnings/").content.decode()


def test_she_is_told_in_her_language(asked, preparer, creator):
    creator.email, creator.language = "amina@example.org", "zh-hans"
    creator.save()
    creator.confirm_contacts()
    disputes.explain(dispute=asked, answer="No.", by=preparer)
    mail.outbox.clear()
    tell_answer.call(str(asked.pk))
    (letter,) = [message for message in mail.outbox if "amina@example.org" in message.to]
    assert asked.line.statement.get_absolute_url() in letter.body
    assert "answered" not in letter.body


def test_old_questions_do_not_count_for_today(line, creator, preparer):
    long_ago = timezone.now() - timedelta(days=2)
    for number in range(disputes.MOST_A_DAY):
        Dispute.objects.create(
            line=line, reason="other", message=str(number), raised_by=creator, raised_at=long_ago, state="explained",
            answer="x", answered_by=preparer, answered_at=long_ago,
        )  # fmt: skip
    assert disputes.dispute_line(line=line, reason="other", message="x", by=creator).is_open
