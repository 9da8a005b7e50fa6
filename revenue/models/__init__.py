"""The rows of revenue, by noun. Only :mod:`revenue.bookkeeping` writes entries and postings."""

from revenue.models.agreements import ShareAgreement
from revenue.models.ledger import Account, JournalEntry, Period, Posting
from revenue.models.payouts import PaymentBatch, PaymentFile, Payout, PayoutMethod, ProviderEvent
from revenue.models.sources import Accrual, ChannelTotal, EarningRow, Report, Source
from revenue.models.statements import Approval, Hold, Statement, StatementLine

__all__ = [
    "Account",
    "Accrual",
    "Approval",
    "ChannelTotal",
    "EarningRow",
    "Hold",
    "JournalEntry",
    "PaymentBatch",
    "PaymentFile",
    "Payout",
    "PayoutMethod",
    "Period",
    "Posting",
    "ProviderEvent",
    "Report",
    "ShareAgreement",
    "Source",
    "Statement",
    "StatementLine",
]
