"""A message that comes again: through another mailbox, or because its sender never heard our 250.

It is known by its Message-ID and its body: senders do reuse ids. What stands for
a missing id is the head as its sender wrote it.
"""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from maildesk.mail.message import Message
from maildesk.store import processed, spool

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.store.spool import Spooled

# scripts without Message-ID and Date say the same again and again; later it is news
SAME_WORDS = timedelta(hours=1)
_FIELD_END = re.compile(rb"\r?\n(?![ \t])")
_OF_OUR_DOOR = (b"return-path:", b"received:")


def is_first(conn: Connection, job: Spooled, message: Message, raw: bytes) -> bool:
    """Whether this message was not processed before; from now on it was."""
    message_id, body = known_by(message, raw)
    if not (message.message_id or message.date):
        before = processed.seen_at(conn, message_id, body)
        if before is not None and job.received_at - before >= SAME_WORDS:
            processed.forget(conn, message_id)
    return processed.is_first(conn, message_id, body, job.id)


def known_by(message: Message, raw: bytes) -> tuple[str, bytes]:
    """The id a message is known by when it comes again, and the digest of its body."""
    end, blank = raw.find(b"\r\n\r\n"), 4
    head = raw if end < 0 else raw[:end]
    if not 0 <= end < len(raw) - 4:
        end, blank = raw.find(b"\n\n"), 2
    body = memoryview(raw)[end + blank :] if 0 <= end < len(raw) - blank else raw
    digest = sha256(body).digest()[:16]
    return (message.message_id or _derived(head, digest))[: spool.LONGEST_ID], digest


def _derived(head: bytes, body: bytes) -> str:
    """What stands for a missing Message-ID, without what our own door put on top."""
    fields = _FIELD_END.split(head)
    for own in _OF_OUR_DOOR:
        if fields and fields[0][: len(own)].lower() == own:
            del fields[0]
    told = sha256(b"\n".join((body, *fields)))
    return f"derived.{told.hexdigest()[:32]}"
