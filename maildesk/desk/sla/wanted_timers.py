"""The timers a ticket wants, of its service levels, of the rules that wait and of reminders,
against those that stand.

Called after every change, it gives the difference; called again, nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from maildesk.desk.effects import CancelClock, Effect, StartClock
from maildesk.desk.facts import Entry
from maildesk.desk.notices import reminders
from maildesk.desk.policy import Policy
from maildesk.desk.rules import wait_rules
from maildesk.desk.sla import alarms
from maildesk.desk.sla.clocks import Clock
from maildesk.desk.ticket import Ticket

_PREFIXES = (alarms.PREFIX, wait_rules.PREFIX, reminders.PREFIX)


def wanted(
    ticket: Ticket,
    history: Sequence[Entry],
    policy: Policy,
    now: datetime,
    known: Sequence[Clock] | None = None,
) -> dict[str, datetime]:
    """Kind and time of every timer of clocks, waits, reminders. `history` includes what has just
    happened."""
    found = {
        kind: alarms.rings_at(alarm, now)
        for kind, alarm in alarms.wanted(ticket, history, policy, now, known).items()
    }
    found.update(reminders.wanted(ticket, history, policy, now))
    found.update(
        (kind, wait.due_at)
        for kind, wait in wait_rules.wanted(ticket, history, policy, now).items()
    )
    return found


def adjust(
    ticket: Ticket,
    history: Sequence[Entry],
    policy: Policy,
    now: datetime,
    standing: Mapping[str, datetime],
    *,
    ringing: str = "",
    known: Sequence[Clock] | None = None,
) -> list[Effect]:
    """The StartClock and CancelClock that make the standing timers the wanted ones; timers of other
    kinds are let be.

    A timer that is due already is left to ring. `ringing` is the one that is being handled, and
    stands no more. `known` are the ticket's clocks, where they have been derived already.
    """
    want = wanted(ticket, history, policy, now, known)
    stand = {
        kind: at for kind, at in standing.items() if kind != ringing and kind.startswith(_PREFIXES)
    }
    effects: list[Effect] = [CancelClock(kind=kind) for kind in stand if kind not in want]
    for kind, at in want.items():
        if stand.get(kind) != at and not (kind in stand and stand[kind] <= now):
            effects.append(StartClock(kind=kind, due_at=at))
    return effects
