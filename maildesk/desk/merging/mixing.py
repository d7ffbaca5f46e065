"""Whether a merge would show somebody outside the desk what others wrote.

Mails quote to each person only what they had, but from then on all hear the same: an answer goes to
everybody, under the subject of the ticket that stays. So it is asked about first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.senders.contacts import is_same_contact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maildesk.desk.policy import Policy
    from maildesk.desk.ticket import Person, Ticket


def strangers_to_each_other(ticket: Ticket, other: Ticket, policy: Policy) -> tuple[Person, ...]:
    """Who has part in one of these tickets and none in the other, each once: those of the ticket
    that stays first. Whom it keeps out joins nothing, and is left out."""
    found = [*_strangers(ticket, other, policy)]
    found += [one for one in _strangers(other, ticket, policy) if one.key not in ticket.kept_out]
    return tuple({person.key: person for person in found}.values())


def _strangers(of: Ticket, to: Ticket, policy: Policy) -> Iterator[Person]:
    there = tuple(person.address for person in to.participants)
    for person in of.participants:
        known = (is_same_contact(person.address, address, policy) for address in there)
        if not (person.has_no_address or to.has_part(person.address) or any(known)):
            yield person
