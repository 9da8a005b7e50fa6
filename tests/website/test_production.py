"""Production settings: nothing to warn about, nothing secret missing, and never a demo."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
GIVEN = {
    "SECRET_KEY": "only-for-this-test-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "hearthlight.example",
    "SITE_URL": "https://hearthlight.example",
}


@pytest.fixture
def manage(tmp_path):
    """Run manage.py with production settings and only the environment that a test gives."""

    def run(*arguments, **environment):
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={
                **kept,
                "DJANGO_SETTINGS_MODULE": "config.settings.production",
                "DATA_DIR": str(tmp_path),
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


def test_check_deploy_warns_of_nothing(manage):
    done = manage("check", "--deploy", "--fail-level", "WARNING", **GIVEN)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize("missing", sorted(GIVEN))
def test_it_refuses_to_start_without(manage, missing):
    done = manage("check", **{name: value for name, value in GIVEN.items() if name != missing})
    assert done.returncode != 0
    assert f"Set {missing}" in done.stderr


def test_a_short_secret_key_is_none(manage):
    assert "Set SECRET_KEY" in manage("check", **{**GIVEN, "SECRET_KEY": "short"}).stderr


def test_a_secret_may_come_from_a_file(manage, tmp_path):
    file = tmp_path / "key"
    file.write_text(GIVEN["SECRET_KEY"])
    others = {name: value for name, value in GIVEN.items() if name != "SECRET_KEY"}
    assert manage("check", **others, SECRET_KEY_FILE=str(file)).returncode == 0


def test_production_is_never_a_demo(manage):
    code = (
        "from django.conf import settings as s\nfrom django.urls import resolve\n"
        "from django.test import RequestFactory\nfrom django.http import Http404\n"
        "request = RequestFactory().get('/demo/messages/')\n"
        "try:\n    resolve('/demo/messages/').func(request); found = True\n"
        "except Http404:\n    found = False\n"
        "print(s.DEMO, found, s.REQUIRE_STAFF_MFA, s.SIGN_IN_BY_PHONE, 'demo' in s.EMAIL_BACKEND + s.SMS_SENDER)"
    )
    done = manage("shell", "-v0", "-c", code, **GIVEN, DEMO="1")
    assert done.stdout.strip() == "False False True False False", done.stderr


def test_the_example_names_every_variable_and_no_other():
    read = set()
    of_tests = ROOT / "site/config/settings/test.py"
    for file in set((ROOT / "site/config/settings").glob("*.py")) - {of_tests}:
        read |= set(re.findall(r'\benv(?:\.\w+)?\(\s*"([A-Z][A-Z0-9_]+)"', file.read_text()))
    named = set(re.findall(r"^([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert named == read


def test_only_the_settings_read_the_environment():
    for folder in ("site", "media_pipeline", "courses", "creators", "revenue"):
        for file in (ROOT / folder).rglob("*.py"):
            if "settings" in file.parts or file.name in {"wsgi.py", "asgi.py", "celery.py"}:
                continue
            assert not re.search(r"os\.(environ\[|environ\.get|getenv)", file.read_text()), file


def test_static_files_are_gathered_hashed_and_squeezed(manage, tmp_path):
    done = manage("collectstatic", "--noinput", "-v0", **GIVEN, STATIC_ROOT=str(tmp_path / "static"))
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "static/css").glob("site.*.css"))
    assert list((tmp_path / "static/css").glob("site.*.css.gz"))


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.django_db
def test_every_page_finds_its_hashed_files(manage, tmp_path):
    static = {"STATIC_ROOT": str(tmp_path / "static")}
    assert manage("collectstatic", "--noinput", "-v0", **GIVEN, **static).returncode == 0
    migrated, copy = connection.settings_dict["NAME"], tmp_path / "hearthlight.sqlite3"
    with closing(sqlite3.connect(migrated)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    code = (
        "from django.test import Client\n"
        "for address in ('/en/', '/search/', '/accounts/login/', '/accounts/signup/', '/creators/', '/healthz'):\n"
        "    print(address, Client().get(address, secure=True, headers={'host': 'hearthlight.example'}).status_code)"
    )
    done = manage("shell", "-v0", "-c", code, **GIVEN, **static)
    assert done.returncode == 0, done.stderr
    assert all(line.endswith(" 200") for line in done.stdout.splitlines()), done.stdout
