"""What a message is to the desk: a fact about a ticket, or the reason why it may not be one.

`Reader(...).meaning()` returns exactly one `Meaning`. Nothing is decided here, and nothing is
written but the line that says the message was seen (`duplicates`).

Theory of operation. There are two questions, and the answer to one is never taken for the other:
to which ticket does it belong (the clues of `desk.threads.thread`), and did the one write it whom
From names (`desk.senders.trust`, `proof`). The first line that applies has the message:

    seen before                               Duplicate
    a report, or to a return path of ours     MachineReport
    no usable sender, our own, blocked        Held
    to an address made for one agent          `_with_agent_address`: theirs only if From is too, for
                                              notifications are forwarded and addresses leak
    From is an agent's                        `_from_agent`: a From is only written; held unless a
                                              server vouches for it, or a person has released it
    anybody else                              `_from_customer`: a clue leads to the ticket, which is
                                              not yet a right to join it (`_may_join`) or to bring
                                              others along (`_may_bring`)

A release (`job.released_by`) is a person's word: it outweighs what only a person can judge.

Why Wait: a reply may overtake the message that it answers, on another worker or server. Taken as
new it would open a second ticket. Between our look at the tickets and the one at the spool that
message may have been finished, so the tickets are looked at once more. They are locked as they
are found: whatever is decided next is decided about a ticket that stands still.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from maildesk.desk import survey
from maildesk.desk.asked import is_question
from maildesk.desk.commands import command_lines
from maildesk.desk.commands.command_lines import CommandLines
from maildesk.desk.facts import (
    AgentOpens,
    AutomaticMail,
    MailFact,
    MessageFromAgent,
    MessageFromRequester,
    TrustRecord,
)
from maildesk.desk.policy import Agent, DeskAddress, Policy
from maildesk.desk.problem import Problem
from maildesk.desk.senders import organisations, trust
from maildesk.desk.threads import links, reference, thread
from maildesk.desk.threads.links import Purpose
from maildesk.desk.ticket import Person, Ticket
from maildesk.mail.compose.encode import addr_spec
from maildesk.mail.message import Kind, Mailbox, Message
from maildesk.pipeline.classification import duplicates, proof
from maildesk.pipeline.classification.notified import without_notification
from maildesk.store import agents, spool, tickets

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.pipeline.services import Services
    from maildesk.store.spool import Spooled

_AGENT = (Purpose.AGENT_REPLY, Purpose.AGENT_NOTE)
# and the word that a tap sends
_WISHES = {Purpose.RESEND: "#resend", Purpose.CONFIRM: "#confirm", Purpose.LIFT: "#lift"}
# whoever wrote a released mail that names no sender (RFC 2606); never written to
NOBODY = "nobody@sender.invalid"
_LONGEST_ADDRESS = 320  # characters: 64 before the @ and 255 behind it (RFC 5321, 4.5.3.1)
_REPORTS = (Kind.DELIVERY_REPORT, Kind.FEEDBACK_REPORT, Kind.DISPOSITION_REPORT)


@dataclass(frozen=True, slots=True)
class Understood:
    """A fact about a ticket (None: there is none yet)."""

    ticket: Ticket | None
    fact: MailFact
    proofs: tuple[proof.Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """This may not go on without a person: the reason as a word and as a value; the agent it was
    made out to be is told.

    `own_address`: it came with an address that was made for that agent, so not everybody
    can have written it.
    """

    reason: str
    problem: Problem
    ticket: Ticket | None = None
    agent: Agent | None = None
    own_address: bool = False


@dataclass(frozen=True, slots=True)
class Duplicate:
    """This message was processed before."""


@dataclass(frozen=True, slots=True)
class Wait:
    """The message that this one answers is spooled and not yet processed."""


@dataclass(frozen=True, slots=True)
class MachineReport:
    """A report about a mail of ours: delivery, feedback, disposition."""

    token: links.Token | None


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """An agent's tap on a button that is not about a ticket: send again, confirm a held mail, write
    to an address again."""

    purpose: Purpose
    number: int
    agent: Agent


@dataclass(frozen=True, slots=True)
class Asks:
    """An agent asks the desk about no ticket, or means to: `#list mine`, and nothing else."""

    agent: Agent
    read: CommandLines
    trust: TrustRecord
    address: DeskAddress


Meaning = Asks | Understood | Held | Duplicate | Wait | MachineReport | ButtonPress


class Reader:
    """One message being understood. `signed_by` is the domain whose DKIM signature
    was verified here."""

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
        self.message = message
        self.raw = raw
        self.signed_by = signed_by
        self.clues = thread.read(
            message, job.envelope, policy, services.ring, services.now().date()
        )

    def meaning(self) -> Meaning:
        """What this message is to the desk."""
        if not self.job.released_by and not duplicates.is_first(
            self.conn, self.job, self.message, self.raw
        ):
            return Duplicate()
        token = self.clues.token
        if self.message.kind in _REPORTS or (token is not None and token.purpose is Purpose.BOUNCE):
            return MachineReport(token)
        sender = self._sender()
        if sender is None:
            return Held("no_sender", Problem("no_sender"))
        if self.policy.is_ours(sender.address) and not self.job.released_by:
            return Held("own_address", Problem("own_address"))
        if trust.is_listed(sender.address, self.policy.trust.block) and not self.job.released_by:
            return Held("blocked", Problem("blocked"))
        if token is not None and token.purpose in (*_AGENT, *_WISHES):
            return self._with_agent_address(token, sender)
        agent = self.policy.agent(sender.address)
        return self._from_agent(agent) if agent else self._from_customer(sender)

    def _sender(self) -> Mailbox | None:
        if self.message.sender is not None and _is_usable(self.message.sender.address):
            return self.message.sender
        path = self.job.envelope.mail_from
        if path and _is_usable(path):
            return Mailbox("", path)
        return Mailbox("", NOBODY) if self.job.released_by else None

    def _with_agent_address(self, token: links.Token, sender: Mailbox) -> Meaning:
        """Mail to an address that was made for one agent: theirs, or nobody's."""
        owner, is_renewed = self._owner(token)
        ticket = self._ticket(token.number) if token.purpose in _AGENT else None
        released = bool(self.job.released_by)
        if released and (owner is None or (ticket is not None and ticket.has_part(sender.address))):
            return self._from_customer(sender)
        if owner is None:
            return Held("revoked", Problem("revoked_address"), ticket)
        if sender.key not in owner.keys and not released:
            why = Problem("by_another", {"sender": sender.address, "agent": owner.name})
            is_valid = not (is_renewed or token.expired)  # else it may be what made them renew it
            return Held("spoofed", why, ticket, None if self._is_automatic() else owner, is_valid)
        if is_renewed and not released:
            why = Problem("renewed", {"agent": owner.name})
            return Held(
                "renewed", why, ticket, None if self._is_automatic() else owner, own_address=True
            )
        if token.expired and not released:
            return Held(
                "expired",
                Problem("old_address", {"agent": owner.name}),
                ticket,
                owner,
                own_address=True,
            )
        if word := _WISHES.get(token.purpose, ""):
            if self._is_automatic() or not self.message.opening.lstrip().lower().startswith(word):
                return Held(
                    "not_confirmed", Problem("not_confirmed", {"agent": owner.name, "word": word})
                )
            return ButtonPress(token.purpose, token.number, owner)
        if ticket is None:
            return Held("no_ticket", Problem("no_ticket"), None, owner, own_address=True)
        if not (released or self._is_automatic() or self._is_authenticated):
            doubt = proof.doubt(
                self.conn,
                self.policy,
                self.job,
                self.message,
                token,
                owner,
                today=self.services.now().date(),
            )
            if doubt:
                return Held(*doubt, ticket, owner, own_address=True)
        believed = f"released by {self.job.released_by}" if released else "From matches"
        words = f"came with the reply address of {owner.name} for {ticket.reference}; {believed}"
        record = TrustRecord(words, "signed_address", True, self._is_authenticated)
        if self._is_automatic():
            return Understood(
                ticket,
                AutomaticMail(
                    self.message, Person(owner.address, owner.name), self._address(), record, owner
                ),
            )
        purpose = "note" if token.purpose is Purpose.AGENT_NOTE else "reply"
        answer = replace(
            self._answer(ticket, owner), trust=record, purpose=purpose, released=released
        )
        return Understood(ticket, answer, proof.shown(self.policy, self.job, token, owner))

    def _from_agent(self, agent: Agent) -> Meaning:
        """From says it is an agent, but no address made for them: only a named server's word or a
        person's release counts."""
        ticket = self._ticket_by_headers() or self._ticket_by_reference(agent)
        if self._is_automatic():
            record = TrustRecord("an automatic mail in an agent's name")
            return Understood(
                ticket,
                AutomaticMail(
                    self.message, Person(agent.address, agent.name), self._address(), record, agent
                ),
            )
        if self.job.released_by:
            record = TrustRecord(
                f"released by {self.job.released_by}", from_matches=True, authenticated=True
            )
        elif self._is_authenticated:
            server = self.policy.trust.authserv_id
            words = (
                f"{server} says that From is genuine"
                if not self.signed_by
                else f"signed by {self.signed_by} (DKIM, checked here)"
            )
            record = TrustRecord(
                words, "authentication_results", from_matches=True, authenticated=True
            )
        else:
            return Held("unproven_agent", Problem("unproven", {"agent": agent.name}), ticket, agent)
        if ticket is not None and not self.clues.is_forward:
            answer = self._answer(ticket, agent)
            return Understood(
                ticket, replace(answer, trust=record, released=bool(self.job.released_by))
            )
        read = command_lines.read(self.message.reply, self.policy, self.message.opening)
        shows = any(not one.inline for one in self.message.attachments)
        if is_question(read, has_files=shows) and not self.clues.is_forward:
            return Asks(agent, read, record, self._address())
        forwarded = self.message.forwarded
        origin = (
            forwarded.sender
            if forwarded and forwarded.sender and _is_usable(forwarded.sender.address)
            else None
        )
        requester = (
            Person(origin.address, origin.name) if origin else Person(agent.address, agent.name)
        )
        return Understood(None, AgentOpens(self.message, agent, requester, self._address(), record))

    def _answer(self, ticket: Ticket, agent: Agent) -> MessageFromAgent:
        """The agent's own words: nothing of a notification may go on to anybody."""
        message, left_out = without_notification(
            self.conn, self.services.ring, self.message, self.raw, ticket, agent
        )
        return MessageFromAgent(message, agent, TrustRecord(""), left_out=left_out)

    @cached_property
    def _is_authenticated(self) -> bool:
        return trust.is_authenticated(self.message, self.policy.trust, self.signed_by)

    def _owner(self, token: links.Token) -> tuple[Agent | None, bool]:
        """The agent a signed address was made for, and whether they renewed theirs since."""
        generations = agents.generations(self.conn)
        address = links.whose(token, (a.address for a in self.policy.agents), generations)
        if address:
            return self.policy.agent(address), False
        former = links.formerly_whose(token, generations)
        return (self.policy.agent(former) if former else None), True

    def _from_customer(self, sender: Mailbox) -> Meaning:
        person = Person(sender.address, sender.name)
        ticket, record = self._customers_ticket(person)
        if ticket is None and self.clues.message_ids:
            if self._overtakes():
                return Wait()
            self.__dict__.pop("_named_ticket", None)
            # another worker may have finished it between the two looks
            ticket, record = self._customers_ticket(person)
        if ticket is not None and not self.job.released_by:
            values = {"sender": person.address, "reference": ticket.reference}
            if person.key in ticket.kept_out:
                return Held("kept_out", Problem("kept_out", values), ticket)
            if self._was_agent(person, ticket):
                return Held("revoked", Problem("revoked_agent", values), ticket)
        verdict = trust.spam_verdict(self.message, self.policy.trust) or self.job.envelope.suspected
        if (
            verdict
            and not self.job.released_by
            and not trust.is_listed(sender.address, self.policy.trust.allow)
        ):
            return Held("spam", Problem("spam", {"verdict": verdict}), ticket)
        # let through by the list or by a person, and for the rules to know
        record = replace(record, spam=bool(verdict))
        if self._is_automatic():
            return Understood(ticket, AutomaticMail(self.message, person, self._address(), record))
        mentions = ""
        if ticket is None:
            mentions = self._named_ticket.reference if self._named_ticket else ""
        at_survey = (
            ticket is not None
            and self.clues.token is not None
            and self.clues.token.purpose is Purpose.SURVEY
        )
        own_survey = at_survey and record.clue == "signed_address" and record.from_matches
        if at_survey and not own_survey and not self.job.released_by and self._is_score():
            return Held("survey", Problem("score_of_another", {"sender": person.address}), ticket)
        joins = ticket is None or self._may_join(person, ticket, record)
        others = (
            thread.others_in(self.message, self.policy)
            if joins and self._may_bring(ticket, record)
            else ()
        )
        kept_out = ticket.kept_out if ticket is not None else frozenset()
        copies = tuple(
            Person(address, name)
            for address, name in others
            if _is_usable(address) and address not in kept_out
        )
        if not record.authenticated and trust.has_aligned_path(self.message, self.policy.trust):
            record = replace(record, aligned_path=True)
        fact = MessageFromRequester(
            message=self.message,
            sender=person,
            address=self._address(),
            trust=record,
            copies=copies,
            mentions=mentions,
            survey=own_survey,
            stranger=not joins,
        )
        return Understood(ticket, fact)

    def _may_join(self, person: Person, ticket: Ticket, record: TrustRecord) -> bool:
        """Whether the sender takes part, or joins without an agent being asked."""
        joining = self.policy.joining
        if ticket.has_part(person.address) or joining.strangers == "open":
            return True
        is_colleague = organisations.are_colleagues(person.address, ticket.requester.address)
        return joining.colleagues and record.authenticated and is_colleague

    def _may_bring(self, ticket: Ticket | None, record: TrustRecord) -> bool:
        """Whether the people in To and Cc join: who writes a From and knows a number or a
        Message-ID lets nobody in."""
        if (
            ticket is None
            or record.authenticated
            or (record.clue == "signed_address" and record.from_matches)
        ):
            return True
        return self.policy.joining.strangers == "open" and record.clue in (
            "signed_address",
            "signed_message_id",
        )

    def _was_agent(self, person: Person, ticket: Ticket) -> bool:
        """Whether this stranger to the ticket answers a notification of somebody who is no agent
        any more, or was one here."""
        if ticket.has_part(person.address):
            return False
        told = [
            code
            for i in self.clues.message_ids[:60]
            if (code := links.agents_code(self.services.ring, i)) is not None
        ]
        known = (
            {links.person_code(agent.address) for agent in self.policy.agents} if told else set()
        )
        return any(code not in known for code in told) or tickets.was_agent(
            self.conn, ticket.id, person.key
        )

    def _is_score(self) -> bool:
        return survey.read_score(self.message.reply, self.message.subject, survey=True) is not None

    def _customers_ticket(self, person: Person) -> tuple[Ticket | None, TrustRecord]:
        """The ticket a customer's message belongs to, by the best clue, and how it was believed."""
        authenticated = self._is_authenticated
        token = self.clues.token
        if (
            token is not None
            and not token.expired
            and token.purpose in (Purpose.REQUESTER, Purpose.SURVEY)
        ):
            ticket = self._ticket(token.number)
            owner = links.whose(token, (p.address for p in ticket.participants)) if ticket else None
            if ticket is not None and owner is not None:
                matches = owner.lower() == person.key
                words = (
                    f"came with the reply address of {owner} for {ticket.reference}; From "
                    f"{'matches' if matches else 'is another'}"
                )
                return ticket, TrustRecord(words, "signed_address", matches, authenticated)
        if self.clues.is_forward:
            return None, TrustRecord("a forwarded mail", "none", authenticated=authenticated)
        ticket = self._ticket_by_headers()
        if ticket is not None:
            signed = self.clues.signed_ticket is not None
            known = ticket.has_part(person.address)
            words = (
                f"answers {'our mail' if signed else 'a mail'} of {ticket.reference}; "
                f"{'takes part' if known else 'is new to it'}"
            )
            return ticket, TrustRecord(
                words, "signed_message_id" if signed else "stored_message_id", known, authenticated
            )
        ticket = self._ticket_by_reference(person)
        if ticket is not None:
            return ticket, TrustRecord(
                f"names {ticket.reference} and takes part in it", "reference", True, authenticated
            )
        return None, TrustRecord("a new conversation", "none", authenticated=authenticated)

    def _ticket_by_headers(self) -> Ticket | None:
        if self.clues.signed_ticket is not None:
            return self._ticket(self.clues.signed_ticket)
        found = tickets.id_by_message_id(self.conn, self.clues.message_ids)
        return self._ticket(found) if found is not None else None

    def _ticket_by_reference(self, who: Person | Agent) -> Ticket | None:
        """The ticket named in the subject, for those who belong to it (R2)."""
        if self.clues.is_forward:
            return None
        ticket = self._named_ticket
        belongs = ticket is not None and (isinstance(who, Agent) or ticket.has_part(who.address))
        return ticket if belongs else None

    @cached_property
    def _named_ticket(self) -> Ticket | None:
        """The ticket whose reference stands in the subject: as references are written now, or were
        when it was opened."""
        if self.clues.number is not None:
            written = reference.write(self.policy.reference_format, self.clues.number)
            found = tickets.id_by_reference(self.conn, written)
            if found is not None:
                return self._ticket(found)
        for number in self.clues.numbers:
            ticket = tickets.ticket(self.conn, number, self.policy)
            if ticket is not None and reference.stands_in(
                ticket.reference, number, self.message.subject
            ):
                return self._ticket(number)
        return None

    def _ticket(self, ticket_id: int) -> Ticket | None:
        return tickets.ticket(self.conn, ticket_id, self.policy, lock=True)

    def _overtakes(self) -> bool:
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

    def _is_automatic(self) -> bool:
        return self.message.kind is Kind.AUTOMATIC

    def _address(self) -> DeskAddress:
        return self.clues.address or self.policy.addresses[0]


def _is_usable(address: str) -> bool:
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
