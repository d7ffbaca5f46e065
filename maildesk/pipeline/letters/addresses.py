"""Which address appears where in a letter.

Theory of operation.

    field         to a customer                          to an agent
    return path   signed for this ticket and recipient: where a delivery report comes back to
    From          the desk's own address                 the same, with the name of who wrote
    To, Cc        the people of the ticket, but for      the agent alone
                  what `discretion` hides
    Reply-To      signed for this person and ticket      signed for this agent, this ticket, and for
                                                         answering it or for noting on it
    Message-ID    signed, names the ticket               signed, names the ticket and the agent
    References    the recipient's own copies of it       one anchor for this agent and ticket

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

if TYPE_CHECKING:
    from maildesk.desk.policy import Agent, DeskAddress
    from maildesk.pipeline.transaction import TicketChange

RECIPIENT = "X-Maildesk-Recipient"  # the return path, for a report that does not come back to it


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses and ids of one letter, made for its recipient."""

    sender: Mailbox
    reply_to: Mailbox | None
    message_id: str
    mail_from: str = ""  # "": the null return path
    headers: tuple[tuple[str, str], ...] = ()
    thread_key: str = ""


def of_conversation(
    change: TicketChange, purpose: Purpose, recipient: str, sender: str = ""
) -> Addresses:
    """Of a letter about the ticket; `purpose` is what an answer to it is for.

    `sender`: who wrote what it tells of, as From shows them.
    """
    ticket, name = change.subject, desk_name(change)
    return_path = change.signed_address(ticket.address, Purpose.BOUNCE, ticket.id, recipient)
    return Addresses(
        Mailbox(f"{sender} · {name}" if sender else name, ticket.address),
        Mailbox(name, change.signed_address(ticket.address, purpose, ticket.id, recipient)),
        _message_id(change, purpose, recipient),
        return_path,
        (("X-Maildesk-Ticket", ticket.reference), (RECIPIENT, return_path)),
        f"{ticket.address}:{ticket.id}",
    )


def of_notice(address: DeskAddress, label: str, reply_to: str = "") -> Addresses:
    """Of a letter that belongs to no conversation; `label` begins its Message-ID."""
    message_id = f"{label}.{secrets.token_hex(6)}@{_domain(address.address)}"
    box = Mailbox(address.name, reply_to) if reply_to else None
    return Addresses(Mailbox(address.name, address.address), box, message_id)


def anchor(change: TicketChange, agent: Agent) -> str:
    """What every mail to this agent about the ticket refers to: no mail has this Message-ID."""
    nonce = links.agents_nonce(agent.address)
    return _signed_id(change, nonce)


def agents_message_id(change: TicketChange, address: str) -> str:
    """A Message-ID that names the ticket and the agent."""
    return _signed_id(change, links.agents_nonce(address, secrets.token_hex(6)))


def desk_name(change: TicketChange) -> str:
    """The name in From: that of the desk address the ticket was written to, else the desk's."""
    address = change.policy.desk_address(change.subject.address)
    return (address.name if address else "") or change.policy.desk_name


def _message_id(change: TicketChange, purpose: Purpose, recipient: str) -> str:
    if purpose is Purpose.REQUESTER:
        return _signed_id(change, secrets.token_hex(6))
    return agents_message_id(change, recipient)


def _signed_id(change: TicketChange, nonce: str) -> str:
    ticket, ring = change.subject, change.services.ring
    return links.signed_message_id(ring, ticket.id, nonce, _domain(ticket.address))


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
