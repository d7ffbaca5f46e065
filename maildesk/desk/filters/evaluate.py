"""A filter evaluated in memory: what it means. The databases' answers are
compared with this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from maildesk.desk.filters import values as v
from maildesk.desk.filters.tokens import tokens
from maildesk.desk.ticket import Ticket
from maildesk.mail.owners import mailbox_of


@dataclass(frozen=True)
class Material:
    """What is asked for beside the ticket itself."""

    # tokens, as `desk.documents` makes them
    documents: Sequence[Sequence[str]] = field(default_factory=tuple)


def matches(ticket: Ticket, wanted: v.Filter, material: Material) -> bool:
    """Whether this filter wants the ticket."""
    return _TABLE[type(wanted)](ticket, wanted, material)


def stands_in(wanted: Sequence[str], is_beginning: bool, there: Sequence[str]) -> bool:
    """Whether these tokens stand there one behind the other; of the last one perhaps only the
    beginning."""
    count = len(wanted)
    for at in range(len(there) - count + 1):
        *before, last = there[at : at + count]
        if before == list(wanted[:-1]) and (
            last.startswith(wanted[-1]) if is_beginning else last == wanted[-1]
        ):
            return True
    return False


def is_of(address: str, wanted: str) -> bool:
    """Whether this address is the wanted one, or of the wanted "@domain" or one below it."""
    key = mailbox_of(address)
    if not wanted.startswith("@"):
        return key == wanted
    return key.endswith((wanted, f".{wanted[1:]}")) and "@" in key


def promise(ticket: Ticket, now: Any) -> str:
    """How the service levels that run for this ticket stand."""
    if ticket.breaches_at is not None and ticket.breaches_at <= now:
        return "breached"
    return "warning" if ticket.warns_at is not None and ticket.warns_at <= now else "ok"


def _is(ticket: Ticket, wanted: v.Is, _material: Material) -> bool:
    if wanted.field in ("organisation", "tier"):
        return getattr(ticket.requester, wanted.field) in wanted.values
    return getattr(ticket, wanted.field) in wanted.values


def _during(ticket: Ticket, wanted: v.During, _material: Material) -> bool:
    at = getattr(ticket, wanted.field)
    if at is None:
        return False
    return (wanted.since is None or at >= wanted.since) and (
        wanted.until is None or at < wanted.until
    )


def _labelled(ticket: Ticket, wanted: v.Labelled, _material: Material) -> bool:
    labels = {label.casefold() for label in ticket.labels}
    return wanted.label in labels if wanted.label else bool(labels)


def _requester(ticket: Ticket, wanted: v.Requester, _material: Material) -> bool:
    if wanted.address:
        key = ticket.requester.key
        return key in wanted.also or is_of(key, wanted.address)
    return stands_in(
        wanted.tokens, True, tokens(f"{ticket.requester.name} {ticket.requester.address}")
    )


def _participant(ticket: Ticket, wanted: v.Participant, _material: Material) -> bool:
    keys = [person.key for person in (ticket.requester, *ticket.participants)]
    if "@" in wanted.address:
        return any(key in wanted.also or is_of(key, wanted.address) for key in keys)
    return any(key.startswith(wanted.address) for key in keys)


_TABLE: Mapping[type[Any], Callable[[Ticket, Any, Material], bool]] = {
    v.All: lambda ticket, wanted, material: all(
        matches(ticket, part, material) for part in wanted.parts
    ),
    v.AnyOf: lambda ticket, wanted, material: any(
        matches(ticket, part, material) for part in wanted.parts
    ),
    v.Not: lambda ticket, wanted, material: not matches(ticket, wanted.part, material),
    v.Is: _is,
    v.IsArchived: lambda ticket, _wanted, _material: ticket.archived,
    v.IsSnoozed: lambda ticket, _wanted, _material: ticket.snoozed_until is not None,
    v.IsDuplicate: lambda ticket, wanted, _material: ticket.id in wanted.ids,
    v.During: _during,
    v.Promise: lambda ticket, wanted, _material: promise(ticket, wanted.now) == wanted.state,
    v.Unanswered: lambda ticket, _wanted, _material: ticket.turn == "customer reply",
    v.Labelled: _labelled,
    v.Requester: _requester,
    v.Participant: _participant,
    v.FollowedBy: lambda ticket, wanted, _material: wanted.agent in ticket.followers,
    v.Custom: lambda ticket, wanted, _material: ticket.fields.get(wanted.name, "") == wanted.value,
    v.HasAttachment: lambda ticket, _wanted, _material: ticket.has_files,
    v.Words: lambda _ticket, wanted, material: any(
        stands_in(wanted.tokens, wanted.is_beginning, one)
        or any(stands_in(other, False, one) for other in wanted.also)
        for one in material.documents
    ),
    v.InSubject: lambda ticket, wanted, _material: stands_in(
        wanted.tokens, wanted.is_beginning, tokens(ticket.subject)
    ),
}
