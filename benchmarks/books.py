"""A month of 1,000,000 rows and 100,000 creators, imported, closed, proved and looked through on both databases.

``python benchmarks/books.py [--only sqlite]`` imports and closes it twice in one run: by ``revenue``, and by the bare
set-based SQL of ``books_parts/floor.py``, which loads the same file into the same tables (with their keys, indexes and
references, without triggers and checks) and has to leave the same rows and figures. Then the books are proved, and
finance's list of statements is asked for as an approver sees it.

Each step runs in a process of its own, whose largest memory is its figure. The machine may be shared, so the bars
hold CPU time: of that process and, on PostgreSQL, of its backend (which works alone: no parallel workers). Wall time is
printed beside it. ``import`` is keeping the file and posting it; ``look``, the dry run before, is printed too.
Statistics are fresh before each step, as autovacuum keeps them. The list is asked for through Django's test client.

Prints one JSON line; ends with status 1 when a bar is missed or the books do not hold. ``TEST_DATABASE_URL`` names a
PostgreSQL server that may make databases; ``ROWS`` and ``CREATORS`` change the size.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ROWS = int(os.environ.get("ROWS", "1000000"))
CREATORS = int(os.environ.get("CREATORS", "100000"))
FEW = 10
FOLDER = Path(tempfile.mkdtemp(prefix="hearthlight-books-"))
FILE = FOLDER / "books.csv"
BARS = {"import_ratio": 4.0, "close_ratio": 2.5, "verify_cpu_s": 60.0, "most_mb": 400.0, "review_p95_cpu_ms": 150.0}


def setup() -> None:
    """Make an empty database of the benchmark's own."""
    sys.path[:0] = [str(ROOT / "site"), str(ROOT), str(ROOT / "benchmarks" / "books_parts")]
    os.environ["DATA_DIR"] = str(FOLDER)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django
    from django.conf import settings
    from django.test.utils import setup_databases

    django.setup()
    settings.STORAGES["private"]["OPTIONS"] = {"location": FOLDER / "private"}
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(FOLDER / "books.sqlite3")
    else:
        database["TEST"]["NAME"] = f"bench_books_{os.getpid()}"
        database["OPTIONS"] = {"options": "-c max_parallel_workers_per_gather=0"}
    setup_databases(verbosity=0, interactive=False)


def apart(work: Callable[[], Any], database: str = "") -> dict[str, Any]:
    """Do ``work`` in a process of its own, on ``database``.

    Return its CPU and wall seconds, the most memory it held in MB, and what it returned.
    """
    from django.db import connection
    from month import cpu_s

    connection.close()
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        status = 1
        try:
            if database:
                connection.settings_dict.update(connection.creation.get_test_db_clone_settings(database))
            before, start = cpu_s(), time.perf_counter()
            found = work()
            spent = {"s": time.perf_counter() - start, "cpu_s": cpu_s() - before}
            spent["mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            connection.close()  # SQLite writes its log into the file
            os.write(writing, json.dumps(spent | {"found": found}).encode())
            status = 0
        finally:
            if status:
                traceback.print_exc()
            sys.stderr.flush()
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    if os.waitpid(child, 0)[1]:
        sys.exit(f"{work} failed")
    return json.loads(text)


def here() -> dict[str, Any]:
    """Measure everything on the database of ``DATABASE_URL``, and leave nothing behind."""
    setup()
    from django.db import connection

    try:
        return measured()
    finally:
        name = connection.settings_dict["NAME"]
        for suffix in ("bare", "few", None):
            connection.creation.destroy_test_db(name, verbosity=0, suffix=suffix)
        shutil.rmtree(FOLDER)


def measured() -> dict[str, Any]:
    """Return what each step took on this database and on its copies."""
    import floor
    import month
    from django.db import connection

    apart(partial(month.people, CREATORS))
    apart(month.analyze)
    connection.close()
    for name in ("bare", "few"):
        connection.creation.clone_test_db(name, verbosity=0)
    apart(floor.unguard, "bare")
    apart(partial(month.write_report, FILE, FEW, FEW))
    for work in (partial(month.keep, FILE), month.post, month.close):
        apart(work, "few")
    few = apart(month.review, "few")["found"]
    apart(partial(month.write_report, FILE, ROWS, CREATORS))
    steps = {
        "bare_import": partial(floor.import_month, FILE, month.MONTH), "keep": partial(month.keep, FILE),
        "look": month.look, "post": month.post, "bare_close": floor.close_month, "close": month.close,
        "verify": month.verify,
    }  # fmt: skip
    spent: dict[str, dict[str, float]] = {}
    for name, work in steps.items():
        database = "bare" if name.startswith("bare") else ""
        one = apart(work, database)
        apart(month.analyze, database)
        spent[name] = {unit: round(one[unit], 2) for unit in ("s", "cpu_s", "mb")}
        print(name, spent[name], file=sys.stderr, flush=True)
    ours, bare = apart(floor.left)["found"], apart(floor.left, "bare")["found"]
    if differing := {table: (ours[table], bare[table]) for table in ours if ours[table] != bare[table]}:
        sys.exit(f"The floor left something else than ours: {differing}")
    return judged(spent, few, apart(month.review)["found"])


def judged(spent: dict[str, dict[str, float]], few: dict[str, Any], many: dict[str, Any]) -> dict[str, Any]:
    """Return every figure, and which bars are missed."""
    cpu = {name: one["cpu_s"] for name, one in spent.items()}
    found: dict[str, Any] = {f"{name}_{unit}": figure for name, one in spent.items() for unit, figure in one.items()}
    found |= {
        "import_ratio": round((cpu["keep"] + cpu["post"]) / cpu["bare_import"], 2),
        "close_ratio": round(cpu["close"] / cpu["bare_close"], 2),
        "most_mb": max(one["mb"] for name, one in spent.items() if not name.startswith("bare")),
        "review_p95_ms": many["p95_ms"],
        "review_p95_cpu_ms": many["p95_cpu_ms"],
        "review_queries": {FEW: few["queries"], CREATORS: many["queries"]},
    }
    missed = [name for name, bar in BARS.items() if found[name] > bar]
    missed += ["review_queries"] if few["queries"] != many["queries"] else []
    return found | {"missed": missed}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        print(json.dumps(here()))
        return
    server = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
    result: dict[str, Any] = {"benchmark": "books", "rows": ROWS, "creators": CREATORS}
    for name, url in {"sqlite": f"sqlite:///{FOLDER / 'unused.sqlite3'}", "postgresql": server}.items():
        if arguments.only in (None, name):
            print(name, file=sys.stderr, flush=True)
            answer = subprocess.run(
                [sys.executable, __file__, "--here"], env=os.environ | {"DATABASE_URL": url}, check=True,
                stdout=subprocess.PIPE,
            )  # fmt: skip
            result[name] = json.loads(answer.stdout)
    missed = [f"{name}: {bar}" for name in ("sqlite", "postgresql") if name in result for bar in result[name]["missed"]]
    print(json.dumps(result | {"bars": BARS, "missed": missed}))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
