"""Settings that every environment shares: what Django and Wagtail need, and the parts that have a noun of their own."""

import sys
import zoneinfo
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from .environment import BASE_DIR, DATA_DIR, SITE_DIR, env
from .media import *  # noqa: F403
from .people import *  # noqa: F403
from .revenue import *  # noqa: F403
from .security import *  # noqa: F403

# Willow would load OpenCV into every process, only because it is there; what needs it, the look for faces, runs in a
# process of its own that does not read this.
sys.modules["cv2"] = None  # type: ignore[assignment]

DEBUG = False
DEMO = env.bool("DEMO", default=False)
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="demo-only")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SERVE_HOST = env.str("HOST", default="") or "127.0.0.1"
SERVE_PORT = int(env.str("PORT", default="") or 8000)
# What credentials are signed with: keys on the curve P-256 as PEM; the first signs, older ones are still published.
CREDENTIAL_KEYS = env.str("CREDENTIAL_KEYS", default="")
# How long an instructor can take back her answer to a video; nobody is told before. 0: an answer is final at once.
REVIEW_UNDO_SECONDS = env.int("REVIEW_UNDO_SECONDS", default=60)
# Within how many days an answer is promised; 0: nothing is promised.
REVIEW_PROMISED_DAYS = env.int("REVIEW_PROMISED_DAYS", default=3)
# Whether links to other sites are tried at night; docs/run-for-real.md says how.
CHECK_LINKS = env.bool("CHECK_LINKS", default=True)
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{SERVE_PORT}")

# -- Applications --------------------------------------------------------------------------------

INSTALLED_APPS = [
    "revenue",
    "creators",
    "courses",
    "media_pipeline",
    "accounts",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "accounts.apps.PeopleAdminConfig",  # wagtail.users with our own form for people
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "website",  # last: after migrate it gives each role the permissions the other apps made
]

MIDDLEWARE = [
    "website.short_way.ShortWayMiddleware",
    "website.page_cache.PageCacheMiddleware",  # answers public pages before anything else is asked
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # above WhiteNoise: squeezes what is not stored squeezed
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "website.middleware.CSPMiddleware",
    "website.middleware.SecureHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.PersonMiddleware",
    "accounts.middleware.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.AdminDoorMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

# What comes every few seconds from everybody who watches, and what stands before it (website/short_way.py).
SHORT_WAYS = {"/learn/progress/": "courses.views.learn.passing_heartbeat"}
SAID_ALWAYS = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "website.middleware.CSPMiddleware",
    "website.middleware.SecureHeadersMiddleware",
]
SHORT_WAY = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "accounts.middleware.PersonMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "website.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "django.templatetags.tz"],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # so that a widget may have a template of ours

# -- Data ----------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'hearthlight.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = 600  # to open SQLite and close it, for each request, costs more than its queries
BACKENDS = {"django.db.backends.sqlite3": "config.sqlite3", "django.db.backends.postgresql": "config.postgresql"}
if DATABASES["default"]["ENGINE"] not in BACKENDS:
    raise ImproperlyConfigured("DATABASE_URL begins with sqlite:/// or postgres://; other databases are not supported.")
DATABASES["default"]["ENGINE"] = BACKENDS[DATABASES["default"]["ENGINE"]]
if DATABASES["default"]["ENGINE"] == "config.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
REDIS = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
MEMORY = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
CACHES = {
    "default": REDIS if REDIS_URL else MEMORY,
    "pages": REDIS | {"KEY_PREFIX": "pages"}
    if REDIS_URL
    else MEMORY | {"LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": 1000}},
}

# -- Background work: Wagtail's own housekeeping runs at once, ours in a queue ---------------------

TASK_ENGINE = env.str("TASK_ENGINE", default="database")
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_QUEUES = {"default": {}, "media": {}, "speech": {}}
CELERY_TASK_TIME_LIMIT = 5 * 60 * 60
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 6 * 60 * 60}  # above the limit, else it runs twice
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "background": {
        "BACKEND": {
            "database": "django_tasks_db.DatabaseBackend",
            "celery": "config.celery.CeleryBackend",
        }[TASK_ENGINE],
        "QUEUES": ["default", "media", "speech"],
    },
}

# -- Files -----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default="") or DATA_DIR / "static")
STATICFILES_DIRS = [SITE_DIR / "static", ("vendor", BASE_DIR / "node_modules" / ".vendor")]
MEDIA_URL = "/files/"
MEDIA_ROOT = DATA_DIR / "files"  # images of pages; public
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # No address of its own: a view checks who asks, then reads it.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "private"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# -- Languages and time ----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [SITE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["config.formats"]
WAGTAIL_I18N_ENABLED = True
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False  # a new version is a draft until somebody has translated it
TIME_ZONE = "UTC"
USE_TZ = True

# -- Wagtail ---------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Hearthlight"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = "/accounts/login/"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_USER_TIME_ZONES = sorted(zoneinfo.available_timezones() - {"Factory", "localtime"})  # no browser knows these
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILEMBEDS_FINDERS: list[dict] = []  # no page may fetch from a third party
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True

# -- Messages ----------------------------------------------------------------------------------------

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_TIMEOUT = 20  # seconds; a mail server that says nothing must not hold a worker for ever
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Hearthlight <hello@localhost>")

# -- Logging ---------------------------------------------------------------------------------------

# What breaks is written where the process writes. Django by itself would only mail it, and nobody is named to mail to.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING"}},
}
