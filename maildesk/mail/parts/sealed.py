"""Encrypted mail: S/MIME (RFC 8551) and OpenPGP (RFC 3156, 9580), and whom it was sealed for.

Nothing is opened here. Whose certificate or key can open it is written outside the seal, unless
the sender hid it.
"""

from __future__ import annotations

import re

from maildesk.mail.mime import cms, tree
from maildesk.mail.parts.items import Sealed

READ = 300_000  # octets of a seal that are looked through: the recipients stand first
_MOST = 20
_ENVELOPED = (bytes.fromhex("2a864886f70d010703"), bytes.fromhex("2a864886f70d0109100117"))
_EMAIL = bytes.fromhex("06092a864886f70d010901")
_COMMON_NAME = bytes.fromhex("0603550403")
_ARMOUR = re.compile(
    rb"-----BEGIN PGP MESSAGE-----\s*\r?\n(?:[A-Za-z]+: [^\n]*\n)*\r?\n?([A-Za-z0-9+/=\r\n]+)"
)
INLINE = "-----BEGIN PGP MESSAGE-----"


def by_certificate(leaf: tree.Entity) -> Sealed | None:
    """What an application/pkcs7-mime part is sealed for; None where it is only signed."""
    if leaf.content_type not in cms.TYPES and not leaf.filename.lower().endswith(".p7m"):
        return None
    octets = leaf.content(READ)[:READ]
    if not any(oid in octets[:60] for oid in _ENVELOPED):
        said = leaf.parameters.get("smime-type", "").lower()
        return Sealed("smime") if said.endswith("enveloped-data") else None
    names = _names_after(octets, _EMAIL) or _names_after(octets, _COMMON_NAME)
    return Sealed("smime", names)


def _names_after(octets: bytes, oid: bytes) -> tuple[str, ...]:
    """The strings behind this attribute type (X.501), each once, in order."""
    found: dict[str, None] = {}
    at = octets.find(oid)
    while at >= 0 and len(found) < _MOST:
        start = at + len(oid)
        tag, length = octets[start : start + 1], octets[start + 1 : start + 2]
        if tag in (b"\x0c", b"\x13", b"\x16", b"\x14") and length and length[0] < 128:
            text = octets[start + 2 : start + 2 + length[0]].decode("utf-8", "replace")
            if text.isprintable():
                found[text] = None
        at = octets.find(oid, start)
    return tuple(found)


def by_key(octets: bytes) -> Sealed | None:
    """What an armoured OpenPGP message is sealed for: the key ids of its session keys."""
    armour = _ARMOUR.search(octets[:READ])
    if armour is None:
        return Sealed("pgp") if INLINE.encode() in octets[:READ] else None
    packets = tree.base64_decoded(armour[1].partition(b"\n=")[0])
    return Sealed("pgp", tuple(_key_ids(packets)))


def _key_ids(packets: bytes) -> list[str]:
    """The key ids of the public-key encrypted session key packets at the beginning (RFC 9580,
    5.1); one that is hidden is all zeros and left out."""
    found: dict[str, None] = {}
    at = 0
    for _ in range(_MOST):
        head = packets[at : at + 6]
        if len(head) < 3 or not head[0] & 0x80:
            break
        if head[0] & 0x40:
            tag, length = head[0] & 0x3F, head[1]
            start = at + 2
            if 192 <= length < 224:
                length, start = ((length - 192) << 8) + head[2] + 192, at + 3
            elif length == 255:
                length, start = int.from_bytes(head[2:6], "big"), at + 6
        else:
            tag, size = (head[0] >> 2) & 0x0F, (1, 2, 4, 0)[head[0] & 3]
            length, start = int.from_bytes(head[1 : 1 + size], "big"), at + 1 + size
        if tag != 1:
            break
        if packets[start : start + 1] == b"\x03":
            key = packets[start + 1 : start + 9].hex().upper()
            if key.strip("0"):
                found[key] = None
        at = start + length
    return list(found)
