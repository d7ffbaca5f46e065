"""How a ticket's deadlines came about, for programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from maildesk.desk.sla.clocks import Clock
from maildesk.desk.sla.explain import stretches
from maildesk.desk.ticket import Ticket
from maildesk.views.plain import Json, moment


def explanation(ticket: Ticket, clocks: Iterable[Clock], now: datetime) -> Json:
    """Each clock of a ticket with every interval, as of `now`."""
    whole = [explained_clock(one) for one in clocks]
    return {"ticket": ticket.reference, "now": moment(now), "clocks": whole}


def clock(one: Clock) -> Json:
    """A clock without its intervals."""
    return {
        "clock": one.kind,
        "policy": one.level.name,
        "place": one.level.place,
        "calendar": one.calendar.name,
        "target": str(one.target),
        "state": one.state,
        "started_at": moment(one.started_at),
        "due_at": moment(one.due_at),
        "ended_at": moment(one.ended_at),
        "used_seconds": one.consumed.total_seconds(),
        "warnings": [{"percent": percent, "at": moment(at)} for percent, at in one.warnings],
    }


def explained_clock(one: Clock) -> Json:
    """A clock with all its intervals."""
    intervals = [
        {
            "starts_at": moment(part.start),
            "ends_at": moment(part.end),
            "counted": part.counted,
            "seconds": (part.end - part.start).total_seconds(),
            "why": part.why,
            "place": part.line or None,
        }
        for part in stretches(one)
    ]
    ended = one.why_ended or None
    return {**clock(one), "why": one.why, "why_ended": ended, "intervals": intervals}
