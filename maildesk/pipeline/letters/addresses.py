"""Which address appears where in a letter.

Theory of operation.

    field         to a customer                          to an agent
    return path   signed for this ticket and recipient: where a delivery report comes back to;
                  the plain address where the desk address has no sub-addresses
    From          the desk's own address                 the same, with the name of who wrote
    To, Cc        the people of the ticket, but for      the agent alone
                  what `discretion` hides
    Reply-To      signed for this person and ticket      signed for this agent, this ticket, and for
                                                         answering it or for noting on it
    Message-ID    signed, names the ticket               signed as Reply-To: see `proofs`
    References    the recipient's own copies of it       one anchor for this agent and ticket, and
                                                         what is signed as Reply-To once more

A signed address (`desk.threads.links`) is a key: who writes to an agent's, with that agent's From,
speaks for the desk. So each is made for one person, no two recipients get the same bytes, and an
agent's private address is in no mail to a customer. What a program or a person quotes of another
mail may hold such a key all the same; `outgoing.finished`, the one way out of here, removes it.
The return path is repeated in a field of its own, for reports that come back elsewhere.

Mails of no conversation have the null return path (RFC 5321, 4.5.5), and an address to answer to
only where they have a button.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maildesk.desk.threads import links
from maildesk.desk.threads.links import Purpose
from maildesk.mail.message import Mailbox
from maildesk.pipeline.letters import proofs

if TYPE_CHECKING:
    from maildesk.desk.policy import DeskAddress
    from maildesk.pipeline.transaction import TicketChange

# What a report brings along that does not come back to a signed return path.
RECIPIENT = "X-Maildesk-Recipient"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses and ids of one letter, made for its recipient."""

    sender: Mailbox
    reply_to: Mailbox | None
    message_id: str
    mail_from: str = ""  # "": the null return path
    headers: tuple[tuple[str, str], ...] = ()
    thread_key: str = ""
    references: tuple[str, ...] = ()  # to an agent: what threads the ticket in their own mailbox


def of_conversation(
    change: TicketChange, purpose: Purpose, recipient: str, sender: str = ""
) -> Addresses:
    """Of a letter about the ticket; `purpose` is what an answer to it is for.

    `sender`: who wrote what it tells of, as From shows them.
    """
    ticket, name = change.subject, desk_name(change)
    reported_by = proofs.report_address(change, ticket.address, recipient)
    reply_to = proofs.reply_to(change, ticket.address, purpose, ticket.id, recipient)
    return Addresses(
        Mailbox(f"{sender} · {name}" if sender else name, ticket.address),
        Mailbox(name, reply_to),
        _message_id(change, purpose, recipient),
        proofs.return_path(change, ticket.address, recipient),
        (("X-Maildesk-Ticket", ticket.reference), (RECIPIENT, reported_by)),
        f"{ticket.address}:{ticket.id}",
        _references(change, purpose, recipient),
    )


def of_notice(address: DeskAddress, label: str, reply_to: str = "") -> Addresses:
    """Of a letter that belongs to no conversation; `label` begins its Message-ID."""
    message_id = f"{label}.{secrets.token_hex(6)}@{_domain(address.address)}"
    box = Mailbox(address.name, reply_to) if reply_to else None
    return Addresses(Mailbox(address.name, address.address), box, message_id)


def desk_name(change: TicketChange) -> str:
    """The name in From: that of the desk address the ticket was written to, else the desk's."""
    address = change.policy.desk_address(change.subject.address)
    return (address.name if address else "") or change.policy.desk_name


def _message_id(change: TicketChange, purpose: Purpose, recipient: str) -> str:
    ticket = change.subject
    if purpose is not Purpose.REQUESTER:
        return proofs.private_id(change, ticket.address, purpose, ticket.id, recipient)
    unique, ring = secrets.token_hex(6), change.services.ring
    return links.signed_message_id(ring, ticket.id, unique, _domain(ticket.address))


def _references(change: TicketChange, purpose: Purpose, recipient: str) -> tuple[str, ...]:
    ticket = change.subject
    if purpose is Purpose.REQUESTER:
        return ()
    return proofs.agents_thread(change, ticket.address, purpose, ticket.id, recipient)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
