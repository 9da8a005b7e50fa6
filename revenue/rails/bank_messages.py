"""Reads what a bank says of the payments it was given. No Django models here.

Three formats: ISO 20022 payment status report (pain.002), ISO 20022 bank statement (camt.053), and a table of our own
for banks that offer neither, ``date,amount,currency,reference,reason`` (CSV, UTF-8; below zero is what the bank paid).
Sources: ISO 20022 message definitions CustomerPaymentStatusReport and BankToCustomerStatement, any version; external
code sets ExternalPaymentTransactionStatus1Code and ExternalReturnReason1Code.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _
from lxml import etree

from revenue import money
from revenue.states import PayoutState

MOST_BYTES: Final = 20 * 1024 * 1024
MOST_LINES: Final = 100_000
CSV_COLUMNS: Final = ("date", "amount", "currency", "reference", "reason")
# A group of ours, 32 hexadecimal digits, alone or inside what a bank prints around it.
_GROUP: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_STATES: Final = {
    **dict.fromkeys(("ACSC", "ACCC"), PayoutState.PAID),
    **dict.fromkeys(("RCVD", "ACTC", "ACCP", "ACSP", "ACWC", "ACFC", "PDNG", "PATC"), PayoutState.IN_TRANSIT),
    **dict.fromkeys(("RJCT", "CANC"), PayoutState.RETURNED),
}


class AnswerKind(StrEnum):
    """What a file is: how payments are getting on, or what was booked on the account."""

    STATUS = "status"
    STATEMENT = "statement"


class UnreadableAnswerError(ValueError):
    """A file is no bank's answer; its only argument is a sentence for whoever sent it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank says of one payment, or of a whole file of ours.

    ``group`` is a payout's or a batch's id, empty where the bank names none. ``amount`` is in minor units of
    ``currency`` and positive, None where the bank does not say it. ``reason`` begins with the bank's code.
    """

    group: str
    state: PayoutState
    amount: int | None = None
    currency: str = ""
    booked_on: date | None = None
    reason: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """A file as it was read."""

    kind: AnswerKind
    answers: list[Answer]


def read(content: bytes) -> AnswerFile:
    """Return what is in a bank's file. Raises UnreadableAnswerError; nothing of a bad file is returned."""
    if not content.strip():
        raise UnreadableAnswerError(_("The file is empty."))
    if len(content) > MOST_BYTES:
        raise UnreadableAnswerError(_("The file is too large to be a bank's answer."))
    kind, found = _read_xml(content) if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else _read_csv(content)
    answers = []
    for answer in found:
        answers.append(answer)
        if len(answers) > MOST_LINES:
            raise UnreadableAnswerError(_("The file has more lines than can be read at once."))
    return AnswerFile(kind, answers)


def _read_xml(content: bytes) -> tuple[AnswerKind, Iterator[Answer]]:
    # No entity, no document type, nothing from elsewhere: a bank's file needs none of them.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableAnswerError(_("The file is damaged: its XML does not end as it should.")) from error
    if root.getroottree().docinfo.doctype:
        raise UnreadableAnswerError(_("The file is not what a bank sends."))
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname  # versions differ in their namespace only
    if (report := root.find("CstmrPmtStsRpt")) is not None:
        return AnswerKind.STATUS, _status_answers(report)
    if (statements := root.find("BkToCstmrStmt")) is not None:
        return AnswerKind.STATEMENT, _statement_answers(statements)
    raise UnreadableAnswerError(_("This is neither a payment status report (pain.002) nor a statement (camt.053)."))


def _status_answers(report: etree._Element) -> Iterator[Answer]:
    """Yield the answers of a pain.002, the most general first, so that a payment's own word is the last."""
    levels = (
        ("OrgnlGrpInfAndSts", "OrgnlMsgId", "GrpSts"),
        ("OrgnlPmtInfAndSts", "OrgnlPmtInfId", "PmtInfSts"),
        (".//TxInfAndSts", "OrgnlEndToEndId", "TxSts"),
    )
    for path, name, status in levels:
        for item in report.iterfind(path):
            state = _STATES.get(_text(item, status))  # PART says nothing of any one payment
            if state:
                amount, currency = _amount(item.find("OrgnlTxRef/Amt/InstdAmt"))
                reason = _reason(item, "StsRsnInf")
                reference = _text(item, "AcctSvcrRef")
                yield Answer(_group(_text(item, name)), state, amount, currency, None, reason, reference)


def _statement_answers(statements: etree._Element) -> Iterator[Answer]:
    for entry in statements.iterfind("Stmt/Ntry"):
        if _text(entry, "Sts/Cd") not in ("", "BOOK") or _text(entry, "Sts") not in ("", "BOOK"):
            continue  # expected, not booked
        booked_on = _date(_text(entry, "BookgDt/Dt") or _text(entry, "BookgDt/DtTm"))
        details = entry.findall("NtryDtls/TxDtls")
        if details:
            for item in details:
                yield _booked(item, entry, booked_on, is_alone=len(details) == 1)
        else:  # booked as one sum
            group = _text(entry, "NtryDtls/Btch/PmtInfId")
            yield _booked_sum(entry, group, booked_on)


def _booked(item: etree._Element, entry: etree._Element, booked_on: date | None, *, is_alone: bool) -> Answer:
    direction = _text(item, "CdtDbtInd") or _text(entry, "CdtDbtInd")
    # what we ordered, in the currency we ordered it in; the account may be in another
    ordered = ("AmtDtls/InstdAmt/Amt",) if direction == "DBIT" else ()
    places = [item.find(path) for path in (*ordered, "Amt", "AmtDtls/TxAmt/Amt")] + [entry.find("Amt")] * is_alone
    amount, currency = _booked_amount(next((place for place in places if place is not None), None))
    named = [_text(item, f"Refs/{name}") for name in ("EndToEndId", "PmtInfId")]
    named += [element.text or "" for element in item.iterfind("RmtInf/Ustrd")]
    reason = _reason(item, "RtrInf")
    reference = _text(item, "Refs/AcctSvcrRef") or _text(entry, "AcctSvcrRef")
    return Answer(_group(*named), _state(direction), amount, currency, booked_on, reason, reference)


def _booked_sum(entry: etree._Element, group: str, booked_on: date | None) -> Answer:
    amount, currency = _booked_amount(entry.find("Amt"))
    state = _state(_text(entry, "CdtDbtInd"))
    return Answer(_group(group), state, amount, currency, booked_on, "", _text(entry, "AcctSvcrRef"))


def _state(direction: str) -> PayoutState:
    """A debit is what we paid; what is credited came in, and if it names a payment of ours it came back."""
    return PayoutState.PAID if direction == "DBIT" else PayoutState.RETURNED


def _read_csv(content: bytes) -> tuple[AnswerKind, Iterator[Answer]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableAnswerError(_("The file is neither XML nor a table in UTF-8.")) from error
    if "\0" in text:
        raise UnreadableAnswerError(_("The file is neither XML nor a table in UTF-8."))
    rows = csv.DictReader(io.StringIO(text), strict=True)
    try:
        names = [name.strip().lower() for name in rows.fieldnames or []]
        if sorted(names) != sorted(CSV_COLUMNS):
            raise UnreadableAnswerError(
                _("A table needs exactly these columns: %(columns)s.") % {"columns": ", ".join(CSV_COLUMNS)}
            )
        rows.fieldnames = names
        return AnswerKind.STATEMENT, iter([_csv_answer(row, rows.line_num) for row in rows])
    except csv.Error as error:
        raise UnreadableAnswerError(
            _("Line %(line)s of the table cannot be read.") % {"line": rows.line_num}
        ) from error


def _csv_answer(row: dict[str, str | None], line: int) -> Answer:
    cells = {name: (row.get(name) or "").strip() for name in CSV_COLUMNS}
    currency = cells["currency"].upper()
    try:
        amount, booked_on = _minor(cells["amount"].removeprefix("-"), currency), date.fromisoformat(cells["date"])
    except (ValueError, money.BadFigureError) as error:
        raise UnreadableAnswerError(
            _("Line %(line)s of the table cannot be read. A line looks like 2026-11-21,-140.00,USD,…") % {"line": line}
        ) from error
    state = PayoutState.PAID if cells["amount"].startswith("-") else PayoutState.RETURNED
    return Answer(_group(cells["reference"]), state, amount, currency, booked_on, cells["reason"], "")


def _minor(text: str, currency: str) -> int:
    """Return an amount in minor units. Raises BadFigureError for parts of one, below zero, or no currency."""
    if not money.is_currency(currency):
        raise money.BadFigureError(currency)
    whole, rest = divmod(money.parse_micros(text), money.micros_per_minor(currency))
    if rest or whole < 0:
        raise money.BadFigureError(text)
    return whole


def _amount(element: etree._Element | None) -> tuple[int | None, str]:
    if element is None:
        return None, ""
    currency = element.get("Ccy", "")
    try:
        return _minor((element.text or "").strip(), currency), currency
    except money.BadFigureError as error:
        raise UnreadableAnswerError(
            _("An amount in the file cannot be read: %(amount)s") % {"amount": f"{element.text} {currency}"[:60]}
        ) from error


def _booked_amount(element: etree._Element | None) -> tuple[int | None, str]:
    """Return an amount of a booking; one that cannot be read is none, for most bookings are not about us."""
    try:
        return _amount(element)
    except UnreadableAnswerError:
        return None, ""


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None  # a zone may stand behind it
    except ValueError as error:
        raise UnreadableAnswerError(_("A date in the file cannot be read: %(date)s") % {"date": text[:20]}) from error


def _group(*texts: str) -> str:
    """Return the first id of ours in ``texts``; some banks print it in capitals or with words around it."""
    for text in texts:
        if found := _GROUP.search(text.lower()):
            return found[0]
    return ""


def _reason(item: etree._Element, path: str) -> str:
    code = _text(item, f"{path}/Rsn/Cd") or _text(item, f"{path}/Rsn/Prtry")
    return f"{code} {_text(item, f'{path}/AddtlInf')}".strip()


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
