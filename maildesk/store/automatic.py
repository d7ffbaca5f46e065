"""Automatic mail as the limits count it, and how somebody stands to whom some would go.

Counted by person, not by address: variants cost nothing (see `mail.owners`). What an organisation's
messages show, and how many mails may go in all, is said by `store.loops`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.mail.owners import contact_of, mailbox_of, organisation_of, person_of
from maildesk.store.desk import contacts
from maildesk.store.loops import locks
from maildesk.store.rows.columns import BigId, Instant
from maildesk.store.rows.prepared import Prepared
from maildesk.store.schema import automatic, contact_addresses, correspondents, outbox, suppressed

_MOST = 5000  # rows looked at: every limit is far below
_LAST = 2000  # mails looked at, for those that were written within the last hour
_SINCE = bindparam("since", type_=Instant)
_TO_PERSON = (
    select(automatic.c.ticket_id)
    .where(automatic.c.person == bindparam("person"), automatic.c.at >= _SINCE)
    .limit(_MOST)
    .subquery("to_person")
)
_STANDING = Prepared(
    select(
        select(func.count()).select_from(_TO_PERSON).scalar_subquery().label("to_person"),
        select(func.count())
        .select_from(_TO_PERSON)
        .where(_TO_PERSON.c.ticket_id == bindparam("ticket", type_=BigId))
        .scalar_subquery()
        .label("about_ticket"),
        exists()
        .where(
            suppressed.c.address == bindparam("address"),
            suppressed.c.until > bindparam("now_", type_=Instant),
        )
        .label("is_suppressed"),
        exists().where(correspondents.c.address == bindparam("address")).label("is_correspondent"),
        select(contact_addresses.c.contact)
        .where(contact_addresses.c.key == bindparam("key"))
        .scalar_subquery()
        .label("contact"),
    )
)
_INSERT = Prepared(
    automatic.insert(), ("at", "person", "organisation", "ticket_id", "subject_key", "late")
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What was written to somebody of late, and by itself: to them, and to them about the
    ticket."""

    to_person: int
    about_ticket: int
    is_suppressed: bool
    is_correspondent: bool  # they have answered a mail of ours
    has_joined: bool = False  # further addresses of theirs were learnt


def standing_of(
    conn: Connection,
    recipient: str,
    *,
    since: datetime,
    now: datetime,
    ticket_id: int | None = None,
    other: str = "",
    listed: Sequence[str] = (),
) -> Standing:
    """How this address stands: the automatic mails since then, whether it is left alone for now,
    whether it has answered. Nobody else asks the same of this person before the transaction ends.

    Where the same mail counts against an `other` address, the higher count of the two is told; who
    answers from there is not known by it at this one. What went to further addresses of the same
    customer, which the files have `listed` or which were learnt, is added.
    """
    people = [person_of(one) for one in (recipient, other) if one]
    for person in sorted(set(people)):  # always in one order: two that wait for each other hang
        locks.hold(conn, f"person {person}")
    asked = {"ticket": ticket_id, "since": since, "now_": now}
    (row,) = _STANDING(conn, {**asked, **_of(recipient)})
    rows = [row]
    if other:
        rows += _STANDING(conn, {**asked, **_of(other)})
    learnt = [one.address for one in contacts.joined(conn, recipient)] if row.contact else []
    more = _to_further(conn, (*listed, *learnt), people, asked)
    return Standing(
        max(one.to_person for one in rows) + sum(one.to_person for one in more),
        max(one.about_ticket for one in rows) + sum(one.about_ticket for one in more),
        bool(row.is_suppressed),
        bool(row.is_correspondent),
        bool(row.contact),
    )


def _of(address: str) -> dict[str, str]:
    person, key = person_of(address), contact_of(address)
    return {"address": mailbox_of(address), "person": person, "key": key}


def _to_further(
    conn: Connection, addresses: Sequence[str], people: Sequence[str], asked: Mapping[str, Any]
) -> list[Any]:
    """How a customer's further addresses stand, each person once. One lock for all: whoever holds
    one of theirs waits for nobody who waits for it."""
    further = {person_of(one): one for one in addresses}
    named = sorted(further)
    if not further.keys() - set(people):
        return []
    locks.hold(conn, f"contact {named[0]}")
    left = [one for one in named if one not in people]
    return [row for one in left for row in _STANDING(conn, {**asked, **_of(further[one])})]


def count(
    conn: Connection,
    recipient: str,
    at: datetime,
    *,
    ticket_id: int | None,
    words: str,
    late: bool = False,
    counts_for: str = "",
) -> None:
    """One more automatic mail to this address, in answer to a message of these words; `late`: it
    was held back for a likely loop. It counts against the person at `counts_for`, too."""
    row = {"at": at, "person": person_of(recipient), "organisation": organisation_of(recipient)}
    row |= {"ticket_id": ticket_id, "subject_key": words, "late": late}
    _INSERT(conn, row)
    if counts_for and (other := person_of(counts_for)) != row["person"]:
        _INSERT(conn, row | {"person": other, "organisation": ""})


def remember(conn: Connection, address: str, now: datetime) -> None:
    """This address has answered a mail of ours."""
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    conn.execute(
        make(correspondents).values(address=mailbox_of(address), since=now).on_conflict_do_nothing()
    )


def noticed_since(conn: Connection, label: str, since: datetime) -> int:
    """How many mails whose Message-IDs begin with this label were written since then; looked for
    among the last ones alone."""
    last = select(outbox.c.message_id, outbox.c.created_at).order_by(outbox.c.id.desc())
    rows = last.limit(_LAST).subquery()
    found = select(func.count()).where(
        rows.c.created_at >= since, rows.c.message_id.startswith(f"{label}.", autoescape=True)
    )
    return int(conn.execute(found).scalar_one())


def was_sent_to(conn: Connection, message_ids: Sequence[str], address: str) -> bool:
    """Whether one of these is the Message-ID of a mail that we wrote to this very address; each of
    them has its own."""
    wanted = [one for one in message_ids if one][:40]
    if not wanted:
        return False
    found = (
        select(outbox.c.id)
        .where(outbox.c.message_id.in_(wanted), outbox.c.recipient == mailbox_of(address))
        .limit(1)
    )
    return conn.execute(found).first() is not None


def suppress(conn: Connection, address: str, until: datetime, why: str) -> None:
    """Write nothing to this address until then."""
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    statement = make(suppressed).values(address=mailbox_of(address), until=until, why=why)
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=[suppressed.c.address], set_={"until": until, "why": why}
        )
    )


def lift(conn: Connection, address: str) -> bool:
    """Write to this address again; False where nothing kept anybody from it."""
    return (
        conn.execute(delete(suppressed).where(suppressed.c.address == mailbox_of(address))).rowcount
        > 0
    )
