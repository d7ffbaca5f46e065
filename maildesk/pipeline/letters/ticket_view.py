"""The ticket, its people and the desk as templates may see them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from maildesk.desk.mails.readers import unproved
from maildesk.desk.mails.shown.context_values import mapped
from maildesk.desk.mails.views import DeskView, PersonView, TicketView
from maildesk.desk.replies.signing import signed
from maildesk.desk.senders.contacts import asked_at, is_same_contact, once_each
from maildesk.desk.senders.imitation import imitated
from maildesk.desk.threads import reference
from maildesk.pipeline.letters.template_variables import local
from maildesk.store.desk import tickets

if TYPE_CHECKING:
    from maildesk.desk.policy import Agent, DeskAddress, Policy
    from maildesk.desk.ticket import Person, Ticket
    from maildesk.pipeline.transaction import TicketChange


def context_of(
    change: TicketChange, *, desk: DeskView | None = None, **variables: Any
) -> dict[str, object]:
    """The variables of a mail about the ticket: those that all have, and these; `desk`: as it signs
    the mail."""
    ticket, policy = change.subject, change.policy
    subject = reference.with_reference(ticket.subject, ticket.reference)
    desk = desk or desk_view(policy, policy.desk_address(ticket.address) or policy.addresses[0])
    if change.view is None:  # the same in each mail of an act
        view = with_links(ticket_view(ticket, change), ticket, change)
        change.view = _with_reach(view, change)
    return mapped(desk=desk, ticket=change.view, subject=f"Re: {subject}", **variables)


def _with_reach(view: TicketView, change: TicketChange) -> TicketView:
    """The same with whom an answer reaches, whom it does not, and of whom of them nothing is
    proved."""
    ticket, past = change.subject, change.past
    people, doubtful = once_each(ticket.participants, ticket, past), unproved(past)
    reached = once_each(change.reached, ticket, past)
    keys = {person.key for person in reached}
    to = (person for person in reached if not person.has_no_address)
    others = (one for one in people if not (one.key in keys or one.has_no_address))
    doubted = (person for person in people if person.key in doubtful)
    return replace(
        view,
        reached=tuple(_reached(person, change) for person in to),
        unreached=tuple(_by_name(person, change.policy) for person in others),
        unproved=tuple(_by_name(person, change.policy) for person in doubted),
    )


def _reached(person: Person, change: TicketChange) -> PersonView:
    """Somebody whom an answer reaches: by name, or where they asked for answers."""
    if to := asked_at(person, change.policy, change.situation.joined):
        return PersonView("", to)
    return _by_name(person, change.policy)


def _by_name(person: Person, policy: Policy) -> PersonView:
    """Somebody outside, without a name that is one of ours."""
    view = person_view(person)
    return replace(view, name="") if imitated(person.name, person.address, policy) else view


def ticket_view(ticket: Ticket, change: TicketChange) -> TicketView:
    """The ticket as it is after the act."""
    change.tx.shown.add(ticket.id)
    owner = change.policy.agent(ticket.assignee) if ticket.assignee else None
    due = ticket.breaches_at
    return TicketView(
        reference=ticket.reference,
        subject=ticket.subject,
        status=ticket.status,
        priority=ticket.priority,
        category=ticket.category,
        queue=ticket.queue,
        requester=_requester(ticket.requester, change),
        created_at=local(change, ticket.created_at),
        assignee=colleague(owner) if owner else None,
        labels=tuple(sorted(ticket.labels)),
        type=ticket.type,
        channel=ticket.channel,
        updated_at=local(change, ticket.updated_at),
        participants=tuple(map(person_view, once_each(ticket.participants, ticket, change.past))),
        waiting=tuple(map(person_view, ticket.waiting)),
        fields=tuple(ticket.fields.items()),
        field_links=change.policy.links_of(ticket.fields),
        follows=ticket.follows,
        snoozed_until=local(change, ticket.snoozed_until),
        followers=tuple(map(colleague, filter(None, map(change.policy.agent, ticket.followers)))),
        breaches_at=local(change, due),
        is_late=due is not None and due <= change.now,
        by_form=change.situation.acquaintance.is_typed,
    )


def with_links(view: TicketView, ticket: Ticket, change: TicketChange) -> TicketView:
    """The same with the tickets that belong with it: a list of many does without."""
    others = (other for _, other in tickets.linked(change.conn, ticket.id))
    return replace(view, linked=tuple(dict.fromkeys(others)))


def earlier_view(row: Any, ticket: Ticket) -> TicketView:
    """Another ticket of the same requester, from the columns of `tickets.previous_of`."""
    requester = person_view(ticket.requester)
    words = (row.reference, row.subject, row.status, "", "", "")
    return TicketView(*words, requester, row.created_at)


def desk_view(policy: Policy, address: DeskAddress) -> DeskView:
    """The desk, writing from this address."""
    return DeskView(
        name=address.name or policy.desk_name,
        address=address.address,
        signature=policy.signature,
        website=policy.website,
        colour=policy.colour,
    )


def signed_desk(change: TicketChange, agent: Agent | None) -> DeskView:
    """The desk as it signs a mail to the customer: with this agent's words, or its own."""
    ticket, policy = change.subject, change.policy
    address = policy.desk_address(ticket.address) or policy.addresses[0]
    return signed(
        desk_view(policy, address),
        policy,
        address,
        language=ticket.language,
        agent=agent,
        queue=ticket.queue,
        reference=ticket.reference,
    )


def person_view(person: Person) -> PersonView:
    """Somebody outside the desk."""
    words = person.name.split()
    first = words[0] if len(words) > 1 and "," not in person.name else ""
    known = (person.tier, person.organisation)
    return PersonView(person.name, person.address, first, *known, answers_to=person.answers_to)


def agent_view(agent: Agent) -> PersonView:
    """An agent, to themselves."""
    return PersonView(agent.name, agent.address, agent.name.split()[0])


def colleague(agent: Agent) -> PersonView:
    """An agent, to others: without the address."""
    return PersonView(agent.name, "", agent.name.split()[0])


def _requester(person: Person, change: TicketChange) -> PersonView:
    """The requester with what agents should know of the name, and of where answers go."""
    policy, to = change.policy, person.answers_to
    view = replace(person_view(person), imitates=imitated(person.name, person.address, policy))
    if to and is_same_contact(person.address, to, policy, change.situation.joined):
        return replace(view, answers_to="", writes_from=to)
    return view
