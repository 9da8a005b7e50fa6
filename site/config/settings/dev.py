"""The embedded default: one machine, no service to install, the demo allowed. What ``make run`` uses."""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.management.utils import get_random_secret_key

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, DATA_DIR, REVENUE_DEBTOR, STATIC_ROOT
from .environment import env

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=True)
REQUIRE_STAFF_MFA = not DEMO
if DEMO:
    SMS_SENDER = "website.demo_outbox.DemoSms"
    EMAIL_BACKEND = "website.demo_outbox.DemoEmailBackend"
    REVENUE_DETAILS_HOLD_DAYS = env.int("REVENUE_DETAILS_HOLD_DAYS", default=0)  # who tries it is paid in one sitting
    if not REVENUE_DEBTOR["iban"]:  # a made-up account of a made-up bank, so that the demo can write bank files
        REVENUE_DEBTOR = {"name": "Hearthlight (example)", "iban": "GB33BUKB20201555555555", "bic": "BUKBGB22"}

ALLOWED_HOSTS = ALLOWED_HOSTS or ["*"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Keys of this data folder's own, made at the first start.
_key_file = DATA_DIR / "secret-key"
if not _key_file.exists():
    _key_file.write_text(get_random_secret_key())
    _key_file.chmod(0o600)
SECRET_KEY = env.str("SECRET_KEY", default="") or _key_file.read_text().strip()

_credential_keys_file = DATA_DIR / "credential-keys.pem"
if not _credential_keys_file.exists():
    _pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _credential_keys_file.write_bytes(_pem)
    _credential_keys_file.chmod(0o600)
CREDENTIAL_KEYS = env.str("CREDENTIAL_KEYS", default="") or _credential_keys_file.read_text()

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # empty: whitenoise serves from where the files are
