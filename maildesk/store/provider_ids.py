"""The Message-IDs that relays gave our mails in place of ours, beside ours in the outbox.

Two sources, which are not believed alike. What the relay itself said in its answer (`relay`) is
known to nobody but the relay and the recipient, as our own Message-ID is. What an answer named
(`reply`) anybody may have written who knows the ticket: it leads to the ticket and proves nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, select, update

from maildesk.mail.owners import mailbox_of
from maildesk.store.schema import outbox

_MOST = 100  # spellings of ids that are looked up for one message
_FOUND = (
    select(outbox.c.provider_id, outbox.c.message_id, outbox.c.ticket_id)
    .where(
        outbox.c.provider_id.is_not(None),
        outbox.c.provider_id.in_(bindparam("wanted", expanding=True)),
        outbox.c.provider_id_by == bindparam("source"),
    )
    .order_by(outbox.c.id)
)


def ours(conn: Connection, wanted: Sequence[str]) -> Mapping[str, str]:
    """Of these ids, in lower case, those that a relay gave a mail of ours: each with our own.

    One that it gave to several is no id.
    """
    rows = _rows(conn, wanted, "relay")
    counted = Counter(row.provider_id for row in rows)
    return {row.provider_id: row.message_id for row in rows if counted[row.provider_id] == 1}


def ticket_id(conn: Connection, wanted: Sequence[str]) -> int | None:
    """The ticket of the first of these ids that an answer named before; None for none."""
    found = {row.provider_id: row.ticket_id for row in _rows(conn, wanted, "reply")}
    return next((found[one] for one in wanted if one in found), None)


def keep(
    conn: Connection, outbox_id: int, provider_id: str, *, by: Literal["relay", "reply"]
) -> None:
    """This mail has this id where it arrived; what an answer says overwrites nothing."""
    changed = update(outbox).where(outbox.c.id == outbox_id)
    if by == "reply":
        changed = changed.where(outbox.c.provider_id.is_(None))
    conn.execute(changed.values(provider_id=provider_id, provider_id_by=by))


def unnamed(conn: Connection, ticket: int, recipient: str) -> int | None:
    """The newest mail about this ticket to this address of which no other id is known."""
    found = select(outbox.c.id).where(
        outbox.c.ticket_id == ticket,
        outbox.c.recipient == mailbox_of(recipient),
        outbox.c.state == "sent",
        outbox.c.provider_id.is_(None),
    )
    return conn.execute(found.order_by(outbox.c.id.desc()).limit(1)).scalar()


def beside(conn: Connection, ticket: int, message_ids: Sequence[str]) -> Mapping[str, str]:
    """Of these Message-IDs of ours, those that arrived under another: each with that one."""
    if not message_ids:
        return {}
    found = select(outbox.c.message_id, outbox.c.provider_id).where(
        outbox.c.ticket_id == ticket,
        outbox.c.message_id.in_(list(message_ids)[:_MOST]),
        outbox.c.provider_id.is_not(None),
    )
    rows = conn.execute(found)
    return {row.message_id: row.provider_id for row in rows if "@" in row.provider_id}


def _rows(conn: Connection, wanted: Sequence[str], source: str) -> Sequence[Any]:
    names = list(dict.fromkeys(wanted))[:_MOST]
    if not names:
        return ()
    return conn.execute(_FOUND, {"wanted": names, "source": source}).all()
