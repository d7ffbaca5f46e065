"""Our own signature on outgoing mail (RFC 6376), made once, when the message is composed."""

from __future__ import annotations

import dkim as dkimpy

from maildesk.config.settings import Dkim
from maildesk.errors import PermanentFailure

# What a receiver shows or acts upon. From is named once more than it occurs, so that nobody can add one (RFC 6376, 8.15).
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


def sign(raw: bytes, dkim: Dkim, key: bytes) -> bytes:
    """The message with a DKIM-Signature on top. PermanentFailure when the key cannot be used or From is missing.

    Relaxed in both parts: a relay that refolds a header or trims a line does not break it.
    """
    try:
        signer = dkimpy.DKIM(raw)  # type: ignore[no-untyped-call]
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
    return signature + raw
