"""Who is logged in at the site around the form, signed by that site's server: an HMAC-SHA-256 of
address, name and the second at which it ends. It proves that address, and no other, until then."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from maildesk.mail.owners import mailbox_of

IDENTITY, NAME, ADDRESS = "identity", "identity-name", "identity-address"  # in the form
FIELDS = (IDENTITY, NAME, ADDRESS)
LONGEST = 300  # characters of each
LASTS = (
    24 * 3600 + 300
)  # seconds at most: what is longer would be a password; clocks differ a little


def signed(key: bytes, address: str, name: str, expires: int) -> str:
    """What the site's server writes into `data-identity`."""
    words = f"{address}\n{name}\n{expires}".encode("utf-8", "replace")
    return f"{expires}.{hmac.digest(key, words, 'sha256').hex()}"


def read(fields: Mapping[str, str]) -> dict[str, str]:
    """What a form says of it."""
    return {name: fields.get(name, "")[:LONGEST] for name in FIELDS}


def refusal(key: bytes, said: Mapping[str, str], typed: str, now: float) -> str:
    """Why this does not prove the address that was typed; "" where it does."""
    if not key:
        return "no secret is set"
    written = said[IDENTITY].partition(".")[0]
    if not (written.isascii() and written.isdigit() and len(written) <= 12):
        return "it names no end"
    if any("\n" in said[name] for name in FIELDS):
        return "there is a line break in it"  # the words might be parted elsewhere
    ours = signed(key, said[ADDRESS], said[NAME], int(written))
    if not hmac.compare_digest(ours.encode(), said[IDENTITY].encode("utf-8", "replace")):
        return "the signature is another"
    if int(written) <= now:
        return "it has ended"
    if int(written) > now + LASTS:
        return "it lasts for more than a day"
    if mailbox_of(said[ADDRESS]) != mailbox_of(typed):
        return "another address was typed"
    return ""
