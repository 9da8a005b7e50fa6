"""What the tests run on: the embedded default, or the database in ``DATABASE_URL``."""

from .base import *  # noqa: F403
from .base import BASE_DIR, DATABASES, STORAGES, TASKS

SECRET_KEY = "only-for-tests"  # noqa: S105
DEMO = False
REQUIRE_STAFF_MFA = False
ALLOWED_HOSTS = ["*"]

TEST_DATA_DIR = BASE_DIR / "var" / "test"
TEST_DATA_DIR.mkdir(parents=True, exist_ok=True)
(TEST_DATA_DIR / "static").mkdir(exist_ok=True)
STATIC_ROOT = TEST_DATA_DIR / "static"
MEDIA_PIPELINE_ROOT = TEST_DATA_DIR / "media"
MEDIA_ROOT = TEST_DATA_DIR / "files"
STORAGES["private"]["OPTIONS"] = {"location": TEST_DATA_DIR / "private"}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(TEST_DATA_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Background tasks run when a test says so; the contract suite runs the real engines.
TASKS["background"] = {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": ["default", "media"]}
