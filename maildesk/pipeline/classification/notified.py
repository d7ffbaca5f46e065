"""What comes back of our own notifications in an agent's answer, and is taken out of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from maildesk.desk.commands import command_lines
from maildesk.desk.commands.own_signature import above_signature
from maildesk.desk.commands.table import to_everybody
from maildesk.desk.facts import Missed
from maildesk.desk.mails.readers import may_see, readers, with_later
from maildesk.desk.threads import links
from maildesk.desk.threads.notification import Known, answer_of
from maildesk.errors import BadMessage
from maildesk.mail.html.sanitize import text_of
from maildesk.mail.mime import attachments
from maildesk.mail.owners import mailbox_of
from maildesk.mail.parse import parse
from maildesk.mail.reply.quote import is_marker
from maildesk.store import outbox
from maildesk.store.desk import conversation, tickets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from maildesk.desk.policy import Agent, Policy
    from maildesk.desk.threads.links import KeyRing
    from maildesk.desk.ticket import Ticket
    from maildesk.mail.message import Message
    from maildesk.pipeline.classification.look import Look

_MOST = 3  # notifications that one answer is compared with
_CONVERSATION = 40  # public messages whose words an agent may have answered
_MESSAGE = "message/rfc822"


@dataclass(frozen=True, slots=True)
class Answered:
    """What an agent's mail answers, and what is theirs in it."""

    message: Message  # their own words, and the conversation's where they quote it
    left_out: tuple[str, ...]  # the names of attached files that were mails of this desk
    had: frozenset[str]  # who had the message that they answer, folded; empty: unknown
    missed: tuple[Missed, ...]  # what others wrote since the notification, oldest first
    at: datetime | None = None  # when the notification was written


def answered(look: Look, ticket: Ticket, agent: Agent) -> Answered:
    """The agent's mail without the notification that it answers, and without what one of those it
    goes to has never seen."""
    conn, message, raw, ring = look.conn, look.message, look.raw, look.services.ring
    rows = _notifications(conn, message, agent)
    had = _had(conn, ticket, rows[0].created_at if rows else None)
    reads = readers(ticket, had)
    if to_everybody(command_lines.read(message.reply, look.policy).commands):
        reads = ticket.participants
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
    public = conversation.last_public(conn, ticket.id, _CONVERSATION)
    seen = [row for row in public if all(may_see(row.had or (), one) for one in reads)]
    unseen = [row for row in public if row not in seen]
    inside = [
        words
        for row in (*conversation.last_inside(conn, ticket.id, _CONVERSATION), *unseen)
        for words in (row.text, row.reply)
        if words
    ]
    said = [row.reply or row.text for row in seen]
    shown = rows or _latest(conn, ticket, agent)
    sent = [text for row in shown for text in texts_of(outbox.raw_of(conn, row))]
    known = Known(sent, said, inside, bool(rows))
    left_out = tuple(file.filename for file in message.attachments if file not in files)
    reply = answer_of(message, known)
    is_signed_alone = message.is_signature and reply.split() == message.reply.split()
    reply = above_signature(reply, agent.name)
    own = replace(message, reply=reply, attachments=files)
    if is_signed_alone or not reply:  # sent by mistake
        own = replace(own, reply="", opening="")
    missed = _missed(public, rows[0].created_at, agent, look.policy) if rows else ()
    return Answered(own, left_out, had, missed, rows[0].created_at if rows else None)


def _notifications(conn: Connection, message: Message, agent: Agent) -> Sequence[Row[Any]]:
    """The notifications that this mail names, the one that it answers first."""
    ids = list(dict.fromkeys([*message.in_reply_to, *reversed(message.references)]))[:20]
    found = (outbox.by_message_id(conn, one) for one in ids)
    return [row for row in found if row is not None and row.recipient in agent.keys][:_MOST]


def _latest(conn: Connection, ticket: Ticket, agent: Agent) -> Sequence[Row[Any]]:
    """The last one that they were sent, for a mail that names none."""
    row = outbox.latest_to(conn, ticket.id, agent.address)
    return () if row is None else (row,)


def _had(conn: Connection, ticket: Ticket, at: datetime | None) -> frozenset[str]:
    """Who had what the customer had said last when the notification was written, or has joined
    since."""
    if len(ticket.participants) < 2:
        return frozenset()
    rows = conversation.last_said(conn, ticket.id, _CONVERSATION)
    row = next((row for row in rows if at is None or row.at <= at), None)
    if row is None:
        return frozenset()
    return with_later(row.had or (), row.at, tickets.entries(conn, ticket.id))


def _missed(
    public: Sequence[Row[Any]], since: datetime, agent: Agent, policy: Policy
) -> tuple[Missed, ...]:
    """What the customer or a colleague wrote since then."""
    found = []
    for row in reversed(public):
        if (
            row.at > since
            and conversation.says_something(row)
            and mailbox_of(row.agent) not in agent.keys
        ):
            colleague = policy.agent(row.agent) if row.agent else None
            name = colleague.name if colleague else row.from_name
            address = "" if row.direction == "out" else row.from_address
            found.append(Missed(row.at, name, address, row.reply or row.text))
    return tuple(found)


def subject_of(raw: bytes) -> str:
    """The subject of a mail of ours; "" where it cannot be read."""
    try:
        return parse(raw).subject
    except BadMessage:
        return ""


def texts_of(raw: bytes) -> list[str]:
    """The texts of a mail of ours, as words and as a page; none where it cannot be read."""
    try:
        mail = parse(raw)
    except BadMessage:
        return []
    # buttons that stand side by side are words of their own
    apart = mail.html.replace("</a>", "</a> ")
    page = text_of(apart) if apart else ""
    return [text for text in (mail.text, page) if text]


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
