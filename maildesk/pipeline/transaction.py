"""One transaction's work on one ticket: the ticket as it stands now, and what has been gathered to be written at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from maildesk.desk import effects as fx
from maildesk.desk.facts import Entry, Situation
from maildesk.desk.policy import Policy
from maildesk.desk.sla.clocks import CLOCK_EVENTS, Clock, clocks
from maildesk.desk.threads import links
from maildesk.desk.threads.links import Purpose
from maildesk.desk.ticket import Ticket
from maildesk.desk.views import FileView
from maildesk.mail.compose.outgoing import File
from maildesk.mail.html.reply import NOT_SHOWN, Shown
from maildesk.mail.message import Message
from maildesk.pipeline.letters.leaks import Leaks
from maildesk.store import agents

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.desk.rules.engine import Outcome
    from maildesk.pipeline.services import Services
    from maildesk.store.outbox import Draft, Letter
    from maildesk.store.spool import Spooled


@dataclass(frozen=True, slots=True)
class PassedOn:
    """The page; the files to pass on; logos that go only where the page is shown; files that are not passed on, with the reason."""

    page: Shown = NOT_SHOWN
    files: tuple[File, ...] = ()
    logos: tuple[File, ...] = ()
    refused: tuple[FileView, ...] = ()


NOTHING = PassedOn()


@dataclass
class Work:
    """One transaction's work on one ticket: what has been gathered so far."""

    conn: Connection
    services: Services
    policy: Policy
    now: datetime
    ticket: Ticket | None
    message: Message | None = None  # the message being handled
    raw: bytes = b""
    job: Spooled | None = None
    who: str = "desk"
    door: str = ""
    trust: str = ""
    message_row: int | None = None  # its row, once kept
    before: Ticket | None = None  # as its rows have it
    history: list[dict[str, Any]] = field(default_factory=list)
    mails: list[tuple[fx.Effect, dict[str, Any] | None]] = field(default_factory=list)  # to be composed, with their lines
    drafts: list[Draft] = field(default_factory=list)
    kept: list[Mapping[str, Any]] = field(default_factory=list)  # messages kept in this transaction
    held: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)  # parts of the document that the ticket is found by
    situation: Situation = field(default_factory=Situation)  # as the fact knew it: the history and timers to adjust from
    opened: bool = False  # the ticket is new: nothing of it was known before
    ringing: str = ""  # the timer that is being handled, and stands no more
    effects: list[fx.Effect] = field(default_factory=list)  # all that was carried out
    explain: bool = False  # keep what the rules said, for a dry run
    outcome: Outcome | None = None  # what they said
    sends: bool = False  # this process sends what is written down here, as soon as it is committed
    letters: list[Letter] = field(default_factory=list)  # these
    _generations: Mapping[str, int] | None = None
    _clocks: tuple[Any, tuple[Clock, ...]] | None = None
    leaks: Leaks = field(default_factory=lambda: Leaks())  # signed addresses that were taken out of mails
    carried: PassedOn | None = None  # the message's page and files for agents, once somebody was to see them

    @property
    def generations(self) -> Mapping[str, int]:
        """How often each agent renewed their signed addresses."""
        if self._generations is None:
            self._generations = agents.generations(self.conn)
        return self._generations

    def forget_generations(self) -> None:
        """One of them renewed theirs just now."""
        self._generations = None

    def signed_address(self, mailbox: str, purpose: Purpose, number: int, person: str) -> str:
        """An address in this mailbox for this one person, believed as long as the policy says."""
        until = (self.now + self.policy.periods.reply_address).date()
        generation = 0 if purpose in links.FOR_CUSTOMERS or purpose is Purpose.BOUNCE else self.generations.get(person.lower(), 0)
        ring = self.services.ring
        return links.signed_address(ring, mailbox, purpose, number, person, until, self.policy.plus, generation=generation)

    @property
    def subject(self) -> Ticket:
        """The ticket; only asked for where there is one."""
        if self.ticket is None:
            raise LookupError("this effect needs a ticket")
        return self.ticket

    def record(
        self, what: str, detail: Mapping[str, Any] | None = None, rule: str = "", *, who: str = ""
    ) -> dict[str, Any] | None:
        """A line for the history, written at the end; one that says nothing by then is left out."""
        if self.ticket is None:
            return None
        line = {"ticket_id": self.ticket.id, "at": self.now, "who": who or self.who, "door": self.door, "what": what}
        line |= {"detail": dict(detail or {}), "rule": rule, "policy": self.policy.fingerprint}
        self.history.append(line)
        return line

    @property
    def past(self) -> tuple[Entry, ...]:
        """The ticket's history with what this work has added so far."""
        fresh = tuple(Entry(line["at"], line["what"], line["who"], line["detail"]) for line in self.history if line["what"])
        return fresh if self.opened else (*self.situation.history, *fresh)

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """The clocks of the service levels as the ticket stands, derived anew where something changed them."""
        ticket = self.subject
        told = sum(line["what"] in CLOCK_EVENTS for line in self.history)
        standing = (told, ticket.status, ticket.priority, ticket.queue, ticket.category, ticket.requester)
        if self._clocks is None or self._clocks[0] != standing:
            self._clocks = (standing, clocks(ticket, self.past, self.policy, self.now))
        return self._clocks[1]
