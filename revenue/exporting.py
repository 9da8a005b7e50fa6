"""The journal as files that other programs can check: plain-text accounting, and a table.

Beancount's language: https://beancount.github.io/docs/beancount_language_syntax.html. Nothing in the books names a
person, so nothing in these files does.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from typing import Any, Final, NamedTuple

from django.db.models import Min, Sum

from courses.spreadsheets import harmless
from revenue import money
from revenue.models import Account, Posting

CHUNK = 5000
# What comes before the colon of an account's code (:mod:`revenue.chart`) → where Beancount has it.
_PLACES: Final = {
    "receivable": "Assets:Receivable",
    "bank": "Assets:Bank",
    "rail_clearing": "Liabilities:Clearing",
    "suspense": "Liabilities:Suspense",
    "creator_payable": "Liabilities:Creators",
    "programme_income": "Income:Programme",
    "rounding": "Equity:Rounding",
    "withholding": "Liabilities:Withholding",
    "reserve": "Liabilities:Children",
    "fx_trading": "Equity:Exchange",
    "fx_gain_loss": "Income:Exchange",
}
TABLE_COLUMNS: Final = (
    "number", "made_at", "month", "kind", "reference", "version", "line", "account", "currency", "amount", "entry",
    "digest", "chain",
)  # fmt: skip


class _Row(NamedTuple):
    number: int
    made_at: Any
    month: Any
    kind: str
    reference: str
    version: int
    entry: Any
    digest: str
    chain: str
    line: int
    account: str
    currency: str
    amount: int


_FIELDS: Final = (
    "entry__number", "entry__made_at", "entry__period__month", "entry__kind", "entry__reference", "entry__version",
    "entry_id", "entry__digest", "entry__chain", "line", "account__code", "currency", "amount",
)  # fmt: skip


def beancount() -> Iterator[str]:
    """Yield the lines of a Beancount file: every account, every entry, and what each account holds in the end.

    The balances are summed by the database, apart from the entries, and allow no difference at all.
    """
    yield 'option "title" "Hearthlight"'
    span = Posting.objects.aggregate(first=Min("entry__made_at"))
    if span["first"] is None:
        return
    yield ""
    balances = list(_balances())
    for code, currency, _sum in balances:
        yield f"{span['first']:%Y-%m-%d} open {_place(code)} {currency}"
        yield f"  code: {_quoted(code)}"
    last = span["first"]
    for _number, postings in groupby(_rows(), key=lambda row: row.number):
        lines = list(postings)
        last = max(last, lines[0].made_at)
        yield from _transaction(lines)
    yield ""
    for code, currency, held in balances:
        amount = money.plain(held, currency)
        yield f"{last + timedelta(days=1):%Y-%m-%d} balance {_place(code)}  {amount} ~ 0 {currency}"


def table() -> Iterator[list[object]]:
    """Yield the rows of a table with one posting each, what would start a formula made harmless."""
    yield list(TABLE_COLUMNS)
    for row in _rows():
        yield [
            row.number, row.made_at.isoformat(), f"{row.month:%Y-%m}", harmless(row.kind), harmless(row.reference),
            row.version, row.line, harmless(row.account), row.currency, money.plain(row.amount, row.currency),
            str(row.entry), row.digest, row.chain,
        ]  # fmt: skip


def _rows() -> Iterable[_Row]:
    found = Posting.objects.order_by("entry__number", "line").values_list(*_FIELDS)
    return (_Row(*row) for row in found.iterator(chunk_size=CHUNK))


def _balances() -> Iterator[tuple[str, str, int]]:
    used = Account.objects.filter(postings__isnull=False).order_by("code", "currency")
    for code, currency, held in used.values_list("code", "currency").annotate(held=Sum("postings__amount")):
        yield code, currency, int(held)


def _transaction(postings: list[_Row]) -> Iterator[str]:
    entry = postings[0]
    yield ""
    yield f"{entry.made_at:%Y-%m-%d} * {_quoted(entry.kind)} {_quoted(entry.reference)}"
    yield f"  number: {entry.number}"
    yield f'  month: "{entry.month:%Y-%m}"'
    yield f'  entry: "{entry.entry}"'
    yield f'  digest: "{entry.digest}"'
    yield f'  chain: "{entry.chain}"'
    for row in postings:
        yield f"  {_place(row.account)}  {money.plain(row.amount, row.currency)} {row.currency}"


def _place(code: str) -> str:
    """Return an account's name in Beancount: its parts begin with a capital and have letters, digits and hyphens."""
    kind, *names = code.replace("_", "--").split(":")
    return ":".join([_PLACES[kind.replace("--", "_")], *(f"N-{name}" for name in names)])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
