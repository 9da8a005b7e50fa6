"""The embedded default: one machine, no service to install, the demo allowed. What ``make run`` uses."""

from django.core.management.utils import get_random_secret_key

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, DATA_DIR, REVENUE_DEBTOR, STATIC_ROOT, env

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=True)
REQUIRE_STAFF_MFA = not DEMO
if DEMO:
    SMS_SENDER = "website.demo_outbox.DemoSms"
    EMAIL_BACKEND = "website.demo_outbox.DemoEmailBackend"
    if not REVENUE_DEBTOR["iban"]:  # a made-up account of a made-up bank, so that the demo can write bank files
        REVENUE_DEBTOR = {"name": "Hearthlight (example)", "iban": "GB33BUKB20201555555555", "bic": "BUKBGB22"}

ALLOWED_HOSTS = ALLOWED_HOSTS or ["*"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# A key of this data folder's own, made at the first start.
_key_file = DATA_DIR / "secret-key"
if not _key_file.exists():
    _key_file.write_text(get_random_secret_key())
    _key_file.chmod(0o600)
SECRET_KEY = env.str("SECRET_KEY", default="") or _key_file.read_text().strip()

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # empty: whitenoise serves from where the files are
