"""A score that was given on the page of the stars, and where its browser stood.

The page writes such a message, and says in its head how long it had been open; of a message that
came by any other door that field says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.pages.page_score import PageScore, network_of
from maildesk.mail.owners import mailbox_of
from maildesk.store.secrets import proved_networks

if TYPE_CHECKING:
    from maildesk.desk.ticket import Person
    from maildesk.pipeline.classification.look import Look

DOOR, OPEN_FOR = "web", "X-Survey-Open-For"  # whole seconds


def given(look: Look, person: Person) -> PageScore | None:
    """Where it came from; None where it came by mail."""
    envelope = look.job.envelope
    said = look.message.headers.get(OPEN_FOR.lower(), ())
    if envelope.via != DOOR or not said:
        return None
    open_for = int(said[0]) if said[0].isascii() and said[0].isdigit() else 0
    theirs = proved_networks.of(look.conn, mailbox_of(person.address), look.services.now())
    return PageScore(network_of(envelope.peer), open_for, theirs)
