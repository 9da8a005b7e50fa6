"""Who signs in, and how: Django's part, allauth's, and the text messages."""

from .environment import env

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

# -- Sign-in (allauth) ----------------------------------------------------------------------------

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
# Asked before money is sent elsewhere: takes the request, returns None or where she proves that it is she.
PERSON_PROOF = "accounts.proving.ask_unless_proved"
ACCOUNT_RATE_LIMITS = {"verify_phone": "3/m/key,12/h/key,10/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.code_forms.AuthenticateForm",
    "reauthenticate": "accounts.code_forms.SecondStepAgainForm",
    "activate_totp": "accounts.code_forms.ActivateTOTPForm",
}
MFA_TOTP_ISSUER = "Hearthlight"
