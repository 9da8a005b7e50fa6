"""Writes an ISO 20022 customer credit transfer, pain.001.001.09. No Django here.

The same payments give the same bytes. Source of the format: ISO 20022 message definition
CustomerCreditTransferInitiationV09.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from lxml import etree

from revenue import money
from revenue.rails.base import Payee, PaymentRequest

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
# What every bank takes (EPC217-08, the Latin character set), and letters of other scripts as they are.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Debtor:
    """The account that pays."""

    name: str
    iban: str
    bic: str


def build(
    *, message_id: str, made_at: datetime, execute_on: date, debtor: Debtor, currency: str,
    payments: Sequence[PaymentRequest],
) -> bytes:  # fmt: skip
    """Return the file for ``payments``, all in one currency. ``message_id`` has at most 35 characters.

    Raises ValueError without payments or with another currency among them.
    """
    if not payments or any(payment.currency != currency for payment in payments):
        raise ValueError("a file holds payments of one currency, and at least one")
    ordered = sorted(payments, key=lambda payment: payment.group)
    document = etree.Element(_tag("Document"), nsmap={None: NAMESPACE})
    root = _add(document, "CstmrCdtTrfInitn")
    count, total = str(len(ordered)), money.plain(sum(payment.amount for payment in ordered), currency)
    header = _add(root, "GrpHdr")
    _add(header, "MsgId", message_id)
    _add(header, "CreDtTm", made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00"))
    _add(header, "NbOfTxs", count)
    _add(header, "CtrlSum", total)
    _add(header, "InitgPty", "Nm", text=_text(debtor.name, 70))
    info = _add(root, "PmtInf")
    _add(info, "PmtInfId", message_id)
    _add(info, "PmtMtd", "TRF")
    _add(info, "NbOfTxs", count)
    _add(info, "CtrlSum", total)
    _add(info, "ReqdExctnDt", "Dt", text=execute_on.isoformat())
    _add(info, "Dbtr", "Nm", text=_text(debtor.name, 70))
    _add(info, "DbtrAcct", "Id", "IBAN", text=debtor.iban)
    _add(info, "DbtrAgt", "FinInstnId", "BICFI", text=debtor.bic)
    _add(info, "ChrgBr", "SHAR")
    for payment in ordered:
        _payment(info, payment)
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _payment(info: etree._Element, payment: PaymentRequest) -> None:
    payee = payment.payee
    item = _add(info, "CdtTrfTxInf")
    _add(item, "PmtId", "EndToEndId", text=payment.group)
    amount = _add(item, "Amt", "InstdAmt", text=money.plain(payment.amount, payment.currency))
    amount.set("Ccy", payment.currency)
    _agent(item, payee)
    creditor = _add(item, "Cdtr")
    _add(creditor, "Nm", _text(payee.holder, 70))
    _add(creditor, "PstlAdr", "Ctry", text=payee.country)
    if payee.iban:
        _add(item, "CdtrAcct", "Id", "IBAN", text=payee.iban)
    else:
        _add(item, "CdtrAcct", "Id", "Othr", "Id", text=payee.account_number)
    _add(item, "RmtInf", "Ustrd", text=_text(payment.text, 140))


def _agent(item: etree._Element, payee: Payee) -> None:
    if payee.bic:
        _add(item, "CdtrAgt", "FinInstnId", "BICFI", text=payee.bic)
    elif payee.bank_code:
        _add(item, "CdtrAgt", "FinInstnId", "ClrSysMmbId", "MmbId", text=payee.bank_code)


def _add(parent: etree._Element, *path: str, text: str | None = None) -> etree._Element:
    """Add nested elements and return the innermost; without ``text=`` a second word of two is the text."""
    if text is None and len(path) == 2:
        path, text = path[:1], path[1]
    for name in path:
        parent = etree.SubElement(parent, _tag(name))
    parent.text = text
    return parent


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _text(text: str, longest: int) -> str:
    return _CONTROL.sub(" ", text).strip()[:longest]
