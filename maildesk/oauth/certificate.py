"""An application that proves with a certificate who it is, and keeps no secret that runs out unseen
(RFC 7523, 2.2; learn.microsoft.com/entra/identity-platform/certificate-credentials)."""

from __future__ import annotations

import base64
from datetime import datetime
from pathlib import Path
from typing import Any

from authlib.oauth2.rfc7523 import PrivateKeyJWT
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from maildesk.oauth.outcomes import NoToken, Outcome

LIVES = 300  # seconds that an assertion is good


def proof(path: Path, token_url: str, now: datetime) -> tuple[RSAKey, Any]:
    """The key, and what signs each question with it. NoToken, `key_wrong`, where the file has no
    certificate or no key."""
    try:
        pem = path.read_bytes()
        thumbprint = load_pem_x509_certificate(pem).fingerprint(SHA256())
        begin = pem.index(b"-----BEGIN", pem.index(b"PRIVATE KEY-----") - 30)
        end = pem.index(b"-----", pem.index(b"-----END", begin) + 8) + 5
        key = RSAKey.import_key(pem[begin:end])
    except OSError as problem:
        raise NoToken(Outcome.KEY_WRONG, f"{path} cannot be read: {problem.strerror}") from None
    except (JoseError, ValueError, TypeError):
        words = f"{path} holds no certificate with its RSA key"
        raise NoToken(Outcome.KEY_WRONG, words) from None
    since = int(now.timestamp())
    header = {"alg": "RS256", "x5t#S256": base64.urlsafe_b64encode(thumbprint).decode().rstrip("=")}
    claims = {"iat": since, "nbf": since, "exp": since + LIVES}
    return key, PrivateKeyJWT(token_url, claims=claims, headers=header, alg="RS256")
