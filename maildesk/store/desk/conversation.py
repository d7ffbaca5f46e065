"""What was said about a ticket: its messages, public and inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Integer, Row, bindparam, delete, insert, literal, select, update

from maildesk.desk.mails.views import BY_PROGRAM
from maildesk.store.rows.prepared import Prepared
from maildesk.store.schema import messages, tickets

_LIMIT = bindparam("limit_", type_=Integer)
_OF_TICKET = messages.c.ticket_id == bindparam("ticket_id")
_PUBLIC = (_OF_TICKET, messages.c.kind == "public")
_NEWEST = select(messages).order_by(messages.c.id.desc()).limit(_LIMIT)
_LAST_PUBLIC = Prepared(_NEWEST.where(*_PUBLIC))
_LAST_SAID = Prepared(_NEWEST.where(*_PUBLIC, messages.c.direction == "in"))
WITHDRAWN = "withdrawn"  # the kind of an answer that was stopped before it went out
_INSIDE = messages.c.kind.not_in([literal(one) for one in ("public", WITHDRAWN)])
_LAST_INSIDE = Prepared(_NEWEST.where(_OF_TICKET, _INSIDE))
_IDS = select(messages.c.message_id, messages.c.had).where(*_PUBLIC, messages.c.message_id != "")
_THREAD_IDS = Prepared(_IDS.order_by(messages.c.id.desc()).limit(_LIMIT))
_CARRIED = Prepared(
    select(messages.c.through).where(_OF_TICKET, messages.c.through != "").distinct()
)
_SILENT = 20  # automatic messages that may stand between the last words


@lru_cache(maxsize=64)
def _insert(names: tuple[str, ...]) -> Prepared:
    return Prepared(insert(messages).returning(messages.c.id), names)


def add_message(conn: Connection, values: Mapping[str, Any]) -> int:
    """Keep a message of the conversation; its id."""
    return int(_insert(tuple(values))(conn, values)[0].id)


def message_rows(conn: Connection, ticket_id: int) -> Sequence[Row[Any]]:
    """The conversation, oldest first."""
    return conn.execute(
        select(messages).where(messages.c.ticket_id == ticket_id).order_by(messages.c.id)
    ).all()


def message_row(conn: Connection, number: int) -> Row[Any]:
    """This message."""
    return conn.execute(select(messages).where(messages.c.id == number)).one()


def take_place(conn: Connection, copy: int, number: int) -> None:
    """This message stands in the place of its copy: in its ticket, by its kind."""
    (made,) = conn.execute(select(messages).where(messages.c.id == copy))
    conn.execute(delete(messages).where(messages.c.id == copy))
    moved = update(messages).where(messages.c.id == number)
    conn.execute(moved.values(ticket_id=made.ticket_id, kind=made.kind, written_in=None))


def last_public(conn: Connection, ticket_id: int, limit: int = 1) -> Sequence[Row[Any]]:
    """The last public messages, newest first: what a reply quotes and threads under."""
    return _LAST_PUBLIC(conn, {"ticket_id": ticket_id, "limit_": limit})


def last_said(conn: Connection, ticket_id: int, limit: int = 1) -> Sequence[Row[Any]]:
    """What customers wrote last, newest first; absences and the like, which say nothing, apart."""
    rows = _LAST_SAID(conn, {"ticket_id": ticket_id, "limit_": limit + _SILENT})
    return [row for row in rows if says_something(row)][:limit]


def says_something(row: Row[Any]) -> bool:
    """Whether somebody wrote this message, or a program that says something new."""
    return not row.automatic or BY_PROGRAM in row.trust


def last_inside(conn: Connection, ticket_id: int, limit: int) -> Sequence[Row[Any]]:
    """The last messages that are for agents alone, newest first: notes, and what strangers wrote.
    An answer that was stopped is none: its words may yet go out, mended."""
    return _LAST_INSIDE(conn, {"ticket_id": ticket_id, "limit_": limit})


def thread_ids(conn: Connection, ticket_id: int, limit: int = 12) -> dict[str, frozenset[str]]:
    """The newest Message-IDs of the public conversation, oldest first: each with who had that
    message, folded; nobody where that is not known."""
    newest = _THREAD_IDS(conn, {"ticket_id": ticket_id, "limit_": limit})
    return {row.message_id: frozenset(row.had or ()) for row in reversed(newest)}


def carried_by(conn: Connection, ticket_id: int) -> set[str]:
    """The forms, groups and lists that brought messages of the ticket."""
    return {row.through for row in _CARRIED(conn, {"ticket_id": ticket_id})}


def own_thread_ids(conn: Connection, ticket_id: int, limit: int = 12) -> dict[str, frozenset[str]]:
    """The same of a ticket that is part of another: of the messages that came to itself."""
    leads = select(tickets.c.merged_into).where(tickets.c.id == ticket_id).scalar_subquery()
    newest = select(messages.c.message_id, messages.c.had).where(
        messages.c.ticket_id == leads,
        messages.c.written_in == ticket_id,
        messages.c.kind == "public",
        messages.c.message_id != "",
    )
    rows = conn.execute(newest.order_by(messages.c.id.desc()).limit(limit)).all()
    return {row.message_id: frozenset(row.had or ()) for row in reversed(rows)}


def first_and_last_answer(
    conn: Connection, ticket_id: int, but: int
) -> tuple[datetime | None, datetime | None]:
    """When we wrote to the customer first and last, without this message."""
    ours = select(messages.c.at).where(
        messages.c.ticket_id == ticket_id,
        messages.c.kind == "public",
        messages.c.direction == "out",
        messages.c.id != but,
    )
    times = list(conn.execute(ours.order_by(messages.c.id)).scalars())
    return (times[0], times[-1]) if times else (None, None)


def text_of(conn: Connection, message_row: int) -> str:
    """What this message says; "" where it is gone."""
    found = select(messages.c.reply).where(messages.c.id == message_row)
    return conn.execute(found).scalar() or ""


def withdraw(conn: Connection, message_row: int) -> None:
    """This answer went to nobody: it stays, for colleagues alone."""
    gone = update(messages).where(messages.c.id == message_row)
    conn.execute(gone.values(kind=WITHDRAWN, had=[]))


def went_out(conn: Connection, message_row: int, message_id: str, had: Sequence[str]) -> None:
    """The Message-ID under which an agent's answer went out to the first of those who had it."""
    news = update(messages).where(messages.c.id == message_row)
    conn.execute(news.values(message_id=message_id, had=list(had)))
