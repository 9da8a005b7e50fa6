"""Settings that every environment shares; the only place that reads the environment.

Every variable is named in ``.env.example``. A secret may be given as ``NAME_FILE`` instead, the path
of a file that holds it.
"""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF

BASE_DIR = Path(__file__).resolve().parents[3]
SITE_DIR = BASE_DIR / "site"

env = environ.FileAwareEnv()
environ.Env.read_env(BASE_DIR / ".env")

DATA_DIR = Path(env.str("DATA_DIR", default="") or BASE_DIR / "var").resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = False
DEMO = env.bool("DEMO", default=False)
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="demo-only")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SERVE_HOST = env.str("HOST", default="") or "127.0.0.1"
SERVE_PORT = int(env.str("PORT", default="") or 8000)
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
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # above WhiteNoise: squeezes what is not stored squeezed
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "website.middleware.SecureHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.AdminDoorMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
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
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
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
CELERY_TASK_QUEUES = {"default": {}, "media": {}}
CELERY_TASK_TIME_LIMIT = 5 * 60 * 60
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 6 * 60 * 60}  # above the limit, else it runs twice
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "background": {
        "BACKEND": {
            "database": "django_tasks_db.DatabaseBackend",
            "celery": "config.celery.CeleryBackend",
        }[TASK_ENGINE],
        "QUEUES": ["default", "media"],
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

# media_pipeline: what phones upload and what is made of it. Private; served by signed addresses only.
MEDIA_PIPELINE_ROOT = DATA_DIR / "media"
MEDIA_PIPELINE_FFMPEG = env.str("FFMPEG", default="")
MEDIA_PIPELINE_FFPROBE = env.str("FFPROBE", default="")
MEDIA_PIPELINE_MAX_BYTES = env.int("MEDIA_MAX_BYTES", default=2 * 1024**3)
MEDIA_PIPELINE_MAX_SECONDS = env.int("MEDIA_MAX_SECONDS", default=30 * 60)
MEDIA_PIPELINE_QUOTA_BYTES = env.int("MEDIA_QUOTA_BYTES", default=20 * 1024**3)  # per person
MEDIA_PIPELINE_SIGNED_SECONDS = env.int("MEDIA_SIGNED_SECONDS", default=2 * 60 * 60)
MEDIA_PIPELINE_MAX_PIXELS = env.int("MEDIA_MAX_PIXELS", default=4096 * 4096)
MEDIA_PIPELINE_MAX_FPS = env.int("MEDIA_MAX_FPS", default=120)
MEDIA_PIPELINE_KEEP_FREE_BYTES = env.int("MEDIA_KEEP_FREE_BYTES", default=1024**3)  # of the disk
MEDIA_PIPELINE_UPLOAD_HOURS = env.int("MEDIA_UPLOAD_HOURS", default=72)  # how long an upload may be resumed
MEDIA_PIPELINE_PRESET = env.str("MEDIA_PRESET", default="veryfast")
MEDIA_PIPELINE_CRF = env.int("MEDIA_CRF", default=23)
MEDIA_PIPELINE_MAX_SHORT_SIDE = env.int("MEDIA_MAX_SHORT_SIDE", default=720)
MEDIA_PIPELINE_THREADS = env.int("MEDIA_THREADS", default=0)  # per encoder; 0 is one a core, at most four
MEDIA_PIPELINE_TRIES = env.int("MEDIA_TRIES", default=3)
MEDIA_PIPELINE_LEASE_SECONDS = env.int("MEDIA_LEASE_SECONDS", default=60)
MEDIA_PIPELINE_STALL_SECONDS = env.int("MEDIA_STALL_SECONDS", default=60)

# -- People ----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 9}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/learn/"
LOGOUT_REDIRECT_URL = "/"
REQUIRE_STAFF_MFA = True  # finance and administrators

# -- Languages and time ----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [SITE_DIR / "locale"]
USE_I18N = True
WAGTAIL_I18N_ENABLED = True
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
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILEMBEDS_FINDERS: list[dict] = []  # no page may fetch from a third party
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True

# -- Messages ----------------------------------------------------------------------------------------

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Hearthlight <hello@localhost>")

# -- Security ----------------------------------------------------------------------------------------

CSRF_FAILURE_VIEW = "website.views.errors.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"  # Wagtail says otherwise for its own previews
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
MEDIA_ORIGINS: list[str] = env.list("MEDIA_ORIGINS", default=[])  # the bucket or CDN that serves videos

CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": [],
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *MEDIA_ORIGINS],
        "media-src": [SELF, "blob:", *MEDIA_ORIGINS],
        "connect-src": [SELF, *MEDIA_ORIGINS],
        "worker-src": [SELF, "blob:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# -- Sign-in (allauth) ---------------------------------------------------------------------------------

SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL", default="")
SMS_GATEWAY_TOKEN = env.str("SMS_GATEWAY_TOKEN", default="")
SMS_SENDER = "accounts.sms.GatewaySms" if SMS_GATEWAY_URL else "accounts.sms.ConsoleSms"
SIGN_IN_BY_PHONE = True  # production has it only with a gateway
DEFAULT_PHONE_REGION = env.str("DEFAULT_PHONE_REGION", default="")  # ISO 3166; where a number without + is from

ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone", "email*", "password1*"]  # our form asks for one of the first two
ACCOUNT_FORMS = {
    "signup": "accounts.forms.SignupForm",
    "login": "accounts.forms.LoginForm",
    "request_login_code": "accounts.forms.RequestLoginCodeForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "add_email": "accounts.code_forms.AddEmailForm",
    "change_email": "accounts.code_forms.ChangeEmailForm",
    "reauthenticate": "accounts.code_forms.ReauthenticateForm",
    "reset_password": "accounts.code_forms.ResetPasswordForm",
    "confirm_login_code": "accounts.code_forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "accounts.code_forms.ConfirmEmailForm",
    "confirm_password_reset_code": "accounts.code_forms.ConfirmPasswordResetForm",
    "verify_phone": "accounts.code_forms.VerifyPhoneForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = str
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60  # weak networks deliver late
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_RATE_LIMITS = {"verify_phone": "3/m/key,12/h/key,10/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.code_forms.AuthenticateForm",
    "reauthenticate": "accounts.code_forms.SecondStepAgainForm",
    "activate_totp": "accounts.code_forms.ActivateTOTPForm",
}
MFA_TOTP_ISSUER = "Hearthlight"

# -- Earning and paying out ------------------------------------------------------------------------------

REVENUE_MAX_REPORT_BYTES = env.int("REVENUE_MAX_REPORT_BYTES", default=500 * 1024**2)
# Less than this stays on the statement and goes to the next one; minor units by currency.
REVENUE_PAYOUT_THRESHOLDS: dict[str, int] = env.dict(
    "REVENUE_PAYOUT_THRESHOLDS", cast={"value": int}, default={"USD": 1000, "EUR": 1000, "CNY": 5000}
)
# The account that bank transfers are paid from.
REVENUE_DEBTOR = {
    "name": env.str("REVENUE_DEBTOR_NAME", default=""),
    "iban": env.str("REVENUE_DEBTOR_IBAN", default=""),
    "bic": env.str("REVENUE_DEBTOR_BIC", default=""),
}
REVENUE_PRETEND_RAIL = False  # the tests' own
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", default="")

# What breaks is written where the process writes. Django by itself would only mail it, and nobody is named to mail to.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING"}},
}
