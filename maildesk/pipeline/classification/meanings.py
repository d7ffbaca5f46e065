"""What a message may mean to the desk, as values."""

from __future__ import annotations

from dataclasses import dataclass

from maildesk.desk.commands.command_lines import CommandLines
from maildesk.desk.facts import MailFact, TrustRecord
from maildesk.desk.policy import Agent, DeskAddress
from maildesk.desk.problem import Problem
from maildesk.desk.threads.links import Purpose, Token
from maildesk.desk.ticket import Ticket
from maildesk.mail.message import Mailbox
from maildesk.pipeline.classification.proof import Proof


@dataclass(frozen=True, slots=True)
class Understood:
    """A fact about a ticket (None: there is none yet).

    `rewritten`: the outbox row of a mail that this one answers under another Message-ID, and that.
    """

    ticket: Ticket | None
    fact: MailFact
    proofs: tuple[Proof, ...] = ()
    rewritten: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """This may not go on without a person: the reason as a word and as a value; the agent it was
    made out to be is told.

    `own_address`: it came with an address, a Message-ID or a token that was made for that agent, so
    not everybody can have written it. `writer`: another agent, whom From names; `is_genuine`: a
    server vouches for that.
    """

    reason: str
    problem: Problem
    ticket: Ticket | None = None
    agent: Agent | None = None
    own_address: bool = False
    writer: Agent | None = None
    is_genuine: bool = False


@dataclass(frozen=True, slots=True)
class CameBack:
    """A mail of the desk's own, which some alias or list has sent back."""


@dataclass(frozen=True, slots=True)
class ForAdmins:
    """It was written to postmaster or abuse and to no address of the desk, or by them."""

    sender: Mailbox


@dataclass(frozen=True, slots=True)
class Duplicate:
    """This message was processed before."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A test mail of this desk to itself, or what came back of one: `send-test --replies` waits for
    it."""


@dataclass(frozen=True, slots=True)
class Wait:
    """The message that this one answers is spooled and not yet processed."""


@dataclass(frozen=True, slots=True)
class MachineReport:
    """A report about a mail of ours: delivery, feedback, disposition."""

    token: Token | None


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """An agent's tap on a button that is not about a ticket: send again, confirm a held mail, write
    to an address again."""

    purpose: Purpose
    number: int
    agent: Agent
    word: str = ""  # that the mail begins with, without the sign


@dataclass(frozen=True, slots=True)
class Asks:
    """An agent asks the desk about no ticket, or means to: `#list mine`, and nothing else."""

    agent: Agent
    read: CommandLines
    trust: TrustRecord
    address: DeskAddress
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class ForMany:
    """An agent works on many tickets by one mail: `#for 7 9`, and commands or words below.

    `as_note`: it was let through as a note.
    """

    agent: Agent
    read: CommandLines
    trust: TrustRecord
    address: DeskAddress
    as_note: bool = False
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class TakesBack:
    """An agent takes back what a mail of theirs did, in answer to what the desk answered then.

    `number` of that mail (its spool row), where it is known; `answered`: the outbox row of the
    desk's answer, if it is.
    """

    agent: Agent
    line: str
    trust: TrustRecord
    address: DeskAddress
    number: int | None = None
    answered: int | None = None
    proofs: tuple[Proof, ...] = ()


Meaning = (
    Asks
    | ForMany
    | TakesBack
    | Understood
    | Held
    | CameBack
    | ForAdmins
    | Duplicate
    | Probe
    | Wait
    | MachineReport
    | ButtonPress
)
