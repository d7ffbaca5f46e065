"""An agent asks the desk by mail about no ticket: `#help`, `#list mine`, `#search paper jam`.

Such a mail opens no ticket; one mail answers it. Nothing of it is in any history, for it is about
none; the log has it. An agent gets no more such answers in an hour than `loops.questions` says: a
program that answers them would ask for ever. That they get none for a while they hear once an hour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.actor import agent_acts
from maildesk.desk.answers import NotAnswered
from maildesk.desk.asked import answered
from maildesk.desk.effects import AnswerAgent, NotifyAdmins
from maildesk.desk.problem import Problem
from maildesk.log import log
from maildesk.pipeline.apply import apply
from maildesk.pipeline.decision_inputs import asked_enough
from maildesk.pipeline.transaction import New

if TYPE_CHECKING:
    from maildesk.pipeline.classification.meanings import Asks
    from maildesk.pipeline.transaction import Transaction


def handle(tx: Transaction, asks: Asks) -> tuple[str, list[int]]:
    """Answer it; the outcome's word, and the outbox rows to look at."""
    agent = asks.agent
    tx.actor, tx.trust = agent_acts(agent, tx.actor.door, asks.trust), asks.trust.words
    commands, problems = asks.read.commands, asks.read.problems
    lines = [*(one.line for one in commands), *(one.line for one in problems)]
    if asked_enough(tx.conn, tx.now, tx.policy, agent.address):
        log.warning("not_answered", agent=agent.address, asked="; ".join(lines)[:200])
        told = tuple(NotAnswered(line, Problem("asked_too_often")) for line in lines)
        once = f"asked:{agent.address}:{tx.now:%Y%m%d%H}"
        address = asks.address.address
        news = AnswerAgent(agent=agent.address, told=told, address=address, once=once)
        here = New()
        both = (_too_many(agent.name, agent.address), news)
        return "not_answered", apply(tx, [(here, effect) for effect in both])
    effects = answered(asks.read, tx.actor, tx.policy, tx.now, asks.address.address)
    kicks = apply(tx, [(target, effect) for target in (New(),) for effect in effects])
    log.info("answered", agent=agent.address, asked="; ".join(lines)[:200])
    return "answered", kicks


def _too_many(name: str, address: str) -> NotifyAdmins:
    """The admins hear of it, for the agent would wait for an answer."""
    text = (
        f"{name} ({address}) asked the desk so many questions by mail within a short time that "
        "they are answered no more for now: a program may be answering in their name.\n"
    )
    return NotifyAdmins(subject="A possible mail loop", text=text, once=f"loop:asked:{address}")
