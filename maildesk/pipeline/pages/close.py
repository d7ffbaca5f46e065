"""A customer closes their own request on its page: it works, nobody has to wait for it. Who may,
and what it comes to, is as by mail (`desk.verbs`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.actor import customer_acts
from maildesk.desk.decide import followed
from maildesk.desk.facts import AgentActs, TrustRecord
from maildesk.desk.permissions import CustomerMay, customer_refusal
from maildesk.desk.reason import Reason
from maildesk.desk.ticket import TRANSITIONS, Move, Status
from maildesk.desk.verbs.carry_out import closed, role_in, told_of
from maildesk.pipeline.act import unwritten
from maildesk.pipeline.apply import apply
from maildesk.pipeline.decision_inputs import situation_for
from maildesk.pipeline.pages.mailed import DOOR
from maildesk.pipeline.transaction import Transaction, addressed
from maildesk.store import agents
from maildesk.store.desk import contacts, tickets

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.desk.policy import Policy
    from maildesk.desk.ticket import Person, Ticket
    from maildesk.pipeline.services import Services

_OVER = (Status.CLOSED, Status.SPAM)


def may_close(conn: Connection, policy: Policy, ticket: Ticket, person: Person) -> bool:
    """Whether it stands so that it can be closed, and this person may have that done."""
    if ticket.behaviour in _OVER or not TRANSITIONS[ticket.behaviour][Move.CLOSE]:
        return False
    role = role_in(ticket, person.address, policy, contacts.Asked(conn))
    by = customer_acts(person, DOOR, role)
    return customer_refusal(by, CustomerMay.CLOSE, policy.customers) is None


def close(services: Services, ticket_id: int, person: Person, *, has_words: bool) -> bool:
    """Close it in this person's name; whether it is closed. Once is as good as twice.
    `has_words`: what they wrote beside it is in the ticket already."""
    with services.db.write() as conn:
        policy, now = services.keeper.current.policy, services.now()
        policy = agents.as_said(policy, conn)
        ticket = tickets.ticket(conn, ticket_id, policy, lock=True)
        owner = ticket.part_of(person.address) if ticket is not None else None
        if ticket is None or owner is None:
            return False
        if not may_close(conn, policy, ticket, owner):
            return ticket.behaviour is Status.CLOSED
        actor = customer_acts(owner, DOOR)
        tx = Transaction(conn, services, policy, now, actor)
        situation = situation_for(conn, services, policy, ticket, ticket.requester.address)
        tx.begin(ticket, situation)
        told = told_of(ticket, None if has_words else owner, policy, now)
        effects = [*closed(ticket, Reason("customer_closed")), *told]
        message = unwritten(ticket, owner.name, owner.address, now)
        fact = AgentActs(message, actor, TrustRecord("on the page of the ticket"), situation)
        found = followed(ticket, fact, effects, policy, now)
        kicks = apply(tx, addressed(ticket, found.effects))
    for row_id in kicks:
        services.kick("deliver", row_id)
    return True
