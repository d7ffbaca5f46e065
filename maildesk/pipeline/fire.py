"""A timer that is due becomes the fact "the clock rang"; decided and applied in the transaction
that finishes it. The timers of agents (`notices.ring`) take the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maildesk.desk.actor import timer_rings
from maildesk.desk.decide import decide
from maildesk.desk.facts import ClockRang
from maildesk.desk.threads import reference
from maildesk.errors import Refused, TransientFailure
from maildesk.log import log
from maildesk.pipeline.admin_alarms import tell_admins
from maildesk.pipeline.apply import apply
from maildesk.pipeline.decision_inputs import ringing, situation_for
from maildesk.pipeline.notices.ring import ring as ring_for_agent
from maildesk.pipeline.transaction import Transaction, addressed
from maildesk.store import agents, due
from maildesk.store.desk import tickets
from maildesk.store.schema import agent_timers, timers

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Row, Table

    from maildesk.pipeline.services import Services

BATCH = 16
MAX_ATTEMPTS = 6


def fire(services: Services) -> int:
    """Fire what is due until nothing is; how many timers that were."""
    return _fire(services, timers, ring) + _fire(services, agent_timers, ring_for_agent)


def _fire(
    services: Services, table: Table, ring_one: Callable[[Services, Row[Any]], list[int]]
) -> int:
    count = 0
    while not services.stopping.is_set():
        with services.db.autocommit() as conn:
            rows = due.claim(
                conn,
                table,
                owner=services.owner,
                now=services.now(),
                lease=services.lease,
                limit=BATCH,
            )
        if not rows:
            return count
        with services.held_rows.working(table.name, [row.id for row in rows]):
            for row in rows:
                _guarded(services, table, row, ring_one)
        count += len(rows)
        if len(rows) < BATCH:  # what is due since then the ticker finds, as it does every second
            return count
    return count


def _guarded(
    services: Services,
    table: Table,
    row: Row[Any],
    ring_one: Callable[[Services, Row[Any]], list[int]],
) -> None:
    try:
        kicks = ring_one(services, row)
    except TransientFailure as problem:
        # the store's trouble, not the timer's: it waits as long as that lasts
        _again(services, table, row, str(problem), gives_up=False)
        return
    except Exception as problem:  # one timer that cannot fire never stops the others
        log.exception("processing_failed", timer=row.id, problem=type(problem).__name__)
        _again(
            services,
            table,
            row,
            f"{type(problem).__name__}: {problem}",
            gives_up=row.attempts >= MAX_ATTEMPTS,
        )
        return
    for row_id in kicks:
        services.kick("deliver", row_id)


def ring(services: Services, row: Row[Any]) -> list[int]:
    """One timer, one transaction; the outbox rows to look at."""
    policy, now = services.keeper.current.policy, services.now()
    with services.db.write() as conn:
        policy = agents.as_said(policy, conn)
        ticket = tickets.ticket(conn, row.ticket_id, policy, lock=True)
        kicks: list[int] = []
        if ticket is not None:
            situation = situation_for(conn, services, policy, ticket, ticket.requester.address)
            situation = ringing(conn, situation, row.kind, policy, now)
            tx = Transaction(conn, services, policy, now, timer_rings(row.kind))
            tx.begin(ticket, situation).ringing = row.kind
            try:
                effects = decide(ticket, ClockRang(row.kind, row.rings_at, situation), policy, now)
                kicks = apply(tx, addressed(ticket, effects))
            except Refused as refusal:
                log.info("refused", ticket=ticket.reference, timer=row.kind, why=str(refusal))
        due.finish(conn, timers, row.id, "rang", holder=(services.owner, row.attempts))
    log.info("timer_fired", timer=row.id, kind=row.kind, ticket=ticket.reference if ticket else "")
    return kicks


def _again(services: Services, table: Table, row: Row[Any], words: str, *, gives_up: bool) -> None:
    holder = (services.owner, row.attempts)
    try:
        with services.db.write() as conn:
            if gives_up:
                due.finish(conn, table, row.id, "failed", holder=holder, error=words[:500])
            else:
                due.postpone(
                    conn,
                    table,
                    row.id,
                    services.now() + due.delay(row.attempts),
                    error=words[:500],
                    holder=holder,
                )
    except TransientFailure as problem:
        log.warning("database_unavailable", timer=row.id, why=str(problem)[:200])
        return
    log.warning(
        "failed" if gives_up else "postponed",
        timer=row.id,
        kind=row.kind,
        attempt=row.attempts,
        why=words[:200],
    )
    if gives_up:
        written = services.keeper.current.policy.reference_format
        number = row.agent if table is agent_timers else reference.write(written, row.ticket_id)
        text = (
            f"The timer {row.kind} of {number} could not ring in {row.attempts} attempts: "
            f"{words[:500]}\n"
        )
        tell_admins(services, "A timer could not ring", text, once=f"timer:{row.kind}")
