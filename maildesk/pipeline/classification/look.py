"""One message looked at: its clues, the tickets they lead to, whether a server vouches for it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from maildesk.desk.policy import Agent, DeskAddress, Policy
from maildesk.desk.senders import trust
from maildesk.desk.threads import links, reference, thread
from maildesk.desk.ticket import Person, Ticket
from maildesk.mail.compose.encode import addr_spec
from maildesk.mail.message import Kind, Mailbox, Message
from maildesk.pipeline.classification import rewritten
from maildesk.store import agents, spool, tickets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy import Connection

    from maildesk.pipeline.services import Services
    from maildesk.store.spool import Spooled

# whoever wrote a released mail that names no sender (RFC 2606); never written to
NOBODY = "nobody@sender.invalid"
_LONGEST_ADDRESS = 320  # characters: 64 before the @ and 255 behind it (RFC 5321, 4.5.3.1)


class Look:
    """The message as it is from here on: with our own Message-IDs, and no token in its subject.

    `signed_by` is the domain whose DKIM signature was verified here. Tickets are locked as they
    are found.
    """

    def __init__(
        self,
        conn: Connection,
        services: Services,
        policy: Policy,
        job: Spooled,
        message: Message,
        raw: bytes,
        signed_by: str = "",
    ) -> None:
        self.conn = conn
        self.services = services
        self.policy = policy
        self.job = job
        self.raw = raw
        self.signed_by = signed_by
        named = rewritten.restored(conn, services.ring, message)
        self.clues = thread.read(named, job.envelope, policy, services.ring, self.today)
        self.message = thread.shown(named)

    @property
    def today(self) -> date:
        """The day on which signatures are looked at."""
        return self.services.now().date()

    @cached_property
    def sender(self) -> Mailbox | None:
        """Who wrote it, as From or the envelope has it; None where nobody could be written to.

        What a person has released although it came in our own name is of whoever Reply-To names:
        the desk must not answer itself.
        """
        if self.job.released_by and self._is_in_our_name:
            name = self.message.sender.name if self.message.sender else ""
            named = (b for b in self.message.reply_to if self.policy.may_take_part(b.address))
            others = (one for one in named if is_usable(one.address))
            return next(others, Mailbox(name, NOBODY))
        if self.message.sender is not None and is_usable(self.message.sender.address):
            return self.message.sender
        path = self.job.envelope.mail_from
        if path and is_usable(path):
            return Mailbox("", path)
        return Mailbox("", NOBODY) if self.job.released_by else None

    @property
    def is_automatic(self) -> bool:
        """Whether a program has written it, and no person has let it through as a message."""
        return self.message.kind is Kind.AUTOMATIC and not self.job.released_by

    @property
    def _is_in_our_name(self) -> bool:
        sender = self.message.sender
        return sender is not None and self.policy.is_ours(sender.address)

    @cached_property
    def is_authenticated(self) -> bool:
        """Whether a server that the desk believes, or the desk itself, vouches for From."""
        if self._is_in_our_name:
            return False  # then From is not who is taken for the sender
        return trust.is_authenticated(self.message, self.policy.trust, self.signed_by)

    @property
    def is_for_admins(self) -> bool:
        """Whether postmaster or abuse of one of our domains is among its recipients."""
        return self.clues.for_admins

    @property
    def address(self) -> DeskAddress:
        """The desk address it was written to."""
        return self.clues.address or self.policy.addresses[0]

    @cached_property
    def generations(self) -> Mapping[str, int]:
        """How often each agent renewed their signatures."""
        return agents.generations(self.conn)

    def owner(self, token: links.Token) -> tuple[Agent | None, bool]:
        """The agent a signature was made for, and whether they renewed theirs since."""
        address = links.whose(token, (a.address for a in self.policy.agents), self.generations)
        if address:
            return self.policy.agent(address), False
        former = links.formerly_whose(token, self.generations)
        return (self.policy.agent(former) if former else None), True

    def ticket(self, ticket_id: int) -> Ticket | None:
        """The ticket of this id, locked."""
        return tickets.ticket(self.conn, ticket_id, self.policy, lock=True)

    def ticket_by_headers(self) -> Ticket | None:
        """The ticket of the Message-IDs that it answers."""
        if self.clues.signed_ticket is not None:
            return self.ticket(self.clues.signed_ticket)
        ids = self.clues.message_ids
        found = tickets.id_by_message_id(self.conn, ids)
        if found is None and ids:
            found = rewritten.ticket_of(self.conn, self.services.ring, ids)
        return self.ticket(found) if found is not None else None

    def ticket_by_reference(self, who: Person | Agent) -> Ticket | None:
        """The ticket named in the subject, for those who belong to it (R2)."""
        if self.clues.is_forward:
            return None
        ticket = self.named_ticket
        belongs = ticket is not None and (isinstance(who, Agent) or ticket.has_part(who.address))
        return ticket if belongs else None

    @cached_property
    def named_ticket(self) -> Ticket | None:
        """The ticket whose reference stands in the subject: as references are written now, or were
        when it was opened."""
        if self.clues.number is not None:
            written = reference.write(self.policy.reference_format, self.clues.number)
            found = tickets.id_by_reference(self.conn, written)
            if found is not None:
                return self.ticket(found)
        for number in self.clues.numbers:
            ticket = tickets.ticket(self.conn, number, self.policy)
            if ticket is not None and reference.stands_in(
                ticket.reference, number, self.message.subject
            ):
                return self.ticket(number)
        return None

    def look_again(self) -> None:
        """Another worker may have finished a ticket meanwhile."""
        self.__dict__.pop("named_ticket", None)

    def overtakes(self) -> bool:
        """Whether the message this one answers is still in the spool, and waiting for
        it is still reasonable.

        One that came before us has its turn, or ends in quarantine, however long the desk was away;
        one that came after us, or stumbles, is waited for briefly: two mails that name each other
        must not wait for ever.
        """
        if spool.is_ahead(self.conn, self.clues.message_ids, self.job.id):
            return True
        waited = self.services.now() - self.job.received_at
        return waited < self.policy.periods.overtaking and spool.is_awaited(
            self.conn, self.clues.message_ids, self.job.id
        )


def is_usable(address: str) -> bool:
    """Whether a mail could be written to this address: who is no address for us is nobody's
    requester."""
    # An encoded word is none inside an address (RFC 2047, 5); programs that decode it there all the
    # same would see other lines.
    return (
        "@" in address
        and len(address) <= _LONGEST_ADDRESS
        and "=?" not in address
        and bool(addr_spec(address))
    )
