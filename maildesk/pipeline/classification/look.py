"""One message looked at: its clues, the tickets they lead to, whether a server vouches for it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from maildesk.desk.commands import command_lines
from maildesk.desk.commands.families.belonging import MIXES
from maildesk.desk.merging.others import NO_OTHERS, Others
from maildesk.desk.pages.form import WebForm, is_form
from maildesk.desk.policy import Agent, DeskAddress, Policy
from maildesk.desk.senders import contacts, resolve, trust
from maildesk.desk.threads import links, reference, thread
from maildesk.desk.ticket import Person, Ticket
from maildesk.mail.message import Kind, Mailbox, Message
from maildesk.pipeline.classification import rewritten
from maildesk.pipeline.classification.evidence import evidence_of
from maildesk.pipeline.deletion import looked_up
from maildesk.pipeline.merging import others
from maildesk.pipeline.pages import choices
from maildesk.store import agents, quarantine, spool
from maildesk.store.desk import contacts as learnt
from maildesk.store.desk import tickets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection

    from maildesk.desk.commands.spec import Command
    from maildesk.desk.senders.carriers import Evidence
    from maildesk.desk.senders.entries import Joined
    from maildesk.pipeline.services import Services
    from maildesk.store.spool import Spooled


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
        shown = self._read = thread.shown(named)
        self.author = resolve.resolve(
            shown, job.envelope.mail_from or "", policy, self._evidence, job.released_by
        )
        self.message = resolve.as_written(shown, self.author, policy)

    @property
    def today(self) -> date:
        """The day on which signatures are looked at."""
        return self.services.now().date()

    @property
    def sender(self) -> Mailbox | None:
        """Who wrote it; None where nobody could be written to."""
        if self.author.person is not None:
            return self.author.person
        return Mailbox("", resolve.NOBODY) if self.job.released_by else None

    @property
    def senders(self) -> tuple[str, ...]:
        """Every address that stands for its sender: the author's, that in From, the carrier's."""
        boxes = (self.author.person, self.message.sender)
        named = (*(box.address for box in boxes if box is not None), self.author.through)
        return tuple(dict.fromkeys(one for one in named if one))

    def _evidence(self) -> Evidence:
        settings = self.services.settings
        return evidence_of(
            self.job, self._read, self.policy.trust, self.signed_by, settings.listeners
        )

    @property
    def is_direct(self) -> bool:
        """Whether the author is who stands in From: what is said of its domain is said of them."""
        sender, person = self.message.sender, self.author.person
        return sender is None or person is None or sender.key == person.key

    @property
    def is_automatic(self) -> bool:
        """Whether a program has written it, and no person has let it through as a message."""
        is_person = self.form is not None or bool(self.job.released_by)
        return self.message.kind is Kind.AUTOMATIC and not is_person

    @cached_property
    def form(self) -> WebForm | None:
        """What was chosen on the web form; None where it came in by any other door."""
        via = self.job.envelope.via
        return choices.read(self.message.header(choices.HEADER), via) if is_form(via) else None

    @cached_property
    def is_authenticated(self) -> bool:
        """Whether a server that the desk believes, or the desk itself, vouches for From."""
        if not self.is_direct:
            return False
        return self.is_submitted or trust.is_authenticated(
            self.message, self.policy.trust, self.signed_by
        )

    @cached_property
    def is_submitted(self) -> bool:
        """Whether an agent had logged in to hand it over, and it is in their name."""
        by = self.job.envelope.submitted_by
        agent = self.policy.agent(by) if by else None
        named = [box.key for box in self.message.senders]
        return agent is not None and bool(named) and agent.keys.issuperset(named)

    @property
    def has_aligned_path(self) -> bool:
        """Whether such a server says that the envelope's sender is of the domain in From."""
        return self.is_direct and trust.has_aligned_path(self.message, self.policy.trust)

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
        """The ticket of this id, or the one that it is part of; locked, with those that commands of
        this message are about."""
        if (commands := self.commands) is not None:
            tickets.lock(self.conn, others.concerned(self.conn, self.policy, commands, ticket_id))
        return tickets.ticket(self.conn, ticket_id, self.policy, lock=True)

    @cached_property
    def commands(self) -> Sequence[Command] | None:
        """What stands above its text and reads as commands; None where nothing does. Whether the
        sender may command is another question."""
        reply = self.message.reply
        if "#" not in reply and "＃" not in reply:
            return None
        return command_lines.read(reply, self.policy, self.message.opening).commands or None

    def others(
        self, ticket: Ticket | None, commands: Sequence[Command], at: datetime | None = None
    ) -> Others:
        """The other tickets that these commands are about; `at`: when the notification was written
        that they answer."""
        if not others.about_two(commands):
            return NO_OTHERS
        asked_at = looked_up.asked_at(self.conn, self.job.id)
        confirmed = asked_at is not None or quarantine.was_released(self.conn, self.job.id, MIXES)
        return others.others_of(
            *(self.conn, self.policy, commands, ticket),
            is_confirmed=confirmed,
            at=at,
            asked_at=asked_at,
        )

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
        if ticket is None or isinstance(who, Agent) or ticket.has_part(who.address):
            return ticket
        return ticket if self.is_requester(who, ticket) else None

    def is_requester(self, who: Person, ticket: Ticket) -> bool:
        """Whether this is the requester, from another address of theirs."""
        asked = (ticket.requester.address, who.address)
        return contacts.is_same_contact(*asked, self.policy, self.joined)

    @cached_property
    def joined(self) -> Joined:
        """Customers' further addresses that were learnt, as they are asked for."""
        return learnt.Asked(self.conn)

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
            own = tickets.reference_of(self.conn, number) if ticket is not None else None
            if own and reference.stands_in(own, number, self.message.subject):
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
