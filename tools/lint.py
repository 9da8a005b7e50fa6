"""Run every check that needs no test database, and name the ones that failed."""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "only-for-this-check-" * 4,
    "ALLOWED_HOSTS": "hearthlight.example",
    "SITE_URL": "https://hearthlight.example",
}
CHECKS: dict[str, tuple[list[str], dict[str, str]]] = {
    "ruff check": ([f"{BIN}/ruff", "check", "."], {}),
    "ruff format": ([f"{BIN}/ruff", "format", "--check", "--quiet", "."], {}),
    "templates (djlint)": ([f"{BIN}/djlint", "--lint", "--quiet", "site/templates"], {}),
    "layers (import-linter)": ([f"{BIN}/lint-imports"], {}),
    "migrations match the models": ([sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"], {}),
    "message catalogues": ([sys.executable, "tools/catalogue.py", "check"], {}),
    "production settings (check --deploy)": (
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        PRODUCTION,
    ),
}


def main() -> None:
    failed = []
    with tempfile.TemporaryDirectory() as data_dir, ThreadPoolExecutor(2) as pool:
        environment = {**os.environ, "PYTHONPATH": "site:.", "DATA_DIR": data_dir}

        def check(command: list[str], extra: dict[str, str]) -> subprocess.CompletedProcess[str]:
            return subprocess.run(command, cwd=ROOT, env=environment | extra, capture_output=True, text=True)

        for name, done in zip(CHECKS, pool.map(lambda one: check(*one), CHECKS.values()), strict=True):
            print(f"{'ok    ' if done.returncode == 0 else 'FAILED'}  {name}", flush=True)
            if done.returncode:
                failed.append(name)
                print(done.stdout, done.stderr, sep="\n")
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
