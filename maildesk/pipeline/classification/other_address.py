"""An answer of the customer's from an address that is new: whether it is taken for theirs.

The signed reply address, which only the requester was sent, shows that the writer had their mail;
aligned DKIM or DMARC show whose address it is. Neither shows that it is the requester: whoever was
passed the mail on can show both. So the name decides (`other_addresses: same_name`), by which a
colleague is told apart; and one who lies about it gains little before somebody sees it: agents read
at the top that an address has joined, and the former one still gets every answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.mails.loop_limits import never_answered
from maildesk.desk.problem import Problem
from maildesk.desk.senders import organisations
from maildesk.desk.senders.contacts import is_same_contact, listed_name
from maildesk.desk.senders.same_name import is_same_name
from maildesk.desk.threads import links
from maildesk.desk.threads.links import Purpose
from maildesk.mail.owners import contact_of
from maildesk.store import automatic

if TYPE_CHECKING:
    from maildesk.desk.facts import TrustRecord
    from maildesk.desk.ticket import Person, Ticket
    from maildesk.pipeline.classification.look import Look


def looked_at(
    look: Look, person: Person, ticket: Ticket | None, record: TrustRecord
) -> tuple[bool, tuple[Problem, ...]]:
    """Whether this is the requester from an address that is new, and what agents should know."""
    if ticket is None or not _is_shown(look, person, ticket, record):
        return False, ()
    requester, policy = ticket.requester, look.policy
    values = {"address": person.address, "name": requester.name or requester.address}
    if owner := _owner(look, person, ticket):
        return False, (Problem("address_of_another", values | {"owner": owner}),)
    wanted = policy.joining.other_addresses
    if wanted == "ask" or (wanted == "same_name" and not is_same_name(person, requester)):
        return False, ()
    return True, (Problem("joined_by_answer", values),)


def _is_shown(look: Look, person: Person, ticket: Ticket, record: TrustRecord) -> bool:
    """Whether it answers the requester's own copy, and its server vouches for an address that has
    no part in the ticket: no forward, no program, nobody's form, group or list."""
    is_own = record.authenticated and not (look.is_automatic or look.clues.is_forward)
    if not is_own or ticket.has_part(person.address) or look.author.through or look.author.lists:
        return False
    if person.key in ticket.kept_out or ticket.requester.has_no_address:
        return False
    policy = look.policy
    if never_answered(person.address, policy) or not policy.may_take_part(person.address):
        return False
    if is_same_contact(ticket.requester.address, person.address, policy, look.joined):
        return False  # that is known already
    return _is_their_copy(look, ticket, record)


def _is_their_copy(look: Look, ticket: Ticket, record: TrustRecord) -> bool:
    """Whether it came to an address that was made for the requester; where there are none, whether
    it names the Message-ID of the requester's own copy."""
    requester, token = ticket.requester, look.clues.token
    own = [one for one in (requester.address, requester.answers_to) if one]
    if record.clue == "signed_address" and token is not None:
        return token.purpose is Purpose.REQUESTER and links.whose(token, own) is not None
    if record.clue != "signed_message_id" or look.policy.has_sub_addresses(ticket.address):
        return False
    ids = look.message.in_reply_to
    return any(automatic.was_sent_to(look.conn, ids, one) for one in own)


def _owner(look: Look, person: Person, ticket: Ticket) -> str:
    """Who else has this address: another contact of the files, another customer whose address it
    was found to be, or an organisation of which the requester is not."""
    policy, requester = look.policy, ticket.requester
    if (name := listed_name(person.address, policy)) is not None:
        return name or person.address
    theirs = look.joined.get(contact_of(person.address), ())
    if theirs:
        return theirs[0].address
    known = policy.contact(person.address)
    own = policy.contact(requester.address)
    if known is None or known == own or not organisations.organisation(person.address):
        return ""
    return known.organisation or known.match
