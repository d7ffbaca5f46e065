"""Merge, take apart, unlink: what `apply` writes for effects about two tickets.

The history of both sides says it. What the other ticket owes its customer is owed by the one that
stays from then on: the earliest word that nobody has answered counts (`sla.clocks`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maildesk.desk import effects as fx
from maildesk.desk.actor import DESK
from maildesk.desk.facts import ARRIVED
from maildesk.desk.filters import documents
from maildesk.desk.mails.readers import UNPROVED, unproved
from maildesk.desk.merging import merge_effects as mfx
from maildesk.desk.merging.taken import stored
from maildesk.desk.reason import stored as kept
from maildesk.pipeline.merging.split import split_off
from maildesk.store import outbox, timers
from maildesk.store.desk import merges, tickets
from maildesk.store.queries import search

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Row

    from maildesk.desk.ticket import Ticket
    from maildesk.pipeline.transaction import TicketChange

_DUPLICATE = "duplicate"  # how the two are linked


def _known(change: TicketChange, effect: mfx.KnowRequester, _before: Ticket | None) -> None:
    detail = {"organisation": effect.organisation, "tier": effect.tier}
    change.record("known_anew", {name: value for name, value in detail.items() if value})


def _take_in(change: TicketChange, effect: mfx.TakeIn, _before: Ticket | None) -> None:
    ticket, other, got = change.subject, effect.other, effect.taken
    theirs = change.tx.begin(other, beside=True)
    rows = merges.merge(change.conn, ticket.id, other.id, stored(got), change.now)
    search.add_many(change.conn, _documents(ticket.id, other, rows))
    change.words += documents.about(other.reference, other.subject, other.participants)
    tickets.link(change.conn, ticket.id, other.id, _DUPLICATE)
    detail: dict[str, Any] = {"reference": other.reference, "messages": len(rows)}
    detail["people"] = [person.key for person in ticket.participants]
    change.record("took_in", detail | _owed(theirs))
    doubtful = unproved(theirs.situation.history)
    for person in got.people:
        doubt = {UNPROVED: "yes"} if person.key in doubtful else {}
        change.record("joined", {"address": person.key, **doubt})


def _owed(theirs: TicketChange) -> dict[str, str]:
    """Since when the other ticket owes its customer a word, and since when it stands open."""
    running = [clock for clock in theirs.clocks if clock.is_running]
    found: dict[str, datetime] = {}
    for clock in running:
        name = "opened" if clock.kind == "resolution" else ARRIVED
        found[name] = min(found.get(name, clock.started_at), clock.started_at)
    return {name: at.isoformat() for name, at in found.items()}


def _documents(
    ticket_id: int, other: Ticket, rows: Sequence[Row[Any]]
) -> list[tuple[int, int, Sequence[str]]]:
    """What the messages are found by; the same whenever it is asked for."""
    return [(ticket_id, row.id, documents.of_message(row._asdict(), other.subject)) for row in rows]


def _merge_into(change: TicketChange, effect: mfx.MergeInto, _before: Ticket | None) -> None:
    ticket, into = change.subject, effect.into.reference
    change.record("merged", {"into": into})
    timers.change(change.conn, ticket.id, stop=list(change.situation.clocks), start={})
    why = f"it is part of {into} now"
    for template in outbox.replace_waiting(change.conn, ticket.id, why, None):
        change.record("not_sent", {"template": template, "why": why}, by=DESK)


def _give_back(change: TicketChange, effect: mfx.GiveBack, _before: Ticket | None) -> None:
    ticket, other = change.subject, effect.other
    rows = merges.part(change.conn, ticket.id, other.id, change.now)
    search.remove_many(change.conn, _documents(ticket.id, other, rows))
    tickets.unlink(change.conn, ticket.id, other.id, _DUPLICATE)
    change.record("gave_back", {"reference": other.reference, "messages": len(rows)})
    for person in effect.taken.people:
        change.record("left", {"address": person.key})


def _stand_apart(change: TicketChange, effect: mfx.StandApart, _before: Ticket | None) -> None:
    change.record("unmerged", {"from": effect.was_in.reference})


def _link(change: TicketChange, effect: fx.LinkTicket, _before: Ticket | None) -> None:
    other = tickets.id_by_reference(change.conn, effect.reference)
    if other is not None and other != change.subject.id:
        tickets.link(change.conn, change.subject.id, other, effect.kind)
        detail = {"to": effect.reference, "kind": effect.kind}
        change.record(
            "linked", detail | ({"why": kept(effect.why)} if effect.why else {}), effect.rule
        )


def _unlink(change: TicketChange, effect: mfx.UnlinkTicket, _before: Ticket | None) -> None:
    other = tickets.id_by_reference(change.conn, effect.reference)
    if other is not None:
        tickets.unlink(change.conn, change.subject.id, other)
        change.record("unlinked", {"to": effect.reference}, effect.rule)


MERGES: Mapping[type[Any], Callable[[TicketChange, Any, Ticket | None], None]] = {
    mfx.KnowRequester: _known,
    mfx.TakeIn: _take_in,
    mfx.MergeInto: _merge_into,
    mfx.GiveBack: _give_back,
    mfx.StandApart: _stand_apart,
    fx.LinkTicket: _link,
    mfx.UnlinkTicket: _unlink,
    mfx.SplitOff: split_off,
}
