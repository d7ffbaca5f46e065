"""What is known of one mail that the desk writes: whom it is for, what it shows, what it asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, get_args


class To(StrEnum):
    """Whom a mail is for."""

    CUSTOMER = "customer"
    AGENTS = "agents"
    ADMINS = "admins"


# What agents choose by (`notify` in agents.yaml).
Event = Literal[
    "created", "assigned", "replied", "answered", "note", "mention", "status", "priority", "sla",
    "reminder", "digest",
]  # fmt: skip
EVENTS: tuple[Event, ...] = get_args(Event)
# What a mail asks of its reader, beside an answer in words.
Asks = Literal["", "score", "confirmation", "whether they may join", "whether to send it again"]
# The buttons of most notifications, and of those whose plain reply is a note.
ORDINARY = ("take", "resolve", "waiting", "snooze", "note", "spam")
BESIDE_NOTES = ("reply", "resolve", "waiting")
ALWAYS = "always"  # it has that link, whatever the policy says
NOTIFICATION, OTHER = "mail_notification", "mail_other"  # `called`, where nothing better is known
_OF_SEVERAL = frozenset({"answers", "gathered", "lists"})  # variables that show many tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail. `shows` are variables of `views.Context` that are made for it alone."""

    name: str  # of its templates, and of what the outbox says that it was
    to: To
    about: str  # when it goes out, for the guide
    event: Event | None = None  # agents who want no mail about this get none
    shows: frozenset[str] = frozenset()
    last_words: bool = False  # it may go without a message, then with what the customer said last
    buttons: tuple[str, ...] = ()  # names of `buttons` in _words.yaml
    plain_reply: Literal["", "reply", "note"] = ""  # what a plain reply does; "" there is none
    asks: Asks = ""
    link: str = ""  # as the policy calls it among those with a link to the ticket's page; or ALWAYS
    once: str = ""  # once a ticket under this key, whichever of the mails with the same key it was
    answers: bool = False  # it counts as an answer of ours: undelivered, the customer has none
    neutral: str = ""  # the mail that strangers get in its place
    called: str = OTHER  # what it is called where it did not arrive, in `words` of _words.yaml
    by_rule: bool = False  # a rule tells agents something; it can wait as what others did can
    gathers: bool = False  # it tells an agent of what waited
    failure_told: bool = True  # agents hear that it did not arrive; else that would go in a circle
    sample: Mapping[str, object] = field(default_factory=dict)  # over the sample ticket

    @property
    def can_wait(self) -> bool:
        """Whether it tells agents what others did, and asks nothing: it may be told later."""
        return not self.asks and (self.event is not None or self.by_rule)

    @property
    def leads_to_no_ticket(self) -> bool:
        """Whether it shows tickets and is about none: an answer to it must say which it means."""
        return not _OF_SEVERAL.isdisjoint(self.shows)

    @property
    def is_to_agents(self) -> bool:
        """Whether agents or admins get it, and nobody outside."""
        return self.to is not To.CUSTOMER


def customer(name: str, about: str, **more: Any) -> Mail:
    """A mail to customers."""
    return Mail(name=name, to=To.CUSTOMER, about=about, called=f"mail_{name}", **more)


def agents(name: str, about: str, **more: Any) -> Mail:
    """A notification to agents."""
    is_note = more.get("plain_reply") == "note"
    buttons = BESIDE_NOTES if is_note else ORDINARY
    usual = {"plain_reply": "reply", "buttons": buttons, "called": NOTIFICATION}
    return Mail(name=name, to=To.AGENTS, about=about, **{**usual, **more})
