"""After a change of policy the timers of open tickets, and when their promises are broken, are
derived anew.

A promise in sla.yaml holds for tickets that are there already. Whatever is not
reached here is derived when its ticket is next touched, or its old timer rings.
The desk remembers which policy all of them were last derived under: where its
files were edited while it was down, it finds that out at its start.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from maildesk.desk import promises
from maildesk.desk.sla import wanted_timers as desk_timers
from maildesk.desk.sla.clocks import clocks
from maildesk.errors import TransientFailure
from maildesk.log import log
from maildesk.pipeline.apply import write_timers
from maildesk.store import agents, desk_state, timers
from maildesk.store.desk import tickets

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from maildesk.desk.effects import Effect
    from maildesk.desk.policy import Policy
    from maildesk.pipeline.services import Services

BATCH = 200


def rederive(services: Services) -> int:
    """Go through the open tickets under the policy in force; how many had other timers. A newer
    policy ends it."""
    policy, last, count = services.keeper.current.policy, 0, 0
    _note(services, "")  # while it goes on, and when it is broken off, they are of no one policy
    while not services.stopping.is_set() and services.keeper.current.policy is policy:
        ids, changed = _next(services, policy, last)
        count += changed
        if not ids:
            _note(services, policy.fingerprint)
            break
        last = ids[-1]
    if count:
        log.info("rederived", tickets=count, policy=policy.fingerprint)
    return count


def of_agent(services: Services, agent: str) -> int:
    """The same for the tickets that this agent has."""
    policy, last, count = services.keeper.current.policy, 0, 0
    while True:
        ids, changed = _next(services, policy, last, agent)
        count += changed
        if not ids:
            return count
        last = ids[-1]


def _next(
    services: Services, policy: Policy, last: int, assignee: str = ""
) -> tuple[list[int], int]:
    """The next tickets; how many of them had other timers."""
    with services.db.read() as conn:
        said = agents.as_said(policy, conn)
        ids = tickets.unfinished_ids(conn, said, after=last, limit=BATCH, assignee=assignee)
        stale = [ticket_id for ticket_id in ids if any(_changes(conn, services, said, ticket_id))]
    for ticket_id in stale:
        with services.db.write(durable=False) as conn:
            said = agents.as_said(policy, conn)
            tickets.ticket(conn, ticket_id, said, lock=True)
            adjusted, promised = _changes(conn, services, said, ticket_id)
            write_timers(conn, ticket_id, adjusted, timers.standing(conn, ticket_id))
            if promised:
                tickets.change(conn, ticket_id, promised)
    return ids, len(stale)


def is_derived(services: Services) -> bool:
    """Whether every timer was derived under the policy in force."""
    with services.db.read() as conn:
        return (
            desk_state.get(conn, "timers_derived_under")
            == services.keeper.current.policy.fingerprint
        )


def in_background(services: Services, *, unless_derived: bool = False) -> None:
    """Do it in a thread of its own: mail does not wait for it."""

    def work() -> None:
        try:
            if not (unless_derived and is_derived(services)):
                rederive(services)
        except TransientFailure as problem:
            log.warning("database_unavailable", why=str(problem)[:200])

    threading.Thread(target=work, name="rederive", daemon=True).start()


def _note(services: Services, fingerprint: str) -> None:
    with services.db.write(durable=False) as conn:
        desk_state.put(conn, "timers_derived_under", fingerprint)


def _changes(
    conn: Connection, services: Services, policy: Policy, ticket_id: int
) -> tuple[list[Effect], dict[str, datetime | None]]:
    """How its timers are to change, and when its promises are broken now."""
    ticket = tickets.ticket(conn, ticket_id, policy)
    if ticket is None or ticket.id != ticket_id:
        return [], {}
    now, history, standing = (
        services.now(),
        tickets.entries(conn, ticket_id),
        timers.standing(conn, ticket_id),
    )
    known = clocks(ticket, history, policy, now)
    adjusted = desk_timers.adjust(ticket, history, policy, now, standing, known=known)
    return adjusted, promises.changes(ticket, known, now)
