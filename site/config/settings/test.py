"""What the tests run on: the embedded default, or the database in ``DATABASE_URL``."""

from pathlib import Path

from .base import *  # noqa: F403
from .base import BASE_DIR, CACHES, DATABASES, STORAGES, TASKS
from .environment import env

SECRET_KEY = "only-for-tests"  # noqa: S105
DEMO = False
REQUIRE_STAFF_MFA = False
CHECK_LINKS = False  # a test that asks has its own host
# The well-known example of the format; no account.
REVENUE_DEBTOR = {"name": "Hearthlight", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX"}
REVIEW_UNDO_SECONDS = 0  # a test that takes something back gives itself the time
ALLOWED_HOSTS = ["*"]

# A folder for each database, and for each of several runs at the same time.
RUN = env.str("TEST_RUN", default=DATABASES["default"]["ENGINE"].rpartition(".")[2])
TEST_DATA_DIR = BASE_DIR / "var" / f"test-{RUN}"
TEST_DATA_DIR.mkdir(parents=True, exist_ok=True)
DATA_DIR = Path(env.str("DATA_DIR", default="") or TEST_DATA_DIR)  # a process that a test starts is told where
(TEST_DATA_DIR / "static").mkdir(exist_ok=True)
STATIC_ROOT = TEST_DATA_DIR / "static"
MEDIA_PIPELINE_ROOT = TEST_DATA_DIR / "media"
MEDIA_PIPELINE_SPEECH_MODELS: dict[str, str] = {}  # a test that wants to listen names one
MEDIA_PIPELINE_BUCKET: dict[str, str] = {}  # a test that wants one starts a store
MEDIA_ROOT = TEST_DATA_DIR / "files"
STORAGES["private"]["OPTIONS"] = {"location": TEST_DATA_DIR / "private"}
if DATABASES["default"]["ENGINE"] == "config.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(TEST_DATA_DIR / "test.sqlite3")}
DATABASES["default"]["CONN_MAX_AGE"] = 0

# Each test draws its own pages; tests/website/page_cache keeps them.
CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Background tasks run when a test says so; the contract suite runs the real engines.
TASKS["background"] = {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": ["default", "media", "speech"]}
# Wagtail's indexes of words and references take a third of each page's making; the fixture `indexed` keeps them.
TASKS["default"] = {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}
