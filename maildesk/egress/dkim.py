"""DKIM (RFC 6376): our signature on outgoing mail, made once, when the message is composed."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from itertools import chain
from typing import Any

# has no types: what of it is called below is called untyped
import dkim as dkimpy

from maildesk.config.settings import Dkim
from maildesk.egress.stream import Streamed
from maildesk.errors import PermanentFailure

_TRAILING, _BLANKS = re.compile(rb"[ \t]+\r\n"), re.compile(rb"[ \t]+")

# What a receiver shows or acts upon. From is named once more than it occurs, so that nobody can add
# one (RFC 6376, 8.15).
_SIGNED = (
    *("from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "reply-to"),
    *("mime-version", "content-type", "content-transfer-encoding", "auto-submitted"),
    *(
        "list-id",
        "list-unsubscribe",
        "list-unsubscribe-post",
        "list-help",
        "list-archive",
        "list-post",
        "list-subscribe",
        "list-owner",
    ),
)


def sign(raw: bytes | Streamed, dkim: Dkim, key: bytes) -> bytes:
    """The message's own octets with a DKIM-Signature on top. PermanentFailure when the key cannot
    be used or From is missing.

    Relaxed in both parts: a relay that refolds a header or trims a line does not break it.
    """
    own = raw if isinstance(raw, bytes) else raw.own
    try:
        signer = dkimpy.DKIM(raw) if isinstance(raw, bytes) else _Streaming(raw)  # type: ignore[no-untyped-call]
        present = [name.lower() for name, _ in signer.headers]
        names = [name for wanted in _SIGNED for name in present if name == wanted.encode()]
        signature: bytes = signer.sign(  # type: ignore[no-untyped-call]
            dkim.selector.encode(),
            dkim.domain.encode("idna"),
            key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[*names, b"from"],
        )
    except dkimpy.DKIMException as error:
        raise PermanentFailure(f"the DKIM key {dkim.key_file.name} cannot sign: {error}") from error
    return signature + own


class _Streaming(dkimpy.DKIM):
    """Signs a message whose body is never in memory as a whole: its hash is put in the place of
    that of the head alone."""

    def __init__(self, raw: Streamed) -> None:
        head, blank, _ = raw.own.partition(b"\r\n\r\n")
        super().__init__(head + blank)  # type: ignore[no-untyped-call]
        digest = sha256()
        pieces = iter(raw)
        begun = next(pieces)[len(head + blank) :]
        for piece in chain((begun,), pieces):
            digest.update(_relaxed(piece))
        self._body_hash = b64encode(digest.digest())

    def gen_header(self, fields: list[tuple[bytes, bytes]], *rest: Any, **more: Any) -> bytes:
        """The header with our hash of the body."""
        fields = [(name, self._body_hash if name == b"bh" else value) for name, value in fields]
        return bytes(super().gen_header(fields, *rest, **more))  # type: ignore[no-untyped-call]


def _relaxed(piece: bytes) -> bytes:
    """RFC 6376, 3.4.4, for a piece that ends where no white space stands, and no empty line that
    could be the last of all."""
    return (
        _BLANKS.sub(b" ", _TRAILING.sub(b"\r\n", piece))
        if b" " in piece or b"\t" in piece
        else piece
    )
