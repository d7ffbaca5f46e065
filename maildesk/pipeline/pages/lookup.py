"""A request is looked for by its reference and an address: the link to its page is mailed there, if
that address takes part in it, and nothing is told to whoever asks.

Nor is somebody led to what others may have written in their name: as in all mails that go out by
themselves there is no link for whoever is still unknown (`desk.senders.strangers`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from maildesk.desk.threads import reference
from maildesk.pipeline.decision_inputs import situation_for
from maildesk.pipeline.pages.mailed import mail_link
from maildesk.pipeline.pages.visitors import standing

if TYPE_CHECKING:
    from maildesk.desk.ticket import Person, Ticket
    from maildesk.pipeline.services import Services

_BARE = re.compile(r"#?\s{0,3}([0-9]{1,10})")  # as agents may write it in a mail, too


def mail_link_to(services: Services, written: str, address: str) -> bool:
    """Mail the link; whether it was."""
    found = _found(services, written, address)
    if found is None:
        return False
    ticket, person = found
    return mail_link(services, ticket.id, person)


def _found(services: Services, written: str, address: str) -> tuple[Ticket, Person] | None:
    policy = services.keeper.current.policy
    bare = _BARE.fullmatch(written.strip())
    number = reference.find_number(policy.reference_format, written)
    number = int(bare[1]) if number is None and bare else number
    if number is None:
        return None
    with services.db.read() as conn:
        ticket = standing(conn, policy, number)
        person = ticket.part_of(address) if ticket is not None else None
        if ticket is None or person is None:
            return None
        known = situation_for(conn, services, policy, ticket, ticket.requester.address)
    return None if known.acquaintance.is_stranger else (ticket, person)
