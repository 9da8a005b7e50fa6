"""What a browser is told to refuse, and the cookies."""

from csp.constants import NONCE, NONE, SELF

from .media import MEDIA_PIPELINE_BUCKET, bucket_origins

CSRF_FAILURE_VIEW = "website.views.errors.csrf_failure"
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"  # Wagtail says otherwise for its own previews
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"


def content_security_policy(media_origins: list[str]) -> dict:
    """Return the policy of every page; videos may come from, and go to, ``media_origins`` too."""
    directives = {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *media_origins],
        "media-src": [SELF, "blob:", *media_origins],
        "connect-src": [SELF, *media_origins],
        "worker-src": [SELF, "blob:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
    return {"EXCLUDE_URL_PREFIXES": [], "DIRECTIVES": directives}


CONTENT_SECURITY_POLICY = content_security_policy(bucket_origins(MEDIA_PIPELINE_BUCKET))
