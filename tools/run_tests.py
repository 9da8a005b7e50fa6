"""Run every test on the embedded default, and at the same time those that touch the database on PostgreSQL.

Three runs at a time, for two cores, because what is about videos often waits; a whole site in the browser comes last.
What had to be left out is said in the last lines. With ``REQUIRE_SERVICES=1`` leaving out is failing.
Arguments are handed to pytest: ``make test ARGS="tests/revenue -k payout"``.
"""

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from subprocess import STDOUT, Popen
from typing import IO

import psycopg

ROOT = Path(__file__).resolve().parents[1]
# Where a local PostgreSQL usually answers; TEST_DATABASE_URL names another one. It must be allowed to make databases.
USUAL_DATABASES = [
    "postgres://postgres@127.0.0.1:5432/hearthlight",
    "postgres://postgres:postgres@127.0.0.1:5432/hearthlight",
]

# What runs only where a variable names it.
EXTRAS = {
    "SPEECH_MODEL_EN": "a real speech model (`make captions`, then SPEECH_MODEL_EN=its folder)",
    "STRIPE_TEST_KEY": "Stripe itself (STRIPE_TEST_KEY=sk_test_…, STRIPE_TEST_ACCOUNT=a connected account's id)",
}


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


@dataclass
class Run:
    """A pytest that is at work; what it prints is shown when it has ended, unless it is shown meanwhile."""

    title: str
    process: Popen[bytes]
    output: IO[bytes] | None

    def passed(self) -> bool:
        """Wait until it ends, show what it printed, and say whether all passed."""
        status = self.process.wait()
        print(f"\n== {self.title}: ended", flush=True)
        if self.output:
            self.output.seek(0)
            print(self.output.read().decode(errors="replace"), flush=True)
        return status in (0, 5)  # 5: no test matched the arguments


def start_pytest(title: str, left_out: Path, *arguments: str, is_shown: bool = False, **environment: str) -> Run:
    """Start pytest; tests left out are added to the file ``left_out``."""
    output = None if is_shown else tempfile.TemporaryFile()  # noqa: SIM115 it ends with this program
    print(f"== {title}: begun", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", *arguments, *sys.argv[1:]]
    environment = {**os.environ, "LEFT_OUT_FILE": str(left_out), **environment}
    return Run(title, Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=STDOUT), output)


def run_all(left_out: Path) -> bool:
    """Run every part and say whether all passed."""
    title = "On SQLite, all but videos and a whole site"
    most = start_pytest(title, left_out, "-m", "not media and not site", is_shown=True)
    media = start_pytest("On SQLite, videos", left_out, "-m", "media", TEST_RUN="media")
    results = []
    if url := postgresql_url():
        title = "On PostgreSQL, what touches the database"
        results.append(start_pytest(title, left_out, "--only-database", DATABASE_URL=url).passed())
    else:
        left_out.open("a").write("everything on PostgreSQL: no server answers (set TEST_DATABASE_URL)\n")
    results.append(most.passed())
    whole_site = start_pytest("On a whole site, in the browser", left_out, "-m", "site")
    return all([*results, media.passed(), whole_site.passed()])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        left_out = Path(folder, "left-out")
        left_out.touch()
        all_passed = run_all(left_out)
        reasons = sorted(set(left_out.read_text().splitlines()))
    for name, what in EXTRAS.items():
        if not os.environ.get(name):
            print(f"Not part of it: {what}.")
    for reason in reasons:
        print(f"Left out: {reason}")
    if not reasons:
        print("Nothing was left out.")
    if not all_passed:
        sys.exit("Some tests failed.")
    if reasons and os.environ.get("REQUIRE_SERVICES") == "1":
        sys.exit("Something was left out, and REQUIRE_SERVICES=1 forbids it.")


if __name__ == "__main__":
    main()
