"""A customer closes their own request on its page: it works, nobody has to wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.actor import customer_acts
from maildesk.desk.decide import followed
from maildesk.desk.facts import AgentActs, TrustRecord
from maildesk.desk.moves import move
from maildesk.desk.reason import Reason
from maildesk.desk.ticket import TRANSITIONS, Move, Status
from maildesk.pipeline.act import unwritten
from maildesk.pipeline.apply import apply
from maildesk.pipeline.decision_inputs import situation_for
from maildesk.pipeline.pages.mailed import DOOR
from maildesk.pipeline.transaction import Transaction, addressed
from maildesk.store import agents
from maildesk.store.desk import tickets

if TYPE_CHECKING:
    from maildesk.desk.ticket import Person, Ticket
    from maildesk.pipeline.services import Services

_OVER = (Status.CLOSED, Status.SPAM)


def may_close(ticket: Ticket) -> bool:
    """Whether it stands so that it can be closed."""
    return ticket.behaviour not in _OVER and bool(TRANSITIONS[ticket.behaviour][Move.CLOSE])


def close(services: Services, ticket_id: int, person: Person) -> bool:
    """Close it in this person's name; whether it is closed. Once is as good as twice."""
    with services.db.write() as conn:
        policy, now = services.keeper.current.policy, services.now()
        policy = policy.with_absences(agents.Absences(conn))
        ticket = tickets.ticket(conn, ticket_id, policy, lock=True)
        owner = ticket.part_of(person.address) if ticket is not None else None
        if ticket is None or owner is None:
            return False
        if not may_close(ticket):
            return ticket.behaviour is Status.CLOSED
        actor = customer_acts(owner, DOOR)
        tx = Transaction(conn, services, policy, now, actor)
        situation = situation_for(conn, services, policy, ticket, ticket.requester.address)
        tx.begin(ticket, situation)
        effects = move(ticket, Move.CLOSE, Reason("customer_closed"))
        message = unwritten(ticket, owner.name, owner.address, now)
        fact = AgentActs(message, actor, TrustRecord("on the page of the ticket"), situation)
        found = followed(ticket, fact, effects, policy, now)
        kicks = apply(tx, addressed(ticket, found.effects))
    for row_id in kicks:
        services.kick("deliver", row_id)
    return True
