"""Money that arrived in another currency, against its entry, its rate and the trading accounts."""

from revenue import chart
from revenue.exchange import gain_of, lines_of
from revenue.models import Exchange, JournalEntry
from revenue.proof.findings import Proof
from revenue.proof.reports import compare_entry


def check_exchanges(proof: Proof) -> None:
    """Recompute each exchange's entry from its rate, and find entries of trading that no exchange stands behind."""
    found = Exchange.objects.select_related("rate", "source", "entry")
    for exchange in found.order_by("pk").iterator():
        proof.checked["exchanges"] += 1
        rate, owed, arrived = exchange.rate, exchange.owed, exchange.arrived
        proof.same(f"exchange {exchange.pk}, gain or loss", exchange.gain, gain_of(rate, owed, arrived))
        if not rate.day <= exchange.day:
            proof.wrong(f"exchange {exchange.pk} took a rate of a later day")
        compare_entry(exchange.entry_id, lines_of(exchange.source.slug, rate, owed, arrived), proof)
    trading = JournalEntry.objects.filter(postings__account__code=chart.FX_TRADING).distinct().count()
    proof.same("entries that trade currencies", trading, proof.checked["exchanges"])
