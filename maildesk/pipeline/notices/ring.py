"""A timer of an agent rings: what waited for them is told, in the transaction that finishes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maildesk.desk.actor import DESK
from maildesk.desk.filters.fields import UNFINISHED
from maildesk.desk.mails.mail import To
from maildesk.desk.mails.recipients import may_hear, workers
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.notices import digest
from maildesk.desk.notices.notice_effects import SendDigest, TellHeld
from maildesk.desk.notices.wanted import quiet_until
from maildesk.log import log
from maildesk.pipeline import rederive
from maildesk.pipeline.apply import apply
from maildesk.pipeline.transaction import New, Target, Transaction
from maildesk.store import agents, due
from maildesk.store.desk import tickets
from maildesk.store.notices import agent_timers as timers
from maildesk.store.notices import held
from maildesk.store.schema import agent_timers

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from maildesk.desk.policy import Agent, Policy
    from maildesk.desk.ticket import Ticket
    from maildesk.pipeline.services import Services


def ring(services: Services, row: Row[Any]) -> list[int]:
    """One timer, one transaction; the outbox rows to look at."""
    now = services.now()
    kicks: list[int] = []
    if row.kind == timers.REMINDERS:
        _derive(services, row.agent)
    with services.db.write() as conn:
        policy = agents.as_said(services.keeper.current.policy, conn)
        # first, so that the next one of its kind can stand; rolled back where the rest fails
        due.finish(conn, agent_timers, row.id, "rang", holder=(services.owner, row.attempts))
        agent = policy.agent(row.agent)
        tx = Transaction(conn, services, policy, now, DESK)
        if agent is not None and row.kind in (timers.QUIET, timers.BUNDLE):
            held.readdress(conn, row.agent, agent.address)  # it may be another by now
            kicks = _tell(tx, agent, row)
        elif row.kind == timers.DIGEST and agent is not None and agent.address.lower() == row.agent:
            kicks = _digest(tx, agent, row)
    log.info("timer_fired", timer=row.id, kind=row.kind, agent=row.agent)
    return kicks


def _derive(services: Services, address: str) -> None:
    """When their tickets remind them now: each by itself, so that doing it again does no harm."""
    agent = services.keeper.current.policy.agent(address)
    if agent is not None:
        rederive.of_agent(services, agent.address)


def _digest(tx: Transaction, agent: Agent, row: Row[Any]) -> list[int]:
    """The digest, and the timer of the next. Whoever is away gets none, and so does nobody on the
    day after: the desk was down when it was due."""
    following = digest.next_of(agent, tx.policy, tx.now)
    if following is not None:
        timers.start(tx.conn, agent.address, timers.DIGEST, following)
    zone = tx.policy.zone_of(agent)
    is_today = row.rings_at.astimezone(zone).date() == tx.now.astimezone(zone).date()
    is_away = tx.policy.back_at(agent, tx.now) is not None
    if not is_today or is_away or tx.policy.notices_of(agent).digest is None:
        return []
    since = timers.last_rang(tx.conn, agent.address, timers.DIGEST, row.rings_at)
    return apply(tx, [(New(), SendDigest(agent=agent.address, since=since))])


def _tell(tx: Transaction, agent: Agent, row: Row[Any]) -> list[int]:
    """What waited for this agent, about one ticket or about all; none of it in quiet hours."""
    quiet = quiet_until(tx.policy.notices_of(agent).quiet, tx.now, tx.policy.zone_of(agent))
    if quiet is not None:
        timers.start(tx.conn, agent.address, timers.QUIET, quiet)
        return []
    of = row.ticket_id if row.kind == timers.BUNDLE else None
    by_ticket = _by_ticket(tx, agent, of)
    if not by_ticket:
        return []
    ids = tuple(one.id for _, rows in by_ticket for one in rows)
    target: Target = by_ticket[0][0] if len(by_ticket) == 1 else New()
    kicks = apply(tx, [(target, TellHeld(agent=agent.address, held=ids))])
    held.told(tx.conn, ids, tx.now)
    return kicks


def _by_ticket(
    tx: Transaction, agent: Agent, ticket_id: int | None
) -> list[tuple[Ticket, list[Row[Any]]]]:
    """What waits, by the ticket that it is about now: one that was merged is another's. What the
    agent may not hear of any more is told to nobody."""
    found: dict[int, tuple[Ticket, list[Row[Any]]]] = {}
    gone: list[int] = []
    rows = held.waiting(tx.conn, agent.address, ticket_id=ticket_id)
    known = {one: _ticket(tx.conn, one, tx.policy) for one in {row.ticket_id for row in rows}}
    for row in rows:
        ticket = known[row.ticket_id]
        if ticket is None or not _hears(agent, ticket, tx.policy) or _is_over(row, ticket, agent):
            gone.append(row.id)
            continue
        found.setdefault(ticket.id, (ticket, []))[1].append(row)
    held.told(tx.conn, gone, tx.now)
    if len(found) == 1:  # the mail is one of that ticket, and writes its history
        (only,) = found
        ticket = tickets.ticket(tx.conn, only, tx.policy, lock=True)
        return [(ticket, found[only][1])] if ticket is not None else []
    return list(found.values())


def _hears(agent: Agent, ticket: Ticket, policy: Policy) -> bool:
    """Whether they may hear of it, or are those who have to, because nobody may."""
    return may_hear(agent, ticket, policy) or agent in workers(ticket, policy)


def _is_over(row: Row[Any], ticket: Ticket, agent: Agent) -> bool:
    """Whether it reminds of what has been done since, given away or put off."""
    mail = mail_of(row.template, To.AGENTS)
    if "waits_since" not in mail.shows:
        return False
    is_theirs = ticket.assignee.lower() == agent.address.lower()
    is_quiet = ticket.turn == "answered" or ticket.snoozed_until is not None
    return is_quiet or not is_theirs or ticket.behaviour not in UNFINISHED


def _ticket(conn: Connection, ticket_id: int, policy: Policy) -> Ticket | None:
    return tickets.ticket(conn, ticket_id, policy)
