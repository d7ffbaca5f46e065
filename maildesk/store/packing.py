"""Mail as it lies in a row: deflated (RFC 1951) against the words of our own templates and, where there is one, another mail.

    01 ...        deflated, with `packing.txt` and the other mail as its preset dictionary
    anything else the mail as it is: no mail begins with 01

What is large is kept as it is: mostly base64, of which a quarter could be saved for
more time than the disk takes. `packing.txt` are lines of the usual letters, as they
stand in mail. It may never change: what was packed with it can be read with nothing else.
"""

from __future__ import annotations

import zlib
from pathlib import Path

LARGEST = 32 * 1024  # octets that are deflated, and deflate's window: what lies further back helps no more
_DEFLATED = b"\x01"
_LEVEL = 3
_WORDS = Path(__file__).with_name("packing.txt").read_text(encoding="ascii").replace("\n", "\r\n").encode("ascii")


def pack(raw: bytes, base: bytes = b"") -> bytes:
    """These octets as a row keeps them."""
    if len(raw) > LARGEST and not raw.startswith(_DEFLATED):
        return raw
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15, zdict=(_WORDS + base)[-LARGEST:])
    return b"".join((_DEFLATED, deflate.compress(raw), deflate.flush()))


def unpack(packed: bytes, base: bytes = b"") -> bytes:
    """The octets that `pack` was given, with the same base."""
    if not packed.startswith(_DEFLATED):
        return packed
    inflate = zlib.decompressobj(-15, zdict=(_WORDS + base)[-LARGEST:])
    return inflate.decompress(memoryview(packed)[1:]) + inflate.flush()
