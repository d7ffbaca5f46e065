"""A mail of the desk's own that comes back: an alias in somebody's Cc leads here, or a list.

It is ours where it bears the Message-ID of a mail that we wrote, and says what that says: whoever
had our mail knows the id, and could put other words below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.errors import BadMessage
from maildesk.mail.parse import parse
from maildesk.store import outbox, provider_ids

if TYPE_CHECKING:
    from maildesk.mail.message import Message
    from maildesk.pipeline.classification.look import Look


def is_ours(look: Look) -> bool:
    """Whether we wrote this message, and nobody has changed what it says."""
    message_id = look.message.message_id
    if not message_id:
        return False
    key = message_id.lower()
    known_as = (message_id, provider_ids.ours(look.conn, [key]).get(key, ""))
    for one in filter(None, known_as):
        row = outbox.by_message_id(look.conn, one)
        if row is not None:
            return _says(look.message, outbox.whole(look.conn, look.services.blobs, row))
    return False


def _says(message: Message, ours: bytes) -> bool:
    """Whether the words and files of this message are those of our octets, however they were
    encoded again on the way."""
    try:
        written = parse(ours)
    except BadMessage:
        return False
    return _content(message) == _content(written)


def _content(message: Message) -> tuple[object, ...]:
    files = [(one.filename, one.size) for one in message.attachments]
    return " ".join(message.text.split()), sorted(files)
