"""Earning and paying out."""

from .environment import env

REVENUE_MAX_REPORT_BYTES = env.int("REVENUE_MAX_REPORT_BYTES", default=500 * 1024**2)
# Less than this stays on the statement and goes to the next one; minor units by currency.
REVENUE_PAYOUT_THRESHOLDS: dict[str, int] = env.dict(
    "REVENUE_PAYOUT_THRESHOLDS", cast={"value": int}, default={"USD": 1000, "EUR": 1000, "CNY": 5000}
)
# From this on two people approve a statement; minor units by currency, and always where none is named.
REVENUE_SECOND_APPROVAL_FROM: dict[str, int] = env.dict(
    "REVENUE_SECOND_APPROVAL_FROM", cast={"value": int}, default={"USD": 100000, "EUR": 100000, "CNY": 700000}
)
# How long new or changed payout details wait before money goes to them.
REVENUE_DETAILS_HOLD_DAYS = env.int("REVENUE_DETAILS_HOLD_DAYS", default=3)
# The account that bank transfers are paid from.
REVENUE_DEBTOR = {
    "name": env.str("REVENUE_DEBTOR_NAME", default=""),
    "iban": env.str("REVENUE_DEBTOR_IBAN", default=""),
    "bic": env.str("REVENUE_DEBTOR_BIC", default=""),
}
REVENUE_PRETEND_RAIL = False  # the tests' own
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_CONNECT_WEBHOOK_SECRET = env.str("STRIPE_CONNECT_WEBHOOK_SECRET", default="")  # events of connected accounts
