"""What happened: the only things `decide` ever hears of.

A fact carries all that the decision needs to know of the world (who wrote, how
they were believed, what the counters say), so that deciding reads nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from maildesk.desk.actor import DESK, Actor, agent_acts
from maildesk.desk.merging.others import NO_OTHERS, Others
from maildesk.desk.pages.page_score import PageScore
from maildesk.desk.permissions import Proof
from maildesk.desk.policy import Agent, DeskAddress
from maildesk.desk.problem import Problem
from maildesk.desk.senders.entries import Joined
from maildesk.desk.ticket import Person
from maildesk.mail.message import Message

if TYPE_CHECKING:
    from maildesk.desk.pages.form import WebForm
    from maildesk.desk.undo.past_act import PastAct

# a word of the history's lines "opened" and "received": when a message arrived that was old already
ARRIVED = "arrived"
# a word of the history's line "received": a program has sent it
BY_PROGRAM = "by_program"
# a word of the history's line "received": on the web form, by whoever typed that address
TYPED = "typed"
FOR_ONE = ("signed_address", "subject_token")  # the clues that were made for one person


@dataclass(frozen=True, slots=True)
class TrustRecord:
    """How the sender was believed (R4). `words` are for people; the rest is decided from."""

    words: str
    clue: str = ""  # signed_address, subject_token, private_message_id, …, none
    from_matches: bool = False  # From is the person the clue belongs to
    authenticated: bool = False  # aligned DMARC or DKIM from the named server
    # the named server's SPF passed for the domain in From (RFC 7208): enough to
    # be answered, no more
    aligned_path: bool = False
    # the named filter calls it so; the allow list or a person let it through nevertheless
    spam: bool = False
    through: str = ""  # the form, list or group that carried it; "": it came directly
    # From is the very address that the clue was made for: no other of the same person's
    is_own: bool = False
    logged_in: bool = False  # who handed it in had logged in to the desk
    let_through: bool = False  # a person has let it through

    @property
    def proof(self) -> str:
        """What proves it, of an agent's mail. That a person let it through is no proof."""
        if self.logged_in:
            return Proof.LOGGED_IN.value
        return (Proof.AUTHENTICATED if self.authenticated and self.clue else Proof.SIGNED).value

    @property
    def is_for_sender(self) -> bool:
        """Whether the clue was made for one person alone, and they are in From."""
        return self.clue in FOR_ONE and self.from_matches


@dataclass(frozen=True, slots=True)
class Counters:
    """The last period, as the loop limits are held against it: automatic mails to one person and
    about one ticket, and the messages that such mails of ours have caused, or seem to."""

    to_address: int = 0
    about_ticket: int = 0
    # of the sender's organisation, each right after an automatic mail to there:
    same_words: int = 0
    references: int = 0  # with a reference of ours
    in_a_row: int = 0  # whatever they say, since the last that came by itself
    spared: int = 0  # of the same words, before it turned out that they come without ours, too
    is_loop: bool = False  # they answered what was held back for a while, too


@dataclass(frozen=True, slots=True)
class Load:
    """How busy an agent is, and when they were last given a ticket (for round robin)."""

    open_tickets: int = 0
    last_assigned: int = 0  # a counter that grows with each assignment; 0 = never


@dataclass(frozen=True, slots=True)
class Entry:
    """One history entry, as service levels and rules read it."""

    at: datetime
    # opened, received, replied, noted, status, priority, queue, assigned, bounced, scored, merged …
    what: str
    who: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)

    @property
    def since(self) -> datetime:
        """From when on it counts: an old message had arrived before we came to read it."""
        arrived = self.detail.get(ARRIVED, "")
        return min(datetime.fromisoformat(arrived), self.at) if arrived else self.at


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Whether the desk knows whom it would write to by itself: From is anybody's to write (see
    `strangers`)."""

    is_stranger: bool = False  # nothing shows that the requester wants to hear from us
    is_unproved: bool = False  # nothing proves who wrote the message being handled
    # the message itself proves its sender, or can only be an answer of theirs to a mail of ours
    is_proved: bool = False
    is_new: bool = False  # it is such an answer, and their first: remember them
    # the requester's address was typed into the web form, and nothing has proved it yet
    is_typed: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """What the store knew when the fact was handled."""

    counters: Counters = Counters()
    loads: Mapping[str, Load] = field(default_factory=dict)  # agent address -> load
    history: tuple[Entry, ...] = ()
    # timers that stand: kind -> due_at
    clocks: Mapping[str, datetime] = field(default_factory=dict)
    suppressed: frozenset[str] = frozenset()  # addresses that do not exist, for now
    acquaintance: Acquaintance = Acquaintance()
    largest: int | None = None  # octets of a mail that the relay takes, where that is known
    words: str = ""  # of the message being handled, as `mails.loop_words` has them
    # when a greeting that is held back may go, if it is this timer that rings; None: never
    free_at: datetime | None = None
    is_trial: bool = False  # and whether it is answered will tell whether it is a loop
    # when the message arrived, where that is so long ago that nothing answers it by itself
    arrived_at: datetime | None = None
    clock_from: datetime | None = None  # the same, where a server of ours says so
    suspected: str = ""  # why it was taken for spam before it came to us, in words
    # customers' further addresses that were learnt, for whom it is asked
    joined: Joined = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MessageFromRequester:
    """A customer wrote: the requester, a participant, or somebody new (then `ticket` is None)."""

    message: Message
    sender: Person
    address: DeskAddress
    trust: TrustRecord
    situation: Situation = Situation()
    copies: tuple[Person, ...] = ()  # people in To and Cc who are neither ours nor agents
    mentions: str = ""  # the reference of a ticket they named but have no part in
    follows: str = ""  # the reference of the closed ticket this one follows
    survey: bool = False  # written to a survey's address
    page: PageScore | None = None  # on the page of the stars
    stranger: bool = False  # has no part in the ticket, and may not join unasked
    # other addresses of the desk that it was written to as well
    also_to: tuple[DeskAddress, ...] = ()
    # a program has sent it and says so; never answered by itself, but it says something new
    by_program: bool = False
    # where they asked for answers, as far as that may be followed; None: as before
    answers_to: str | None = ""
    notes: tuple[Problem, ...] = ()  # what agents should know of who wrote, and who asks
    asks: str = ""  # written to an address of theirs for `verbs`: which it is for; "": for any
    is_requester: bool = False  # from a new address, which is joined with the ticket's requester's
    form: WebForm | None = None  # it was written on the web form


@dataclass(frozen=True, slots=True)
class Missed:
    """What the customer or a colleague wrote since the notification that an agent answers."""

    at: datetime
    name: str
    address: str  # "" where it is one of us
    text: str


@dataclass(frozen=True, slots=True)
class MessageFromAgent:
    """An agent wrote, and was believed. `purpose` was fixed by the notification they answered."""

    message: Message
    agent: Agent
    trust: TrustRecord
    purpose: str = "reply"  # reply, note
    situation: Situation = Situation()
    released: bool = False  # it was held, and a person let it through: unknown commands are words
    left_out: tuple[str, ...] = ()  # the names of attached files that were mails of this desk
    is_direct: bool = False  # everybody who takes part stands in its To or Cc, and has it
    had: frozenset[str] = frozenset()  # who had the message that it answers, folded; empty: unknown
    missed: tuple[Missed, ...] = ()  # since then, oldest first
    as_note: bool = False  # it was held, and let through as a note
    others: Others = NO_OTHERS  # the tickets that its commands are about beside that one
    undoes: PastAct | None = None  # what its #undo would take back


@dataclass(frozen=True, slots=True)
class AgentActs:
    """An agent, or the operator, acts on a ticket without any mail. `message` has their words."""

    message: Message
    by: Actor
    trust: TrustRecord
    situation: Situation = Situation()


@dataclass(frozen=True, slots=True)
class AgentOpens:
    """An agent opened a ticket in a customer's name: by forwarding their mail (I8), by writing
    to them with the desk in copy (`is_direct`), or by #new (`channel`; `is_told`: and the customer
    is greeted as if they had written themselves). At the command line the operator may, who is no
    agent."""

    message: Message
    agent: Agent | None  # None: `operator` did
    requester: Person
    address: DeskAddress
    trust: TrustRecord
    situation: Situation = Situation()
    channel: str = ""  # by which the customer came, where #new says so
    is_told: bool = False
    copies: tuple[Person, ...] = ()  # people in To and Cc beside the requester
    is_direct: bool = False
    released: bool = False  # it was held, and a person let it through: unknown commands are words
    others: Others = NO_OTHERS  # the tickets that its commands are about
    answers_desk: bool = False  # it answers a list or a digest, which leads to no ticket
    operator: Actor = DESK

    @property
    def by(self) -> Actor:
        """Who opened it."""
        if self.agent is None:
            return self.operator
        return agent_acts(self.agent, believed=self.trust)


@dataclass(frozen=True, slots=True)
class AutomaticMail:
    """An out-of-office, a robot or a list: kept where it belongs, never answered, moves nothing."""

    message: Message
    sender: Person
    address: DeskAddress
    trust: TrustRecord
    from_agent: Agent | None = None
    situation: Situation = Situation()


@dataclass(frozen=True, slots=True)
class DeliveryFailed:
    """One of our mails did not arrive, said by the relay at once or by a report later."""

    recipient: str
    status: str  # RFC 3463, may be empty
    words: str  # the server's
    permanent: bool
    outbox_id: int
    purpose: str  # what the mail was: reply, acknowledgement, notification …
    author: str  # the agent who wrote it, or ""
    message_row: int | None = None  # the message of the conversation that it carried
    # by the relay's own word, the return path made for this recipient, or the mail made for them
    proved: bool = True
    situation: Situation = Situation()
    unheard: bool = False  # no copy of it, to another agent, was sent or may yet be


@dataclass(frozen=True, slots=True)
class ClockRang:
    """A timer is due."""

    kind: str  # close, remind, resolve, sla:first_response:warning, rule:…
    due_at: datetime
    situation: Situation = Situation()


# What a message may mean.
MailFact = MessageFromRequester | MessageFromAgent | AgentOpens | AutomaticMail
Fact = MailFact | AgentActs | DeliveryFailed | ClockRang
