"""A certificate as an Open Badges 3.0 credential: a JWT that anybody can check with the keys we publish.

1EdTech, "Open Badges Specification 3.0", section 8.2 (JSON Web Token Proof Format), and "Revocation List Status
Method 1.0". See docs/decisions/courses-certificates.md.
"""

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from jwt.algorithms import ECAlgorithm

from courses.models import Certificate

ALGORITHM = "ES256"
CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
PEM = re.compile(r"-----BEGIN [A-Z ]+-----.+?-----END [A-Z ]+-----", re.DOTALL)


class NoSigningKey(RuntimeError):
    """``CREDENTIAL_KEYS`` is empty, so this site signs nothing."""


class BadSigningKey(ValueError):
    """``CREDENTIAL_KEYS`` holds something else than keys on the curve P-256."""


@dataclass(frozen=True)
class Key:
    """A key of ours. ``id`` is its thumbprint (RFC 7638), ``public`` what others need to check with."""

    id: str
    secret: EllipticCurvePrivateKey
    public: dict[str, str]

    @property
    def address(self) -> str:
        """Where anybody fetches the public half."""
        return absolute("courses:key", self.id)


def absolute(name: str, *args: Any) -> str:
    """Return the whole address of a page; it stays valid in a file that has left the site."""
    return settings.SITE_URL.rstrip("/") + reverse(name, args=args)


def signing_keys() -> list[Key]:
    """Return our keys: the first signs, the others signed what is out there. Raises BadSigningKey."""
    return [_key(pem) for pem in PEM.findall(settings.CREDENTIAL_KEYS)]


def _key(pem: str) -> Key:
    try:
        secret = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError) as error:
        raise BadSigningKey("CREDENTIAL_KEYS: a key cannot be read.") from error
    if not isinstance(secret, EllipticCurvePrivateKey) or not isinstance(secret.curve, SECP256R1):
        raise BadSigningKey("CREDENTIAL_KEYS: every key has to be one on the curve P-256.")
    public = ECAlgorithm.to_jwk(secret.public_key(), as_dict=True)
    needed = {name: public[name] for name in ("crv", "kty", "x", "y")}
    digest = hashlib.sha256(json.dumps(needed, separators=(",", ":"), sort_keys=True).encode()).digest()
    thumbprint = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return Key(thumbprint, secret, needed | {"kid": thumbprint, "alg": ALGORITHM, "use": "sig"})


def key_set() -> dict[str, Any]:
    """Return all public keys as a JWK set (RFC 7517)."""
    return {"keys": [key.public for key in signing_keys()]}


def issuer() -> dict[str, Any]:
    """Return who we are, as a Profile of Open Badges."""
    return {
        "id": absolute("courses:issuer"),
        "type": ["Profile"],
        "name": "Hearthlight",
        "url": f"{settings.SITE_URL.rstrip('/')}/",
    }


def credential_of(certificate: Certificate) -> dict[str, Any]:
    """Return what the credential says, unsigned, in her language. The person is named only by what she wrote.

    It says no more than the certificate does: course, name, day and number.
    """
    graduation = certificate.graduation
    subject: dict[str, Any] = {"id": f"urn:uuid:{graduation.pk}", "type": ["AchievementSubject"]}
    if certificate.name:
        identity = {"type": "IdentityObject", "hashed": False, "identityType": "name", "identityHash": certificate.name}
        subject["identifier"] = [identity]
    with translation.override(graduation.learner.language):
        criteria = _("She finished every lesson of the course, and an instructor passed each video that it asks for.")
    subject["achievement"] = {
        "id": f"urn:uuid:{graduation.course_key}",
        "type": ["Achievement"],
        "name": graduation.course_title,
        "description": criteria,
        "criteria": {"narrative": criteria},
    }
    return {
        "@context": CONTEXT,
        "id": absolute("courses:verify", certificate.pk),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": graduation.course_title,
        "issuer": issuer(),
        "validFrom": _moment(certificate.issued_at),
        "credentialSubject": subject,
        "credentialStatus": {"id": absolute("courses:revocations"), "type": "1EdTechRevocationList"},
    }


def signed(certificate: Certificate) -> str:
    """Return the credential as a signed JWT. Raises NoSigningKey and BadSigningKey."""
    key = next(iter(signing_keys()), None)
    if key is None:
        raise NoSigningKey
    credential = credential_of(certificate)
    claims = {
        "iss": credential["issuer"]["id"],
        "jti": credential["id"],
        "sub": credential["credentialSubject"]["id"],
        "nbf": int(certificate.issued_at.timestamp()),
    }
    return jwt.encode(credential | claims, key.secret, ALGORITHM, headers={"typ": "JWT", "kid": key.address})


def revocations() -> dict[str, Any]:
    """Return the list of credentials that are not valid any more, for every verifier to read."""
    taken_back = Certificate.objects.exclude(taken_back_at=None).order_by("taken_back_at", "pk")
    return {
        "id": absolute("courses:revocations"),
        "issuer": absolute("courses:issuer"),
        "revokedCredential": [
            {"id": absolute("courses:verify", row.pk), "revoked": True, "revocationReason": row.taken_back_because}
            for row in taken_back
        ],
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
