"""Who outside the desk gets an answer: whoever had the message that it answers.

Somebody in Cc may have written to the desk alone, or the customer to everybody but one. As among
people who write to each other the answer goes where the message was; an agent who wants it to go
to everybody says so (`#all`), and whom an agent brings in with it gets it, too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from maildesk.desk.facts import Entry
from maildesk.desk.ticket import Person, Ticket

UNPROVED = "unproved"  # a word of the history's line "joined"


def readers(ticket: Ticket, had: Collection[str]) -> tuple[Person, ...]:
    """Those who take part and had the message, the first in To and the others in Cc.

    `had`: folded addresses; empty where that is not known: everybody. Where none of them takes
    part any more, it is the requester.
    """
    if not had:
        return ticket.participants
    found = tuple(person for person in ticket.participants if may_see(had, person))
    return found or (ticket.requester,)


def with_later(had: Collection[str], said_at: datetime, history: Sequence[Entry]) -> frozenset[str]:
    """Those who had a message that was said then, and whoever has joined since: who brings
    somebody in means the next answer, too; who merges tickets means all who had part in either.
    Nobody where it is not known who had it."""
    if not had:
        return frozenset()
    later = [entry for entry in history if entry.at > said_at]
    joined = (str(one.detail.get("address", "")) for one in later if one.what == "joined")
    merged = (one.detail.get("people", ()) for one in later if one.what == "took_in")
    return frozenset((*had, *joined, *(address for people in merged for address in people)))


def only(ticket: Ticket, had: Collection[str], joining: Iterable[Person]) -> tuple[str, ...]:
    """Whom an answer is restricted to, folded, with those who join by it; empty: nobody is left
    out."""
    found = readers(ticket, had)
    if len(found) == len(ticket.participants):
        return ()
    return tuple(dict.fromkeys(person.key for person in (*found, *joining)))


def may_see(had: Collection[str], person: Person) -> bool:
    """Whether this person had a message that these had; unknown: yes, as ever before."""
    elsewhere = bool(person.answers_to) and person.answers_to in had
    return not had or person.key in had or elsewhere


def unproved(history: Sequence[Entry]) -> frozenset[str]:
    """The folded addresses of those who joined without any proof of who they are, and whom no agent
    has let in or kept out since."""
    found: set[str] = set()
    for entry in history:
        address = str(entry.detail.get("address", ""))
        if entry.what == "joined" and entry.detail.get(UNPROVED):
            found.add(address)
        elif entry.what in ("joined", "let_in", "left", "kept_out"):
            found.discard(address)
    return frozenset(found)
