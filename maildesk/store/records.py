"""What is kept of a ticket and in the queues, told as values: for views, which read no rows.

`id` of a message and of a mail is for the store and for whoever types it; views say what they show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Row, select

from maildesk.desk.threads.links import hidden
from maildesk.store import outbox, quarantine, timers
from maildesk.store.desk import tickets as ticket_rows
from maildesk.store.desk.conversation import message_rows
from maildesk.store.relays import lines
from maildesk.store.schema import tickets

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message of a conversation. `reply` are its new words, `text` is all of them."""

    id: int
    at: datetime
    kind: str  # public, note, stranger (of somebody who is not let in)
    direction: str  # in, out
    automatic: bool
    from_name: str
    from_address: str
    agent: str
    subject: str
    text: str
    reply: str
    message_id: str
    trust: str
    through: str = ""  # the form, list or group that carried it
    attachments: tuple[Mapping[str, Any], ...] = ()
    digest: bytes | None = None  # of the raw message


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One thing that happened to a ticket."""

    at: datetime
    who: str
    door: str
    what: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    rule: str = ""
    policy: str = ""


@dataclass(frozen=True, slots=True)
class OutboxMail:
    """A mail that goes out, or went, or failed; without its octets. `ticket` is a reference."""

    id: int
    ticket: str
    message_id: str
    recipient: str
    purpose: str
    author: str
    automatic: bool
    state: str
    created_at: datetime
    sent_at: datetime | None
    due_at: datetime | None
    attempts: int
    code: int | None
    enhanced: str
    reply: str
    error: str
    address: str = ""  # the desk's that it is from
    relay: str = ""  # by which it went, or was last tried


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A message in quarantine. `ticket` is a reference; `agent` whom it was made out to be."""

    id: int
    at: datetime
    reason: str
    words: str
    sender: str
    subject: str
    ticket: str
    agent: str
    state: str
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Timer:
    """What a ticket is, or was, to be reminded of. `state`: due, claimed, rang."""

    kind: str
    rings_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Slice(Generic[Value]):
    """A stretch of a list, and the id behind which it goes on; None where this is the end."""

    values: tuple[Value, ...]
    next: int | None = None


def conversation(conn: Connection, ticket_id: int) -> tuple[StoredMessage, ...]:
    """Its messages, oldest first."""
    return tuple(map(_message, message_rows(conn, ticket_id)))


def history(conn: Connection, ticket_id: int) -> tuple[HistoryEntry, ...]:
    """Everything that happened to it, oldest first."""
    return tuple(
        HistoryEntry(row.at, row.who, row.door, row.what, row.detail, row.rule, row.policy)
        for row in ticket_rows.history_rows(conn, ticket_id)
    )


def mails(conn: Connection, ticket_id: int) -> tuple[OutboxMail, ...]:
    """Every mail that was written about it, oldest first."""
    return _mails(conn, outbox.about_ticket(conn, ticket_id))


def timers_of(conn: Connection, ticket_id: int) -> tuple[Timer, ...]:
    """Those that stand and those that rang, by their times."""
    return tuple(Timer(row.kind, row.rings_at, row.state) for row in timers.all_of(conn, ticket_id))


def outbox_list(
    conn: Connection, states: Sequence[str], *, limit: int, after: int | None = None
) -> Slice[OutboxMail]:
    """Outgoing mails in these states, newest first; without states, all that are not sent."""
    rows = outbox.listed(conn, states, limit + 1, below=after)
    return _slice(rows, limit, lambda some: _mails(conn, some))


def quarantine_list(
    conn: Connection, state: str, *, limit: int, after: int | None = None
) -> Slice[HeldMessage]:
    """What is held (released, dropped), newest first."""
    rows = quarantine.listed(conn, state, limit + 1, below=after)
    return _slice(rows, limit, lambda some: _held(conn, some))


def held(conn: Connection, row: Row[Any]) -> HeldMessage:
    """One row of quarantine as a value."""
    return _held(conn, [row])[0]


def _slice(
    rows: Sequence[Row[Any]], limit: int, made: Callable[[Sequence[Row[Any]]], tuple[Value, ...]]
) -> Slice[Value]:
    return Slice(made(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None)


def _message(row: Row[Any]) -> StoredMessage:
    return StoredMessage(
        id=row.id,
        at=row.at,
        kind=row.kind,
        direction=row.direction,
        automatic=row.automatic,
        from_name=row.from_name,
        from_address=row.from_address,
        agent=row.agent,
        subject=row.subject,
        text=row.text,
        reply=row.reply,
        message_id=row.message_id,
        trust=row.trust,
        through=row.through,
        attachments=tuple(row.attachments),
        digest=row.digest,
    )


def _mails(conn: Connection, rows: Sequence[Row[Any]]) -> tuple[OutboxMail, ...]:
    references = _references(conn, (row.ticket_id for row in rows))
    stands = any(row.line is not None for row in rows)
    tried_at = {one.line: one.due_at for one in lines.every(conn)} if stands else {}
    return tuple(
        OutboxMail(
            id=row.id,
            ticket=references.get(row.ticket_id, ""),
            message_id=hidden(row.message_id),  # an agent's proves that agent
            recipient=row.recipient,
            purpose=row.purpose,
            author=row.author,
            automatic=row.automatic,
            state=row.state,
            created_at=row.created_at,
            sent_at=row.sent_at,
            due_at=tried_at.get(row.line, row.due_at),
            attempts=row.attempts,
            code=row.code,
            enhanced=row.enhanced_status or "",
            reply=row.reply or "",
            error=row.error or "",
            address=row.address,
            relay=row.relay,
        )
        for row in rows
    )


def _held(conn: Connection, rows: Sequence[Row[Any]]) -> tuple[HeldMessage, ...]:
    references = _references(conn, (row.ticket_id for row in rows))
    return tuple(
        HeldMessage(
            id=row.id,
            at=row.at,
            reason=row.reason,
            words=row.words,
            sender=row.sender,
            subject=row.subject,
            ticket=references.get(row.ticket_id, ""),
            agent=row.agent,
            state=row.state,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
        )
        for row in rows
    )


def _references(conn: Connection, ticket_ids: Iterable[int | None]) -> Mapping[int | None, str]:
    wanted = sorted({one for one in ticket_ids if one is not None})
    if not wanted:
        return {}
    found = select(tickets.c.id, tickets.c.reference).where(tickets.c.id.in_(wanted))
    return {row.id: row.reference or "" for row in conn.execute(found)}
