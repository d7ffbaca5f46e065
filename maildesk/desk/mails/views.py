"""What a template may see: frozen views, made for one mail, with nothing behind them.

`Context` names every variable there is. A caller fills in what it has; the rest
keeps its default, so a template can ask `{% if answer_by %}` for any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

from maildesk.desk.deletion.goes import Goes
from maildesk.desk.mails.room import fits, fitting
from maildesk.desk.mails.shown.contrast import ink_of, readable_on
from maildesk.desk.mails.shown.small_views import (
    ArticleView,
    AsleepView,
    CannedView,
    ChangeView,
    CommandView,
    CountView,
    DoneView,
    EventView,
    LineView,
)
from maildesk.desk.problem import Problem
from maildesk.desk.ticket import NO_ADDRESS
from maildesk.mail.html.sanitize import NOTHING, SafeHtml
from maildesk.mail.invisible import isolated
from maildesk.mail.owners import is_same_mailbox

FILES_SHOWN = 100
BY_PROGRAM = "sent by a program"  # among the words of how a sender was believed


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody: a customer, an agent, the desk's own voice."""

    name: str
    address: str
    first_name: str = ""  # "" where it cannot be told; greetings then use `name`
    tier: str = ""
    organisation: str = ""
    # the agent, the desk or the address of ours whose name it bears; told to agents
    imitates: str = ""
    # where answers to them go, where they asked for another address (Reply-To)
    answers_to: str = ""
    writes_from: str = ""  # the same, where that is another address of their own

    def __post_init__(self) -> None:
        _isolate(self, "name", "first_name", "organisation")

    @property
    def has_no_address(self) -> bool:
        """Whether no address of theirs is known."""
        return self.address == NO_ADDRESS

    @property
    def display(self) -> str:
        """What to call them: the name, else what stands before the @."""
        return self.name or self.address.partition("@")[0]


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a message. `reason` says why it was refused, where it was (the filter
    `why` writes it)."""

    filename: str
    size: int
    reason: tuple[Problem, ...] = ()

    def __post_init__(self) -> None:
        _isolate(self, "filename")


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message of the conversation. `html` is empty or says the same as `text`; `held` counts
    its remote pictures left out."""

    sender: PersonView
    at: datetime
    text: str
    html: SafeHtml = NOTHING
    attachments: tuple[FileView, ...] = ()
    note: bool = False
    number: int = 0
    held: int = 0
    age: timedelta | None = None  # of one that was old when it was read
    # who had it openly, where the desk was in Bcc: they take no part
    also_to: tuple[PersonView, ...] = ()
    by_program: bool = False  # a program sent it and says so
    through: str = ""  # the form, list or group that carried it; told to agents
    notes: tuple[Problem, ...] = ()  # what agents should know of who wrote (the filter `why`)
    signature: str = ""  # what stands below its words: the closing, a phone or customer number
    noted: str = ""  # phone, visit …: by which way it came, where one of us has written it down

    def __post_init__(self) -> None:
        _bound(self, "text", "attachments", "also_to")


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket as a mail shows it; `status` and `priority` are the desk's words (the filter `word`
    translates them)."""

    reference: str
    subject: str
    status: str
    priority: str
    category: str
    queue: str
    requester: PersonView
    created_at: datetime
    assignee: PersonView | None = None
    messages: tuple[MessageView, ...] = ()
    labels: tuple[str, ...] = ()
    type: str = ""
    channel: str = "email"
    updated_at: datetime | None = None
    participants: tuple[PersonView, ...] = ()
    waiting: tuple[PersonView, ...] = ()  # who has written and is not let in
    fields: tuple[tuple[str, str], ...] = ()
    field_links: Mapping[str, str] = field(default_factory=dict)  # where values lead, by name
    linked: tuple[str, ...] = ()  # tickets that belong with it
    follows: str = ""
    reached: tuple[PersonView, ...] = ()  # who gets an answer to what was said last
    unreached: tuple[PersonView, ...] = ()  # who takes part and does not: they did not have it
    unproved: tuple[PersonView, ...] = ()  # who joined, and nothing shows that it is they
    by_form: bool = False  # written on the web form, and the address is not proved yet
    snoozed_until: datetime | None = None  # it sleeps until then
    followers: tuple[PersonView, ...] = ()  # agents who hear of it beside the assignee
    breaches_at: datetime | None = None  # when a promise is broken, if nothing happens
    score: int | None = None  # the customer's stars, and those that may be a program's
    doubtful_scores: tuple[int, ...] = ()
    is_late: bool = False  # it has been
    # in lists:
    unanswered: bool = False  # whether the customer wrote last
    age: timedelta | None = None  # since that, or since we did
    actions: tuple[ActionView, ...] = ()

    def __post_init__(self) -> None:
        _isolate(self, "subject")

    @property
    def is_fresh(self) -> bool:
        """Whether the last was said less than a minute ago."""
        return self.age is not None and self.age < timedelta(minutes=1)

    @property
    def others(self) -> tuple[PersonView, ...]:
        """Who takes part beside the requester: an answer goes to them, too."""
        own = self.requester.address
        return tuple(one for one in self.participants if not is_same_mailbox(one.address, own))


@dataclass(frozen=True, slots=True)
class DeskView:
    """The desk in whose name a mail goes out. `signature` and `footer` may have several lines.

    `signature_html` says the same as `signature`, or nothing; `signed`: it names the agent itself.
    """

    name: str
    address: str
    signature: str = ""
    website: str = ""
    colour: str = "#2f5d8a"
    footer: str = ""
    signature_html: SafeHtml = NOTHING
    signed: bool = False

    @property
    def on_colour(self) -> str:
        """What can be read on the desk's colour: white or black."""
        return readable_on(self.colour)

    @property
    def ink(self) -> str:
        """The desk's colour as words on white have it: dark enough to be read."""
        return ink_of(self.colour)


@dataclass(frozen=True, slots=True)
class ActionView:
    """A button: what it says, and the ready-made mailto: link (or https: link) behind it."""

    label: str
    mailto: str
    name: str = ""  # take, resolve, waiting, note …
    primary: bool = False  # what makes sense now; of all buttons at most one
    word: str = ""  # what it sends, where that may be written by hand as well
    page: str = ""  # of a star: the page that it leads to


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An agent's question and its answer: tickets, one ticket with what was said, newest first, how
    many there are, commands, canned replies, why not, or else that it is done.

    `more` tickets (or messages) are left out of `total`; `at_least`: there may be even more.
    """

    asked: str
    why: tuple[Problem, ...] = ()
    said: str = ""  # what there is to say of what was done
    own: str = ""  # the agent's own words, where nothing was done with them
    commands: tuple[CommandView, ...] = ()
    settings: tuple[CommandView, ...] = ()  # how each is now, and the line that changes it
    is_list: bool = False
    tickets: tuple[TicketView, ...] = ()
    ticket: TicketView | None = None
    known: tuple[tuple[str, str], ...] = ()  # what is known of its customer elsewhere
    counts: tuple[CountView, ...] = ()
    done_for: tuple[DoneView, ...] = ()  # what came of commands for many; or the line to send
    why_all: tuple[Problem, ...] = ()  # why nothing was done for any of them, where that is one
    asked_of_each: tuple[str, ...] = ()
    again: str = ""
    actions: tuple[ActionView, ...] = ()
    undo_until: datetime | None = None  # what was done can be taken back till then
    total: int = 0
    more: int = 0
    at_least: bool = False
    asleep: AsleepView | None = None  # what a view leaves out because it is put off
    history: tuple[EventView, ...] = ()
    customer: PersonView | None = None  # whose tickets they are
    last_at: datetime | None = None  # when they, or one of us, last wrote
    is_canned: bool = False
    canned: tuple[CannedView, ...] = ()


@dataclass(frozen=True, slots=True)
class HappenedView:
    """One thing that happened to a ticket while its agent was not told: when, what, which words."""

    at: datetime
    said: str
    message: MessageView | None = None


@dataclass(frozen=True, slots=True)
class GatheredView:
    """A ticket with what happened to it; `more` of that is left out."""

    ticket: TicketView
    happened: tuple[HappenedView, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class DigestList:
    """One list of a digest: waits, late, free. `more` are left out."""

    name: str
    tickets: tuple[TicketView, ...] = ()
    total: int = 0
    more: int = 0


@dataclass(frozen=True, slots=True)
class NewsView:
    """What happened since then, in figures; `average`: of the stars, as the language writes it."""

    since: datetime
    new: int = 0
    resolved: int = 0
    ratings: int = 0
    average: str = ""
    doubtful: int = 0  # ratings that are not counted


@dataclass(frozen=True, slots=True)
class Context:
    """Every variable a template may use, beside the language."""

    desk: DeskView
    ticket: TicketView | None = None
    subject: str = ""  # as it goes out, "Re:" and reference included
    person: PersonView | None = None  # whom this mail is to
    yours: bool = False  # whether the ticket is theirs, an agent's
    author: PersonView | None = None  # who wrote or did what it tells of
    text: str = ""  # words to pass on
    html: SafeHtml = NOTHING  # the same as safe HTML, or nothing
    message: MessageView | None = None  # the message this mail is about
    note: MessageView | None = None  # what an agent wrote above a mail that they passed on
    previous: MessageView | None = None  # the message before, quoted below
    # what was said before those two, newest first, for whoever comes to the ticket anew
    conversation: tuple[MessageView, ...] = ()
    conversation_more: int = 0  # how much more of it there is
    # what is known of the requester elsewhere: names and values
    known: tuple[tuple[str, str], ...] = ()
    earlier: tuple[TicketView, ...] = ()  # the requester's other tickets, newest first
    earlier_count: int = 0  # how many there are in all
    actions: tuple[ActionView, ...] = ()
    hints: tuple[str, ...] = ()  # names of commands that make sense on the ticket as it stands
    stars: tuple[ActionView, ...] = ()  # five, from 1 to 5
    purpose: str = "reply"  # what a plain reply to this notification does: reply, note
    answer_by: datetime | None = None  # when an answer may be expected
    opens_at: datetime | None = None  # when somebody is there again
    sealed: bool = False  # whether what came is encrypted, and nobody here can open it
    answered_at: datetime | None = None  # when we wrote to the customer last
    stands: bool = False  # whether it is told how the ticket stands
    waits_since: datetime | None = None  # since when the customer waits for an answer
    due_at: datetime | None = None  # the deadline a warning tells of
    clock: str = ""  # first_response, next_response, resolution
    level: str = ""  # the policy of sla.yaml that promises it
    target: str = ""  # what it promises: 4h, 2 business days
    used: str = ""  # how much of it is gone
    late_by: timedelta | None = None  # how much later than due this is told, where that is long
    unsubscribe: str = ""  # the mail that says "no more of this", ready to send
    tracking: str = ""  # the address of the tracking page
    articles: tuple[ArticleView, ...] = ()  # that may help
    seen_by: str = ""  # the organisation in which others may see the request
    reason: str | tuple[Problem, ...] = ""
    recipient: str = ""  # the address something failed for, or was used by
    # whether a held mail came to an address made for whom this is to: not theirs,
    # then somebody has it
    leaked: bool = False
    # whether that is beyond doubt; a report that anybody may have written is not
    proved: bool = True
    what: str = ""  # the sort of mail that failed, for `word`; "": it was the agent's own answer
    refused_us: bool = False  # the other server refused this desk, and not the address
    silent_until: datetime | None = None  # until when nothing goes to that address by itself
    command: str = ""
    nearest: str = ""
    lines: tuple[LineView, ...] = ()
    answers: tuple[AnswerView, ...] = ()  # to what the reader asked the desk
    commands: tuple[CommandView, ...] = ()  # what the reader may write on the first lines of a mail
    files: tuple[FileView, ...] = ()
    # files that come with this mail, which is about nothing else
    attached: tuple[FileView, ...] = ()
    part: int = 1  # of `parts` mails that bring them
    parts: int = 1
    missed: tuple[MessageView, ...] = ()  # what was written since the mail that an agent answered
    score: int | None = None
    score_before: int | None = None  # what it was until they changed it
    doubtful: bool = False  # that score, which may be a program's and is not counted
    went: str = ""  # where the text beside an agent's commands went: customer, note; "": nowhere
    sent_to: tuple[PersonView, ...] = ()  # whom it reached, the first in To
    told_resolved: bool = False  # whether the customer heard, without it, that it is resolved
    copied: tuple[str, ...] = ()  # whom the agent copied in, without the desk's knowing them
    into: str = ""  # the ticket of which this one has become a part
    remarks: tuple[str, ...] = ()  # what the agent should know of what their mail did
    moved: bool = False  # whether a ticket that nobody has came from another queue
    stays_closed: bool = False  # whether that text went out in a ticket that stays closed
    comment: str = ""
    changed: tuple[ChangeView, ...] = ()  # what an agent's mail has changed
    undo_until: datetime | None = None  # until when that can be taken back
    put_back: tuple[ChangeView, ...] = ()  # what of it would be as before again
    waits_until: str = ""  # the time until which the agent's answer waits, and can be stopped
    out: tuple[str, ...] = ()  # whom mails went to that cannot be taken back
    stopped: bool = False  # whether mails were stopped before they went out
    goes: Goes | None = None  # what would go with a ticket that is to be deleted
    left: tuple[Problem, ...] = ()  # what was not put back, for others have changed it since
    happened: tuple[HappenedView, ...] = ()  # to this ticket, while the reader was not told
    happened_more: int = 0  # how much more, before that
    gathered: tuple[GatheredView, ...] = ()  # the same of several tickets
    gathered_count: int = 0  # of how many in all
    gathered_more: int = 0  # how many are left out
    lists: tuple[DigestList, ...] = ()  # of a digest: those that have any tickets
    news: NewsView | None = None  # of a digest: what happened since the last one

    def __post_init__(self) -> None:
        _bound(self, "text", "reason", "comment", "files", "attached", "lines")

    def mapping(self) -> dict[str, object]:
        """Name to value, as `Templates.render` takes it."""
        return {name: getattr(self, name) for name in _VARIABLES}


def _isolate(view: object, *names: str) -> None:
    """A stranger's line that is written from the right turns nothing of the lines it is put into.
    Headers leave the marks out."""
    for name in names:
        line = getattr(view, name)
        if (apart := isolated(line)) is not line:
            object.__setattr__(view, name, apart)


def _bound(view: object, *names: str) -> None:
    """A stranger's words, and lists of what a stranger sent, are of a size that a mail can have."""
    for name in names:
        value = getattr(view, name)
        if isinstance(value, str) and not fits(value):
            object.__setattr__(view, name, fitting(value))
        elif isinstance(value, tuple) and len(value) > FILES_SHOWN:
            object.__setattr__(view, name, value[:FILES_SHOWN])


_VARIABLES = tuple(one.name for one in fields(Context))
