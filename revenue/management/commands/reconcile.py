"""Compare the books with the bank's files and the other rails."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from revenue import showing
from revenue.reconciling import differences, under_way


class Command(BaseCommand):
    help = "List what the bank, the rails and the books do not agree on; exit 1 when something is late or contradicts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--ask-rails", action="store_true", help="ask each provider about its payments too")

    def handle(self, *, ask_rails: bool, **options: Any) -> None:
        today = timezone.now().date()
        found = differences(today=today, ask_rails=ask_rails)
        for one in found:
            amount = showing.money(one.amount, one.currency) if one.amount is not None else "?"
            what = f"payout {one.payout.pk}" if one.payout else f"bank file {one.line.file_id} line {one.line.number}"
            self.stdout.write(
                f"{'!' if one.is_late else ' '} {one.days(today):4} days  {amount:>14}  {what}  {one.text}"
            )
        for row in under_way():
            self.stdout.write(f"Under way: {row['count']} payouts, {showing.money(row['sum'], row['currency'])}.")
        late = sum(one.is_late for one in found)
        self.stdout.write(f"{len(found)} differences, {late} of them late or contradicting.")
        if late:
            raise CommandError("Not everything is settled.", returncode=1)
