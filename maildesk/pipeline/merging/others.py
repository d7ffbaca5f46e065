"""What commands about two tickets need to know of the others: found, locked and read.

All of them are locked at once, in the order of their ids and with the ticket itself, before
anything is decided. So two agents who merge the same tickets crosswise wait for each other and
never both at once; the second finds what the first has left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from maildesk.desk.commands.families.belonging import SPLIT
from maildesk.desk.commands.families.delete import is_delete
from maildesk.desk.commands.families.undo import is_undo
from maildesk.desk.commands.spec import About, Command, Given
from maildesk.desk.commands.table import COMMANDS, given
from maildesk.desk.merging.others import NO_OTHERS, Merged, Named, Others, Said
from maildesk.desk.merging.taken import read
from maildesk.desk.ticket import Person
from maildesk.pipeline.deletion import looked_up
from maildesk.store import acts
from maildesk.store.desk import conversation, merges, tickets

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from maildesk.desk.policy import Policy
    from maildesk.desk.ticket import Ticket


def concerned(
    conn: Connection, policy: Policy, commands: Sequence[Command], ticket_id: int | None
) -> set[int]:
    """The ids of all tickets that these commands are about, with that in which they stand; nothing
    where they are about no other. What is taken back may be any act on the ticket: it is chosen
    once nobody else can change it."""
    ticket = tickets.ticket(conn, ticket_id, policy) if ticket_id is not None else None
    if ticket is not None and is_undo(commands):
        back = acts.undoing(conn, ticket.id)
        commands = (*commands, *(Command(name, value) for name, value in back))
    if not about_two(commands):
        return set()
    named = (tickets.id_named(conn, word) for word in _words(commands, policy))
    found = {one for one in named if one is not None}
    if ticket is not None:
        found |= {ticket.id, *(row.other_id for row in merges.into(conn, ticket.id))}
    return found


def others_of(
    conn: Connection,
    policy: Policy,
    commands: Sequence[Command],
    ticket: Ticket | None,
    *,
    is_confirmed: bool = False,
    at: datetime | None = None,
    asked_at: datetime | None = None,
) -> Others:
    """What these commands are told of other tickets; `at`: when the notification was written that
    they answer; `asked_at`: when whoever asks was shown what a deletion takes."""
    if not about_two(commands):
        return NO_OTHERS
    named = {}
    for word in _words(commands, policy):
        found = _named(conn, policy, word)
        if found is not None:
            named[word] = found
    if ticket is None:
        return Others(named, is_confirmed=is_confirmed)
    linked = tuple(reference for _, reference in tickets.linked(conn, ticket.id))
    said = _said(conn, policy, commands, ticket, at)
    gone = looked_up.goes(conn, ticket, asked_at) if is_delete(commands) else None
    return Others(named, tuple(_merged(conn, policy, ticket)), linked, is_confirmed, said, gone)


def about_two(commands: Iterable[Command]) -> bool:
    """Whether any of these is about another ticket."""
    return any(COMMANDS[one.name].about is About.TWO for one in commands)


def _words(commands: Iterable[Command], policy: Policy) -> Iterator[str]:
    """The references, as they were written."""
    for one in commands:
        if COMMANDS[one.name].about is About.TWO:
            found = given(one, policy)
            yield from found.value if isinstance(found, Given) and one.name != SPLIT else ()


def _said(
    conn: Connection,
    policy: Policy,
    commands: Iterable[Command],
    ticket: Ticket,
    at: datetime | None,
) -> Said | None:
    """The message that is to be a ticket of its own: the one that is numbered, else what somebody
    outside had said last when the notification was written."""
    asked = next((one for one in commands if one.name == SPLIT), None)
    found = given(asked, policy) if asked is not None else None
    if not isinstance(found, Given):
        return None
    rows = conversation.message_rows(conn, ticket.id)
    theirs = [row for row in rows if _is_theirs(row)]
    if found.value is not None:
        row = rows[found.value - 1] if found.value <= len(rows) else None
    else:
        row = next((one for one in reversed(theirs) if at is None or one.at <= at), None)
    if row is None:
        return None
    said = [one.at for one in theirs if one.kind == "public" and one.id != row.id]
    return Said(
        number=row.id,
        at=row.at,
        sender=Person(row.from_address, row.from_name),
        is_theirs=_is_theirs(row),
        before=max(said, default=None),
        is_only=not said,
    )


def _is_theirs(row: Row[Any]) -> bool:
    """Whether somebody outside has written it, and it says something."""
    return row.direction == "in" and row.kind in ("public", "stranger") and not row.automatic


def _named(conn: Connection, policy: Policy, word: str) -> Named | None:
    number = tickets.id_named(conn, word)
    found = tickets.by_itself(conn, number, policy) if number is not None else None
    if found is None:
        return None
    into = tickets.reference_of(conn, found.merged_into) if found.merged_into else None
    return Named(found, into or "")


def _merged(conn: Connection, policy: Policy, ticket: Ticket) -> Iterator[Merged]:
    for row in merges.into(conn, ticket.id):
        other = tickets.by_itself(conn, row.other_id, policy)
        if other is not None:
            yield Merged(other, read(row.taken))
