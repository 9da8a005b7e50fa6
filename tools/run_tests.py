"""Run every test on the embedded default, and at the same time those that touch the database on PostgreSQL.

Four runs at a time, for two cores, because each waits now and then. The others step aside for the whole site in the
browser: whoever waits for a page has patience only for so long.
What had to be left out is said in the last lines. With ``REQUIRE_SERVICES=1`` leaving out is failing.
Arguments are handed to pytest: ``make test ARGS="tests/revenue -k payout"``.
"""

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from subprocess import STDOUT, Popen, check_call
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


def start_pytest(
    title: str,
    left_out: Path,
    *arguments: str,
    folder: str = "tests",
    niceness: int = 5,
    is_shown: bool = False,
    **environment: str,
) -> Run:
    """Start pytest on what ``make test`` was given, or on ``folder``; tests left out are added to ``left_out``."""
    output = None if is_shown else tempfile.TemporaryFile()  # noqa: SIM115 it ends with this program
    print(f"== {title}: begun", flush=True)
    nice = ["nice", "-n", str(niceness)]
    command = [*nice, sys.executable, "-m", "pytest", "-q", *arguments, *(sys.argv[1:] or [folder])]
    environment = {**os.environ, "LEFT_OUT_FILE": str(left_out), **environment}
    return Run(title, Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=STDOUT), output)


def lay_database(*names: str) -> None:
    """Migrate an empty SQLite database, half a minute of one core, and give each run of ``names`` a copy."""
    folders = [ROOT / "var" / f"test-{name}" for name in names]
    with tempfile.TemporaryDirectory() as work:
        laid = Path(work, "test.sqlite3")
        settings = {"DJANGO_SETTINGS_MODULE": "config.settings.test", "DATABASE_URL": f"sqlite:///{laid}"}
        migrate = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
        check_call(migrate, cwd=ROOT, env={**os.environ, **settings, "TEST_RUN": names[0]})
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
            for old in folder.glob("test.sqlite3*"):
                old.unlink()
            shutil.copy(laid, folder)


def run_all(left_out: Path) -> bool:
    """Run every part and say whether all passed."""
    title, folder = "On a whole site, in the browser", "tests/browser"
    runs = [start_pytest(title, left_out, "-m", "site", folder=folder, niceness=0)]
    if url := postgresql_url():
        title = "On PostgreSQL, what touches the database"
        runs.append(start_pytest(title, left_out, "--only-database", DATABASE_URL=url))
    else:
        left_out.open("a").write("everything on PostgreSQL: no server answers (set TEST_DATABASE_URL)\n")
    lay_database("most", "media")
    title, marked = "On SQLite, all but videos and a whole site", ["-m", "not media and not site"]
    runs.append(start_pytest(title, left_out, "--reuse-db", *marked, is_shown=True, TEST_RUN="most"))
    title, folder = "On SQLite, videos", "tests/media_pipeline"
    runs.append(start_pytest(title, left_out, "--reuse-db", "-m", "media", folder=folder, TEST_RUN="media"))
    results = [run.passed() for run in runs]
    return all(results)


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
