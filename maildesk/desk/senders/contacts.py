"""One customer with several addresses: those that `contacts` of desk.yaml lists together, those
that an agent or an answer joined (`Joined`), and what stands behind a + (see `mail.owners`).

What the files say stands above what was learnt: where they give two addresses to two customers,
nothing that was joined makes them one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from maildesk.desk.facts import Entry
from maildesk.desk.policy import Policy
from maildesk.desk.senders.entries import (
    BY_AGENT,
    BY_ANSWER,
    NONE_JOINED,
    Contact,
    Joined,
    JoinedAddress,
)
from maildesk.desk.ticket import Person, Ticket
from maildesk.mail.owners import contact_of, mailbox_of

JOINED, PARTED = "contact_joined", "contact_parted"  # lines of the history


def as_known(person: Person, policy: Policy, joined: Joined = NONE_JOINED) -> Person:
    """This person with what the files know of them, by whichever of their addresses."""
    known = _known(person.address, policy, joined)
    if known is None:
        return person
    name = person.name or known.name
    return replace(person, name=name, organisation=known.organisation, tier=known.tier)


def _known(address: str, policy: Policy, joined: Joined) -> Contact | None:
    """What the files say of this very address, else of another of theirs; and of a domain, that of
    the address that was known first."""
    if (own := _listed(address, policy)) is not None:
        return own
    theirs = [one.address for one in _learnt(address, policy, joined)]
    listed = (_listed(one, policy) for one in theirs)
    by_domain = (policy.contact(one) for one in (*theirs, address))
    return next((one for found in (listed, by_domain) for one in found if one is not None), None)


def addresses_of(address: str, policy: Policy, joined: Joined = NONE_JOINED) -> tuple[str, ...]:
    """Every address of this customer that is known, folded: this one, the one without its +detail,
    those that are listed beside it, and those that were joined with any of them."""
    learnt = [one.address for one in _learnt(address, policy, joined)]
    everywhere = (key for one in (address, *learnt) for key in _with_listed(one, policy))
    return tuple(dict.fromkeys(everywhere))


def _with_listed(address: str, policy: Policy) -> tuple[str, ...]:
    own = (mailbox_of(address), contact_of(address))
    known = _listed(address, policy)
    listed = known.keys if known is not None else ()
    return (*own, *(one for one in listed if not one.startswith("@")))


def _learnt(address: str, policy: Policy, joined: Joined) -> Iterator[JoinedAddress]:
    """Those that were joined with this address, or with one that is listed beside it."""
    own = _listed(address, policy)
    for key in dict.fromkeys(map(contact_of, _with_listed(address, policy))):
        for one in joined.get(key, ()):
            other = _listed(one.address, policy)
            if own is None or other is None or other == own:
                yield one


def former_addresses(ticket: Ticket, history: Iterable[Entry]) -> frozenset[str]:
    """The requester's other addresses, folded, whose answers go to the one that the ticket has: in
    whose place an agent put it, or that were joined with it."""
    to = ticket.requester.key
    others = {one.key for one in ticket.participants if one.answers_to == to}
    if not others:
        return frozenset()
    names = {"customer": ("from",), JOINED: ("address", "to")}
    theirs = {entry.detail.get(name) for entry in history for name in names.get(entry.what, ())}
    return frozenset(others & theirs)


def once_each(
    people: Iterable[Person], ticket: Ticket, history: Iterable[Entry]
) -> tuple[Person, ...]:
    """The same people, and the requester in place of their former addresses."""
    former = former_addresses(ticket, history)
    named = (ticket.requester if one.key in former else one for one in people)
    return tuple({one.key: one for one in named}.values())


def is_same_contact(one: str, other: str, policy: Policy, joined: Joined = NONE_JOINED) -> bool:
    """Whether these two addresses are one customer's: the files say so, or it was learnt."""
    known = policy.contact(one)
    both = {mailbox_of(one), mailbox_of(other)}
    if known is not None and both <= set(known.keys):
        return True
    return any(found.address == mailbox_of(other) for found in _learnt(one, policy, joined))


def asked_at(person: Person, policy: Policy, joined: Joined = NONE_JOINED) -> str:
    """Where somebody asked for answers (Reply-To), if that address is not known to be theirs;
    else "": they go by their name."""
    to = person.answers_to
    return to if to and not is_same_contact(person.address, to, policy, joined) else ""


def is_said(one: str, other: str, policy: Policy, joined: Joined = NONE_JOINED) -> bool:
    """Whether they are, and the files or an agent say so: no answer alone."""
    keys = {mailbox_of(one), mailbox_of(other)}
    doubted = (found for found in _learnt(one, policy, joined) if found.how == BY_ANSWER)
    return is_same_contact(one, other, policy, joined) and all(
        found.address not in keys for found in doubted
    )


def said_addresses(address: str, policy: Policy, joined: Joined = NONE_JOINED) -> tuple[str, ...]:
    """Every address of this customer of which the files or an agent say that it is theirs, folded:
    what an answer alone has joined opens nobody's requests to anybody."""
    own = dict.fromkeys((mailbox_of(address), contact_of(address)))
    others = (one for one in addresses_of(address, policy, joined) if one not in own)
    return (*own, *(one for one in others if is_said(address, one, policy, joined)))


def with_address(
    person: Person, address: str, policy: Policy, joined: Joined = NONE_JOINED
) -> Person:
    """The same person at another address: name, organisation and tier are theirs there, too, but
    for what the files say of that address itself."""
    new = as_known(Person(address, person.name), policy, joined)
    first, second = (new, person) if _listed(address, policy) else (person, new)
    return replace(
        new,
        name=person.name or new.name,
        organisation=first.organisation or second.organisation,
        tier=first.tier or second.tier,
    )


def paired(one: str, other: str, joined: Joined = NONE_JOINED, how: str = BY_AGENT) -> Joined:
    """What is learnt, of these two alone, once they are one customer's; the first stays the
    first."""
    first, second = joined.get(contact_of(one), ()), joined.get(contact_of(other), ())
    new = [JoinedAddress(mailbox_of(a), how) for a in (one, other)]
    members = {contact_of(a.address): a for a in (*new, *second, *first)}
    order = dict.fromkeys(contact_of(a.address) for a in (*first, *second, *new))
    theirs = tuple(members[key] for key in order)
    return dict.fromkeys(map(contact_of, (one, other)), theirs)


def apart(address: str, joined: Joined = NONE_JOINED) -> Joined:
    """What is learnt of those who were joined with this address, once it stands alone."""
    key = contact_of(address)
    left = tuple(one for one in joined.get(key, ()) if contact_of(one.address) != key)
    return {contact_of(one.address): left for one in left}


def whose_else(address: str, person: Person, policy: Policy, joined: Joined = NONE_JOINED) -> str:
    """Whom this address belongs to, where that is another customer than this person; a domain is
    nobody's. The other's name, or an address of theirs."""
    listed, own = _listed(address, policy), _listed(person.address, policy)
    if listed is not None and own is not None and listed != own:
        return listed.name or listed.organisation or listed.keys[0]
    if is_same_contact(person.address, address, policy, joined):
        return ""
    theirs = [one.address for one in _learnt(address, policy, joined)]
    has_others = bool(theirs) and any(True for _ in _learnt(person.address, policy, joined))
    return theirs[0] if has_others else ""


def listed_name(address: str, policy: Policy) -> str | None:
    """How desk.yaml calls the owner of this very address; None where it does not list it."""
    found = _listed(address, policy)
    return found.name if found is not None else None


def _listed(address: str, policy: Policy) -> Contact | None:
    """The contact that has this very address."""
    known = policy.contact(address)
    own = {mailbox_of(address), contact_of(address)}
    return known if known is not None and not own.isdisjoint(known.keys) else None
