"""Tokens are kept sealed: encrypted with keys made from the desk's own (HKDF, RFC 5869; Fernet).

The first key seals and all open, as with signed addresses, so that a change of keys loses no
grant. A grant's name is sealed with it: what was sealed for one opens as no other's.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_LABEL = b"maildesk oauth 1"


class Seal:
    """Seals and opens, with these secrets of the desk."""

    def __init__(self, secrets: Iterable[bytes]) -> None:
        self._fernet = MultiFernet([Fernet(_key(secret)) for secret in secrets])

    def sealed(self, name: str, content: Mapping[str, Any]) -> bytes:
        """What may be written down."""
        plain = json.dumps({"name": name, "content": dict(content)})
        return self._fernet.encrypt(plain.encode())

    def opened(self, name: str, sealed: bytes) -> dict[str, Any] | None:
        """What was sealed under this name; None where another key did, or under another name."""
        try:
            said = json.loads(self._fernet.decrypt(sealed))
        except (InvalidToken, ValueError):
            return None
        return said["content"] if said.get("name") == name else None


def _key(secret: bytes) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_LABEL).derive(secret)
    return base64.urlsafe_b64encode(derived)
