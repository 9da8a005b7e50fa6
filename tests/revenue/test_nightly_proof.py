"""The books are proved once a night by whichever worker is awake, and finance sees what came of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from revenue import triggers
from revenue.admin.proofs import COUNTED
from revenue.models import Posting, ProofRun
from revenue.proof import nightly

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.fixture
def asked(monkeypatch):
    """The days that a worker was asked to prove."""
    from revenue.tasks import prove_books

    days = []
    monkeypatch.setattr(type(prove_books), "enqueue", lambda _task, day: days.append(day))
    return days


def test_it_is_asked_for_once_a_night(asked):
    assert [nightly.ask_if_due(NIGHT + timedelta(minutes=10 * turn)) for turn in range(6)] == [True, *[False] * 5]
    assert asked == ["2026-11-22"]
    assert nightly.ask_if_due(NIGHT + timedelta(days=1))


def test_nobody_asks_before_the_night(asked):
    assert not nightly.ask_if_due(NIGHT.replace(hour=1))
    assert asked == []


def test_a_proof_whose_worker_was_lost_is_asked_for_again_and_one_that_ended_is_not(asked):
    nightly.ask_if_due(NIGHT)
    assert nightly.ask_if_due(NIGHT + nightly.LOST_AFTER + timedelta(seconds=1))
    ProofRun.objects.update(ended_at=NIGHT + timedelta(hours=3))
    assert not nightly.ask_if_due(NIGHT + timedelta(hours=8))


def test_it_keeps_what_was_covered(statement):
    run = nightly.prove(NIGHT.date())
    assert run.holds
    assert run.checked["statements"] == 1
    assert run.last_number > 0
    assert ProofRun.objects.get() == nightly.prove(NIGHT.date())


def test_what_is_counted_has_a_name_that_can_be_translated(statement):
    assert nightly.prove(NIGHT.date()).checked.keys() <= COUNTED.keys()


def test_finance_sees_it_on_the_first_page(client, preparer, statement):
    client.force_login(preparer)
    home = reverse("wagtailadmin_home")
    assert "have not been proved yet" in client.get(home).content.decode()
    nightly.prove(timezone.now().date())
    assert "The books hold (proved" in client.get(home).content.decode()
    ProofRun.objects.update(begun_at=timezone.now() - timedelta(days=3), ended_at=timezone.now() - timedelta(days=2))
    assert "have not been proved since" in client.get(home).content.decode()


def test_a_changed_posting_is_named_on_the_page(client, approver, statement):
    triggers.remove(connection)
    posting = Posting.objects.first()
    Posting.objects.filter(pk=posting.pk).update(amount=posting.amount + 1)
    triggers.install(connection)
    run = nightly.prove(timezone.now().date())
    assert not run.holds
    client.force_login(approver)
    text = client.get(reverse("finance_proof:index")).content.decode()
    assert "Pay nothing before this is understood" in text
    assert run.problems[0][:20] in text
    assert "The books do not hold" in client.get(reverse("wagtailadmin_home")).content.decode()


def test_an_instructor_sees_nothing_of_it(client, instructor):
    client.force_login(instructor)
    assert "books" not in client.get(reverse("wagtailadmin_home")).content.decode()
    assert client.get(reverse("finance_proof:index")).status_code in {302, 403}
