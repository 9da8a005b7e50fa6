"""Close a month: make its statements and lock it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Sum

from revenue import money
from revenue.errors import RevenueError
from revenue.management.people import person_with
from revenue.months import parse_month
from revenue.statements import close_month


class Command(BaseCommand):
    help = "Close a month: one statement for each creator and currency, then no more entries."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", metavar="YYYY-MM")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who closes it")

    def handle(self, *, month: str, by: str, **options: Any) -> None:
        person = person_with("revenue.close_month", by)
        try:
            statements = close_month(month=parse_month(month), by=person)
        except RevenueError as error:
            raise CommandError(str(error)) from error
        count = statements.count()
        if not count:
            self.stdout.write(f"{month} is closed; no new statement was made.")
            return
        totals = statements.order_by("currency").values_list("currency").annotate(sum=Sum("payable"))
        sums = ", ".join(f"{money.plain(int(amount), currency)} {currency}" for currency, amount in totals)
        self.stdout.write(self.style.SUCCESS(f"{month}: {count} statements, {sums} to be paid."))
