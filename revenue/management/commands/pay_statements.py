"""Pay approved statements and write the bank's files; ``--resume`` takes up what a crash left behind."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from revenue import batches, money, payouts
from revenue.errors import RevenueError
from revenue.management.people import person_with


class Command(BaseCommand):
    help = "Pay every approved statement, exactly once, and write the bank's files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who pays")
        parser.add_argument("--resume", action="store_true", help="only take up payouts that were left half way")

    def handle(self, *, by: str, resume: bool, **options: Any) -> None:
        person = person_with("revenue.pay_statement", by)
        self.stdout.write(f"{payouts.resume()} payouts taken up again.")
        if resume:
            return
        run = payouts.pay(statements=payouts.ready(), by=person)
        for payout in run.payouts:
            self.stdout.write(f"  {payout.statement}: {money.plain(payout.amount, payout.currency)} {payout.currency}")
        for statement, reason in run.left_out:
            self.stdout.write(self.style.WARNING(f"  {statement} was left out: {reason}"))
        try:
            for file in batches.make_files(by=person):
                self.stdout.write(f"Bank file {file.batch_id}: {file.payments} payments.")
        except RevenueError as error:
            raise CommandError(str(error)) from error
