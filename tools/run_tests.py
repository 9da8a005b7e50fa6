"""Run every test on the embedded default, then the ones that touch the database again on PostgreSQL.

What had to be left out is said in the last lines. With ``REQUIRE_SERVICES=1`` leaving out is failing.
Arguments are handed to pytest: ``make test ARGS="tests/revenue -k payout"``.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[1]
# Where a local PostgreSQL usually answers; TEST_DATABASE_URL names another one. It must be allowed to make databases.
USUAL_DATABASES = [
    "postgres://postgres@127.0.0.1:5432/hearthlight",
    "postgres://postgres:postgres@127.0.0.1:5432/hearthlight",
]


def postgresql_url() -> str | None:
    """Return the address of a PostgreSQL server that answers, or None."""
    wanted = os.environ.get("TEST_DATABASE_URL")
    for url in [wanted] if wanted else USUAL_DATABASES:
        server = url.rpartition("/")[0] + "/postgres"
        try:
            psycopg.connect(server, connect_timeout=3).close()
        except psycopg.Error:
            continue
        return url
    return None


def run_pytest(title: str, left_out: Path, *arguments: str, **environment: str) -> bool:
    """Run pytest once and say whether all passed; tests left out are added to the file ``left_out``."""
    print(f"\n== {title}", flush=True)
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *arguments, *sys.argv[1:]],
        cwd=ROOT,
        env={**os.environ, "LEFT_OUT_FILE": str(left_out), **environment},
    )
    print(f"== {title}: {time.monotonic() - started:.0f} s", flush=True)
    return done.returncode in (0, 5)  # 5: no test matched the arguments on this database


def main() -> None:
    required = os.environ.get("REQUIRE_SERVICES") == "1"
    with tempfile.TemporaryDirectory() as folder:
        left_out = Path(folder) / "left-out"
        left_out.touch()
        passed = run_pytest("On SQLite, everything", left_out)
        if url := postgresql_url():
            passed &= run_pytest(
                "On PostgreSQL, what touches the database",
                left_out,
                "--only-database",
                DATABASE_URL=url,
            )
        else:
            left_out.open("a").write("everything on PostgreSQL: no server answers (set TEST_DATABASE_URL)\n")
        reasons = sorted(set(left_out.read_text().splitlines()))
    for reason in reasons:
        print(f"Left out: {reason}")
    if not reasons:
        print("Nothing was left out.")
    if not passed or (required and reasons):
        sys.exit("Some tests failed." if not passed else "Something was left out, and REQUIRE_SERVICES=1 forbids it.")


if __name__ == "__main__":
    main()
