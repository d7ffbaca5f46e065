"""Tickets, their history, and which belong together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Row,
    bindparam,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.desk.evolve import changed_fields
from maildesk.desk.facts import Entry
from maildesk.desk.policy import Policy
from maildesk.desk.threads.reference import numbers_in, stands_in
from maildesk.desk.ticket import Person, Status, Ticket
from maildesk.mail.owners import mailbox_of
from maildesk.store.desk import labels
from maildesk.store.rows.prepared import Prepared
from maildesk.store.schema import history, links, messages, participants, tickets
from maildesk.store.spool import LONGEST_ID

_SELECT = select(tickets).where(tickets.c.id == bindparam("ticket_id"))
# one that is merged is not locked on the way to where it leads: locks are taken in the order of ids
_LOCKED = _SELECT.where(tickets.c.merged_into.is_(None)).with_for_update()
_BY_ID, _BY_ID_LOCKED = Prepared(_SELECT), Prepared(_LOCKED)
_PARTICIPANTS = Prepared(
    select(participants).where(participants.c.ticket_id == bindparam("ticket_id"))
)
_HISTORY = Prepared(
    select(history).where(history.c.ticket_id == bindparam("ticket")).order_by(history.c.id)
)
_LIMIT = bindparam("limit_", type_=Integer)
_BY_MESSAGE_IDS = select(messages.c.message_id, messages.c.ticket_id).where(
    messages.c.message_id.in_(bindparam("wanted", expanding=True))
)
_BY_REFERENCE = Prepared(select(tickets.c.id).where(tickets.c.reference == bindparam("reference")))
_PREVIOUS = Prepared(
    select(
        *(tickets.c.id, tickets.c.reference, tickets.c.subject),
        *(tickets.c.status, tickets.c.created_at),
    )
    .where(tickets.c.requester_key == bindparam("address"), tickets.c.id != bindparam("besides"))
    .order_by(tickets.c.id.desc())
    .limit(_LIMIT)
)
_LINKED = Prepared(
    select(links.c.kind, tickets.c.reference)
    .join(tickets, tickets.c.id == links.c.other_id)
    .where(links.c.ticket_id == bindparam("ticket"))
)
_CHAIN_LIMIT = 16


def ticket(
    conn: Connection, ticket_id: int, policy: Policy, *, lock: bool = False
) -> Ticket | None:
    """The ticket, following merges to the one that is still alive; `lock` keeps others off its row
    until the commit."""
    for _ in range(_CHAIN_LIMIT):
        asked = {"ticket_id": ticket_id}
        row = next(iter((_BY_ID_LOCKED if lock else _BY_ID)(conn, asked)), None)
        if row is not None and row.merged_into is None:
            return as_ticket(row, _PARTICIPANTS(conn, asked), policy)
        if row is None and lock:
            row = next(iter(_BY_ID(conn, asked)), None)
        if row is None:
            return None
        ticket_id = row.merged_into or ticket_id  # it may stand by itself again just now
    return None


def by_itself(conn: Connection, ticket_id: int, policy: Policy) -> Ticket | None:
    """The ticket of this id, also where it is part of another."""
    asked = {"ticket_id": ticket_id}
    row = next(iter(_BY_ID(conn, asked)), None)
    return None if row is None else as_ticket(row, _PARTICIPANTS(conn, asked), policy)


def lock(conn: Connection, ids: Collection[int]) -> None:
    """Keep others off these tickets until the commit: in the order of their ids, so that two who
    want the same never wait for each other."""
    if ids and conn.dialect.name != "sqlite":  # there a writer is alone anyway
        rows = select(tickets.c.id).where(tickets.c.id.in_(ids)).order_by(tickets.c.id)
        conn.execute(rows.with_for_update())


def as_ticket(row: Row[Any], people: Sequence[Row[Any]], policy: Policy) -> Ticket:
    """A row and its participants as a value; these by address, whatever the database's collation
    makes of that."""
    requester = Person(
        row.requester_address, row.requester_name, row.organisation, row.tier, row.answers_to
    )
    people = sorted(people, key=lambda person: person.address)
    others = tuple(
        Person(p.address, p.name, answers_to=p.answers_to)
        for p in people
        if p.address != requester.key and p.status == "in"
    )
    return Ticket(
        id=row.id,
        reference=row.reference or "",
        subject=row.subject,
        status=row.status,
        behaviour=policy.behaves(row.status),
        priority=row.priority,
        type=row.type,
        category=row.category,
        queue=row.queue,
        channel=row.channel,
        requester=requester,
        address=row.address,
        language=row.language,
        created_at=row.created_at,
        updated_at=row.updated_at,
        labels=frozenset(row.labels),
        participants=(requester, *others),
        waiting=tuple(Person(p.address, p.name) for p in people if p.status == "waiting"),
        kept_out=frozenset(p.address for p in people if p.status == "out"),
        assignee=row.assignee,
        fields=row.fields,
        first_response_at=row.first_response_at,
        resolved_at=row.resolved_at,
        closed_at=row.closed_at,
        customer_wrote_at=row.customer_wrote_at,
        agent_wrote_at=row.agent_wrote_at,
        resolution=row.resolution,
        score=row.score,
        comment=row.comment,
        follows=row.follows,
        spent=row.spent,
        message_count=row.message_count,
        surveyed=row.surveyed,
        merged_into=row.merged_into,
        archived=row.archived,
        has_files=row.has_files,
        version=row.version,
        warns_at=row.warns_at,
        breaches_at=row.breaches_at,
        snoozed_until=row.snoozed_until,
        # who is no agent any more follows nothing
        followers=tuple(one for one in row.followers or () if policy.agent(one) is not None),
    )


def open_ticket(conn: Connection, values: Mapping[str, Any], *, preview: bool = False) -> int:
    """A new row; its id, of which the reference is made. A preview, never committed, uses up no
    number of the sequence."""
    if preview:
        values = {
            **values,
            "id": conn.execute(select(func.coalesce(func.max(tickets.c.id), 0) + 1)).scalar_one(),
        }
    values = {**values, **labels.derived(values)}
    return int(_insert(tuple(values))(conn, values)[0].id)


def change(
    conn: Connection, ticket_id: int, values: Mapping[str, Any], *, is_new: bool = False
) -> None:
    """Set these columns, and those that are made of them; of a new ticket for the first time."""
    if "labels" in values:
        labels.keep(conn, ticket_id, values["labels"], is_new=is_new)
    if "followers" in values:
        labels.keep_followers(conn, ticket_id, values["followers"])
    if "subject" in values or "requester_address" in values:
        values = {**values, **labels.derived(values)}
    _change(tuple(values)).change(
        conn, {"row_id": ticket_id} | {f"{name}_": value for name, value in values.items()}
    )


@lru_cache(maxsize=256)
def _change(names: tuple[str, ...]) -> Prepared:
    values = {name: bindparam(f"{name}_", type_=tickets.c[name].type) for name in names}
    return Prepared(update(tickets).where(tickets.c.id == bindparam("row_id")).values(values))


@lru_cache(maxsize=64)
def _insert(names: tuple[str, ...]) -> Prepared:
    return Prepared(insert(tickets).returning(tickets.c.id), names)


def columns_changed(before: Ticket, after: Ticket) -> dict[str, Any]:
    """The columns in which these two differ, with the values of the second."""
    columns = {
        name: getattr(after, name)
        for name in changed_fields(before, after)
        if name not in _NO_COLUMNS
    }
    if "labels" in columns:
        columns["labels"] = sorted(after.labels)
    if "followers" in columns:
        columns["followers"] = list(after.followers)
    if "fields" in columns:
        columns["fields"] = dict(after.fields)
    return columns if after.requester == before.requester else columns | _requester(after)


def _requester(ticket: Ticket) -> dict[str, str]:
    who = ticket.requester
    named = {"requester_address": who.address, "requester_name": who.name}
    known = {"organisation": who.organisation, "tier": who.tier, "answers_to": who.answers_to}
    return named | known


# the policy's to say; rows of their own
_NO_COLUMNS = ("behaviour", "participants", "waiting", "kept_out", "requester")


@lru_cache(maxsize=16)
def _insert_history(names: tuple[str, ...]) -> Prepared:
    return Prepared(insert(history), names)


def add_history(conn: Connection, entries: Sequence[Mapping[str, Any]]) -> None:
    """Append these lines; nothing in the history ever changes."""
    if entries:
        _insert_history(tuple(entries[0])).many(conn, entries)


def link(conn: Connection, ticket_id: int, other_id: int, kind: str) -> None:
    """These two belong together; known from both sides."""
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    rows = [
        {"ticket_id": ticket_id, "other_id": other_id, "kind": kind},
        {"ticket_id": other_id, "other_id": ticket_id, "kind": kind},
    ]
    conn.execute(make(links).on_conflict_do_nothing(), rows)


def unlink(conn: Connection, ticket_id: int, other_id: int, kind: str = "") -> None:
    """These two belong together no more; of this kind alone, where one is named."""
    pairs = ((ticket_id, other_id), (other_id, ticket_id))
    gone = delete(links).where(tuple_(links.c.ticket_id, links.c.other_id).in_(pairs))
    conn.execute(gone.where(links.c.kind == kind) if kind else gone)


def linked(conn: Connection, ticket_id: int) -> list[tuple[str, str]]:
    """(kind, reference) of every ticket that belongs with this one."""
    return [(row.kind, row.reference) for row in _LINKED(conn, {"ticket": ticket_id})]


def id_by_message_id(conn: Connection, message_ids: Sequence[str]) -> int | None:
    """The ticket that holds one of these Message-IDs, the first named winning."""
    # notes have none, and an empty one would find them
    wanted = [m[:LONGEST_ID] for m in dict.fromkeys(message_ids) if m][:40]
    if not wanted:
        return None
    found = {
        row.message_id: row.ticket_id for row in conn.execute(_BY_MESSAGE_IDS, {"wanted": wanted})
    }
    return next((found[m] for m in wanted if m in found), None)


def id_by_reference(conn: Connection, reference: str) -> int | None:
    """The ticket with this reference, in any case."""
    row = next(iter(_BY_REFERENCE(conn, {"reference": reference})), None)
    if row is None:
        row = conn.execute(
            select(tickets.c.id)
            .where(func.lower(tickets.c.reference) == reference.lower())
            .limit(1)
        ).one_or_none()
    return row.id if row else None


def named(conn: Connection, policy: Policy, words: str, *, lock: bool = False) -> Ticket | None:
    """The ticket of this reference, however it is typed: TKT-0007, tkt-7, [TKT-0007], 7."""
    number = id_named(conn, words)
    return ticket(conn, number, policy, lock=lock) if number is not None else None


def id_named(conn: Connection, words: str) -> int | None:
    """The id of the ticket of this reference, however it is typed; it may be part of another."""
    bare = words.strip("[] ")
    known = id_by_reference(conn, bare)
    if known is not None:
        return known
    for number in numbers_in(bare):
        reference = reference_of(conn, number)
        if reference is not None and (bare.isdigit() or stands_in(reference, number, bare)):
            return number
    return None


def reference_of(conn: Connection, ticket_id: int) -> str | None:
    """The reference of the ticket of this id by itself."""
    row = next(iter(_BY_ID(conn, {"ticket_id": ticket_id})), None)
    return None if row is None else row.reference or ""


def history_rows(conn: Connection, ticket_id: int) -> Sequence[Row[Any]]:
    """Everything that happened to the ticket, oldest first."""
    return _HISTORY(conn, {"ticket": ticket_id})


def entries(conn: Connection, ticket_id: int) -> tuple[Entry, ...]:
    """The history as the desk reads it."""
    return tuple(
        Entry(row.at, row.what, row.who, row.detail) for row in history_rows(conn, ticket_id)
    )


def unfinished_ids(
    conn: Connection, policy: Policy, *, after: int, limit: int, assignee: str = ""
) -> list[int]:
    """The tickets that are neither closed nor spam, by id, from behind `after`; of this assignee
    alone, where one is named."""
    ended = [name for name, b in policy.statuses.items() if b in (Status.CLOSED, Status.SPAM)]
    found = select(tickets.c.id).where(
        tickets.c.id > after, tickets.c.status.not_in(ended), tickets.c.merged_into.is_(None)
    )
    if assignee:
        found = found.where(tickets.c.assignee == assignee)
    return [row.id for row in conn.execute(found.order_by(tickets.c.id).limit(limit))]


def unfinished_of(
    conn: Connection, policy: Policy, addresses: Collection[str], besides: int
) -> list[int]:
    """Those of these requesters, by id, but for this one."""
    ended = [name for name, b in policy.statuses.items() if b in (Status.CLOSED, Status.SPAM)]
    found = select(tickets.c.id).where(
        tickets.c.requester_key.in_(sorted(addresses)),
        tickets.c.status.not_in(ended),
        tickets.c.merged_into.is_(None),
        tickets.c.id != besides,
    )
    return [row.id for row in conn.execute(found.order_by(tickets.c.id))]


def previous_of(conn: Connection, address: str, besides: int, limit: int = 5) -> Sequence[Any]:
    """This requester's other tickets, newest first."""
    return _PREVIOUS(conn, {"address": mailbox_of(address), "besides": besides, "limit_": limit})
