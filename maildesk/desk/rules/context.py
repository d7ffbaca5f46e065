"""What rules look at: an occasion (a ticket, the message, the moment) and its fields by name.

`FIELDS` is the whole vocabulary of conditions. A view reads a field when it is
first asked for and keeps it, so five hundred rules fold the subject once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from maildesk.desk.evolve import CUSTOM, changed_fields
from maildesk.desk.facts import Situation, TrustRecord
from maildesk.desk.policy import Policy
from maildesk.desk.senders.contacts import addresses_of
from maildesk.desk.senders.trust import is_listed
from maildesk.desk.sla.hours import WEEKDAYS, is_working
from maildesk.desk.ticket import CHANNELS, OUTREACH, Status, Ticket
from maildesk.mail.message import Mailbox, Message

_UTC = ZoneInfo("UTC")
CLUES = (
    *("none", "reference", "stored_message_id", "signed_message_id", "signed_address"),
    *("subject_token", "private_message_id", "authentication_results", "log_in"),
)


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What rules decide from. `ticket` is as it stands after what has happened, also when it is
    just being opened."""

    ticket: Ticket
    policy: Policy
    now: datetime
    message: Message | None = None
    trust: TrustRecord | None = None
    by: str = ""  # customer, agent, clock, rule
    actor: str = ""  # the agent who wrote or acted: they need no word of it
    tz: ZoneInfo = _UTC  # for conditions on the time of day
    situation: Situation = field(default_factory=Situation)
    is_greeted: bool = True  # unless a rule has said `acknowledge: no`

    def standing(self, ticket: Ticket) -> RuleContext:
        """The same occasion with the ticket as it stands now."""
        return replace(self, ticket=ticket)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a condition can look at. `kind` says which operators make sense.

    `choices` are all values there are, where they are the same at every desk. `of_message`: there
    is none where no message set the rule off.
    """

    # text, words, address, addresses, domain, number, length, moment, priority, flag, clock,
    # calendar
    kind: str
    read: Callable[[RuleContext], Any]
    about: str
    choices: tuple[str, ...] = ()
    of_message: bool = False
    of_customers: bool = False  # their addresses: each stands for all of the same customer's


def _message(read: Callable[[Message], Any], otherwise: Any) -> Callable[[RuleContext], Any]:
    return lambda o: otherwise if o.message is None else read(o.message)


def _addresses(boxes: Iterable[Mailbox]) -> tuple[str, ...]:
    return tuple(box.address for box in boxes)


def _to(message: Message) -> tuple[str, ...]:
    return _addresses((*message.to, *message.cc))


def _file_types(message: Message) -> tuple[str, ...]:
    """Content types and extensions: an admin may write `application/pdf` or `pdf`."""
    found = []
    for attachment in message.attachments:
        found += [
            attachment.content_type,
            attachment.filename.rpartition(".")[2] if "." in attachment.filename else "",
        ]
    return tuple(word for word in found if word)


def _of_message(
    kind: str,
    read: Callable[[Message], Any],
    otherwise: Any,
    about: str,
    *,
    of_customers: bool = False,
) -> Field:
    """A field of the message; `otherwise` where there is none."""
    read_here = _message(read, otherwise)
    return Field(kind, read_here, about, of_message=True, of_customers=of_customers)


def _t(name: str) -> Callable[[RuleContext], Any]:
    return lambda o: getattr(o.ticket, name)


FIELDS: Mapping[str, Field] = {
    "subject": Field(
        "text",
        lambda o: o.message.subject if o.message else o.ticket.subject,
        "the message's subject, else the ticket's",
    ),
    "text": Field(
        "text",
        _message(lambda m: m.shown or m.text, ""),
        "the new words of the message, without quote and signature",
        of_message=True,
    ),
    "signature": _of_message(
        "text", lambda m: m.signature, "", "what stands below them: the closing, name, phone"
    ),
    "full_text": _of_message("text", lambda m: m.text, "", "the whole text of the message"),
    "from": _of_message(
        "address",
        lambda m: m.sender.address if m.sender else "",
        "",
        "the address the message is from",
        of_customers=True,
    ),
    "to": _of_message("addresses", _to, (), "the addresses in To and Cc"),
    "cc": _of_message("addresses", lambda m: _addresses(m.cc), (), "the addresses in Cc"),
    "attachment.count": _of_message(
        "number", lambda m: len(m.attachments), 0, "how many files the message has"
    ),
    "attachment.name": _of_message(
        "words", lambda m: tuple(a.filename for a in m.attachments), (), "the names of its files"
    ),
    "attachment.type": _of_message("words", _file_types, (), "their types: pdf, application/pdf"),
    "size": _of_message("number", lambda m: m.size, 0, "the size of the message in octets"),
    "message.language": _of_message(
        "text", lambda m: m.language, "", "the language of the message: en, de"
    ),
    "message.kind": Field(
        "text",
        _message(lambda m: m.kind.value, ""),
        "ordinary, automatic",
        choices=("ordinary", "automatic"),
        of_message=True,
    ),
    "trust.spam": Field(
        "flag",
        lambda o: o.trust is not None and o.trust.spam,
        "whether the named filter calls it spam",
        of_message=True,
    ),
    "trust.authenticated": Field(
        "flag",
        lambda o: o.trust is not None and o.trust.authenticated,
        "whether DKIM or DMARC prove the sender",
        of_message=True,
    ),
    "through": Field(
        "text",
        lambda o: o.trust.through if o.trust else "",
        "the form, list or group that carried the message; empty where it came directly",
    ),
    "trust.clue": Field(
        "text",
        lambda o: o.trust.clue if o.trust else "",
        "how the message found its ticket",
        choices=CLUES,
        of_message=True,
    ),
    "requester.address": Field(
        "address",
        lambda o: o.ticket.requester.address,
        "the customer's address",
        of_customers=True,
    ),
    "requester.answers_to": Field(
        "text",
        lambda o: o.ticket.requester.answers_to,
        "where the customer wants answers (Reply-To); empty: at their address",
    ),
    "requester.name": Field("text", lambda o: o.ticket.requester.name, "the customer's name"),
    "requester.domain": Field(
        "domain",
        lambda o: o.ticket.requester.address.rpartition("@")[2],
        "what stands behind the @",
    ),
    "requester.organisation": Field(
        "text", lambda o: o.ticket.requester.organisation, "the customer's organisation"
    ),
    "requester.tier": Field(
        "text", lambda o: o.ticket.requester.tier, "the customer's tier, such as vip"
    ),
    "participants": Field(
        "addresses",
        lambda o: _people(o.ticket),
        "everybody outside the desk who takes part",
        of_customers=True,
    ),
    "reference": Field("text", _t("reference"), "the ticket's reference"),
    "ticket.subject": Field("text", _t("subject"), "the ticket's subject"),
    "status": Field("text", _t("status"), "the ticket's status"),
    "behaviour": Field(
        "text",
        lambda o: o.ticket.behaviour.value,
        "how its status behaves: open, in_progress, waiting …",
        choices=tuple(status.value for status in Status),
    ),
    "priority": Field("priority", _t("priority"), "the ticket's priority"),
    "type": Field("text", _t("type"), "the ticket's type"),
    "category": Field("text", _t("category"), "the ticket's category"),
    "queue": Field("text", _t("queue"), "the ticket's queue"),
    "channel": Field("text", _t("channel"), "how it came", choices=(*CHANNELS, OUTREACH)),
    "language": Field("text", _t("language"), "the ticket's language"),
    "labels": Field("words", lambda o: tuple(sorted(o.ticket.labels)), "the ticket's labels"),
    "assignee": Field("text", _t("assignee"), "who has it, by name or address"),
    "assigned": Field(
        "flag",
        lambda o: o.policy.agent(o.ticket.assignee) is not None,
        "whether somebody has it who is an agent",
    ),
    "assignee.away": Field(
        "flag",
        lambda o: _is_away(o),
        "whether the assignee is away now (away in agents.yaml)",
    ),
    "address": Field("text", _t("address"), "the desk address it was written to"),
    "turn": Field(
        "text",
        _t("turn"),
        "answered, or customer reply",
        choices=("answered", "customer reply"),
    ),
    "follows": Field("text", _t("follows"), "the closed ticket it follows"),
    "resolution": Field("text", _t("resolution"), "the resolution note"),
    "archived": Field("flag", _t("archived"), "whether it is archived"),
    "score": Field(
        "number",
        lambda o: o.ticket.score or 0,
        "the customer's satisfaction, 1 to 5; 0 while there is none",
    ),
    "message_count": Field("number", _t("message_count"), "how many messages it has"),
    "spent": Field("length", _t("spent"), "the time spent on it"),
    "age": Field(
        "length", lambda o: (o.now - o.ticket.created_at).total_seconds(), "how old the ticket is"
    ),
    "idle": Field(
        "length",
        lambda o: (o.now - o.ticket.updated_at).total_seconds(),
        "how long nothing has changed",
    ),
    "created_at": Field("moment", _t("created_at"), "when it was opened"),
    "updated_at": Field("moment", _t("updated_at"), "when it last changed"),
    "date": Field("moment", lambda o: o.now, "today"),
    "by": Field(
        "text",
        lambda o: o.by,
        "who set this off: customer, agent, robot, clock",
        choices=("customer", "agent", "robot", "clock"),
    ),
    "weekday": Field(
        "text",
        lambda o: WEEKDAYS[o.now.astimezone(o.tz).weekday()],
        "mon, tue, wed …",
        choices=WEEKDAYS,
    ),
    "time": Field("clock", lambda o: o.now.astimezone(o.tz).strftime("%H:%M"), "the time of day"),
    "desk.open": Field(
        "flag",
        lambda o: o.policy.is_open(o.now),
        "whether the first calendar of sla.yaml is open now",
    ),
    "desk.acknowledge": Field(
        "flag",
        lambda o: _is_greeted(o),
        "whether desk.yaml, and no rule above, wants the customer to hear at once",
    ),
    "hours": Field("calendar", lambda o: o, "a calendar that is open now"),
}
PREFIXES: Mapping[str, Field] = {
    "header.": Field(
        "words", lambda _: (), "a header field of the message, by name", of_message=True
    ),
    "fields.": Field("text", lambda _: "", "a custom field of the ticket, by name"),
}


def _is_away(occasion: RuleContext) -> bool:
    owner = occasion.policy.agent(occasion.ticket.assignee)
    return owner is not None and occasion.policy.back_at(owner, occasion.now) is not None


def _is_greeted(occasion: RuleContext) -> bool:
    policy, requester = occasion.policy, occasion.ticket.requester
    never = is_listed(requester.address, policy.never_acknowledge)
    return policy.acknowledge and occasion.is_greeted and not never


def _people(ticket: Ticket) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys((ticket.requester.address, *(p.address for p in ticket.participants)))
    )


def field_named(name: str) -> Field | None:
    """The field a condition names, or None."""
    found = FIELDS.get(name)
    if found is not None:
        return found
    for prefix, kind in PREFIXES.items():
        if name.startswith(prefix) and len(name) > len(prefix):
            return kind
    return None


# The conditions' names of what a ticket's field is seen by, where they are not its own.
_SEEN_AS: Mapping[str, tuple[str, ...]] = {
    "subject": ("subject", "ticket.subject"),
    "assignee": ("assignee", "assigned", "assignee.away"),
    "agent_wrote_at": ("turn",),
    "customer_wrote_at": ("turn",),
}


class View(dict[str, Any]):
    """The fields of an occasion by name, read once; `~name` is the same folded for comparison, and
    `=name` every address of the customers that stand there."""

    __slots__ = ("occasion",)

    def __init__(self, occasion: RuleContext) -> None:
        super().__init__()
        self.occasion = occasion

    def __missing__(self, name: str) -> Any:
        if name.startswith("="):
            value = self._all_addresses(self[name[1:]])
        else:
            value = _folded(self[name[1:]]) if name.startswith("~") else self._read(name)
        self[name] = value
        return value

    def not_greeted(self) -> None:
        """From here on `desk.acknowledge` says no."""
        self.occasion = replace(self.occasion, is_greeted=False)
        for name in ("desk.acknowledge", "~desk.acknowledge"):
            self.pop(name, None)

    def become(self, ticket: Ticket) -> None:
        """The ticket has changed: what shows the change is read anew."""
        changed = changed_fields(self.occasion.ticket, ticket)
        self.occasion = self.occasion.standing(ticket)
        for name in changed:
            for seen_as in _SEEN_AS.get(name, (name,)):
                self.pop(seen_as, None)
                self.pop("~" + seen_as, None)
                self.pop("=" + seen_as, None)
        if "fields" in changed:
            for name in [name for name in self if name.lstrip("~").startswith(CUSTOM)]:
                del self[name]

    @property
    def tz(self) -> ZoneInfo:
        """The time zone that times of day are meant in."""
        return self.occasion.tz

    def is_open(self, calendar: str) -> bool:
        """Whether it is working time in this calendar; always in one that there is not."""
        found = self.occasion.policy.calendars.get(calendar)
        return found is None or is_working(found, self.occasion.now)

    def _all_addresses(self, value: Any) -> frozenset[str]:
        have = value if isinstance(value, tuple) else (value,)
        policy, joined = self.occasion.policy, self.occasion.situation.joined
        return frozenset(key for one in have if one for key in addresses_of(one, policy, joined))

    def _read(self, name: str) -> Any:
        found = FIELDS.get(name)
        if found is not None:
            return found.read(self.occasion)
        if name.startswith("header."):
            message = self.occasion.message
            return message.headers.get(name[7:].lower(), ()) if message else ()
        return self.occasion.ticket.fields.get(name.partition(".")[2], "")


def _folded(value: Any) -> Any:
    return (
        tuple(word.casefold() for word in value)
        if isinstance(value, tuple)
        else str(value).casefold()
    )
