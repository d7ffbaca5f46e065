"""What costs a robot time and a person none: their browser calculates while they write.

It looks for a number that makes the digest of the form's signature and that number begin with so
many zero bits. Each request from a network within the hour makes the next twice as long.
"""

from __future__ import annotations

from hashlib import sha256

LEAST, MOST = 15, 20  # bits: some 30,000 digests, a second of a phone, to a million
_LONGEST = 12  # digits of the number


def bits_after(before: int) -> int:
    """How many bits are asked of a network that has sent so many requests."""
    return min(MOST, LEAST + before)


def holds(field: str, bits: int, number: str) -> bool:
    """Whether this number is one for the form with this field."""
    if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST):
        return False
    signature = field.rpartition(".")[2]
    digest = sha256(f"{signature}:{number}".encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - bits) == 0
