"""What an agent gets told of a ticket's history, and of a customer: only what they may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from maildesk.desk.mails.shown.small_views import EventView
from maildesk.desk.mails.views import PersonView
from maildesk.desk.reason import is_stored, restored
from maildesk.desk.senders.contacts import as_known
from maildesk.desk.ticket import Person
from maildesk.pipeline.letters.template_variables import local
from maildesk.store.desk import tickets

if TYPE_CHECKING:
    from datetime import datetime

    from maildesk.desk.facts import Entry
    from maildesk.desk.mails.wording import Language
    from maildesk.desk.policy import Policy
    from maildesk.desk.ticket import Ticket
    from maildesk.pipeline.transaction import TicketChange

MOST_EVENTS = 60  # lines of a history, the newest
_NOT_TOLD = ("notified", "rule", "rule_passed", "sla")  # what machines do among themselves
_DETAILS = (
    *("subject", "template", "label", "address", "addresses", "to", "bcc", "agent", "reference"),
    *("into", "until", "score", "seconds", "why", "reason", "campaign"),
)
_WORDS = ("status", "priority", "type")  # which languages have words of their own for


def history(change: TicketChange, ticket: Ticket, language: Language) -> tuple[EventView, ...]:
    """What happened to the ticket, the newest first."""
    told = [one for one in tickets.entries(change.conn, ticket.id) if one.what not in _NOT_TOLD]
    return tuple(
        EventView(
            local(change, one.at), _who(one.who, change.policy, language), _what(one, language)
        )
        for one in reversed(told[-MOST_EVENTS:])
    )


def _who(who: str, policy: Policy, language: Language) -> str:
    agent = policy.agent(who) if "@" in who else None
    if agent is not None:
        return agent.name
    return who if "@" in who else language.word("did_by_desk")


def _what(entry: Entry, language: Language) -> str:
    name = f"did_{entry.what}"
    called = language.word(name) if name in language.words else entry.what.replace("_", " ")
    details = "; ".join(filter(None, _details(entry, language)))
    return f"{called}: {details}" if details else called


def _details(entry: Entry, language: Language) -> Iterator[str]:
    found: Mapping[str, Any] = entry.detail
    if {"from", "to"} <= found.keys():
        yield " → ".join(_said(entry.what, found[one], language) or "–" for one in ("from", "to"))
        found = {name: value for name, value in found.items() if name not in ("from", "to")}
    if entry.what == "label":
        yield f"{'+' if found.get('on') else '-'}{found.get('label', '')}"
        return
    for name in _DETAILS:
        value = found.get(name)
        if value and value != entry.who:
            yield _said(name, value, language)


def _said(name: str, value: Any, language: Language) -> str:
    if is_stored(value):
        return language.because(restored(value))
    if isinstance(value, (list, tuple)):
        return ", ".join(_said(name, one, language) for one in value)
    return language.word(str(value)) if name in _WORDS else str(value)


def customer(
    address: str, listed: Iterable[Ticket], policy: Policy
) -> tuple[PersonView, datetime | None]:
    """Who that is, as the newest of these tickets and desk.yaml know them, and when somebody last
    wrote."""
    found = tuple(listed)
    person = found[0].requester if found else as_known(Person(address), policy, {})
    view = PersonView(
        person.name, person.address, tier=person.tier, organisation=person.organisation
    )
    wrote = (at for one in found for at in (one.customer_wrote_at, one.agent_wrote_at))
    return view, max(filter(None, wrote), default=None)
