"""Which signed addresses stand in a mail that are none of its recipient's: looked for as a thief
would, decoding all there is.

The shape of a signed address is written down here once more, on purpose: what the
desk takes out and what is looked for must not share a mistake.
"""

from __future__ import annotations

import html
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from urllib.parse import unquote

# In an address, in a Message-ID (behind a dot), in a subject (behind a space, or %20 in a link).
_SIGNED = re.compile(
    r"(?:(?<![0-9a-z])|(?<=%20))([a-z])[0-9a-z][0-9a-z]{1,13}"
    r"-([0-9a-z]{8})[0-9a-z]{3}-[0-9a-z]{16}(?![0-9a-z])",
    re.IGNORECASE,
)
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def foreign(raw: bytes, recipient: str, agents: tuple[str, ...]) -> list[str]:
    """What stands in this mail, decoded in every way, and is no address that this
    recipient may have."""
    allowed = "rsb" if recipient not in agents else "abcdefghijklmnopqrstuvwxyz"
    own = {_person(recipient)} | {
        _person(f"{recipient.strip().lower()}\n{renewed}") for renewed in range(1, 9)
    }
    wrong = []
    for text in _texts(message_from_bytes(raw, policy=policy.default)):
        for found in _SIGNED.finditer(text):
            if found[1].lower() not in allowed or found[2].lower() not in own:
                wrong += [found[0]]
    return wrong


def _texts(mail: EmailMessage) -> list[str]:
    texts = []
    for part in mail.walk():
        texts += [f"{name}: {value}" for name, value in part.items() if name.lower() != "received"]
        texts.append(part.get_filename() or "")
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            texts.append(content.decode("latin-1"))
            texts.append(content.replace(b"\0", b"").decode("latin-1"))
    whole = "\n".join(texts)
    squeezed = re.sub(r"-(?:<br>|&gt;|[\s>])+", "-", whole)
    return [
        form
        for one in (whole, squeezed)
        for form in (one, unquote(one), html.unescape(one), unquote(html.unescape(one)))
    ]


def _person(address: str) -> str:
    number = int.from_bytes(sha256(address.strip().lower().encode()).digest()[:5], "big")
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(35, -5, -5))
