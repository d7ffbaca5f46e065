"""One customer with several addresses: those that `contacts` of desk.yaml lists together, and what
stands behind a + (see `mail.owners`)."""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.policy import Policy
from maildesk.desk.ticket import Person
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


def is_same_contact(one: str, other: str, policy: Policy) -> bool:
    """Whether the files say that these two addresses are one customer's."""
    known = policy.contact(one)
    return known is not None and {mailbox_of(one), mailbox_of(other)} <= set(known.keys)
