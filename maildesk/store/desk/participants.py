"""Who takes part in a ticket, waits to be let in, is kept out, or was its agent."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.desk.ticket import Person, Ticket
from maildesk.mail.owners import is_same_mailbox, mailbox_of
from maildesk.store.schema import assignments, messages, participants


def change_people(conn: Connection, before: Ticket, after: Ticket) -> None:
    """Write down who takes part, waits and is kept out, as far as that is other than before."""
    if (before.participants, before.waiting, before.kept_out) == (
        after.participants,
        after.waiting,
        after.kept_out,
    ):
        return
    stood, stand = _people_of(before), _people_of(after)
    for key, (person, status) in stand.items():
        if key not in stood or stood[key][1] != status or stood[key][0] != person:
            add_participant(conn, after.id, person, status)
    for key in stood.keys() - stand.keys():
        remove_participant(conn, after.id, key)


def _people_of(ticket: Ticket) -> dict[str, tuple[Person, str]]:
    found = {key: (Person(key), "out") for key in ticket.kept_out}
    found |= {person.key: (person, "waiting") for person in ticket.waiting}
    found |= {person.key: (person, "in") for person in ticket.participants}
    found.pop(ticket.requester.key, None)
    return found


def add_participant(conn: Connection, ticket_id: int, person: Person, status: str = "in") -> None:
    """This person takes part, waits to be let in, or is kept out; again is fine, and another status
    is a change."""
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    row = {"address": person.key, "name": person.name, "answers_to": person.answers_to}
    statement = make(participants).values(ticket_id=ticket_id, status=status, **row)
    key = [participants.c.ticket_id, participants.c.address]
    # a name once known stays
    news = {"status": status, "answers_to": person.answers_to}
    news |= {"name": person.name} if person.name else {}
    conn.execute(statement.on_conflict_do_update(index_elements=key, set_=news))


def let_in(conn: Connection, ticket_id: int, address: str) -> list[int]:
    """What this person wrote before they took part belongs to the conversation now; the ids of
    those messages."""
    waiting = select(messages.c.id, messages.c.from_address).where(
        messages.c.ticket_id == ticket_id, messages.c.kind == "stranger"
    )
    rows = conn.execute(waiting.order_by(messages.c.id)).all()
    theirs = [row.id for row in rows if is_same_mailbox(row.from_address, address)]
    conn.execute(update(messages).where(messages.c.id.in_(theirs)).values(kind="public"))
    return theirs


def remove_participant(conn: Connection, ticket_id: int, address: str) -> None:
    """This person takes no part any more."""
    conn.execute(
        delete(participants).where(
            participants.c.ticket_id == ticket_id, participants.c.address == mailbox_of(address)
        )
    )


def was_agent(conn: Connection, ticket_id: int, address: str) -> bool:
    """Whether somebody with this address wrote in this ticket as an agent, or
    was ever given one."""
    wrote = select(messages.c.id).where(
        messages.c.ticket_id == ticket_id, func.lower(messages.c.agent) == address
    )
    given = select(assignments.c.agent).where(func.lower(assignments.c.agent) == address)
    return bool(conn.execute(select(wrote.exists() | given.exists())).scalar())
