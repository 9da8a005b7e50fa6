"""Payouts against their statements, their entries, their rails' accounts and their bank files."""

import hashlib
from collections import defaultdict

from django.db.models import Sum

from revenue import chart
from revenue.models import Account, JournalEntry, PaymentFile, Payout, Posting
from revenue.payouts import BACK_KIND, CLAIM_KIND, PAID_KIND
from revenue.proof.findings import Proof
from revenue.states import PAYOUT_OVER_UNPAID, PayoutState


def check_payouts(proof: Proof) -> None:
    """Check that each payout moved what its statement says, and that clearing holds what is under way."""
    clearing: dict[tuple[str, str], int] = defaultdict(int)
    entries = _entries()
    for payout in Payout.objects.select_related("statement", "statement__creator", "statement__period"):
        proof.checked["payouts"] += 1
        name = f"payout {payout.pk}"
        proof.same(f"{name}, amount", payout.amount, payout.statement.payable)
        proof.same(f"{name}, frozen request", payout.request.get("amount"), payout.amount)
        _check_entries(payout, entries, name, proof)
        if payout.state not in PAYOUT_OVER_UNPAID and payout.state != PayoutState.PAID:
            clearing[chart.rail_clearing(payout.rail), payout.currency] += payout.amount
    for account in Account.objects.filter(code__startswith=chart.rail_clearing("")).annotate(
        sum=Sum("postings__amount")
    ):
        proof.same(f"account {account}", -(account.sum or 0), clearing.get((account.code, account.currency), 0))
    _check_files(proof)


def _entries() -> dict[tuple[str, str], dict[str, int]]:
    kinds = (CLAIM_KIND, PAID_KIND, BACK_KIND)
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    postings = Posting.objects.filter(entry__kind__in=kinds)
    for kind, reference, code, amount in postings.values_list(
        "entry__kind", "entry__reference", "account__code", "amount"
    ):
        found[kind, reference][code] = amount
    for kind, reference in JournalEntry.objects.filter(kind__in=kinds).values_list("kind", "reference"):
        found.setdefault((kind, reference), {})
    return found


def _check_entries(payout: Payout, entries: dict, name: str, proof: Proof) -> None:
    payable, clearing = chart.creator_payable(payout.statement.creator_id), chart.rail_clearing(payout.rail)
    bank, amount, reference = chart.bank(payout.rail), payout.amount, str(payout.pk)
    was_paid = (PAID_KIND, reference) in entries
    wanted = {CLAIM_KIND: {payable: amount, clearing: -amount}}
    if payout.state == PayoutState.PAID or (was_paid and payout.state == PayoutState.RETURNED):
        wanted[PAID_KIND] = {clearing: amount, bank: -amount}
    if payout.state in PAYOUT_OVER_UNPAID:
        wanted[BACK_KIND] = {(bank if was_paid else clearing): amount, payable: -amount}
    for kind in (CLAIM_KIND, PAID_KIND, BACK_KIND):
        if entries.get((kind, reference)) != wanted.get(kind):
            proof.wrong(f"{name} is {payout.state}, but its entry “{kind}” does not say so")


def _check_files(proof: Proof) -> None:
    for file in PaymentFile.objects.select_related("batch").prefetch_related("batch__payouts"):
        proof.checked["bank files"] += 1
        payouts = file.batch.payouts.all()
        name = f"bank file of batch {file.batch_id}"
        proof.same(f"{name}, fingerprint", hashlib.sha256(bytes(file.content)).hexdigest(), file.sha256)
        proof.same(f"{name}, sum", file.control_sum, sum(payout.amount for payout in payouts))
        proof.same(f"{name}, payments", file.payments, len(payouts))
