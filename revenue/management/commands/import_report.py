"""Import a platform's report: look at it, and post it unless ``--dry-run``."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from creators.models import Profile
from revenue import money
from revenue.errors import NotReadyError, RevenueError
from revenue.importing import posting
from revenue.importing.preview import Preview
from revenue.management.people import person_with
from revenue.models import Period, Report, Source
from revenue.models.sources import ReportState
from revenue.months import parse_month


class Command(BaseCommand):
    help = (
        "Import a platform's report; all of it is posted, once, or nothing. What is not posted stays kept, to be seen."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="short name of the source, such as youtube-ad-revenue")
        parser.add_argument("--period", required=True, metavar="YYYY-MM")
        parser.add_argument("--account", default="", help="the channel the file is about, where it does not say it")
        parser.add_argument("--total", metavar="AMOUNT", help="the control total, such as 1234.56")
        beside = parser.add_mutually_exclusive_group()
        beside.add_argument("--restates", metavar="SHA256", help="fingerprint of the earlier file whose place it takes")
        beside.add_argument("--adds", action="store_true", help="it stands beside the other files of its month")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be posted")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who imports it")

    def handle(self, *, file: Path, by: str, dry_run: bool, **options: Any) -> None:
        person = person_with("revenue.import_report", by)
        try:
            report = self._keep(file, person, options)
            self._relate(report, person, options)
            seen = posting.look_at(report)
            self._show(seen)
            if dry_run:
                posting.discard(report=report, by=person)
                self.stdout.write("Nothing was posted (dry run).")
                return
            post = posting.post_report if report.source.is_final else posting.show_estimate
            post(report=report, by=person)
        except Source.DoesNotExist as error:
            known = ", ".join(Source.objects.values_list("slug", flat=True))
            raise CommandError(f"There is no source {options['source']}. Known: {known}.") from error
        except (RevenueError, OSError) as error:
            raise CommandError(str(error)) from error
        report.refresh_from_db()
        done = "Posted" if report.state == ReportState.POSTED else "Shown as an estimate:"
        self.stdout.write(self.style.SUCCESS(f"{done} {report.row_count} rows, counted in {report.counted_in.code}."))

    def _keep(self, file: Path, person: Any, options: dict[str, Any]) -> Report:
        source = Source.objects.get(slug=options["source"])
        period = Period.objects.for_month(parse_month(options["period"]))
        try:
            control = None if options["total"] is None else money.parse_micros(options["total"])
        except money.BadFigureError as error:
            raise NotReadyError(f"{options['total']} is no amount.") from error
        with file.open("rb") as stream:
            return posting.keep(
                file=File(stream, name=file.name), source=source, period=period, by=person,
                account=options["account"], control_micros=control,
            )  # fmt: skip

    def _relate(self, report: Report, person: Any, options: dict[str, Any]) -> None:
        if options["adds"]:
            posting.relate(report=report, restates=None, by=person)
        if options["restates"]:
            earlier = Report.objects.siblings(report).filter(sha256__startswith=options["restates"]).first()
            if earlier is None:
                raise NotReadyError("No file of this source and month that could be restated has this fingerprint.")
            posting.relate(report=report, restates=earlier, by=person)
        report.refresh_from_db()

    def _show(self, seen: Preview) -> None:
        self.stdout.write(f"{seen.row_count} rows, {money.plain_micros(seen.gross_micros)} {seen.currency}")
        names = Profile.objects.defer("thumbnail").in_bulk([line.creator_id for line in seen.creators[:50]])
        for line in seen.creators[:50]:
            gross, share = money.plain_micros(line.gross_micros), money.plain_micros(line.share_micros)
            name = next((str(name) for pk, name in names.items() if str(pk) == line.creator_id), line.creator_id)
            self.stdout.write(f"  {name}: {gross} gross, {share} hers, {line.row_count} rows")
        if (more := seen.creator_count - 50) > 0:
            self.stdout.write(f"  and {more} more creators")
        for channel in seen.unknown[:50]:
            amount = money.plain_micros(channel.gross_micros)
            self.stdout.write(f"  unknown {channel.platform} channel {channel.channel}: {amount} waits")
        for change in seen.changes[:50]:
            was, now = money.plain_micros(change.was_micros), money.plain_micros(change.now_micros)
            self.stdout.write(f"  {change.channel}: was {was}, is now {now}")
        for warning in seen.warnings:
            self.stdout.write(self.style.WARNING(str(warning)))
        for bad in seen.bad_rows:
            self.stdout.write(self.style.ERROR(f"  line {bad.line}: {bad.reason}"))
        for problem in seen.problems:
            self.stdout.write(self.style.ERROR(str(problem)))
