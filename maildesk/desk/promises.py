"""When the promises that run for a ticket come near and are broken, if nothing happens: two
moments, kept with the ticket.

Lists ask for them (`sla:breached`, `due<4h`) without deriving any clock. They change only when the
ticket does or the policy, for between two changes a clock merely runs. One that is paused breaks
nothing, unless it is broken already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from maildesk.desk.sla.clocks import Clock
from maildesk.desk.ticket import Ticket


def changes(ticket: Ticket, clocks: Sequence[Clock], now: datetime) -> dict[str, datetime | None]:
    """The columns that are other than the ticket has them."""
    running = [clock for clock in clocks if clock.is_running]
    breaches = _first(
        _moment(clock, clock.due_at, ("breached",), ticket.breaches_at, now) for clock in running
    )
    warns = _first(
        _moment(
            clock,
            _first(at for _, at in clock.warnings),
            ("warning", "breached"),
            ticket.warns_at,
            now,
        )
        for clock in running
    )
    wanted = {"warns_at": warns, "breaches_at": breaches}
    return {name: at for name, at in wanted.items() if at != getattr(ticket, name)}


def _moment(
    clock: Clock, at: datetime | None, is_so: tuple[str, ...], known: datetime | None, now: datetime
) -> datetime | None:
    """When it comes to that. A paused clock to which it has come already says no more when that
    was: it stays as it was known."""
    if at is not None or clock.state not in is_so:
        return at
    return known if known is not None and known <= now else now


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    return min((at for at in moments if at is not None), default=None)
