"""Import a platform's report: look at it, and post it unless ``--dry-run``."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from revenue import money
from revenue.errors import RevenueError
from revenue.importing import posting
from revenue.importing.preview import Preview, look_at
from revenue.management.people import person_with
from revenue.models import Period, Source
from revenue.months import parse_month


class Command(BaseCommand):
    help = "Import a platform's report; all of it is posted, once, or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="short name of the source, such as youtube-ad-revenue")
        parser.add_argument("--period", required=True, metavar="YYYY-MM")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be posted")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who imports it")

    def handle(self, *, file: Path, source: str, period: str, dry_run: bool, by: str, **options: Any) -> None:
        person = person_with("revenue.import_report", by)
        try:
            origin = Source.objects.get(slug=source)
            month = parse_month(period)
            with file.open("rb") as stream:
                seen = look_at(stream, source=origin, month=month)
                self._show(seen)
                if dry_run:
                    self.stdout.write("Nothing was posted (dry run).")
                    return
                with transaction.atomic():
                    stream.seek(0)
                    report = posting.keep(
                        file=File(stream, name=file.name), source=origin, period=Period.objects.for_month(month),
                        by=person,
                    )  # fmt: skip
                    posting.post_report(report=report, by=person)
        except Source.DoesNotExist as error:
            known = ", ".join(Source.objects.values_list("slug", flat=True))
            raise CommandError(f"There is no source {source}. Known: {known}.") from error
        except (RevenueError, OSError) as error:
            raise CommandError(str(error)) from error
        report.refresh_from_db()
        self.stdout.write(self.style.SUCCESS(f"Posted {report.row_count} rows, counted in {report.counted_in.code}."))

    def _show(self, seen: Preview) -> None:
        survey, currency = seen.survey, seen.currency
        self.stdout.write(f"{survey.row_count} rows, {money.plain_micros(survey.gross_micros)} {currency}")
        for line in seen.creators[:50]:
            gross, share = money.plain_micros(line.gross_micros), money.plain_micros(line.share_micros)
            self.stdout.write(f"  {line.creator}: {gross} gross, {share} hers, {line.row_count} rows")
        if more := len(seen.creators) - 50:
            self.stdout.write(f"  and {more} more creators" if more > 0 else "")
        for channel in seen.unknown[:50]:
            amount = money.plain_micros(channel.gross_micros)
            self.stdout.write(f"  unknown {channel.platform} channel {channel.channel}: {amount} waits")
        for warning in seen.warnings:
            self.stdout.write(self.style.WARNING(warning))
        for bad in survey.bad_rows:
            self.stdout.write(self.style.ERROR(f"  line {bad.line}: {bad.reason}"))
        for problem in seen.problems:
            self.stdout.write(self.style.ERROR(problem))
