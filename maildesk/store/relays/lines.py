"""The lines in which mails wait for a relay that refuses us, or whose limit leaves no room.

A line is a row here; the mails that stand in it say so in `outbox.line`. Such a mail is due when it
would be given up; until then it is the line that is due. Whoever moves `due_at` on has the line,
and nobody else sends from it meanwhile: so one mail alone tries a relay, over all processes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    case,
    delete,
    func,
    literal,
    not_,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.desk.mails.registry import AWAITED, NOTIFICATIONS
from maildesk.store import outbox as outbox_rows
from maildesk.store.outbox import Letter
from maildesk.store.relays.tables import relay_lines
from maildesk.store.schema import outbox

LIMIT = "limit"  # the kind of a line that our own limit has made
_RANKED = (LIMIT, "rate", "quota")  # where little goes through, what people wrote goes first
# By how much a mail may be overtaken by those that somebody outside waits for. Without an end, a
# day with more acknowledgements than the relay takes would tell no agent of anything.
NOTIFICATIONS_WAIT, OTHERS_WAIT = timedelta(minutes=15), timedelta(hours=1)
_IS_NOTIFICATION = or_(outbox.c.purpose.in_(NOTIFICATIONS), not_(outbox.c.automatic))


@dataclass(frozen=True, slots=True)
class Line:
    """Why mails wait, since when, and when the next is tried."""

    line: str
    relay: str
    sender: str
    kind: str
    code: int | None
    enhanced_status: str
    words: str
    since: datetime
    due_at: datetime
    attempts: int = 0
    pace: int = 0
    told_at: datetime | None = None

    @property
    def is_ranked(self) -> bool:
        """Whether what people wrote goes before what was written by itself."""
        return self.kind in _RANKED

    @property
    def said(self) -> str:
        """What the relay said, as it said it."""
        return " ".join(filter(None, (str(self.code or ""), self.enhanced_status, self.words)))


def name_of(relay: str, sender: str = "") -> str:
    """What the line of this relay is called, or of this sender's mail at it."""
    return f"{relay} {sender}" if sender else relay


def every(conn: Connection) -> tuple[Line, ...]:
    """All of them, oldest first."""
    found = conn.execute(select(relay_lines).order_by(relay_lines.c.since, relay_lines.c.line))
    return tuple(Line(**row._mapping) for row in found)


def begin(conn: Connection, line: Line) -> None:
    """Mails wait in this line from now on; one that was on its way again stops again.

    Where it is there and stopped, it stays as it is: several mails were on their way at once.
    """
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    values = {name: getattr(line, name) for name in Line.__slots__}
    new = make(relay_lines).values(**values)
    again = {name: values[name] for name in ("kind", "code", "enhanced_status", "words", "due_at")}
    again |= {"pace": 0, "attempts": relay_lines.c.attempts + 1}
    key = [relay_lines.c.line]
    conn.execute(
        new.on_conflict_do_update(index_elements=key, set_=again, where=relay_lines.c.pace > 0)
    )


def take(conn: Connection, line: Line, until: datetime) -> bool:
    """Whether it is ours to send from until then: nobody has taken it since we looked."""
    mine = update(relay_lines).where(
        relay_lines.c.line == line.line, relay_lines.c.due_at == line.due_at
    )
    return conn.execute(mine.values(due_at=until)).rowcount > 0


def change(conn: Connection, line: str, **values: object) -> None:
    """Set these columns."""
    conn.execute(update(relay_lines).where(relay_lines.c.line == line).values(**values))


def end(conn: Connection, line: str) -> None:
    """Nothing waits there any more."""
    conn.execute(delete(relay_lines).where(relay_lines.c.line == line))


def tell(conn: Connection, line: str, now: datetime) -> bool:
    """Whether it is ours to tell the admins: nobody has told them yet."""
    untold = update(relay_lines).where(relay_lines.c.line == line, relay_lines.c.told_at.is_(None))
    return conn.execute(untold.values(told_at=now)).rowcount > 0


def wake(conn: Connection, now: datetime, line: str | None = None) -> None:
    """Try a mail of these lines now; a limit of our own is none that a try would lift."""
    waiting = update(relay_lines).where(relay_lines.c.kind != LIMIT, relay_lines.c.due_at > now)
    waiting = waiting if line is None else waiting.where(relay_lines.c.line == line)
    conn.execute(waiting.values(due_at=now))


def first_in(
    conn: Connection, line: Line, *, owner: str, now: datetime, lease: timedelta, limit: int,
    by_people: bool = False,
) -> list[Letter]:  # fmt: skip
    """Up to so many mails from its head, now ours, and out of the line.

    `by_people`: those alone. Where little goes through, people's answers go first, and then what
    was written first, but for this: a mail that somebody outside waits for goes before
    notifications of the quarter of an hour before it, and before the rest of the hour before it.
    """
    wanted = select(outbox.c.id).where(outbox.c.line == line.line)
    if by_people:
        wanted = wanted.where(outbox.c.author != "")
    order = _ranked(conn) if line.is_ranked else (outbox.c.id,)
    found = wanted.order_by(*order).limit(limit).with_for_update(skip_locked=True)
    ids = list(conn.execute(found).scalars())
    ours = {"state": "claimed", "owner": owner, "due_at": now + lease, "line": None}
    taken = update(outbox).where(outbox.c.id.in_(ids))
    taken = taken.values(**ours, attempts=outbox.c.attempts + 1)
    return sorted(outbox_rows.letters_of(conn, taken), key=lambda letter: ids.index(letter.id))


def _ranked(conn: Connection) -> tuple[Any, ...]:
    """People's answers, acknowledgements, notifications, the rest: each as it would stand if it had
    been written so much later."""
    at: Any = outbox.c.created_at
    waits: list[Any] = [timedelta(0), NOTIFICATIONS_WAIT, OTHERS_WAIT]
    if conn.dialect.name == "sqlite":  # microseconds there
        at = type_coerce(at, BigInteger)
        waits = [wait // timedelta(microseconds=1) for wait in waits]
    awaited, notified, other = (literal(wait) for wait in waits)
    later = case(
        (outbox.c.purpose.in_(AWAITED), awaited), (_IS_NOTIFICATION, notified), else_=other
    )
    return case((outbox.c.author != "", 0), else_=1), at + later, outbox.c.id


def waiting(conn: Connection) -> Mapping[str, int]:
    """How many mails stand in each line."""
    found = select(outbox.c.line, func.count()).where(outbox.c.line.is_not(None))
    return {row.line: row[1] for row in conn.execute(found.group_by(outbox.c.line))}


def count_in(conn: Connection, line: str, most: int, *, by_people: bool) -> int:
    """How many mails stand in this line, counted no further than `most`; `by_people`: of people."""
    some = select(outbox.c.id).where(outbox.c.line == line)
    some = some.where(outbox.c.author != "") if by_people else some
    found = select(func.count()).select_from(some.limit(most).subquery())
    return int(conn.execute(found).scalar_one())


def is_anybody_in(conn: Connection, line: str) -> bool:
    """Whether a mail stands in this line."""
    return (
        conn.execute(select(outbox.c.id).where(outbox.c.line == line).limit(1)).first() is not None
    )


def senders_in(conn: Connection) -> Sequence[tuple[str, str]]:
    """Each line in which mails stand, with each desk address that they are from."""
    found = select(outbox.c.line, outbox.c.address).where(outbox.c.line.is_not(None)).distinct()
    return [(line, address) for line, address in conn.execute(found)]


def leave(conn: Connection, line: str, now: datetime, *, sender: str | None = None) -> int:
    """Let the mails of this line (of this desk address) find their way anew; how many."""
    out = update(outbox).where(outbox.c.line == line)
    out = out if sender is None else out.where(outbox.c.address == sender)
    return conn.execute(out.values(line=None, due_at=now)).rowcount
