"""What comes back of our own notifications in an agent's answer, and is taken out of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from maildesk.desk.threads import links
from maildesk.desk.threads.notification import Known, answer_of
from maildesk.errors import BadMessage
from maildesk.mail.html.sanitize import text_of
from maildesk.mail.mime import attachments
from maildesk.mail.parse import parse
from maildesk.mail.reply.quote import is_marker
from maildesk.store import outbox, tickets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from maildesk.desk.policy import Agent
    from maildesk.desk.threads.links import KeyRing
    from maildesk.desk.ticket import Ticket
    from maildesk.mail.message import Message

_MOST = 3  # notifications that one answer is compared with
_CONVERSATION = 40  # public messages whose words an agent may have answered
_MESSAGE = "message/rfc822"


def without_notification(
    conn: Connection, ring: KeyRing, message: Message, raw: bytes, ticket: Ticket, agent: Agent
) -> tuple[Message, tuple[str, ...]]:
    """The agent's message with only their own words, and the conversation's where they quote it.

    Mails of this desk that are attached are taken out of it; their names.
    """
    files = message.attachments
    suspects = [
        file.index
        for file in files
        if file.content_type == _MESSAGE or file.filename.lower().endswith((".eml", ".msg"))
    ]
    if suspects:
        found = attachments.contents_of(raw, suspects)
        ours = {file.index for file, content in found if _is_ours(ring, file.content_type, content)}
        files = tuple(file for file in files if file.index not in ours)
    # as a notification shows it
    said = [row.reply or row.text for row in tickets.last_public(conn, ticket.id, _CONVERSATION)]
    inside = [
        words
        for row in tickets.last_inside(conn, ticket.id, _CONVERSATION)
        for words in (row.text, row.reply)
        if words
    ]
    sent, is_named = _sent(conn, message, ticket, agent)
    reply = answer_of(message, Known(sent, said, inside, is_named))
    left_out = tuple(file.filename for file in message.attachments if file not in files)
    return replace(message, reply=reply, attachments=files), left_out


def _sent(
    conn: Connection, message: Message, ticket: Ticket, agent: Agent
) -> tuple[Sequence[str], bool]:
    """The texts of the notifications that this may be an answer to: those it names, else the last
    one; whether it names any."""
    ids = list(dict.fromkeys([*message.in_reply_to, *reversed(message.references)]))[:20]
    named = [
        row
        for one in ids
        if (row := outbox.by_message_id(conn, one)) is not None and row.recipient in agent.keys
    ]
    rows = named[:_MOST] or [
        row for row in (outbox.latest_to(conn, ticket.id, agent.address),) if row is not None
    ]
    texts: list[str] = []
    for row in rows:
        try:
            notification = parse(outbox.raw_of(conn, row))
        except BadMessage:
            continue
        # buttons that stand side by side are words of their own
        apart = notification.html.replace("</a>", "</a> ")
        page = text_of(apart) if apart else ""
        texts += [text for text in (notification.text, page) if text]
    return texts, bool(named)


def _is_ours(ring: KeyRing, content_type: str, content: bytes) -> bool:
    """Whether an attached message is a mail of this desk; one in Outlook's own format is known by
    the addresses in it."""
    if links.SIGNATURE.search(content.replace(b"\0", b"").decode("latin-1")):
        return True
    if content_type != _MESSAGE:
        return False
    try:
        inner = parse(content)
    except BadMessage:
        return False
    first = next((line for line in inner.text.splitlines() if line.strip()), "")
    # a gateway gave it another Message-ID, and only the text is left: a notification begins so
    if is_marker(first.strip()):
        return True
    words = "\n".join((inner.text, inner.html, inner.header("reply-to")))
    return links.read_message_id(ring, inner.message_id) is not None or bool(
        links.SIGNATURE.search(words)
    )
