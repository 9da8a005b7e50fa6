"""What a bank sends back, as the two ISO 20022 messages have it; only what is read of them."""

from collections.abc import Iterable
from datetime import date


def pain002(*payments: tuple[str, str] | tuple[str, str, str], group: tuple[str, str] | None = None) -> bytes:
    """Write a payment status report: ``(end-to-end id, status, reason code)``; ``group`` is (message id, status)."""
    items = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{one}</OrgnlEndToEndId><TxSts>{status}</TxSts>"
        + "".join(f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn><AddtlInf>closed</AddtlInf></StsRsnInf>" for code in reason)
        + "</TxInfAndSts>"
        for one, status, *reason in payments
    )
    whole = f"<OrgnlMsgId>{group[0]}</OrgnlMsgId><GrpSts>{group[1]}</GrpSts>" if group else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10">'
        f"<CstmrPmtStsRpt><GrpHdr><MsgId>1</MsgId></GrpHdr><OrgnlGrpInfAndSts>{whole}</OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts>{items}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    ).encode()


def camt053(*entries: str) -> bytes:
    """Write a statement of an account with ``entries``, made by the functions below."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
        f"<BkToCstmrStmt><Stmt>{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def entry(
    amount: str, details: Iterable[str] = (), *, way: str = "DBIT", on: date = date(2026, 10, 7), extra: str = ""
):
    """Write one booked entry."""
    inside = "".join(f"<TxDtls>{one}</TxDtls>" for one in details)
    return (
        f'<Ntry><Amt Ccy="USD">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{on}</Dt></BookgDt><NtryDtls>{extra}{inside}</NtryDtls></Ntry>"
    )


def payment(group: str, amount: str = "140.00", reason: str = "") -> str:
    """Write the details of one payment; ``reason`` is the code under which it came back."""
    back = f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" if reason else ""
    return f'<Refs><EndToEndId>{group}</EndToEndId></Refs><Amt Ccy="USD">{amount}</Amt>{back}'
