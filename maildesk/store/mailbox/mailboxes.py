"""What the desk knows of the mailboxes it reads: how far it got in each folder, which messages it
has seen there, and which copies of its answers still belong into them.

A position moves in the transaction that spools its message. A message that was seen is known by a
fingerprint as well, for its UID means nothing once the server says so (RFC 9051, 2.3.1.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.store.mailbox.mailbox_tables import cursors, mailbox_messages, sent_copies
from maildesk.store.schema import messages, outbox, spool, tickets

_AT_ONCE = 500  # values of one question


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a folder of a mailbox has been read.

    Above `uid` all is new. Of the messages up to `backlog_to`, those that `backlog` names are still
    to be taken, and up to `backlog_uid` they were. `start` is the setting it was begun with, ""
    where there was none yet; `left_alone` counts what was there before and is not taken, and what
    is older than `known_before` was there before.
    """

    mailbox: str
    uidvalidity: int
    uid: int
    folder: str = ""
    start: str = ""
    known_before: datetime | None = None
    left_alone: int = 0
    backlog: str = ""
    backlog_uid: int = 0
    backlog_to: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """A message of a folder: its UID, and what it is known by when that means nothing any more.

    Up to `watched_until` it may be moved for what becomes of it.
    """

    uid: int
    fingerprint: bytes
    watched_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """A message whose fate is known: answered, spam, quarantined. It lies in `lies_in`, under
    `uid` where that is the folder it was taken from."""

    id: int
    kind: str
    folder: str
    uidvalidity: int
    uid: int
    lies_in: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A mail that was sent and shall lie in the mailbox, too."""

    outbox_id: int
    message_id: str
    sent_at: datetime


def _make(conn: Connection, table: Any) -> Any:
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    return make(table)


def cursor(conn: Connection, mailbox: str, folder: str, *, is_first: bool = True) -> Cursor | None:
    """How far this folder was read, or None for a new one. The mailbox's first folder is the one
    that desks had before there were several."""
    names = (folder, "") if is_first else (folder,)
    rows = conn.execute(
        select(cursors).where(cursors.c.mailbox == mailbox, cursors.c.folder.in_(names))
    ).all()
    own = {row.folder: Cursor(**row._mapping) for row in rows}
    return own.get(folder) or own.get("")


def cursors_of(conn: Connection, mailbox: str) -> list[Cursor]:
    """Every folder of this mailbox that was ever read."""
    found = select(cursors).where(cursors.c.mailbox == mailbox).order_by(cursors.c.folder)
    return [Cursor(**row._mapping) for row in conn.execute(found)]


def move_cursor(conn: Connection, position: Cursor) -> None:
    """The folder is read up to here, in the same transaction as the message."""
    values = asdict(position)
    keys = {name: values.pop(name) for name in ("mailbox", "folder")}
    statement = _make(conn, cursors).values(**keys, **values)
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=[cursors.c.mailbox, cursors.c.folder], set_=values
        )
    )


def begin(
    conn: Connection, position: Cursor, there: Iterable[Seen], now: datetime, *, is_first: bool
) -> None:
    """The folder is read from here on; `there` are messages that were there before and are
    remembered. The row that a desk had for its only folder becomes that of the first."""
    if is_first and position.folder:
        conn.execute(
            delete(cursors).where(cursors.c.mailbox == position.mailbox, cursors.c.folder == "")
        )
    move_cursor(conn, position)
    for one in there:
        remember(conn, position, one, now)


def remember(
    conn: Connection,
    position: Cursor,
    one: Seen,
    now: datetime,
    *,
    taken: bool = False,
    spool_id: int | None = None,
) -> None:
    """This message of the folder was seen, and perhaps `taken`: into the spool, or refused."""
    keys: dict[str, Any] = {"mailbox": position.mailbox, "folder": position.folder}
    keys |= {"uidvalidity": position.uidvalidity, "uid": one.uid}
    values = {"fingerprint": one.fingerprint, "at": now, "taken": taken, "spool_id": spool_id}
    values |= {"watched_until": one.watched_until, "lies_in": position.folder}
    statement = _make(conn, mailbox_messages).values(**keys, **values)
    same = [mailbox_messages.c[name] for name in keys]
    if not taken:  # what was taken stays so
        conn.execute(statement.on_conflict_do_nothing(index_elements=same))
        return
    conn.execute(statement.on_conflict_do_update(index_elements=same, set_=values))


def recognised(conn: Connection, mailbox: str, fingerprints: Sequence[bytes]) -> dict[bytes, bool]:
    """Those of these fingerprints that were seen in this mailbox, in whatever folder: whether they
    were taken."""
    found: dict[bytes, bool] = {}
    table = mailbox_messages
    for first in range(0, len(fingerprints), _AT_ONCE):
        asked = select(table.c.fingerprint, table.c.taken).where(
            table.c.mailbox == mailbox,
            table.c.fingerprint.in_(fingerprints[first : first + _AT_ONCE]),
        )
        for row in conn.execute(asked):
            found[bytes(row.fingerprint)] = found.get(bytes(row.fingerprint), False) or row.taken
    return found


def taken_among(conn: Connection, position: Cursor, uids: Sequence[int]) -> set[int]:
    """Those of these UIDs of the folder that were taken already."""
    found: set[int] = set()
    table = mailbox_messages
    for first in range(0, len(uids), _AT_ONCE):
        asked = select(table.c.uid).where(
            table.c.mailbox == position.mailbox,
            table.c.folder == position.folder,
            table.c.uidvalidity == position.uidvalidity,
            table.c.uid.in_(uids[first : first + _AT_ONCE]),
            table.c.taken,
        )
        found.update(conn.execute(asked).scalars())
    return found


def belongs(conn: Connection, spool_id: int, ticket_id: int, message_row: int | None) -> None:
    """What was taken with this spool row has become a message of this ticket."""
    conn.execute(
        update(mailbox_messages)
        .where(mailbox_messages.c.spool_id == spool_id)
        .values(ticket_id=ticket_id, message_row=message_row)
    )


def settled(
    conn: Connection,
    mailbox: str,
    kinds: Sequence[str],
    spam_statuses: Sequence[str],
    now: datetime,
    limit: int = 100,
) -> list[Settled]:
    """Watched messages that are answered, spam or quarantined by now, where these kinds are wanted
    and they do not lie there already."""
    table, answer = mailbox_messages, messages.alias("answer")
    is_answered = (
        select(answer.c.id)
        .where(
            answer.c.ticket_id == table.c.ticket_id,
            answer.c.id > table.c.message_row,
            answer.c.direction == "out",
            answer.c.kind == "public",
            answer.c.agent != "",
        )
        .exists()
    )
    kind = case(
        ((spool.c.state == "held") & (spool.c.outcome == "held spam"), "spam"),
        (spool.c.state == "held", "quarantined"),
        (tickets.c.status.in_(spam_statuses), "spam"),
        (is_answered, "answered"),
        else_="",
    ).label("becomes")
    asked = (
        select(table, kind, spool.c.message_id)
        .join(spool, spool.c.id == table.c.spool_id)
        .outerjoin(tickets, tickets.c.id == table.c.ticket_id)
        .where(
            table.c.mailbox == mailbox,
            table.c.watched_until > now,
            spool.c.due_at.is_(None),
            kind.in_(kinds),
            kind != table.c.fate,
        )
        .order_by(table.c.id)
        .limit(limit)
    )
    return [
        Settled(r.id, r.becomes, r.folder, r.uidvalidity, r.uid, r.lies_in, r.message_id)
        for r in conn.execute(asked)
    ]


def moved(conn: Connection, ids: Sequence[int], fate: str, lies_in: str) -> None:
    """These messages lie in that folder now, for what has become of them. What is answered, or
    spam by an agent's word, is watched no longer; what is held may yet be released."""
    conn.execute(
        update(mailbox_messages)
        .where(mailbox_messages.c.id.in_(ids))
        .values(fate=fate, lies_in=lies_in)
    )


def want_copy(conn: Connection, outbox_id: int, mailbox: str) -> None:
    """A copy of this mail belongs into that mailbox, once it was sent."""
    conn.execute(insert(sent_copies).values(outbox_id=outbox_id, mailbox=mailbox, state="waiting"))


def copies_wanted(conn: Connection, mailbox: str, limit: int = 20) -> list[Copy]:
    """Mails that were sent and of which no copy lies in the mailbox yet, oldest first."""
    asked = (
        select(outbox.c.id, outbox.c.message_id, outbox.c.sent_at)
        .join(sent_copies, sent_copies.c.outbox_id == outbox.c.id)
        .where(
            sent_copies.c.mailbox == mailbox,
            sent_copies.c.state == "waiting",
            outbox.c.state == "sent",
        )
        .order_by(outbox.c.id)
        .limit(limit)
    )
    return [Copy(row.id, row.message_id, row.sent_at) for row in conn.execute(asked)]


def copy_done(conn: Connection, outbox_id: int, state: str, words: str = "") -> None:
    """The copy is kept, or it cannot be kept and why."""
    conn.execute(
        update(sent_copies)
        .where(sent_copies.c.outbox_id == outbox_id)
        .values(state=state, error=words[:500] or None)
    )
