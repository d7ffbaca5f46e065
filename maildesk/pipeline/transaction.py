"""One act and its transaction: who acts, on which tickets, with which content.

A `Transaction` may touch several tickets; each has its own `TicketChange` with the ticket before
and after, its lines of history and its mails. A ticket that is only being opened is a `New`, which
also stands for what concerns no ticket. What an act says (`Content`) need not have come by mail:
`Inbound` is there where a message is being processed, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from maildesk.config.templates.alike import Alike
from maildesk.desk import effects as fx
from maildesk.desk.actor import DESK, Actor, by_rule
from maildesk.desk.facts import Entry, Situation
from maildesk.desk.mails.readers import readers, with_later
from maildesk.desk.mails.views import FileView, TicketView
from maildesk.desk.policy import Policy
from maildesk.desk.sla.clocks import CLOCK_EVENTS, Clock, clocks
from maildesk.desk.threads import links
from maildesk.desk.threads.links import Purpose
from maildesk.desk.ticket import Person, Ticket
from maildesk.desk.undo import undo_effects as ufx
from maildesk.mail.compose.outgoing import File
from maildesk.mail.html.reply import NOT_SHOWN, Shown
from maildesk.mail.message import Message
from maildesk.pipeline.letters.leaks import Leaks
from maildesk.store import agents, timers
from maildesk.store.desk import contacts, conversation, tickets

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.desk.problem import Problem
    from maildesk.desk.rules.engine import Outcome
    from maildesk.pipeline.services import Services
    from maildesk.store.outbox import Draft, Letter
    from maildesk.store.spool import Spooled

    _Mail = tuple[fx.Effect, dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class PassedOn:
    """The page; the files to pass on; logos that go only where the page is shown; what is not
    passed on, with the reason."""

    page: Shown = NOT_SHOWN
    files: tuple[File, ...] = ()
    logos: tuple[File, ...] = ()
    refused: tuple[FileView, ...] = ()


NOTHING = PassedOn()


@dataclass(frozen=True, slots=True)
class Content:
    """What AddMessage keeps and mails pass on: a message, its octets, and where these are kept."""

    message: Message
    raw: bytes = b""
    digest: bytes | None = None


@dataclass(frozen=True, slots=True)
class Inbound:
    """The message that is being processed, and the spool row that brought it."""

    message: Message
    raw: bytes
    job: Spooled

    @property
    def content(self) -> Content:
        """What it says, for who keeps it as it is."""
        return Content(self.message, self.raw, self.job.digest)


class New:
    """A ticket that an effect of this act opens; what is done before that concerns no ticket."""


Target = Ticket | New


def addressed(target: Target, effects: Iterable[fx.Effect]) -> list[tuple[Target, fx.Effect]]:
    """These effects, each for its ticket: those behind an OpenTicket are about the new one."""
    found: list[tuple[Target, fx.Effect]] = []
    for effect in effects:
        if isinstance(effect, fx.OpenTicket) and isinstance(target, Ticket):
            target = New()
        found.append((target, effect))
    return found


@dataclass
class Transaction:
    """One act. What is begun is written by `apply`, on `conn`; the caller commits."""

    conn: Connection
    services: Services
    policy: Policy
    now: datetime
    actor: Actor = DESK
    inbound: Inbound | None = None
    content: Content | None = None
    trust: str = ""  # how the actor was believed, in words
    through: str = ""  # the form, list or group that carried the message
    notes: tuple[Problem, ...] = ()  # what agents should know of its sender
    explain: bool = False  # a dry run: keep nothing, use up no number
    of_many: bool = False  # one mail does something to many tickets, and can take it back at once
    sends: bool = False  # this process sends what is written down here, as soon as it is committed
    changes: list[TicketChange] = field(default_factory=list)  # all of them, in order
    effects: list[fx.Effect] = field(default_factory=list)  # all that was carried out
    held: list[int] = field(default_factory=list)  # in quarantine
    released: list[int] = field(default_factory=list)  # spool rows, to be processed again
    letters: list[Letter] = field(default_factory=list)  # claimed, for this process to send
    outcome: Outcome | None = None  # what the rules said
    leaks: Leaks = field(default_factory=lambda: Leaks())  # addresses taken out of mails
    shown: set[int] = field(default_factory=set)  # tickets that mails of the act show
    made: dict[str, str] = field(default_factory=dict)  # the signatures of this act -> whose
    _signed: dict[tuple[str, Purpose, int, str], str] = field(default_factory=dict)
    # carries out effects of another act, in the database transaction of this one
    second_act: Callable[[Transaction, Sequence[tuple[Target, fx.Effect]]], list[int]] | None = None
    _open: dict[int | New, TicketChange] = field(default_factory=dict)
    _signing: agents.Signing | None = None

    def begin(
        self, target: Target, situation: Situation | None = None, *, beside: bool = False
    ) -> TicketChange:
        """The change of this ticket, begun or gone on with.

        Without a situation its history and timers are read. `beside`: the act is about another.
        """
        key = target if isinstance(target, New) else target.id
        change = self._open.get(key)
        if change is None:
            ticket = None if isinstance(target, New) else target
            if situation is None:
                situation = _situation(self.conn, ticket)
            change = self._open[key] = TicketChange(self, ticket, ticket, situation)
            change.beside = beside
            self.changes.append(change)
        return change

    def take_begun(self) -> Sequence[TicketChange]:
        """The changes that are to be written now; whatever comes later begins anew."""
        begun = tuple(self._open.values())
        self._open.clear()
        return begun

    @property
    def last(self) -> TicketChange | None:
        """The change that was begun last, of the tickets that the act is about; None while nothing
        was, or it is gone."""
        about = (one for one in reversed(self.changes) if not (one.beside or one.erases))
        return next(about, None)

    @property
    def generations(self) -> Mapping[str, int]:
        """How often each agent renewed their signed addresses."""
        return self._terms_of_agents.generations

    @property
    def _terms_of_agents(self) -> agents.Signing:
        if self._signing is None:
            self._signing = agents.signing(self.conn)
        return self._signing

    def forget_generations(self) -> None:
        """One of them renewed theirs just now."""
        self._signing = None
        self._signed.clear()

    def terms(self, purpose: Purpose, number: int, person: str) -> tuple[date, int]:
        """The last day on which a new signature of this person is believed, as the policy says, and
        their generation; a day earlier where others have had that of this day.
        """
        periods = self.policy.periods
        if purpose is Purpose.UNDO:
            return (self.now + periods.undo).date(), self.generations.get(person.lower(), 0)
        if purpose is Purpose.PAGE:
            return (self.now + self.policy.tracking.valid).date(), 0
        if purpose is Purpose.STARS:
            return (self.now + self.policy.survey_page.valid).date(), 0
        until = (self.now + periods.of_address(purpose is Purpose.DESK)).date()
        if purpose in links.FOR_CUSTOMERS or purpose is Purpose.BOUNCE:
            return until, 0
        leaked = self.leaked(person)
        while leaked and links.about(number, until) in leaked:
            until -= timedelta(days=1)
        return until, self.generations.get(person.lower(), 0)

    def leaked(self, person: str) -> frozenset[str]:
        """What of this agent's signatures is known to others (see `links.about`)."""
        return self._terms_of_agents.leaked.get(person.lower(), frozenset())

    def signature(self, place: str, purpose: Purpose, number: int, person: str) -> str:
        """What this one person may show at this place, believed as long as the policy says."""
        key = (place, purpose, number, person)
        found = self._signed.get(key)
        if found is None:  # a letter bears the same ones several times
            until, generation = self.terms(purpose, number, person)
            ring = self.services.ring
            found = self._signed[key] = links.signature(
                ring, place, purpose, number, person, until, generation=generation
            )
            self.made[found] = person
        return found

    def signed_address(self, mailbox: str, purpose: Purpose, number: int, person: str) -> str:
        """An address in this mailbox for this one person, believed as long as the policy says."""
        signed = self.signature(mailbox, purpose, number, person)
        return links.in_address(mailbox, signed, self.policy.plus)


def _situation(conn: Connection, ticket: Ticket | None) -> Situation:
    if ticket is None:
        return Situation(joined=contacts.Asked(conn))
    history, standing = tickets.entries(conn, ticket.id), timers.standing(conn, ticket.id)
    return Situation(history=history, clocks=standing, joined=contacts.Asked(conn))


@dataclass
class TicketChange:
    """What one act does to one ticket.

    `before` is as its rows have it, `ticket` as the effects so far leave it. What belongs to the
    whole act (the connection, the policy, the content) is the transaction's, and shown here too.
    """

    tx: Transaction
    before: Ticket | None
    ticket: Ticket | None
    situation: Situation  # as the decision knew it: the history and timers to adjust from
    beside: bool = False  # the act is about another ticket, and this one is changed by it
    opened: bool = False  # the ticket is new: nothing of it was known before
    erases: bool = False  # it goes for good, and nothing is written of it
    ringing: str = ""  # the timer that is being handled, and stands no more
    history: list[dict[str, Any]] = field(default_factory=list)
    mails: list[_Mail] = field(default_factory=list)  # to be composed, with their lines
    drafts: list[Draft] = field(default_factory=list)
    sent_again: list[int] = field(default_factory=list)  # outbox rows
    kept: list[Mapping[str, Any]] = field(default_factory=list)  # messages kept in this act
    message_row: int | None = None  # the last of them
    words: list[str] = field(default_factory=list)  # what the ticket is found by
    keeps: ufx.KeepAct | None = None  # what is remembered of the act, so that it can be taken back
    act: int | None = None  # under which number
    passed_on: PassedOn | None = None  # the message as agents get it, once somebody was to see it
    _clocks: tuple[Any, tuple[Clock, ...]] | None = None
    _said: Sequence[Any] | None = None
    view: TicketView | None = None  # the ticket as each mail of the act shows it
    alike: Alike = field(default_factory=Alike)  # what was rendered for them
    conn: Connection = field(init=False)
    services: Services = field(init=False)
    policy: Policy = field(init=False)
    now: datetime = field(init=False)
    explain: bool = field(init=False)
    leaks: Leaks = field(init=False)

    def __post_init__(self) -> None:
        tx = self.tx
        self.conn, self.services, self.policy = tx.conn, tx.services, tx.policy
        self.now, self.explain, self.leaks = tx.now, tx.explain, tx.leaks

    @property
    def generations(self) -> Mapping[str, int]:
        """How often each agent renewed their signed addresses."""
        return self.tx.generations

    @property
    def message(self) -> Message | None:
        """What the act says, where it says anything."""
        return self.tx.content.message if self.tx.content else None

    @property
    def raw(self) -> bytes:
        """The octets of that."""
        return self.tx.content.raw if self.tx.content else b""

    @property
    def digest(self) -> bytes | None:
        """Where they are kept."""
        return self.tx.content.digest if self.tx.content else None

    @property
    def subject(self) -> Ticket:
        """The ticket; only asked for where there is one."""
        if self.ticket is None:
            raise LookupError("this effect needs a ticket")
        return self.ticket

    def signed_address(self, mailbox: str, purpose: Purpose, number: int, person: str) -> str:
        """An address in this mailbox for this one person."""
        return self.tx.signed_address(mailbox, purpose, number, person)

    def record(
        self,
        what: str,
        detail: Mapping[str, Any] | None = None,
        rule: str = "",
        *,
        by: Actor | None = None,
    ) -> dict[str, Any] | None:
        """A line for the history, written at the end; one that says nothing by then is left out."""
        if self.ticket is None:
            return None
        actor = self.tx.actor
        by = by or (by_rule(actor) if rule else actor)
        line = {
            "ticket_id": self.ticket.id,
            "at": self.now,
            "who": by.who,
            "door": actor.door,
            "what": what,
            "detail": dict(detail or {}),
            "rule": rule,
            "policy": self.policy.fingerprint,
        }
        self.history.append(line)
        return line

    @property
    def past(self) -> tuple[Entry, ...]:
        """The ticket's history with what this act has added so far."""
        written = (line for line in self.history if line["what"])
        fresh = tuple(Entry(one["at"], one["what"], one["who"], one["detail"]) for one in written)
        return fresh if self.opened else (*self.situation.history, *fresh)

    @property
    def last_said(self) -> Sequence[Any]:
        """The rows of what customers wrote last, newest first; asked for once all is carried
        out."""
        if self._said is None:
            self._said = conversation.last_said(self.conn, self.subject.id, 4)
        return self._said

    @property
    def reached(self) -> tuple[Person, ...]:
        """Whom an answer to what the customer said last goes to, the first in To."""
        ticket = self.subject
        if len(ticket.participants) < 2:
            return ticket.participants
        said = self.last_said
        if not said:
            return ticket.participants
        return readers(ticket, with_later(said[0].had or (), said[0].at, self.past))

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """The clocks of the service levels as the ticket stands, derived anew where it changed."""
        ticket = self.subject
        told = sum(line["what"] in CLOCK_EVENTS for line in self.history)
        standing = (
            told,
            ticket.status,
            ticket.priority,
            ticket.queue,
            ticket.category,
            ticket.requester,
        )
        if self._clocks is None or self._clocks[0] != standing:
            self._clocks = (standing, clocks(ticket, self.past, self.policy, self.now))
        return self._clocks[1]
