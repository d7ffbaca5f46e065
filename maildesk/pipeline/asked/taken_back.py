"""`#undo` in answer to what the desk answered: what that mail did is taken back, for each of its
tickets, or of what the agent set for themselves.

Each ticket is treated by itself, as it was done: what somebody has changed since stays, what was
taken back before is said, and nothing is ever taken back twice. Which mail it was is signed in the
address, and in the Message-ID, of the desk's answer; what it set stands in the answer's own fields,
as the outbox has kept them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maildesk.desk.actor import agent_acts
from maildesk.desk.answers import DoneFor, NotAnswered, OfTicket, Told
from maildesk.desk.asked import NO_TICKET
from maildesk.desk.commands.carry_out import Content
from maildesk.desk.commands.families.undo import NAME
from maildesk.desk.commands.spec import Command, Request
from maildesk.desk.effects import AnswerAgent, Effect
from maildesk.desk.problem import Problem
from maildesk.desk.undo import settings
from maildesk.errors import BadMessage
from maildesk.log import log
from maildesk.mail.parse import parse
from maildesk.pipeline.apply import apply
from maildesk.pipeline.asked import each
from maildesk.pipeline.letters.answers import SET
from maildesk.pipeline.transaction import New
from maildesk.pipeline.undo import past
from maildesk.store import acts, outbox
from maildesk.store.desk import tickets

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.pipeline.classification.meanings import TakesBack
    from maildesk.pipeline.transaction import Transaction


def handle(tx: Transaction, asked: TakesBack) -> tuple[str, list[int]]:
    """Take it back, and tell the agent; the outcome's word, and the outbox rows to look at."""
    agent, address = asked.agent, asked.address.address
    tx.actor, tx.trust = agent_acts(agent, tx.actor.door, asked.trust), asked.trust.words
    tx.of_many = True
    whole, tx.content = tx.content, None
    effects, kicks = _taken_back(tx, asked)
    tx.content = whole
    outcome = "acted" if tx.effects or len(effects) > 1 else "answered"
    told = tuple(one for e in effects if isinstance(e, AnswerAgent) for one in e.told)
    rest = [one for one in effects if not isinstance(one, AnswerAgent)]
    here = New()
    answer = AnswerAgent(agent=agent.address, told=told, address=address)
    kicks += apply(tx, [(here, one) for one in (*rest, answer)])
    log.info(outcome, agent=agent.address, asked=asked.line)
    return outcome, kicks


def _taken_back(tx: Transaction, asked: TakesBack) -> tuple[list[Effect], list[int]]:
    """What is to be done beside the tickets, with the answer; and the outbox rows to look at."""
    done = acts.of_mail(tx.conn, asked.number, asked.agent.address) if asked.number else []
    if done:
        told, kicks = _each(tx, asked, done)
        return [_answer(asked, DoneFor(asked.line, tuple(told)))], kicks
    row = outbox.by_id(tx.conn, asked.answered) if asked.answered is not None else None
    if row is None:
        code = "undo_which" if asked.number is None else "nothing_done_there"
        why = Problem(code, {"command": Command(NAME, line=asked.line).word})
        return [_answer(asked, NotAnswered(asked.line, why))], []
    found = _settings(tx.conn, row)
    if not found or row.created_at + tx.policy.periods.undo < tx.now:
        why = Problem("undo_too_late" if found else "nothing_done_there")
        return [_answer(asked, NotAnswered(asked.line, why))], []
    request = Request(NO_TICKET, tx.actor, tx.policy, tx.now, line=asked.line)
    return settings.put_back(found, asked.agent, request), []


def _answer(asked: TakesBack, told: Told) -> AnswerAgent:
    return AnswerAgent(agent=asked.agent.address, told=(told,))


def _each(tx: Transaction, asked: TakesBack, done: list[Any]) -> tuple[list[OfTicket], list[int]]:
    """What the agent is told of each ticket, and the outbox rows to look at."""
    told: list[OfTicket] = []
    kicks: list[int] = []
    command = Command(NAME, line=asked.line)
    for act in done:
        ticket = tickets.ticket(tx.conn, act.ticket_id, tx.policy, lock=True)
        if ticket is None:
            continue
        if ticket.id != act.ticket_id:
            why = Problem("merged_since", {"reference": ticket.reference})
            told.append(OfTicket(tickets.reference_of(tx.conn, act.ticket_id) or "", "", (why,)))
            continue
        undoes = past.whole(tx.conn, tx.policy, act)
        one, rows = each.carried_out(tx, asked.agent, ticket, (command,), Content(), undoes=undoes)
        told.append(one)
        kicks += rows
    return told, kicks


def _settings(conn: Connection, row: Any) -> tuple[settings.Changed, ...]:
    """What the mail changed that this row answers."""
    try:
        mail = parse(outbox.raw_of(conn, row))
    except BadMessage:
        return ()
    return settings.read(mail.headers.get(SET.lower(), ()))
