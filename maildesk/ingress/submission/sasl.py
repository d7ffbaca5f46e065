"""What a client says to log in: the mechanisms PLAIN (RFC 4616) and LOGIN, read strictly."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

MECHANISMS = ("PLAIN", "LOGIN")
ASKS_USER, ASKS_PASSWORD = "VXNlcm5hbWU6", "UGFzc3dvcmQ6"  # "Username:", "Password:"
_LONGEST = 1024  # octets of a name or a password


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who somebody says they are, and what proves it. The password is in no `repr`."""

    name: str
    password: str

    def __repr__(self) -> str:
        return "Credentials(…)"


def decoded(line: str) -> bytes | None:
    """The octets of a line of an exchange; None where it is no base64."""
    try:
        return base64.b64decode(line.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        return None


def of_plain(octets: bytes) -> Credentials | None:
    """authzid NUL authcid NUL password. None where it is not that, or somebody wants to act for
    another."""
    parts = octets.split(b"\0")
    if len(parts) != 3:
        return None
    for_whom, name, password = map(text_of, parts)
    if name is None or password is None or for_whom is None:
        return None
    if for_whom and for_whom.strip().lower() != name.strip().lower():
        return None
    return Credentials(name, password) if name and password else None


def text_of(octets: bytes) -> str | None:
    """The letters; None where they are no UTF-8, too many, or hold a NUL."""
    if len(octets) > _LONGEST or b"\0" in octets:
        return None
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return None
