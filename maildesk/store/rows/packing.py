"""Mail as it lies in a row: deflated (RFC 1951) against the words of our own templates and, where
there is one, another mail.

    01 ...        deflated, with `packing.txt` and the other mail as its preset dictionary
    02 ...        in the outbox: the large files that the mail shares, and then itself; see there
    anything else the mail as it is: no mail begins with 01 or 02

What is large is kept as it is: mostly base64, of which a quarter could be saved for
more time than the disk takes. `packing.txt` are lines of the usual letters, as they
stand in mail. It may never change: what was packed with it can be read with nothing else.
"""

from __future__ import annotations

import zlib
from pathlib import Path

# octets that are deflated, and deflate's window: what lies further back helps no more
LARGEST = 32 * 1024
_DEFLATED = b"\x01"
WITH_SHARED = b"\x02"
_LEVEL = 3
_WORDS = (
    Path(__file__)
    .with_name("packing.txt")
    .read_text(encoding="ascii")
    .replace("\n", "\r\n")
    .encode("ascii")
)


class Packer:
    """Packs mails against one base; what deflate makes of the base is made once, which takes as
    long as packing a mail."""

    def __init__(self, base: bytes = b"") -> None:
        self._begun = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15, zdict=(_WORDS + base)[-LARGEST:])

    def pack(self, raw: bytes) -> bytes:
        """These octets as a row keeps them."""
        if len(raw) > LARGEST and not raw.startswith((_DEFLATED, WITH_SHARED)):
            return raw
        deflate = self._begun.copy()
        return b"".join((_DEFLATED, deflate.compress(raw), deflate.flush()))


pack = Packer().pack


def unpack(packed: bytes, base: bytes = b"") -> bytes:
    """The octets that were packed, with the same base."""
    if not packed.startswith(_DEFLATED):
        return packed
    inflate = zlib.decompressobj(-15, zdict=(_WORDS + base)[-LARGEST:])
    return inflate.decompress(memoryview(packed)[1:]) + inflate.flush()
