"""The outbox: messages composed and committed, waiting for a relay.

A row's bytes never change after it is written; a retry sends the same
Message-ID, so a receiver can see that it had it before. The row says `claimed`
(and so "sending") before the first byte goes out.

Mails that are written down together are much alike: the same words to three
agents. The largest of them lies in `blobs`, and each row's is packed against it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any, Literal

from sqlalchemy import (
    Connection,
    Row,
    Update,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.desk.mails.registry import GREETINGS
from maildesk.mail.compose.outgoing import Shared, woven
from maildesk.mail.owners import mailbox_of
from maildesk.store import automatic, due
from maildesk.store.blobs import Blobs, body_named_by, get_small, put_small
from maildesk.store.erasing.tables import mails_showing
from maildesk.store.rows.packing import LARGEST, Packer
from maildesk.store.rows.packing import pack as pack_alone
from maildesk.store.rows.prepared import Prepared
from maildesk.store.rows.with_shared import unpacked, with_shared
from maildesk.store.schema import outbox

_COLUMNS = (
    "ticket_id", "message_row", "message_id", "mail_from", "recipient", "domain", "subject_key",
    "purpose", "author", "automatic", "idempotency_key", "raw", "digest", "created_at", "state",
    "due_at", "owner", "uncertain", "attempts", "error", "address", "act",
)  # fmt: skip
_INSERT_SQLITE, _INSERT_POSTGRESQL = (
    Prepared(
        make(outbox)
        .on_conflict_do_nothing(index_elements=[outbox.c.idempotency_key])
        .returning(outbox.c.id),
        _COLUMNS,
    )
    for make in (sqlite.insert, postgresql.insert)
)

_TOLD = tuple(c for c in outbox.c if c.name not in ("raw", "digest"))
_SAID = ("sent_at", "code", "enhanced_status", "reply", "relay")
_SENT = Prepared(
    update(outbox)
    .where(
        outbox.c.id == bindparam("row_id"),
        or_(outbox.c.due_at.is_not(None), outbox.c.state == "uncertain"),
    )
    .values(state="sent", due_at=None, owner=None)
    .values({name: bindparam(name) for name in _SAID})
)
_ONCE = tuple(f"key_{number}" for number in range(8))
_WRITTEN = Prepared(
    select(outbox.c.idempotency_key).where(
        outbox.c.idempotency_key.in_([bindparam(name) for name in _ONCE])
    )
)

_SHOW = Prepared(insert(mails_showing), ("ticket_id", "outbox_id"))

# what `maildesk outbox list` says of it
WAITS = "waits for its turn: the limit of automatic mail leaves no room now"
CAN_BE_STOPPED = "waits a moment, and can be stopped"
REPLACED = "replaced"  # the state of a greeting that waited until an agent answered
WITHDRAWN = "withdrawn"  # the state of a mail that was stopped in time
_REPLACE = Prepared(
    update(outbox)
    .where(outbox.c.ticket_id == bindparam("ticket"))
    .where(outbox.c.purpose.in_([literal(purpose) for purpose in GREETINGS]))
    .where(outbox.c.state == "due", outbox.c.attempts == 0, outbox.c.uncertain == 0)
    .values(state=REPLACED, due_at=None, line=None, error=bindparam("why"), act=bindparam("act"))
    .returning(outbox.c.purpose)
)
_BASE = body_named_by("outbox")


@dataclass(frozen=True, slots=True)
class Draft:
    """A finished mail for one recipient, ready to be written down."""

    ticket_id: int | None
    message_row: int | None
    message_id: str
    mail_from: str
    recipient: str
    words: str  # of the message that it answers, as `desk.mails.loop_words` has them; "": of none
    purpose: str
    author: str
    automatic: bool
    once: str | None
    raw: bytes
    due_at: datetime | None = None  # where it has to wait
    late: bool = False  # it was held back for a likely loop
    counts_for: str = ""  # another address whose limit it counts against, if automatic
    shared: Shared = ()  # large files that lie elsewhere
    address: str = ""  # the desk's that it is from: it says which relay carries it
    act: int | None = None  # that it is a mail of
    why_waits: str = WAITS  # where it does
    shows: frozenset[int] = frozenset()  # further tickets, for as long as these are there


@dataclass(frozen=True, slots=True)
class Letter:
    """A row of the outbox as a courier needs it."""

    id: int
    ticket_id: int | None
    message_row: int | None
    message_id: str
    mail_from: str
    recipient: str
    purpose: str
    author: str
    raw: bytes
    created_at: datetime
    attempts: int
    uncertain: int = 0
    shared: Shared = ()
    address: str = ""  # the desk's that it is from


def add(
    conn: Connection,
    drafts: Sequence[Draft],
    now: datetime,
    *,
    lease: tuple[str, datetime] | None = None,
) -> list[Letter]:
    """Write these mails down; those that are new (`once` lets a thing happen once).

    With a lease (who, until when) they are claimed from the beginning: whoever wrote
    them will send them.
    """
    statement = _INSERT_SQLITE if conn.dialect.name == "sqlite" else _INSERT_POSTGRESQL
    found: list[Letter] = []
    alike = [d.raw for d in drafts if len(d.raw) <= LARGEST]
    base = max(alike, key=len) if len(alike) > 1 else b""
    digest = put_small(conn, base, now) if base else None
    pack = Packer(base).pack if base else pack_alone
    rows = []
    for draft in drafts:
        row, more = _columns_of(draft, now, lease if draft.due_at is None else None)
        is_base = not draft.shared and draft.raw == base
        more["raw"] = None if is_base else with_shared(draft.shared, pack(draft.raw))
        more["digest"] = digest
        rows.append((row, row | more))
    written = statement.each(conn, [whole for _, whole in rows])
    for draft, (row, _), new in zip(drafts, rows, written, strict=True):
        if new and draft.automatic:
            automatic.count(
                conn,
                draft.recipient,
                draft.due_at or now,
                ticket_id=draft.ticket_id,
                words=draft.words,
                late=draft.late,
                counts_for=draft.counts_for,
            )
        found += [Letter(one.id, **row) for one in new]
        if new and draft.shows:
            shown = [{"ticket_id": one, "outbox_id": new[0].id} for one in sorted(draft.shows)]
            _SHOW.many(conn, shown)
    return found


def _columns_of(
    draft: Draft, now: datetime, lease: tuple[str, datetime] | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a courier needs of it, and the further columns, but for its octets."""
    owner, due_at = lease or (None, draft.due_at or now)
    row = {
        "ticket_id": draft.ticket_id,
        "message_row": draft.message_row,
        "message_id": draft.message_id,
        "mail_from": draft.mail_from,
        "recipient": mailbox_of(draft.recipient),
        "purpose": draft.purpose,
        "author": draft.author,
        "address": draft.address,
        "raw": draft.raw,
        "shared": draft.shared,
        "created_at": draft.due_at or now,  # what waits is not late yet
        "attempts": 1 if lease else 0,
    }
    more = {
        "domain": mailbox_of(draft.recipient).rpartition("@")[2],
        "subject_key": draft.words,
        "automatic": draft.automatic,
        "idempotency_key": draft.once,
        "state": "claimed" if lease else "due",
        "due_at": due_at,
        "owner": owner,
        "uncertain": 0,
        "error": draft.why_waits if draft.due_at else None,
        "act": draft.act,
    }
    return row, more


def once_written(conn: Connection, keys: Sequence[str]) -> frozenset[str]:
    """Those of these `once` keys of which a mail was written before."""
    found: set[str] = set()
    for start in range(0, len(keys), len(_ONCE)):
        few = keys[start : start + len(_ONCE)]
        # every place is filled, the rest with the last: one statement does for any number of keys
        places = dict(zip_longest(_ONCE, few, fillvalue=few[-1]))
        found.update(row.idempotency_key for row in _WRITTEN(conn, places))
    return frozenset(found)


def mark_sent(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """The relay has these: `row_id`, `sent_at`, `code`, `enhanced_status`, `reply`. One
    journey, one commit.

    A row that is finished stays as it is: this may be written again later, when a report has come
    back already.
    """
    if rows:
        _SENT.many(conn, rows)


def claim(conn: Connection, *, owner: str, now: datetime, lease: timedelta) -> list[Letter]:
    """The next mail that is due, now ours until the lease ends. One at a time: what a killed
    process leaves uncertain is what it was sending."""
    rows = due.claim(
        conn,
        outbox,
        owner=owner,
        now=now,
        lease=lease,
        count_takeovers_in=outbox.c.uncertain,
        with_column=_BASE,
    )
    return [_letter(row) for row in rows]


def letters_of(conn: Connection, claimed: Update) -> list[Letter]:
    """The mails that this statement claims."""
    return [_letter(row) for row in conn.execute(claimed.returning(outbox, _BASE))]


def _letter(row: Row[Any]) -> Letter:
    raw, shared = unpacked(row.raw, row.body or b"")
    values = {
        name: getattr(row, name) for name in Letter.__slots__ if name not in ("raw", "shared")
    }
    return Letter(raw=raw, shared=shared, **values)


def whole(conn: Connection, kept: Blobs, row: Row[Any]) -> bytes:
    """The mail of this row in one piece, large files and all."""
    raw, shared = unpacked(row.raw, get_small(conn, row.digest) if row.digest else b"")
    pieces = woven(raw, shared)
    return b"".join(
        p if isinstance(p, bytes) else b"".join(kept.stretch(conn, p.digest)(p.start, p.length))
        for p in pieces
    )


def parts_of(conn: Connection, row: Row[Any]) -> tuple[bytes, Shared]:
    """The mail of this row without the large files that it shares, and where those lie."""
    return unpacked(row.raw, get_small(conn, row.digest) if row.digest else b"")


def reached_somebody(conn: Connection, row_id: int) -> bool:
    """Whether another copy of this mail, written at the same time for somebody else, was sent or
    may yet be."""
    mine, other = outbox.alias("mine"), outbox.alias("other")
    alike = (
        other.c.ticket_id == mine.c.ticket_id,
        other.c.purpose == mine.c.purpose,
        other.c.created_at == mine.c.created_at,
    )
    found = select(other.c.id).where(
        mine.c.id == row_id, other.c.id != mine.c.id, *alike, other.c.state != "failed"
    )
    return conn.execute(found.limit(1)).first() is not None


def raw_of(conn: Connection, row: Row[Any]) -> bytes:
    """The mail of this row, without the large files that it shares."""
    return unpacked(row.raw, get_small(conn, row.digest) if row.digest else b"")[0]


def by_message_id(conn: Connection, message_id: str) -> Row[Any] | None:
    """The mail of ours that has this Message-ID."""
    return conn.execute(
        select(outbox).where(outbox.c.message_id == message_id).limit(1)
    ).one_or_none()


def latest_to(conn: Connection, ticket_id: int, recipient: str) -> Row[Any] | None:
    """The last mail about this ticket that was sent to this address."""
    found = select(outbox).where(
        outbox.c.ticket_id == ticket_id, outbox.c.recipient == mailbox_of(recipient)
    )
    found = found.where(outbox.c.state.in_(("sent", "failed", "uncertain")))
    return conn.execute(found.order_by(outbox.c.id.desc()).limit(1)).one_or_none()


def by_id(conn: Connection, outbox_id: int) -> Row[Any] | None:
    """The whole row."""
    return conn.execute(select(outbox).where(outbox.c.id == outbox_id)).one_or_none()


def listed(
    conn: Connection, states: Sequence[str] = (), limit: int = 200, *, below: int | None = None
) -> Sequence[Row[Any]]:
    """Rows for people, newest first; without states, what was neither sent nor replaced. `below`:
    with smaller ids alone."""
    found = select(*_TOLD).order_by(outbox.c.id.desc()).limit(limit)
    found = (
        found.where(outbox.c.state.in_(states))
        if states
        else found.where(outbox.c.state.not_in(("sent", REPLACED, WITHDRAWN)))
    )
    return conn.execute(found if below is None else found.where(outbox.c.id < below)).all()


def about_ticket(conn: Connection, ticket_id: int) -> Sequence[Row[Any]]:
    """Every mail that was written about this ticket, oldest first."""
    return conn.execute(
        select(*_TOLD).where(outbox.c.ticket_id == ticket_id).order_by(outbox.c.id)
    ).all()


MAY_BE_SENT_AGAIN = ("failed", "uncertain", "due")


def send_again(conn: Connection, outbox_id: int, now: datetime) -> bool:
    """Try this mail afresh, with the same bytes; False where there is none that failed or hangs."""
    again = (
        update(outbox)
        .where(outbox.c.id == outbox_id, outbox.c.state.in_(MAY_BE_SENT_AGAIN))
        .values(state="due", due_at=now, attempts=0, uncertain=0, created_at=now, error=None)
        .values(line=None)
    )
    return conn.execute(again).rowcount > 0


def replace_waiting(conn: Connection, ticket_id: int, why: str, act: int | None) -> list[str]:
    """The greetings of this ticket that wait, and that nobody has begun to send, do not go, unless
    the act is taken back in time; what they were."""
    values = {"ticket": ticket_id, "why": why, "act": act}
    return [row.purpose for row in _REPLACE(conn, values)]


def depth(conn: Connection) -> int:
    """How many mails wait to be sent."""
    return conn.execute(
        select(func.count()).select_from(outbox).where(outbox.c.due_at.is_not(None))
    ).scalar_one()


def recipients_about(conn: Connection, ticket_id: int) -> list[str]:
    """Everybody who was ever sent a mail about this ticket."""
    found = select(outbox.c.recipient).where(outbox.c.ticket_id == ticket_id).distinct()
    return list(conn.execute(found).scalars())


def mark_bounced(
    conn: Connection, outbox_id: int, state: Literal["failed", "uncertain"], status: str, words: str
) -> None:
    """A report says that this mail, sent before, did not arrive."""
    values = {"state": state, "enhanced_status": status, "reply": words[:1000], "due_at": None}
    conn.execute(update(outbox).where(outbox.c.id == outbox_id).values(**values))
