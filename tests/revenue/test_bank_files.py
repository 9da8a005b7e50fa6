"""The bank's file fits the schema of ISO 20022, is the same every time, and its sums are right."""

from datetime import UTC, date, datetime
from importlib.resources import files

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from lxml import etree

from revenue import approvals, batches, payouts
from revenue.errors import NotReadyError
from revenue.models import PaymentBatch
from revenue.rails import pain001
from revenue.rails.base import Payee, PaymentRequest
from tests.factories.revenue import PayoutMethodFactory

DEBTOR = pain001.Debtor(**settings.REVENUE_DEBTOR)
NS = {"p": pain001.NAMESPACE}


def payment(group="b" * 32, amount=12345, **payee):
    details = {"holder": "Amina Otieno", "country": "DE", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX"}
    return PaymentRequest(group, amount, "EUR", "Hearthlight 2026-09", Payee(**(details | payee)))


def build(*payments):
    return pain001.build(
        message_id="a" * 32, made_at=datetime(2026, 10, 5, 12, tzinfo=UTC), execute_on=date(2026, 10, 6),
        debtor=DEBTOR, currency="EUR", payments=payments,
    )  # fmt: skip


@pytest.fixture(scope="module")
def schema():
    return etree.XMLSchema(etree.parse(str(files("sepaxml") / "schemas" / "pain.001.001.09.xsd")))


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"holder": "王 小明 & <Söhne>"},
        {"country": "CN", "iban": "", "bic": "BKCHCNBJ", "account_number": "6217000010001234567"},
        {"country": "KE", "iban": "", "bic": "", "bank_code": "01100", "account_number": "0123456789"},
        {"holder": "x" * 200},
    ],
)
def test_the_file_fits_the_schema(schema, details):
    schema.assertValid(etree.fromstring(build(payment(**details), payment("c" * 32, 5))))


def test_sums_and_payments_are_right():
    root = etree.fromstring(build(payment(), payment("c" * 32, 5)))
    assert root.findtext(".//p:GrpHdr/p:CtrlSum", namespaces=NS) == "123.50"
    assert root.findtext(".//p:GrpHdr/p:NbOfTxs", namespaces=NS) == "2"
    assert [node.text for node in root.findall(".//p:InstdAmt", NS)] == ["123.45", "0.05"]
    assert [node.text for node in root.findall(".//p:EndToEndId", NS)] == ["b" * 32, "c" * 32]


def test_the_same_payments_give_the_same_bytes():
    assert build(payment(), payment("c" * 32, 5)) == build(payment("c" * 32, 5), payment())


def test_another_currency_is_refused():
    with pytest.raises(ValueError, match="one currency"):
        pain001.build(
            message_id="a", made_at=datetime(2026, 10, 5, tzinfo=UTC), execute_on=date(2026, 10, 6), debtor=DEBTOR,
            currency="USD", payments=[payment()],
        )  # fmt: skip


@pytest.fixture
def batch(db, statement, preparer, approver):
    PayoutMethodFactory(creator=statement.creator)
    approvals.send_to_approval(statement=statement, by=preparer)
    approvals.approve(statement=statement, by=approver)
    payouts.pay(statements=[statement], by=approver)
    return PaymentBatch.objects.get()


def test_a_batch_gets_its_file_once(batch, approver, schema):
    (file,) = batches.make_files(by=approver)
    assert batches.make_files(by=approver) == []
    assert (file.payments, file.control_sum) == (1, 14000)
    schema.assertValid(etree.fromstring(bytes(file.content)))


def test_the_bank_has_the_file_and_pays(batch, approver, statement):
    batches.make_files(by=approver)
    batches.mark_sent(batch=batch, by=approver)
    batches.mark_sent(batch=batch, by=approver)
    assert batches.mark_paid(batch=batch, by=approver) == 1
    statement.refresh_from_db()
    assert statement.state == "settled"


def test_without_an_account_to_pay_from_there_is_no_file(batch, approver, settings):
    settings.REVENUE_DEBTOR = {"name": "", "iban": "", "bic": ""}
    with pytest.raises(NotReadyError):
        batches.make_files(by=approver)


def test_a_preparer_takes_no_file(batch, preparer, approver):
    batches.make_files(by=approver)
    with pytest.raises(PermissionDenied):
        batches.download(batch=batch, by=preparer)
