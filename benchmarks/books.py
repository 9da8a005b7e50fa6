"""Import a month and close it, beside the same work as bare set-based SQL; prints one JSON line.

``ROWS`` and ``CREATORS`` change the size, ``DATABASE_URL`` the database. Fails when the books do not hold.
"""

import csv
import io
import json
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROWS = int(os.environ.get("ROWS", "100000"))
CREATORS = int(os.environ.get("CREATORS", "2000"))


def setup() -> None:
    """Make an empty database of the benchmark's own."""
    sys.path[:0] = [str(ROOT / "site"), str(ROOT)]
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="hearthlight-books-")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django
    from django.test.utils import setup_databases

    django.setup()
    setup_databases(verbosity=0, interactive=False)


def people() -> tuple[object, list[str]]:
    """Make the creators with one confirmed channel each, and the one who imports."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from creators.models import Channel, Profile

    users = get_user_model().objects
    users.bulk_create(users.model(email=f"c{n}@example.org") for n in range(CREATORS + 1))
    everyone = list(users.order_by("pk"))
    by, creators = everyone[0], everyone[1:]
    profiles = Profile.objects.bulk_create(
        Profile(user=user, slug=f"c{n}", display_name=f"C{n}") for n, user in enumerate(creators)
    )
    ids = [f"UC{n:022d}" for n in range(CREATORS)]
    now = timezone.now()
    Channel.objects.bulk_create(
        Channel(profile=profile, platform="youtube", external_id=external, url="https://example.org", state="confirmed",
                claimed_at=now, confirmed_at=now, confirmed_by=by)
        for profile, external in zip(profiles, ids, strict=True)
    )  # fmt: skip
    return by, ids


def report(ids: list[str]) -> bytes:
    """Write a file of ``ROWS`` rows in YouTube's format."""
    from revenue.importing.formats import YOUTUBE_COLUMNS

    out = io.StringIO()
    writer = csv.DictWriter(out, YOUTUBE_COLUMNS, restval="0")
    writer.writeheader()
    for n in range(ROWS):
        writer.writerow(
            {"adjustment_type": "None", "date": f"202601{n % 28 + 1:02d}", "country_code": "KE", "video_id": f"v{n}",
             "video_title": f"Film {n}", "channel_id": ids[n % len(ids)], "partner_revenue": f"{n % 97}.{n % 1000:03d}"}
        )  # fmt: skip
    return out.getvalue().encode()


def bare_import(content: bytes) -> None:
    """Load the same file, sum it by channel and post it, with nothing checked: the floor."""
    from django.db import connection

    rows = csv.reader(io.StringIO(content.decode()))
    next(rows)
    values = (
        (n, row[7], row[1], row[3], row[4], row[2], round(float(row[22]) * 1_000_000)) for n, row in enumerate(rows, 2)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE bare_row (line integer PRIMARY KEY, channel text, day text, video text, title text,"
            " country text, micros bigint)"
        )
        if connection.vendor == "postgresql":
            with cursor.copy("COPY bare_row FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            cursor.executemany("INSERT INTO bare_row VALUES (%s, %s, %s, %s, %s, %s, %s)", list(values))
        cursor.execute("CREATE INDEX bare_channel ON bare_row (channel)")
        cursor.execute("CREATE TEMP TABLE bare_total AS SELECT channel, SUM(micros) AS micros FROM bare_row GROUP BY 1")
        cursor.execute(
            "CREATE TEMP TABLE bare_posting AS SELECT channel, micros * 7 / 100000 AS amount FROM bare_total"
        )


def bare_close() -> None:
    """Make statements, two lines each, and postings for everybody: the floor."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE bare_statement AS SELECT channel, SUM(amount) AS owed FROM bare_posting GROUP BY 1"
        )
        cursor.execute("CREATE UNIQUE INDEX bare_statement_once ON bare_statement (channel)")
        cursor.execute(
            "CREATE TEMP TABLE bare_line AS SELECT channel, 1 AS n, owed FROM bare_statement"
            " UNION ALL SELECT channel, 2, owed FROM bare_statement"
        )
        cursor.execute("CREATE TEMP TABLE bare_closing AS SELECT channel, -owed AS amount FROM bare_line")


def timed(work: object, *arguments: object, **named: object) -> float:
    """Return how many seconds ``work`` took, in one transaction."""
    from django.db import transaction

    start = time.perf_counter()
    with transaction.atomic():
        work(*arguments, **named)
    return time.perf_counter() - start


def main() -> None:
    setup()
    from datetime import date

    from django.core.files.base import ContentFile
    from django.db import connection

    from revenue.importing import posting
    from revenue.models import Period, Source
    from revenue.proof import verify
    from revenue.statements import close_month

    by, ids = people()
    content = report(ids)
    month = date(2026, 1, 1)

    def whole_import() -> None:
        kept = posting.keep(
            file=ContentFile(content, name="books.csv"), source=Source.objects.get(slug="youtube-ad-revenue"),
            period=Period.objects.for_month(month), by=by,
        )  # fmt: skip
        posting.post_report(report=kept, by=by)

    result = {"benchmark": "books", "database": connection.vendor, "rows": ROWS, "creators": CREATORS}
    result["bare_import_s"] = timed(bare_import, content)
    result["import_s"] = timed(whole_import)
    result["bare_close_s"] = timed(bare_close)
    result["close_s"] = timed(close_month, month=month, by=by)
    start = time.perf_counter()
    proof = verify()
    result["verify_s"] = time.perf_counter() - start
    result["import_ratio"] = result["import_s"] / result["bare_import_s"]
    result["close_ratio"] = result["close_s"] / result["bare_close_s"]
    print(json.dumps({key: round(value, 3) if isinstance(value, float) else value for key, value in result.items()}))
    if not proof.holds:
        sys.exit("The books do not hold.")


if __name__ == "__main__":
    main()
