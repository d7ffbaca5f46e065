"""What merging and splitting do to a ticket; `evolve` has the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from maildesk.desk.effects import Effect
from maildesk.desk.merging import merge_effects as mfx
from maildesk.desk.merging.taken import with_taken, without
from maildesk.desk.policy import Policy
from maildesk.desk.ticket import Status, Ticket


def _known(ticket: Ticket, effect: mfx.KnowRequester, _policy: Policy, _now: datetime) -> Ticket:
    known = replace(ticket.requester, organisation=effect.organisation, tier=effect.tier)
    return ticket.but(requester=known, participants=(known, *ticket.participants[1:]))


def _take_in(ticket: Ticket, effect: mfx.TakeIn, _policy: Policy, _now: datetime) -> Ticket:
    return with_taken(ticket, effect.other, effect.taken)


def _merge(ticket: Ticket, effect: mfx.MergeInto, policy: Policy, now: datetime) -> Ticket:
    """Closed, and another's part; it sleeps no more, for its timers end with it."""
    closed = policy.status_for(Status.CLOSED)
    columns: dict[str, Any] = {"status": closed, "behaviour": Status.CLOSED, "closed_at": now}
    columns["snoozed_until"] = None
    return ticket.but(**columns, merged_into=effect.into.id)


def _give_back(ticket: Ticket, effect: mfx.GiveBack, _policy: Policy, _now: datetime) -> Ticket:
    return without(ticket, effect.other, effect.taken)


def _apart(ticket: Ticket, effect: mfx.StandApart, policy: Policy, _now: datetime) -> Ticket:
    """As it stood; a status that the desk has no more is open."""
    was, status = effect.taken, effect.taken.status
    known = status in policy.statuses
    return ticket.but(
        merged_into=None,
        status=status if known else policy.status_for(Status.OPEN),
        behaviour=policy.behaves(status) if known else Status.OPEN,
        resolved_at=was.resolved_at,
        closed_at=was.closed_at,
    )


def _split(ticket: Ticket, effect: mfx.SplitOff, _policy: Policy, _now: datetime) -> Ticket:
    """Without that message; whoever only waited to be let in with it waits no more."""
    said = effect.said
    columns: dict[str, Any] = {"message_count": max(0, ticket.message_count - 1)}
    if ticket.customer_wrote_at == said.at:
        columns["customer_wrote_at"] = said.before
    return ticket.but(
        **columns, waiting=tuple(p for p in ticket.waiting if p.key != said.sender.key)
    )


MERGES: Mapping[type[Effect], Callable[[Ticket, Any, Policy, datetime], Ticket]] = {
    mfx.KnowRequester: _known,
    mfx.TakeIn: _take_in,
    mfx.MergeInto: _merge,
    mfx.GiveBack: _give_back,
    mfx.StandApart: _apart,
    mfx.SplitOff: _split,
}
