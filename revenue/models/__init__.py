"""The rows of revenue, by noun. Only :mod:`revenue.bookkeeping` writes entries and postings."""

from revenue.models.agreements import ShareAgreement
from revenue.models.attention import StatementFlag
from revenue.models.bank import BankFile, BankLine
from revenue.models.children import Appearance, Child, ChildRule
from revenue.models.disputes import Correction, Dispute
from revenue.models.exchange import Exchange, ExchangeRate
from revenue.models.imports import ImportRun
from revenue.models.ledger import Account, JournalEntry, Period, Posting
from revenue.models.mappings import Mapping
from revenue.models.payouts import PaymentBatch, PaymentFile, Payout, PayoutMethod, ProviderEvent, StripeAccount
from revenue.models.proofs import ProofRun
from revenue.models.sharings import ChannelSharing, SharingPart
from revenue.models.sources import Accrual, ChannelTotal, EarningRow, Report, Source
from revenue.models.statements import Approval, Hold, Statement, StatementLine
from revenue.models.taxes import TaxRecord, TaxRule

__all__ = [
    "Account",
    "Accrual",
    "Appearance",
    "Approval",
    "BankFile",
    "BankLine",
    "ChannelSharing",
    "ChannelTotal",
    "Child",
    "ChildRule",
    "Correction",
    "Dispute",
    "EarningRow",
    "Exchange",
    "ExchangeRate",
    "Hold",
    "ImportRun",
    "JournalEntry",
    "Mapping",
    "PaymentBatch",
    "PaymentFile",
    "Payout",
    "PayoutMethod",
    "Period",
    "Posting",
    "ProofRun",
    "ProviderEvent",
    "Report",
    "ShareAgreement",
    "SharingPart",
    "Source",
    "Statement",
    "StatementFlag",
    "StatementLine",
    "StripeAccount",
    "TaxRecord",
    "TaxRule",
]
