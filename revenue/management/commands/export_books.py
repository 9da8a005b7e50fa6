"""Write the journal for another program to check."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand
from django.db import transaction

from revenue import exporting


class Command(BaseCommand):
    help = "Write the whole journal as plain-text accounting (check it with bean-check) or as a table."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=["beancount", "csv"], default="beancount")

    @transaction.atomic
    def handle(self, *, file: Path, **options: Any) -> None:
        with file.open("w", encoding="utf-8", newline="") as out:
            write = _write_table if options["format"] == "csv" else _write_beancount
            write(out)
        self.stdout.write(f"Written to {file}.")


def _write_table(out: TextIO) -> None:
    csv.writer(out).writerows(exporting.table())


def _write_beancount(out: TextIO) -> None:
    out.writelines(f"{line}\n" for line in exporting.beancount())
