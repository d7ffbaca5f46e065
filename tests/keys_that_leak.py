"""Which signed addresses stand in a mail that are none of its recipient's: looked for as a thief
would, decoding all there is.

The shape of a signed address is written down here once more, on purpose: what the
desk takes out and what is looked for must not share a mistake.
"""

from __future__ import annotations

import html
import re
from email import message_from_bytes, policy
from email.message import Message
from functools import lru_cache
from hashlib import sha256
from urllib.parse import unquote

# In an address, in a Message-ID (behind a dot), in a subject (behind a space, or %20 in a link).
# Looked for from its first hyphen: few characters of a mail are one, and many are letters.
_BEGINS = re.compile(r"(?:(?<![0-9a-z])|(?<=%20))([a-z])[0-9a-z][0-9a-z]{1,13}\Z", re.IGNORECASE)
_ENDS = re.compile(r"-([0-9a-z]{8})[0-9a-z]{3}-[0-9a-z]{16}(?![0-9a-z])", re.IGNORECASE)
_LONGEST = len("%20") + 15  # of what stands before that hyphen, and tells that it begins there
# A field of these alone says what stands there; any other is read as a mail client does.
_AS_IT_STANDS = re.compile(r"[\w .,:;<>@+/=-]*", re.ASCII)
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def foreign(raw: bytes, recipient: str, agents: tuple[str, ...]) -> list[str]:
    """What stands in this mail, decoded in every way, and is no address that this
    recipient may have."""
    allowed = "rsbvetdky" if recipient not in agents else "abcdefghijklmnopqrstuvwxyz"
    own = {_person(recipient)} | {
        _person(f"{recipient.strip().lower()}\n{renewed}") for renewed in range(1, 9)
    }
    wrong = []
    for text in _texts(message_from_bytes(raw)):
        for rest in _ENDS.finditer(text):
            begun = _BEGINS.search(text, max(0, rest.start() - _LONGEST), rest.start())
            if begun and (begun[1].lower() not in allowed or rest[1].lower() not in own):
                wrong += [begun[0] + rest[0]]
    return wrong


def _texts(mail: Message) -> list[str]:
    texts = []
    for part in mail.walk():
        texts += [
            f"{name}: {_read(name, value)}"
            for name, value in part.raw_items()
            if name.lower() != "received"
        ]
        texts.append(part.get_filename() or "")
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            texts.append(content.decode("latin-1"))
            texts.append(content.replace(b"\0", b"").decode("latin-1"))
    whole = "\n".join(texts)
    squeezed = re.sub(r"-(?:<br>|&gt;|[\s>])+", "-", whole)
    return list(
        dict.fromkeys(
            form
            for one in dict.fromkeys((whole, squeezed))
            for form in (one, unquote(one), html.unescape(one), unquote(html.unescape(one)))
        )
    )


@lru_cache(maxsize=4096)
def _read(name: str, value: str) -> str:
    """A field decoded. To read all of them closely took a third of the tests' time."""
    line = "".join(value.splitlines())
    if _AS_IT_STANDS.fullmatch(line):
        return line
    return str(policy.default.header_fetch_parse(name, value))


def _person(address: str) -> str:
    number = int.from_bytes(sha256(address.strip().lower().encode()).digest()[:5], "big")
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(35, -5, -5))
