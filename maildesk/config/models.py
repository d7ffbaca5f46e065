"""`desk.yaml` and `agents.yaml`: what may stand in them, in plain words, with a
default for everything.

The field names are an interface: a renamed key is a breaking change. What one
line may say is checked here and in `kinds`; what lines of several places must
agree on, in `policy`. The text of a ValueError is what was expected, as a mistake says it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    WithJsonSchema,
    model_validator,
)

from maildesk.config.articles.section import ArticlesSection
from maildesk.config.customers.context import ContextSection
from maildesk.config.customers.own_fields import FieldEntry
from maildesk.config.customers.portal import PortalEntry, PortalSection
from maildesk.config.customers.survey import Survey, SurveySection
from maildesk.config.kinds import (
    MOMENT_SCHEMA,
    Address,
    Behaviour,
    Colour,
    Count,
    Days,
    DeskMailbox,
    Language,
    Line,
    Match,
    Moment,
    MomentToWait,
    Name,
    Period,
    PeriodOrNever,
    Permitted,
    Proof,
    Section,
    Size,
    Text,
    Website,
    YesNo,
    extension,
    moment_needed,
    reference_format,
)
from maildesk.config.notices.section import NoticesSection
from maildesk.config.senders.carriers import CarrierSection
from maildesk.config.senders.passwords import password_hash
from maildesk.desk.mails.mail import ALWAYS, Event
from maildesk.desk.mails.registry import MAILS
from maildesk.desk.permissions import Customers


class AliasSection(Section):
    """An address, or every address of a domain, from which mail is redirected to one `of` the
    desk's."""

    address: Match
    of: str = ""  # the first


Alias = Annotated[
    AliasSection,
    BeforeValidator(lambda value: {"address": value} if isinstance(value, str) else value),
    WithJsonSchema({"type": ["string", "object"]}),
]


class AddressSection(Section):
    """An address customers write to, and what a ticket from it begins with."""

    address: DeskMailbox
    queue: Name
    name: Line = ""
    language: str = ""
    priority: str = ""
    category: str = ""
    signature: Text = ""
    sub_addresses: YesNo | None = None  # as the whole desk has it


class QueueSection(Section):
    """Where tickets stand, and whose they are."""

    teams: list[Name] = []
    priority: str = ""
    category: str = ""
    next_tier: str = ""
    survey: YesNo | None = None  # as the whole desk has it


class PeriodsSection(Section):
    """How long things may take before the desk acts by itself."""

    close_after: Period = timedelta(days=7)
    reopen_within: Period = timedelta(days=7)
    remind_after: PeriodOrNever = timedelta(days=3)
    resolve_after: PeriodOrNever = timedelta(days=7)
    reply_address: Period = timedelta(days=730)
    overtaking: Period = timedelta(seconds=60)
    suppress: Period = timedelta(days=30)
    stale_after: PeriodOrNever = timedelta(days=2)
    undo: Period = timedelta(days=1)
    asking: Period = timedelta(days=7)


class LoopsSection(Section):
    """How much automatic mail may go out per period."""

    period: Period = timedelta(hours=1)
    per_address: Count = 5
    questions: Count = 60
    per_ticket: Count = 4
    per_domain: Count = 200
    per_subject: Count = 12
    total: Count = 2000
    never_answer: list[Line] | None = None  # in place of the built-in list
    also_never_answer: list[Line] = []


def _acknowledge(value: object) -> object:
    """`yes` or `no` for everybody, or what customers and strangers get."""
    if isinstance(value, (Mapping, AcknowledgeSection)):
        return value
    wanted = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}.get(
        str(value).strip().lower()
    )
    if wanted is None:
        raise ValueError("yes, no, or what strangers get, such as {strangers: neutral}")
    return {"customers": wanted}


def _strangers(value: object) -> object:
    return (
        {"true": "full", "yes": "full", "false": "no"}.get(str(value).lower(), value)
        if value is not None
        else value
    )


class AcknowledgeSection(Section):
    """Who hears at once that their message has arrived. `strangers`: people who prove nothing and
    never answered us."""

    customers: YesNo = True
    strangers: Annotated[Literal["neutral", "full", "no"], BeforeValidator(_strangers)] = "neutral"
    never: list[Match] = []


class AttachmentsSection(Section):
    """What of files is passed on. Sizes in bytes, or as 10 MB."""

    max_size: Size = 10 * 1024 * 1024
    max_total: Size = 20 * 1024 * 1024
    blocked: list[Annotated[str, AfterValidator(extension)]] | None = None


class LevelsSection(Section):
    """Which proof an agent's mail needs at least, and for what."""

    read: Proof = "signed"
    note: Proof = "signed"
    reply: Proof = "signed"
    commands: Proof = "signed"
    delete: Proof = "authenticated"


class TrustSection(Section):
    """Whose word counts for what."""

    authserv_id: Line = ""
    spam_filter: Literal["", "rspamd", "spamassassin"] = ""
    check_dkim: YesNo = False
    confirm_outside: YesNo = False
    ask_after: PeriodOrNever = timedelta(days=90)
    ask_new_network: YesNo = False
    levels: LevelsSection = LevelsSection()
    allow: list[Match] = []
    block: list[Match] = []


def _off(value: object) -> object:
    """`off` and `no` are false to YAML."""
    return "off" if value is False or str(value).lower() == "no" else value


class CustomersSection(Section):
    """What the people of a ticket may have done to it by mail, and who of them."""

    status: Customers = "participants"
    close: Customers = "requester"
    reopen: Customers = "participants"
    add: Customers = "requester"
    remove: Customers = "requester"
    most_added: Count = 5


class MergeSection(Section):
    """What becomes of tickets that are merged."""

    tell: YesNo = True


class JoiningSection(Section):
    """Who may join a conversation that others began."""

    strangers: Literal["ask", "open"] = "ask"
    colleagues: YesNo = True
    other_addresses: Literal["same_name", "proved", "ask"] = "same_name"


def _linked(value: str) -> str:
    """A mail that may have the link to the page of its ticket."""
    known = sorted({mail.link for mail in MAILS.values()} - {"", ALWAYS})
    if value not in known:
        raise ValueError(", ".join(known))
    return value


LinkedMail = Annotated[str, AfterValidator(_linked)]


class TrackingSection(Section):
    """The customers' page of a ticket: which mails lead to it, how long, and what a link alone
    allows."""

    mails: list[LinkedMail] | None = None  # all
    valid: Days = timedelta(days=90)
    without_code: Literal["nothing", "read", "write"] = "read"
    remember: Period = timedelta(days=7)


class MineSection(Section):
    """The page of all requests of a customer."""

    offered: YesNo = True
    session: Period = timedelta(hours=12)
    fields: list[Name] = []


class ContactSection(Section):
    """What the desk knows of a customer beforehand: by an address or a domain, or by all addresses
    of one person."""

    match: Match | None = None
    addresses: list[Address] = []
    name: Line = ""
    organisation: Line = ""
    tier: Line = ""
    sees: Literal["own", "organisation"] = "own"  # of the requests at /mine

    @model_validator(mode="after")
    def _is_somebody(self) -> ContactSection:
        if not (self.match or self.addresses):
            raise ValueError("match: an address or @domain, or addresses: those of one person")
        if self.sees == "organisation" and not self.organisation:
            raise ValueError("organisation: whose requests they see")
        return self


_TO_STRANGERS = {
    "customers": {"enum": [True, False, "yes", "no"]},
    "strangers": {"enum": ["neutral", "full", "no", False]},
    "never": {"type": "array", "items": {"type": "string"}},
}
_ACKNOWLEDGE_SCHEMA = {
    "anyOf": [
        {"enum": [True, False, "yes", "no"]},
        {"type": "object", "properties": _TO_STRANGERS, "additionalProperties": False},
    ]
}
Acknowledge = Annotated[
    AcknowledgeSection, BeforeValidator(_acknowledge), WithJsonSchema(_ACKNOWLEDGE_SCHEMA)
]


class DeskFile(Section):
    """The whole of `desk.yaml`."""

    name: Line = "Helpdesk"
    website: Website = ""
    signature: Text = ""
    colour: Colour = "#2f5d8a"
    languages: Annotated[list[Language], Field(min_length=1)] = ["en"]
    reference: Annotated[str, AfterValidator(reference_format)] = "TKT-{:04d}"
    admins: list[Address] = []
    addresses: Annotated[list[AddressSection], Field(min_length=1)]
    queues: dict[Name, QueueSection | None] = {}
    priorities: Annotated[list[Name], Field(min_length=1)] = ["low", "normal", "high", "urgent"]
    categories: list[Name] = []
    types: Annotated[list[Name], Field(min_length=1)] = ["question", "incident", "problem", "task"]
    labels: dict[Name, Colour | None] = {}
    custom_fields: list[FieldEntry] = []
    views: dict[Name, Line] = {}
    roles: dict[Name, list[Permitted]] = {}
    statuses: dict[Name, Behaviour] = {}
    periods: PeriodsSection = PeriodsSection()
    loops: LoopsSection = LoopsSection()
    attachments: AttachmentsSection = AttachmentsSection()
    trust: TrustSection = TrustSection()
    joining: JoiningSection = JoiningSection()
    tracking: TrackingSection = TrackingSection()
    articles: ArticlesSection = ArticlesSection()
    portal: PortalEntry = PortalSection()
    mine: MineSection = MineSection()
    stale_replies: Annotated[Literal["hold", "warn", "off"], BeforeValidator(_off)] = "hold"
    forgotten_files: Annotated[Literal["ask", "off"], BeforeValidator(_off)] = "ask"
    customers: CustomersSection = CustomersSection()
    merge: MergeSection = MergeSection()
    undo_send: MomentToWait = timedelta(0)
    notices: NoticesSection = NoticesSection()
    contacts: list[ContactSection] = []
    context: ContextSection | None = None
    carriers: list[CarrierSection] = []
    survey: Survey = SurveySection()
    acknowledge: Acknowledge = AcknowledgeSection()
    aliases: list[Alias] = []
    own_domains: YesNo = True
    sub_addresses: YesNo = True
    plus: Literal["+", "-", "_", "="] = "+"


class AbsenceSection(Section):
    """A time in which an agent is away: from a day or moment on, until they are back."""

    from_: Annotated[Moment, Field(alias="from")] = None
    until: Annotated[datetime, BeforeValidator(moment_needed), WithJsonSchema(MOMENT_SCHEMA)]

    @model_validator(mode="after")
    def _in_order(self) -> AbsenceSection:
        is_there = isinstance(self.until, datetime)  # in a file that is read as far as it goes
        if is_there and self.from_ is not None and self.from_ >= self.until:
            raise ValueError("an until that comes after its from")
        return self


_ABSENCE = {
    "type": "object",
    "properties": {"from": MOMENT_SCHEMA, "until": MOMENT_SCHEMA},
    "required": ["until"],
    "additionalProperties": False,
}
_AWAY_SCHEMA = {"anyOf": [_ABSENCE, {"type": "array", "items": _ABSENCE}]}


def _absences(value: object) -> object:
    """One absence, or a list of them."""
    return [value] if isinstance(value, (Mapping, AbsenceSection)) else value


class AgentSection(Section):
    """Somebody who answers."""

    name: Line
    address: Address
    also: list[Address] = []
    role: Name = "agent"
    teams: list[Name] = []
    skills: list[Name] = []
    language: str = ""
    hours: str = ""
    capacity: Count = 0
    away_until: Moment = None
    away: Annotated[
        list[AbsenceSection], BeforeValidator(_absences), WithJsonSchema(_AWAY_SCHEMA)
    ] = Field(default_factory=list)
    supervises: list[Name] = []
    notify: list[Event] | None = None  # as their teams have it
    mute: list[Event] = []
    notices: NoticesSection = NoticesSection()
    signature: Text = ""
    # as `maildesk agents password` prints it
    password: Annotated[SecretStr, AfterValidator(password_hash)] = SecretStr("")


class TeamSection(Section):
    """What is true of a team as such; who is in it, the agents say."""

    notify: list[Event] | None = None  # everything
    mute: list[Event] = []
    notices: NoticesSection = NoticesSection()
    signature: Text = ""


class AgentsFile(Section):
    """The whole of `agents.yaml`."""

    agents: Annotated[list[AgentSection], Field(min_length=1)]
    teams: dict[Name, TeamSection] = {}
