"""A made-up month: its people and its report, and what ``books.py`` measures of ``revenue`` with it."""

import csv
import os
import statistics
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files import File
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from creators.models import Channel, Profile
from revenue import proof, statements
from revenue.importing import posting
from revenue.importing.ready_made import YOUTUBE_COLUMNS
from revenue.models import Period, Report, Source, Statement

MONTH = date(2026, 1, 1)
REVIEWS = 60
TICKS = os.sysconf("SC_CLK_TCK")


def people(count: int) -> None:
    """Make the creators with one confirmed channel each, the one who imports, and the one who approves."""
    users = get_user_model().objects
    by = users.create(email="preparer@example.org")
    users.create(email="approver@example.org").give_role("finance approver")
    users.bulk_create(users.model(email=f"c{n}@example.org") for n in range(count))
    creators = users.filter(email__endswith="@example.org", pk__gt=by.pk + 1).order_by("pk")
    profiles = Profile.objects.bulk_create(
        Profile(user=user, slug=f"c{n}", display_name=f"C{n}") for n, user in enumerate(creators)
    )
    now = timezone.now()
    Channel.objects.bulk_create(
        Channel(profile=profile, platform="youtube", external_id=channel(n), url="https://example.org",
                state="confirmed", claimed_at=now, confirmed_at=now, confirmed_by=by)
        for n, profile in enumerate(profiles)
    )  # fmt: skip


def channel(number: int) -> str:
    """Return the id of a channel."""
    return f"UC{number:022d}"


def write_report(file: Path, rows: int, creators: int) -> None:
    """Write a file of so many rows in YouTube's format."""
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, YOUTUBE_COLUMNS, restval="0")
        writer.writeheader()
        for n in range(rows):
            writer.writerow(
                {"adjustment_type": "None", "date": f"202601{n % 28 + 1:02d}", "country_code": "KE",
                 "video_id": f"v{n}", "video_title": f"Film {n}", "channel_id": channel(n % creators),
                 "partner_revenue": f"{n % 97}.{n % 1000:03d}"}
            )  # fmt: skip


def keep(file: Path) -> None:
    """Keep the file, as an upload does."""
    with file.open("rb") as stream:
        posting.keep(
            file=File(stream, name="books.csv"), source=Source.objects.get(slug="youtube-ad-revenue"),
            period=Period.objects.for_month(MONTH), by=somebody("preparer"),
        )  # fmt: skip


def look() -> None:
    """Look at the kept file, as the worker does before anybody may post it."""
    posting.look_at(Report.objects.get())


def post() -> None:
    """Post it."""
    posting.post_report(report=Report.objects.get(), by=somebody("preparer"))


def close() -> None:
    """Close the month."""
    statements.close_month(month=MONTH, by=somebody("preparer"))


def verify() -> None:
    """Prove the books, the kept file and every statement made again included."""
    found = proof.verify(recompute=True)
    if not found.holds:
        sys.exit(f"The books do not hold: {found.problems[:5]}")


def analyze() -> None:
    """Do what autovacuum does between two steps."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def review() -> dict[str, Any]:
    """Look through the statements as finance's approver and as a creator; return milliseconds and queries."""
    statement = Statement.objects.order_by("pk").select_related("creator__user").first()
    finance, creator = Client(), Client()
    finance.force_login(somebody("approver"))
    creator.force_login(statement.creator.user)
    listing = reverse("finance_statements:index")
    pages = {
        "list": (finance, listing),
        "statement": (finance, reverse("finance_statements:statement", args=[statement.pk])),
        "hers": (creator, statement.get_absolute_url()),
    }
    queries, took, worked = {}, [], []
    for name, (client, address) in pages.items():
        for _visit in range(2):  # the first one fills caches
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(address)
            if answer.status_code != 200:
                sys.exit(f"{address} answered {answer.status_code}")
        queries[name] = len(asked)
    for visit in range(REVIEWS):
        before, start = cpu_s(), time.perf_counter()
        finance.get(listing, {"p": 1 + visit % 5})
        took.append(time.perf_counter() - start)
        worked.append(cpu_s() - before)
    return {"queries": queries, "p95_ms": p95_ms(took), "p95_cpu_ms": p95_ms(worked)}


def p95_ms(seconds: list[float]) -> float:
    """Return the 95th percentile in milliseconds."""
    return round(1000 * statistics.quantiles(seconds, n=20)[-1], 1)


def somebody(name: str) -> Any:
    """Return the preparer or the approver."""
    return get_user_model().objects.get(email=f"{name}@example.org")


def cpu_s() -> float:
    """Return the CPU seconds of this process and of its backend."""
    spent = time.process_time()
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        fields = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
        spent += (int(fields[11]) + int(fields[12])) / TICKS
    return spent
