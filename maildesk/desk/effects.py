"""What shall be done: one vocabulary for rules, clocks, commands and the desk itself.

`decide` returns these; only `pipeline.apply` carries them out. `rule` names what
wanted it (`rules.yaml:14 Billing mail goes to billing`) and goes into the history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from maildesk.desk.answers import Told
from maildesk.desk.policy import Absence
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Why
from maildesk.desk.ticket import Person, Status
from maildesk.mail.html.sanitize import NOTHING, SafeHtml


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Anything that shall be done."""

    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket(Effect):
    """A new ticket; the effects behind it are about it."""

    subject: str
    queue: str
    priority: str
    category: str
    requester: Person
    address: str
    language: str
    channel: str = "email"
    type: str = ""
    participants: tuple[Person, ...] = ()
    follows: str = ""
    linked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMessage(Effect):
    """Keep the message being handled in the ticket. `text` is what is shown of it."""

    kind: str  # public, note, stranger: of somebody who is not let in
    direction: str  # in, out
    sender: Person
    text: str
    reply: str
    automatic: bool = False  # and says nothing new: it moves nothing
    by_program: bool = False  # but counts like what the customer wrote
    agent: str = ""
    has_files: bool = False
    # the customer has it from the agent already: answers to it name its own Message-ID
    is_direct: bool = False
    had: tuple[str, ...] = ()  # who has it, folded: its writer, and whom To and Cc name
    mentions: tuple[str, ...] = ()  # the agents whom a note mentions, and who are told


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(Effect):
    """A note in the desk's own words, seen by agents only."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStatus(Effect):
    """The ticket behaves so from now on; `why` goes into the history."""

    status: Status
    why: Why = ""
    name: str = ""  # an admin's own status with that behaviour


@dataclass(frozen=True, slots=True, kw_only=True)
class SetField(Effect):
    """priority, type, category, queue, subject, resolution, language, or a custom field as
    `fields.NAME`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Label(Effect):
    """Put a label on, or take it off."""

    name: str
    on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(Effect):
    """Give the ticket to this agent (their address), or to nobody (""); `why` is the reasoning."""

    agent: str
    why: Why = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow(Effect):
    """This agent hears of the ticket beside its assignee from now on, or no more."""

    agent: str
    on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze(Effect):
    """The ticket sleeps until then; None: it is awake."""

    until: datetime | None
    why: Why = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddParticipant(Effect):
    """This person takes part from now on, and what they wrote while they waited belongs to the
    conversation. `proved`: it is beyond doubt who they are, or somebody brought them."""

    person: Person
    proved: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRequester(Effect):
    """The requester has this address from now on, in place of none or of the one they had.

    What would go to the former one goes to this, unless somebody had part by it before.
    """

    person: Person
    had_part: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinAddress(Effect):
    """These two addresses are one customer's from now on, in all tickets; `organisation` and `tier`
    are the requester's by both. `is_new`: they were not before."""

    address: str  # folded, like the other
    to: str
    how: str  # by an agent, by an answer: see `senders.entries`
    organisation: str
    tier: str
    is_new: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PartAddress(Effect):
    """This address is not the customer's whose it was taken for; `requester` is as they are known
    without that."""

    address: str
    requester: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class AskToJoin(Effect):
    """This person has written and waits: an agent lets them in, or keeps them out."""

    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepOut(Effect):
    """This person takes no part; what they write to the ticket from now on is held."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveParticipant(Effect):
    """This person takes no part any more; their signed address dies with it."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersGoTo(Effect):
    """Agents' answers to this participant go to that address from now on; "": to their own."""

    address: str  # whose
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTicket(Effect):
    """Remember that this ticket and that one belong together: `linked`, `follows`, `duplicate`."""

    reference: str
    kind: str = "linked"
    why: Why = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendToCustomer(Effect):
    """A mail to the requester and, for replies, the participants, in the desk's name.

    `once` makes it happen once per ticket for ever, whatever is tried again. `automatic`
    mail says so (RFC 3834) and counts for the loop limits; an agent's reply does neither.
    """

    template: str
    automatic: bool = True
    text: str = ""
    html: SafeHtml = NOTHING  # the same, where it looks otherwise than as paragraphs
    author: str = ""  # the agent whose words these are
    once: str = ""
    everyone: bool = False  # the participants too
    only: tuple[str, ...] = ()  # of them these alone, folded; empty: all
    with_message: bool = False  # pass on the attachments of the message being handled
    context: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyAgents(Effect):
    """A notification to each of these agents, with a reply address of their own."""

    agents: tuple[str, ...]
    template: str
    with_message: bool = False
    context: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerAgent(Effect):
    """One mail to this agent with what they asked the desk, at `address`; once under a key, ever.
    `is_proved`: it is beyond doubt who asked, so who answers it is believed."""

    agent: str
    told: tuple[Told, ...]
    address: str = ""
    once: str = ""
    is_proved: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyAdmins(Effect):
    """Tell the admins, once per `once` and hour; `but`: the agent whose act it is, who knows.

    `answers_to`: whose message it passes on, and who gets a reply; `with_message`: the message
    being handled comes along as a file. `told`: agents who hear of it in a mail of their own."""

    subject: str
    text: str
    once: str = ""
    but: str = ""
    answers_to: str = ""
    with_message: bool = False
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StartClock(Effect):
    """A timer: at `due_at` the fact ClockRang(kind) is decided. One per ticket and kind; a new one
    replaces the old."""

    kind: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelClock(Effect):
    """The timers of this kind are void; a kind ending in `:` names all that begin so."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordScore(Effect):
    """Satisfaction, 1 to 5, with the customer's words."""

    score: int
    comment: str
    came: Mapping[str, str] = field(default_factory=dict)  # by a page: see `pages.scores`


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendTime(Effect):
    """Add to the time spent, in seconds."""

    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppress(Effect):
    """Write nothing to this address until then."""

    address: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Effect):
    """Keep the message being handled in quarantine, for a person to release or drop."""

    reason: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskToConfirm(Effect):
    """Ask this agent whether the mail that is being held was theirs; where it
    may, one tap frees it.

    `own_address`: it came with an address that was made for them, so not everybody
    can have written it.
    """

    agent: str
    reason: str
    problem: Problem
    own_address: bool = False
    is_genuine: bool = False  # nobody else wrote it: they hear so, however often


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Effect):
    """Let this held message through the pipeline again, with the decision noted."""

    number: int  # in quarantine
    spool_id: int
    reason: str  # it was held for
    as_note: bool = False  # an agent's answer: only colleagues are to see it


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop(Effect):
    """This held message is not wanted. Its raw bytes are kept."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resend(Effect):
    """Try this mail afresh, with the same bytes and Message-ID."""

    outbox_id: int
    recipient: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift(Effect):
    """Write to this address again, though a report said that there is no such address."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewAddresses(Effect):
    """No signed address that this agent was sent before is believed from now on."""

    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAbsences(Effect):
    """These are the absences that this agent told the desk of, and no others."""

    agent: str
    absences: tuple[Absence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TellOfRenewal(Effect):
    """This agent hears that an admin renewed their addresses: later their own answers are held."""

    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendWithoutFiles(Effect):
    """The notification that a server refused for its size, once more without its files."""

    outbox_id: int
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendFiles(Effect):
    """All files of the ticket go to this agent, in as many mails as it takes."""

    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Effect):
    """A line in the history and nothing else."""

    what: str
    detail: Mapping[str, str] = field(default_factory=dict)
