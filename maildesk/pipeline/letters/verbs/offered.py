"""The buttons in a customer's mail: a mail that is ready to send, to an address that was made for
this person, this ticket and this purpose."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from maildesk.desk.actor import customer_acts
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.mails.views import ActionView
from maildesk.desk.permissions import PARTICIPANT, REQUESTER, customer_refusal
from maildesk.desk.senders.contacts import addresses_of
from maildesk.desk.threads import reference
from maildesk.desk.threads.links import Purpose
from maildesk.desk.ticket import Status
from maildesk.desk.verbs import table
from maildesk.desk.verbs.carry_out import role_in
from maildesk.pipeline.letters import proofs
from maildesk.store.desk import surveys

if TYPE_CHECKING:
    from maildesk.desk.ticket import Person, Ticket
    from maildesk.pipeline.transaction import TicketChange

_ASKS = "ask_"  # what the names of customers' buttons begin with
_NO_SURVEYS = f"{_ASKS}{table.NO_SURVEYS}"
_OVER = (Status.RESOLVED, Status.CLOSED)


def offered(change: TicketChange, template: str, person: Person) -> tuple[ActionView, ...]:
    """Those buttons of this mail that this person may press and that would do something."""
    names = [name for name in mail_of(template).buttons if _makes_sense(change, name, person)]
    return tuple(_button(change, name, person) for name in names)


def are_stars_wanted(change: TicketChange) -> bool:
    """Whether the requester has said nothing against being asked for stars."""
    own, policy = change.subject.requester.address, change.policy
    return surveys.are_wanted(change.conn, addresses_of(own, policy, change.situation.joined))


def unsubscribe(change: TicketChange, person: Person) -> ActionView:
    """The button that ends the stars, whatever its mail says then."""
    return _button(change, _NO_SURVEYS, person)


def _button(change: TicketChange, name: str, person: Person) -> ActionView:
    ticket, verb = change.subject, name.removeprefix(_ASKS)
    language = change.policy.wording.of(ticket.language)
    purpose = Purpose.NO_SURVEYS if verb == table.NO_SURVEYS else Purpose.VERB
    way = proofs.way_back(change, ticket.address, purpose, ticket.id, person.address)
    label, word = language.button(name), f"#{language.verbs[verb][0]}"
    # the ticket's own subject may be a stranger's words
    subject = reference.with_reference(label, ticket.reference)
    return replace(way.button(name, label, subject, word, ticket.reference), word=word)


def _makes_sense(change: TicketChange, name: str, person: Person) -> bool:
    ticket, verb = change.subject, table.VERBS[name.removeprefix(_ASKS)]
    role = role_in(ticket, person.address, change.policy, change.situation.joined)
    if not role or ticket.behaviour is Status.SPAM or not _would_do(ticket, verb.name, role):
        return False
    if verb.name == table.SURVEYS:
        return role == REQUESTER and not are_stars_wanted(change)
    by = customer_acts(person, role=role)
    return verb.needs is None or customer_refusal(by, verb.needs, change.policy.customers) is None


def _would_do(ticket: Ticket, verb: str, role: str) -> bool:
    if verb == table.CLOSE:
        return ticket.behaviour is not Status.CLOSED
    if verb == table.REOPEN:
        return ticket.behaviour in _OVER
    return role == PARTICIPANT if verb == table.LEAVE else True
