"""The policy: how this desk works, as the admin's files say it. One frozen value, swapped whole.

What a file may say and how it is checked is `maildesk.config`; here is only what
the desk reads while it decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from zoneinfo import ZoneInfo

from maildesk.desk.articles.library import Library
from maildesk.desk.customers.context import ContactsFile, ContextService
from maildesk.desk.customers.own_field import OwnField
from maildesk.desk.mails.limits import AttachmentLimits, LoopLimits
from maildesk.desk.mails.mail import EVENTS
from maildesk.desk.mails.wording import Wording
from maildesk.desk.notices.choices import NOTHING, Chosen, heard, laid_over
from maildesk.desk.notices.wanted import Notices
from maildesk.desk.pages.mine import Mine
from maildesk.desk.pages.portal import Portal
from maildesk.desk.pages.survey_page import SurveyPage
from maildesk.desk.pages.tracking import Tracking
from maildesk.desk.permissions import CustomersMay, Permission, may
from maildesk.desk.replies.canned import CannedReply
from maildesk.desk.replies.signatures import Signature
from maildesk.desk.rules.ruleset import RuleSet
from maildesk.desk.senders.entries import Carrier, Contact, Joining, Trust
from maildesk.desk.senders.organisations import organisation
from maildesk.desk.sla.hours import Calendar, is_working
from maildesk.desk.sla.levels import ServiceLevels
from maildesk.desk.ticket import Status
from maildesk.mail.owners import contact_of, mailbox_of

# local parts that reach the admins at every domain of the desk's
ROLES = ("postmaster", "abuse")


@dataclass(frozen=True)
class DeskAddress:
    """An address customers write to."""

    address: str
    queue: str
    name: str  # the display name in From
    language: str = ""
    priority: str = ""
    category: str = ""
    sub_addresses: bool = True  # whether mail to address+anything arrives here

    @property
    def key(self) -> str:
        """The address folded for comparison."""
        return mailbox_of(self.address)


@dataclass(frozen=True)
class Queue:
    """Where tickets stand. Its agents are those of its teams; with no team named, everybody."""

    name: str
    teams: tuple[str, ...] = ()
    priority: str = "normal"
    category: str = ""
    next_tier: str = ""  # the team that an escalation goes to
    survey: bool | None = None  # whether its resolutions ask for stars; None: as the desk has it


@dataclass(frozen=True, slots=True)
class Absence:
    """A time in which an agent is away; without a beginning since ever."""

    until: datetime
    since: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it is now."""
        return (self.since is None or self.since <= now) and now < self.until


@dataclass(frozen=True)
class Agent:
    """Somebody who answers. Known by `address`; `also` are the other addresses they write from."""

    name: str
    address: str
    also: tuple[str, ...] = ()
    role: str = "agent"  # only `permissions` reads it
    teams: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    language: str = "en"
    hours: str = ""  # a calendar's name
    capacity: int = 0  # 0: no limit
    away_until: datetime | None = None
    away: tuple[Absence, ...] = ()  # further absences, those to come among them
    supervises: tuple[str, ...] = ()  # teams
    notify: frozenset[str] = frozenset(EVENTS)
    notices: Notices = field(default_factory=Notices)
    password: str = field(default="", repr=False)  # its hash, for who logs in to send mail

    def back_at(self, now: datetime, said: tuple[Absence, ...] = ()) -> datetime | None:
        """Until when they are away; None where they are here now. `said`: what they told the desk
        themselves (see `Policy.back_at`).

        Absences that touch are one.
        """
        first = [] if self.away_until is None else [Absence(self.away_until)]
        back = now
        for one in sorted((*first, *self.away, *said), key=lambda one: one.until):
            if one.holds(back):
                back = one.until
        return back if back > now else None

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every address of theirs, folded."""
        return frozenset(mailbox_of(a) for a in (self.address, *self.also))


@dataclass(frozen=True)
class Periods:
    """How long things may take before the desk acts by itself."""

    close_after: timedelta = timedelta(days=7)  # resolved -> closed
    # closed -> reopened by the customer's mail; later: a follow-up
    reopen_within: timedelta = timedelta(days=7)
    remind_after: timedelta | None = timedelta(days=3)  # waiting -> reminder
    resolve_after: timedelta | None = timedelta(days=7)  # reminded -> resolved
    reply_address: timedelta = timedelta(days=730)  # how long a signed address is believed
    undo: timedelta = timedelta(days=1)  # how long an act can be taken back
    # how long the address is believed in what an agent gets who asked about no ticket
    asking: timedelta = timedelta(days=7)
    # how long a reply waits for the message it answers
    overtaking: timedelta = timedelta(seconds=60)
    # how long an address that does not exist is left alone
    suppress: timedelta = timedelta(days=30)
    # how old a message may be that is still answered by itself
    stale_after: timedelta | None = timedelta(days=2)

    def of_address(self, asks_desk: bool) -> timedelta:
        """How long a reply address is believed; `asks_desk`: it is about no ticket."""
        return min(self.asking, self.reply_address) if asks_desk else self.reply_address


@dataclass(frozen=True)
class Policy:
    """Everything the desk goes by. Look things up with the methods; the fields are
    the files' words."""

    desk_name: str
    addresses: tuple[DeskAddress, ...]
    queues: Mapping[str, Queue]
    agents: tuple[Agent, ...]
    teams: frozenset[str] = frozenset()
    website: str = ""
    signature: str = ""
    signatures: Mapping[str, Signature] = field(default_factory=dict)  # by whose they are
    canned: tuple[CannedReply, ...] = ()
    articles: Library = field(default_factory=Library)
    colour: str = "#2f5d8a"
    default_language: str = "en"
    languages: tuple[str, ...] = ("en",)
    admins: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ("low", "normal", "high", "urgent")  # weakest first
    categories: tuple[str, ...] = ()
    types: tuple[str, ...] = ("question", "incident", "problem", "task")
    labels: Mapping[str, str] = field(default_factory=dict)  # name -> colour; empty: any label goes
    roles: Mapping[str, frozenset[Permission]] = field(default_factory=dict)  # those of its own
    views: Mapping[str, str] = field(default_factory=dict)  # name -> query
    custom_fields: tuple[str, ...] = ()
    own_fields: Mapping[str, OwnField] = field(default_factory=dict)  # the same, by name
    statuses: Mapping[str, Status] = field(default_factory=lambda: {s.value: s for s in Status})
    reference_format: str = "TKT-{:04d}"
    periods: Periods = Periods()
    loops: LoopLimits = field(default_factory=LoopLimits)
    attachments: AttachmentLimits = field(default_factory=AttachmentLimits)
    trust: Trust = field(default_factory=Trust)
    tracking: Tracking = field(default_factory=Tracking)
    portal: Portal = field(default_factory=Portal)
    mine: Mine = field(default_factory=Mine)  # all requests of a customer in one place
    joining: Joining = field(default_factory=Joining)
    stale_replies: str = "hold"  # an answer that knows nothing of what came since: hold, warn, off
    forgotten_files: str = "ask"  # an answer that speaks of a file and has none: ask, off
    # what they may have done by mail
    customers: CustomersMay = field(default_factory=CustomersMay)
    merge_told: bool = True  # whether the customer of a merged ticket hears of it
    undo_send: timedelta = timedelta(0)  # how long an agent's answer waits, and can be stopped
    contacts: tuple[Contact, ...] = ()
    contacts_file: ContactsFile | None = None  # what is known of customers beside that
    context_service: ContextService | None = None  # or which system knows it
    carriers: tuple[Carrier, ...] = ()
    survey: bool = True
    survey_page: SurveyPage = field(default_factory=SurveyPage)
    acknowledge: bool = True
    never_acknowledge: tuple[str, ...] = ()  # addresses or @domains: nothing answers them at once
    # what goes by itself to somebody the desk does not know: neutral, full, no
    strangers: str = "neutral"
    plus: str = "+"  # the separator between a desk address and its signature
    # other addresses that mail to the desk is redirected from, or @domains -> the desk address
    aliases: Mapping[str, str] = field(default_factory=dict)
    # an address in a domain of the desk's that nobody is known to have is taken for an alias
    own_domains: bool = True
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    rules: RuleSet | None = None
    service_levels: ServiceLevels | None = None
    wording: Wording = field(default_factory=Wording)  # what is said in each language
    fingerprint: str = ""
    # what agents said of themselves by mail, by address in lower case: no file has it
    absences: Mapping[str, tuple[Absence, ...]] = field(default_factory=dict)
    chosen: Mapping[str, Chosen] = field(default_factory=dict)

    @cached_property
    def _address_index(self) -> dict[str, DeskAddress]:
        own = {a.key: a for a in self.addresses}
        named = {
            alias: own.get(key, self.addresses[0])
            for alias, key in self.aliases.items()
            if not alias.startswith("@")
        }
        return named | own

    @cached_property
    def _domains(self) -> frozenset[str]:
        """Every domain of the desk's."""
        keys = (*self._address_index, *self.aliases)
        return frozenset(key.rpartition("@")[2] for key in keys)

    @cached_property
    def _alias_domains(self) -> frozenset[str]:
        """Those in which an address that nobody is known to have is one of ours: never where
        everybody may have a mailbox."""
        named = {alias.removeprefix("@") for alias in self.aliases if alias.startswith("@")}
        own = {a.key.rpartition("@")[2] for a in self.addresses} if self.own_domains else set()
        return frozenset(named | {domain for domain in own if organisation(f"@{domain}")})

    @cached_property
    def _agent_index(self) -> dict[str, Agent]:
        return {key: agent for agent in reversed(self.agents) for key in agent.keys}

    @cached_property
    def _contact_index(self) -> dict[str, Contact]:
        return {key: c for c in self.contacts for key in c.keys}

    def desk_address(self, address: str) -> DeskAddress | None:
        """The desk address this one is, its signature or other `+detail` taken off; None for
        anybody else's."""
        key = mailbox_of(address)
        found = self._address_index.get(key)
        if found is None and self.plus in key:
            local, _, domain = key.rpartition("@")
            found = self._address_index.get(f"{local.partition(self.plus)[0]}@{domain}")
        return found

    def has_sub_addresses(self, address: str) -> bool:
        """Whether mail to this desk address with a signature in it arrives; one that is no more is
        taken as the first."""
        return (self.desk_address(address) or self.addresses[0]).sub_addresses

    def is_ours(self, address: str) -> bool:
        """Whether mail to this address is for the desk: one of its own, or an alias by name."""
        return self.desk_address(address) is not None

    def is_for_admins(self, address: str) -> bool:
        """Whether this is postmaster or abuse of a domain of the desk's (RFC 5321, 4.5.1; RFC 2142,
        4 and 5), and no address of the desk's own."""
        local, at, domain = mailbox_of(address).rpartition("@")
        if not at:
            return domain == ROLES[0]  # the one address without a domain (RFC 5321, 4.1.1.3)
        return local in ROLES and domain in self._domains and not self.is_ours(address)

    def may_take_part(self, address: str) -> bool:
        """Whether this may be somebody outside: neither ours nor an agent's, nor an address in a
        domain of ours that nobody is known to have."""
        key = mailbox_of(address)
        if self.is_ours(key) or self.agent(key) is not None or self.is_for_admins(key):
            return False
        return key in self._contact_index or key.rpartition("@")[2] not in self._alias_domains

    def agent(self, address: str) -> Agent | None:
        """The agent who owns this address."""
        return self._agent_index.get(mailbox_of(address))

    def with_said(
        self,
        absences: Mapping[str, tuple[Absence, ...]],
        chosen: Mapping[str, Chosen] = MappingProxyType({}),
    ) -> Policy:
        """This policy with what agents said of themselves; what was made of the rest is kept."""
        other = object.__new__(Policy)
        vars(other).update(vars(self), absences=absences, chosen=chosen)
        return other

    def spoken(self, language: str) -> str:
        """The language for somebody who writes in this one (a tag, "" where that is unknown): the
        same where the desk speaks it, else its first."""
        short = language.lower().partition("-")[0]
        return short if short in self.languages else self.default_language

    def chosen_by(self, agent: Agent) -> Chosen:
        """What this agent chose by mail, also under an address that they had before."""
        found = [self.chosen.get(one.lower(), NOTHING) for one in (*agent.also, agent.address)]
        return {name: word for chosen in found for name, word in chosen.items()}

    def notices_of(self, agent: Agent) -> Notices:
        """When this agent hears of things, as they chose, else as the files say."""
        return laid_over(agent.notices, agent.notify, self.chosen_by(agent))

    def heard_by(self, agent: Agent) -> frozenset[str]:
        """Which events this agent hears of, as they chose, else as the files say."""
        return heard(agent.notify, self.chosen_by(agent))

    def back_at(self, agent: Agent, now: datetime) -> datetime | None:
        """Until when this agent is away, as the file says or they themselves; None: here."""
        return agent.back_at(now, self.absences.get(agent.address.lower(), ()))

    def calendar_of(self, agent: Agent) -> Calendar | None:
        """Whose working days and zone are the agent's: their own calendar, else the desk's."""
        return self.calendars.get(agent.hours) or self.office

    def zone_of(self, agent: Agent) -> ZoneInfo:
        """The zone in which their day begins."""
        calendar = self.calendar_of(agent)
        return calendar.tz if calendar else self.tz

    def agents_of(self, queue: str) -> tuple[Agent, ...]:
        """Who works this queue, in the order of agents.yaml."""
        found = self.queues.get(queue)
        if found is None or not found.teams:
            return self.agents
        return tuple(a for a in self.agents if set(a.teams) & set(found.teams))

    def team(self, name: str) -> tuple[Agent, ...]:
        """The agents of a team."""
        return tuple(a for a in self.agents if name in a.teams)

    def surveys(self, queue: str) -> bool:
        """Whether a resolution in this queue asks how it was."""
        found = self.queues.get(queue)
        return self.survey if found is None or found.survey is None else found.survey

    def supervisors_of(self, queue: str) -> tuple[Agent, ...]:
        """Who answers for this queue: its supervisors, else the admins among the agents."""
        found = self.queues.get(queue)
        teams = set(found.teams) if found else set()
        own = tuple(a for a in self.agents if set(a.supervises) & teams)
        return own or tuple(a for a in self.agents if may(a, Permission.MANAGE, self))

    @cached_property
    def own_addresses(self) -> tuple[str, ...]:
        """Every address of the desk and of its agents, folded, each once."""
        agents = (key for agent in self.agents for key in sorted(agent.keys))
        return tuple(dict.fromkeys((*(one.key for one in self.addresses), *agents)))

    @cached_property
    def office(self) -> Calendar | None:
        """The desk's own calendar: the first of sla.yaml; None where there is none but `always`."""
        return next(
            (calendar for name, calendar in self.calendars.items() if name != "always"), None
        )

    @property
    def tz(self) -> ZoneInfo:
        """The zone in which mails, pages and the command line tell the time: that of the desk's
        own calendar, else UTC."""
        return self.office.tz if self.office else ZoneInfo("UTC")

    def is_open(self, now: datetime) -> bool:
        """Whether somebody is there; always, where no calendar says otherwise."""
        return self.office is None or is_working(self.office, now)

    def links_of(self, values: Mapping[str, str]) -> dict[str, str]:
        """Where these values of own fields lead, by name; of those that lead anywhere."""
        own = self.own_fields
        links = {name: own[name].url(value) for name, value in values.items() if name in own}
        return {name: link for name, link in links.items() if link}

    def behaves(self, status: str) -> Status:
        """How a status of this desk behaves; an unknown one (renamed since) is in_progress."""
        return self.statuses.get(status, Status.IN_PROGRESS)

    def status_for(self, behaviour: Status) -> str:
        """This desk's word for a behaviour: the first that maps to it."""
        return next((name for name, b in self.statuses.items() if b is behaviour), behaviour.value)

    def contact(self, address: str) -> Contact | None:
        """What the files know of this customer; the address before the one without its +detail,
        and both before the domain."""
        key = mailbox_of(address)
        found = (key, contact_of(key), "@" + key.rpartition("@")[2])
        return next((self._contact_index[one] for one in found if one in self._contact_index), None)
