"""After a change of policy the timers of open tickets are derived anew.

A promise in sla.yaml holds for tickets that are there already. Whatever is not
reached here is derived when its ticket is next touched, or its old timer rings.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from maildesk.desk import timers as desk_timers
from maildesk.errors import TransientFailure
from maildesk.log import log
from maildesk.pipeline.apply import write_timers
from maildesk.store import tickets, timers

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.desk.effects import Effect
    from maildesk.desk.policy import Policy
    from maildesk.pipeline.station import Station

BATCH = 200


def rederive(station: Station) -> int:
    """Go through the open tickets under the policy in force; how many had other timers. A newer policy ends it."""
    policy, last, count = station.keeper.current.policy, 0, 0
    while not station.stopping.is_set() and station.keeper.current.policy is policy:
        with station.db.read() as conn:
            ids = tickets.unfinished_ids(conn, policy, after=last, limit=BATCH)
            stale = [ticket_id for ticket_id in ids if _changes(conn, station, policy, ticket_id)]
        for ticket_id in stale:
            with station.db.write(durable=False) as conn:
                tickets.ticket(conn, ticket_id, policy, lock=True)
                write_timers(conn, ticket_id, _changes(conn, station, policy, ticket_id), timers.standing(conn, ticket_id))
            count += 1
        if not ids:
            break
        last = ids[-1]
    log.info("rederived", tickets=count, policy=policy.fingerprint)
    return count


def in_background(station: Station) -> None:
    """Do it in a thread of its own: mail does not wait for it."""

    def work() -> None:
        try:
            rederive(station)
        except TransientFailure as problem:
            log.warning("store_away", why=str(problem)[:200])

    threading.Thread(target=work, name="rederive", daemon=True).start()


def _changes(conn: Connection, station: Station, policy: Policy, ticket_id: int) -> list[Effect]:
    ticket = tickets.ticket(conn, ticket_id, policy)
    if ticket is None or ticket.id != ticket_id:
        return []
    history, standing = tickets.entries(conn, ticket_id), timers.standing(conn, ticket_id)
    return desk_timers.adjust(ticket, history, policy, station.now(), standing)
