"""Carry out that a ticket is erased, and tell the agent who asked by mail that it was.

Nothing else of the act is written: no line of history, no mail about the ticket. The word that it
is done belongs to no ticket, and names none of its words.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from maildesk.desk.answers import Done
from maildesk.desk.deletion.values import EraseTicket
from maildesk.desk.effects import AnswerAgent
from maildesk.desk.reason import Reason
from maildesk.errors import TransientFailure
from maildesk.log import log
from maildesk.pipeline.classification.duplicates import known_by
from maildesk.pipeline.transaction import New
from maildesk.store import processed
from maildesk.store.erasing import sweep
from maildesk.store.erasing.erase import erase, erase_message

if TYPE_CHECKING:
    from maildesk.desk.ticket import Ticket
    from maildesk.pipeline.services import Services
    from maildesk.pipeline.transaction import TicketChange, Transaction


def begin(change: TicketChange, _effect: EraseTicket, _before: Ticket | None) -> None:
    """It goes once everything else of the act is written."""
    change.erases = True


def finish(change: TicketChange) -> list[int]:
    """It goes; the outbox rows to look at."""
    tx, ticket = change.tx, change.subject
    job = tx.inbound.job if tx.inbound is not None else None
    erase(change.conn, ticket.id, by=tx.actor.who, now=tx.now, spool_id=job.id if job else None)
    if not tx.actor.agent or job is None or tx.content is None:
        return []
    line = tx.content.message.reply.strip().partition("\n")[0]
    bare = replace(tx.content.message, subject=line[:100])  # not the customer's
    tx.content = replace(tx.content, message=bare)
    said = (Done(line[:100], (Reason("was_erased", {"reference": ticket.reference}),)),)
    told = AnswerAgent(agent=tx.actor.agent, told=said, address=ticket.address)
    if tx.second_act is None:
        raise LookupError("a ticket is erased by `apply` alone")
    return tx.second_act(tx, [(New(), told)])


def came_again(tx: Transaction) -> None:
    """A message that came before, for a ticket that is gone: nothing of it stays either."""
    if tx.inbound is None:
        return
    message, raw, job = tx.inbound.message, tx.inbound.raw, tx.inbound.job
    if processed.is_hidden(tx.conn, *known_by(message, raw)):
        erase_message(tx.conn, job.id, "", tx.now)


def look(services: Services) -> None:
    """Remove what the deleted tickets have left, as far as that can be done now."""
    try:
        sweep.sweep(services.db, services.blobs, services.now())
    except TransientFailure as problem:  # the ticker looks again
        log.warning("not_swept", why=str(problem)[:200])
