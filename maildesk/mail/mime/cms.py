"""The message inside an opaque signature: application/pkcs7-mime, signed-data (RFC 8551,
3.5.2; RFC 5652, 5).

Outlook sends signed mail in this form when it is told to: all of it, the text
too, stands inside one binary part. Nothing is verified here; the content is
only dug out so that a person can read it. Every length is the sender's claim
and bounded by the octets that are really there (X.690).
"""

from __future__ import annotations

from collections.abc import Iterator

TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})

_SEQUENCE, _SET, _INTEGER, _OID, _OCTETS, _MORE_OCTETS, _EXPLICIT = (
    0x30,
    0x31,
    0x02,
    0x06,
    0x04,
    0x24,
    0xA0,
)
_SIGNED = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")
_ELEMENT_LIMIT = 200_000  # BER cuts the content into pieces; of a kilobyte each in the programs met
# elements of a level that is only passed by, and levels of them: names of digests, a handful
_SKIPPED_LIMIT = 50
_DEPTH_LIMIT = 3
_OPEN = -1  # indefinite length: it ends with two zero octets


class _Broken(Exception):
    """No signed-data, or one that is cut off before its content."""


def signed_content(octets: bytes) -> bytes:
    """The MIME entity that was signed; empty where this is no signed-data with
    its content inside."""
    try:
        at = _enter(octets, 0, _SEQUENCE)
        at = _past_oid(octets, at, _SIGNED)
        at = _enter(octets, _enter(octets, at, _EXPLICIT), _SEQUENCE)
        at = _past(octets, at, _INTEGER)
        at = _past(octets, at, _SET)
        at = _enter(octets, at, _SEQUENCE)
        at = _past_oid(octets, at, _DATA)
        return b"".join(_pieces(octets, _enter(octets, at, _EXPLICIT)))
    except _Broken:
        return b""


def _head(octets: bytes, at: int) -> tuple[int, int, int]:
    """(tag, where the value begins, its length or _OPEN) of the element at `at`."""
    if at + 2 > len(octets):
        raise _Broken
    tag, length, start = octets[at], octets[at + 1], at + 2
    if length == 0x80:
        return tag, start, _OPEN
    if length > 0x80:
        count = length & 0x7F
        if count > 4 or start + count > len(octets):
            raise _Broken
        length = int.from_bytes(octets[start : start + count], "big")
        start += count
    return tag, start, min(length, len(octets) - start)


def _enter(octets: bytes, at: int, wanted: int) -> int:
    tag, start, _ = _head(octets, at)
    if tag != wanted:
        raise _Broken
    return start


def _past(octets: bytes, at: int, wanted: int) -> int:
    if octets[at : at + 1] != bytes((wanted,)):
        raise _Broken
    return _end(octets, at)


def _past_oid(octets: bytes, at: int, wanted: bytes) -> int:
    tag, start, length = _head(octets, at)
    if tag != _OID or octets[start : start + length] != wanted:
        raise _Broken
    return start + length


def _end(octets: bytes, at: int, depth: int = 0) -> int:
    """Where the element at `at` ends; of one without a length, behind its two zero octets."""
    _, start, length = _head(octets, at)
    if length != _OPEN:
        return start + length
    if depth > _DEPTH_LIMIT:
        raise _Broken
    at = start
    for _ in range(_SKIPPED_LIMIT):
        if octets[at : at + 2] == b"\x00\x00":
            return at + 2
        at = _end(octets, at, depth + 1)
    raise _Broken


def _pieces(octets: bytes, at: int) -> Iterator[bytes]:
    """The OCTET STRING at `at`: one piece, or the pieces that BER cut it into; what a cut-off one
    still has."""
    tag, start, length = _head(octets, at)
    if tag == _OCTETS and length != _OPEN:
        yield octets[start : start + length]
        return
    if tag != _MORE_OCTETS:
        raise _Broken
    end = len(octets) if length == _OPEN else start + length
    for _ in range(_ELEMENT_LIMIT):
        if start + 2 > end or octets[start] != _OCTETS:
            return
        _, begin, size = _head(octets, start)
        if size == _OPEN:
            return
        yield octets[begin : begin + size]
        start = begin + size
