"""What an agent gets told of a ticket's history, and of a customer: only what they may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from maildesk.desk.customers.who_is import known_by, organisation_named
from maildesk.desk.mails.registry import MAILS
from maildesk.desk.mails.shown.small_views import EventView
from maildesk.desk.mails.views import PersonView
from maildesk.desk.reason import Reason, is_stored, restored
from maildesk.desk.senders.contacts import as_known
from maildesk.desk.ticket import Person
from maildesk.pipeline.letters.template_variables import local
from maildesk.store.desk import tickets

if TYPE_CHECKING:
    from maildesk.desk.facts import Entry
    from maildesk.desk.mails.wording import Language
    from maildesk.desk.policy import Policy
    from maildesk.desk.ticket import Ticket
    from maildesk.pipeline.transaction import TicketChange

MOST_EVENTS = 60  # lines of a history, the newest
_NOT_TOLD = ("notified", "rule", "rule_passed", "sla")  # what machines do among themselves
_DETAILS = (
    *("subject", "template", "label", "address", "addresses", "to", "bcc", "agent", "reference"),
    *(
        "into",
        "until",
        "score",
        "comment",
        "network",
        "seconds",
        "why",
        "reason",
        "campaign",
        "verb",
    ),
)
_WORDS = ("status", "priority", "type")  # which languages have words of their own for
_OF_HELD = ("held", "dropped", "released")
_AGENTS = ("assigned", "agent")  # whose value is an agent's address


def history(change: TicketChange, ticket: Ticket, language: Language) -> tuple[EventView, ...]:
    """What happened to the ticket, the newest first."""
    told = [one for one in tickets.entries(change.conn, ticket.id) if one.what not in _NOT_TOLD]
    return tuple(
        EventView(
            local(change, one.at),
            _who(one.who, change.policy, language),
            _what(one, change, language),
        )
        for one in reversed(told[-MOST_EVENTS:])
    )


def _who(who: str, policy: Policy, language: Language) -> str:
    agent = policy.agent(who) if "@" in who else None
    if agent is not None:
        return agent.name
    return who if "@" in who else language.word("did_by_desk")


def _what(entry: Entry, change: TicketChange, language: Language) -> str:
    name = f"did_{entry.what}"
    if entry.what == "archived":  # nothing but that it is, or is no more
        return language.word(name if entry.detail.get("to") else "did_unarchived")
    called = language.word(name) if name in language.words else entry.what.replace("_", " ")
    details = "; ".join(filter(None, _details(entry, change, language)))
    if not details:
        return called
    return language.sentence("happened", what=called, details=details)


def _details(entry: Entry, change: TicketChange, language: Language) -> Iterator[str]:
    found: Mapping[str, Any] = entry.detail
    if entry.what == "label":
        yield f"{'+' if found.get('on') else '-'}{found.get('label', '')}"
        return
    if {"from", "to"} <= found.keys():
        nothing = language.word("nobody") if entry.what == "assigned" else "–"
        both = (_said(entry.what, found[one], change, language) for one in ("from", "to"))
        yield " → ".join(one or nothing for one in both)
        found = {name: value for name, value in found.items() if name not in ("from", "to")}
    for name in _DETAILS:
        value = found.get(name)
        if name == "reason" and entry.what in _OF_HELD:  # a code: said in words, or not at all
            yield language.words.get(f"held_{value}", "")
            continue
        if value and (value != entry.who or name == "agent"):
            yield _said(name, value, change, language)


def _said(name: str, value: Any, change: TicketChange, language: Language) -> str:
    """The value as people say it: a reason, a name, a day, a length of time."""
    if is_stored(value):
        reason = restored(value)
        if isinstance(reason, Reason) and reason.code == "asked":  # of whom, stands before it
            return language.because(reason.values.get("line", ""))
        return language.because(reason)
    if isinstance(value, (list, tuple)):
        return ", ".join(_said(name, one, change, language) for one in value)
    if name in _AGENTS:
        return _who(value, change.policy, language) if value else ""
    if name == "seconds":
        sign = "-" if value < 0 else ""
        return sign + language.period(timedelta(seconds=abs(value)))
    if name == "score":
        return language.sentence("of_five", score=str(value))
    if name == "template" and value in MAILS:
        return language.words.get(f"mail_{value}") or language.word(MAILS[value].called)
    if name == "until":
        return language.moment(local(change, datetime.fromisoformat(value)), language.brief)
    return language.word(str(value)) if name in _WORDS else str(value)


def customer(
    address: str, listed: Iterable[Ticket], policy: Policy
) -> tuple[PersonView, datetime | None]:
    """Who that is, as the newest of these tickets and desk.yaml know them, and when somebody last
    wrote; or an organisation."""
    found = tuple(listed)
    if organisation := organisation_named(address, policy):
        addresses, tier = known_by(organisation, policy)
        view = PersonView("", addresses, tier=tier, organisation=organisation)
    else:
        person = found[0].requester if found else as_known(Person(address), policy, {})
        view = PersonView(
            person.name, person.address, tier=person.tier, organisation=person.organisation
        )
    wrote = (at for one in found for at in (one.customer_wrote_at, one.agent_wrote_at))
    return view, max(filter(None, wrote), default=None)
