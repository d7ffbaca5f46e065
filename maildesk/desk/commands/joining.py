"""What joins two addresses of one customer, and takes them apart again, for whichever command
says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maildesk.desk.commands.spec import Command, Request
from maildesk.desk.effects import Effect, JoinAddress, PartAddress, SetRequester
from maildesk.desk.problem import Problem
from maildesk.desk.senders.contacts import (
    apart,
    as_known,
    is_said,
    is_same_contact,
    listed_name,
    paired,
    whose_else,
)
from maildesk.desk.senders.entries import BY_AGENT
from maildesk.desk.ticket import Person
from maildesk.mail.owners import contact_of


def not_theirs(address: str, request: Request) -> Problem | None:
    """Why this cannot be another address of the requester's: it is somebody else's already."""
    other = whose_else(address, request.ticket.requester, request.policy, request.joined)
    return Problem("another_contact", {"address": address, "name": other}) if other else None


def joined(address: str, request: Request) -> list[JoinAddress]:
    """This address and the requester's are one customer's; nothing where that goes without
    saying."""
    requester, policy = request.ticket.requester, request.policy
    if requester.has_no_address or contact_of(address) == contact_of(requester.address):
        return []
    if is_same_contact(requester.address, address, policy):
        return []  # the files say so
    both = paired(requester.address, address, request.joined)
    known = as_known(requester, policy, both)
    return [
        JoinAddress(
            address=address,
            to=requester.key,
            how=BY_AGENT,
            organisation=known.organisation or requester.organisation,
            tier=known.tier or requester.tier,
            is_new=not is_said(requester.address, address, policy, request.joined),
        )
    ]


def parted(address: str, request: Request) -> list[PartAddress] | Problem:
    """This address is not the requester's, or the requester's is nobody else's."""
    requester, policy, learnt = request.ticket.requester, request.policy, request.joined
    values = {"address": address, "other": requester.key}
    is_own = contact_of(address) == contact_of(requester.address)
    names = {contact_of(one.address) for one in learnt.get(contact_of(requester.address), ())}
    if contact_of(address) not in names:
        listed = not is_own and is_same_contact(requester.address, address, policy)
        return Problem("listed_together" if listed else "not_joined", values)
    person = Person(requester.address, requester.name, answers_to=requester.answers_to)
    alone = as_known(person, policy, {} if is_own else apart(address, learnt))
    return [PartAddress(address=address, requester=alone)]


def known_as(address: str, request: Request) -> Person:
    """Whom the ticket, or desk.yaml, knows by this address: with their name, if there is one."""
    people = (*request.ticket.waiting, *request.ticket.participants)
    found = next((one for one in people if one.key == address), Person(address))
    return replace(found, name=listed_name(address, request.policy) or found.name)


def remarks_on(
    command: Command, effects: Sequence[Effect], request: Request
) -> tuple[Problem, ...]:
    """What whoever gave this command should know of it: for which tickets it holds."""
    if command.name not in ("customer", "also"):
        return ()
    found = [one for one in effects if isinstance(one, JoinAddress) and one.is_new]
    theirs = [one for one in found if one.address in command.value.casefold()]
    if theirs:
        pairs = ({"address": one.address, "other": one.to} for one in theirs)
        return tuple(Problem("joined_addresses", pair) for pair in pairs)
    before = request.ticket.requester
    set_to = [one.person for one in effects if isinstance(one, SetRequester) and one.had_part]
    if command.name == "also" or not set_to or before.has_no_address:
        return ()
    return (Problem("other_person", {"address": set_to[0].key, "other": before.key}),)
