"""A mail in its row, packed against one much like it, and where the large files of it lie."""

from __future__ import annotations

import json

from maildesk.mail.compose.outgoing import Shared, Stretch
from maildesk.store.rows.packing import WITH_SHARED, unpack


def with_shared(shared: Shared, packed: bytes) -> bytes:
    """What of other blobs belongs into a mail stands before it: [where, digest, start, length] of
    each stretch, as JSON."""
    if not shared:
        return packed
    words = json.dumps(
        [(at, stretch.digest.hex(), stretch.start, stretch.length) for at, stretch in shared]
    ).encode()
    return b"".join((WITH_SHARED, len(words).to_bytes(4, "big"), words, packed))


def unpacked(raw: bytes | None, base: bytes) -> tuple[bytes, Shared]:
    """The mail that a row holds so, without the large files that it shares, and those."""
    if raw is None:
        return base, ()
    packed = bytes(raw)
    if not packed.startswith(WITH_SHARED):
        return unpack(packed, base), ()
    end = 5 + int.from_bytes(packed[1:5], "big")
    found = json.loads(packed[5:end])
    shared = tuple(
        (at, Stretch(bytes.fromhex(digest), start, length)) for at, digest, start, length in found
    )
    return unpack(packed[end:], base), shared
