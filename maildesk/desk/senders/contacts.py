"""One customer with several addresses: those that `contacts` of desk.yaml lists together, and what
stands behind a + (see `mail.owners`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from maildesk.desk.facts import Entry
from maildesk.desk.policy import Policy
from maildesk.desk.senders.entries import Contact
from maildesk.desk.ticket import Person, Ticket
from maildesk.mail.owners import contact_of, mailbox_of


def as_known(person: Person, policy: Policy) -> Person:
    """This person with what the files know of them."""
    known = policy.contact(person.address)
    if known is None:
        return person
    name = person.name or known.name
    return replace(person, name=name, organisation=known.organisation, tier=known.tier)


def addresses_of(address: str, policy: Policy) -> tuple[str, ...]:
    """Every address of this customer that is known, folded: this one, the one without its +detail,
    and those that are listed beside it."""
    own = (mailbox_of(address), contact_of(address))
    known = policy.contact(address)
    listed = known.keys if known is not None and not set(own).isdisjoint(known.keys) else ()
    return tuple(dict.fromkeys((*own, *(one for one in listed if not one.startswith("@")))))


def former_addresses(ticket: Ticket, history: Iterable[Entry]) -> frozenset[str]:
    """The addresses, folded, in whose place an agent put the requester's, and whose answers go
    there."""
    to = ticket.requester.key
    others = {one.key for one in ticket.participants if one.answers_to == to}
    if not others:
        return frozenset()
    replaced = {entry.detail.get("from") for entry in history if entry.what == "customer"}
    return frozenset(others & replaced)


def once_each(
    people: Iterable[Person], ticket: Ticket, history: Iterable[Entry]
) -> tuple[Person, ...]:
    """The same people, and the requester in place of their former addresses."""
    former = former_addresses(ticket, history)
    named = (ticket.requester if one.key in former else one for one in people)
    return tuple({one.key: one for one in named}.values())


def is_same_contact(one: str, other: str, policy: Policy) -> bool:
    """Whether the files say that these two addresses are one customer's."""
    known = policy.contact(one)
    return known is not None and {mailbox_of(one), mailbox_of(other)} <= set(known.keys)


def with_address(person: Person, address: str, policy: Policy) -> Person:
    """The same person at another address: name, organisation and tier are theirs there, too, but
    for what the files say of that address itself."""
    new = as_known(Person(address, person.name), policy)
    first, second = (new, person) if _listed(address, policy) else (person, new)
    return replace(
        new,
        name=person.name or new.name,
        organisation=first.organisation or second.organisation,
        tier=first.tier or second.tier,
    )


def whose_else(address: str, person: Person, policy: Policy) -> Contact | None:
    """Whom the files say that this address belongs to, where they say that it is another one than
    this person; a domain is nobody's."""
    listed, own = _listed(address, policy), _listed(person.address, policy)
    return listed if own is not None and listed != own else None


def _listed(address: str, policy: Policy) -> Contact | None:
    """The contact that has this very address."""
    known = policy.contact(address)
    own = {mailbox_of(address), contact_of(address)}
    return known if known is not None and not own.isdisjoint(known.keys) else None
