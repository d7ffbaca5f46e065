"""What a form carries so that it is sent by whom it was shown to, and once.

The value of the hidden field names a moment, and something that nobody guesses; it is signed for
the browser's cookie and the path. Another site has neither. A form that is sent twice makes the
same Message-ID twice, and the desk knows a message that it has.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maildesk.desk.threads.links import KeyRing

LASTS = (
    24 * 3600
)  # seconds; then the words are shown once more, and the button has to be pressed again
_LABEL = b"maildesk form 1\n"
_NAME, _MAC_LENGTH = "name", 32


@dataclass(frozen=True, slots=True)
class Once:
    """A form that was ours. `unique` is the same for each sending of the same page."""

    unique: str
    is_old: bool
    age: int  # seconds since it was shown


def made(ring: KeyRing, browser: str, path: str) -> str:
    """The hidden field of a form at this path, for this browser."""
    kid, _ = ring.signing
    what = f"{kid}.{int(time.time()):x}.{secrets.token_hex(8)}"
    return f"{what}.{_mac(ring, kid, browser, path, what)}"


def read(ring: KeyRing, browser: str, path: str, field: str) -> Once | None:
    """What this field says; None where it is none of this browser's."""
    what, _, mac = field.rpartition(".")
    parts = what.split(".")
    if len(parts) != 3 or len(field) > 120 or not browser or parts[0] not in ring.keys:
        return None
    ours = _mac(ring, parts[0], browser, path, what)
    if not hmac.compare_digest(ours.encode(), mac.encode("utf-8", "replace")):
        return None
    age = int(time.time()) - int(parts[1], 16)
    return Once(parts[2], age > LASTS, age)


def named(ring: KeyRing, browser: str, unique: str) -> str:
    """A name for what this browser has begun, by which nobody else finds it."""
    kid, _ = ring.signing
    return unique + _mac(ring, kid, browser, _NAME, unique)


def has_begun(ring: KeyRing, browser: str, name: str) -> bool:
    """Whether this browser has begun what is named so."""
    unique, mac = name[:-_MAC_LENGTH], name[-_MAC_LENGTH:].encode("utf-8", "replace")
    ours = [_mac(ring, kid, browser, _NAME, unique).encode() for kid in ring.keys]
    return bool(browser and unique) and any(hmac.compare_digest(one, mac) for one in ours)


def _mac(ring: KeyRing, kid: str, browser: str, path: str, what: str) -> str:
    words = f"{browser}\n{path}\n{what}".encode("utf-8", "replace")
    return hmac.digest(ring.keys[kid], _LABEL + words, "sha256").hex()[:_MAC_LENGTH]
