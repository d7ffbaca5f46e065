"""An agent, or the operator, opens a ticket in a customer's name outside of any mail, as `#new`
above one does.

The lines are those that would stand above the mail, so what they mean, who may, and what stands in
the way is said in one place (`desk.from_agent`). No receipt is mailed: the door shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from maildesk.desk.commands import command_lines
from maildesk.desk.commands.families.opening import QUIET, opening_of
from maildesk.desk.commands.receipt import MailOut, Receipt
from maildesk.desk.commands.table import writes_to_customer
from maildesk.desk.decide import decision
from maildesk.desk.effects import AnswerAgent, Hold, NotifyAgents
from maildesk.desk.facts import AgentOpens, TrustRecord
from maildesk.desk.ticket import Person
from maildesk.pipeline import transaction
from maildesk.pipeline.act import in_one_transaction, typed
from maildesk.pipeline.apply import apply
from maildesk.pipeline.decision_inputs import situated
from maildesk.pipeline.merging import others
from maildesk.pipeline.transaction import New, Transaction, addressed
from maildesk.store import agents
from maildesk.store.desk import tickets

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.desk.actor import Actor
    from maildesk.desk.effects import Effect
    from maildesk.desk.policy import DeskAddress
    from maildesk.desk.problem import Problem
    from maildesk.pipeline.services import Services

_RECEIPT = "agent_transcript"


@dataclass(frozen=True, slots=True)
class _Asked:
    actor: Actor
    address: DeskAddress
    lines: Sequence[str]
    subject: str
    text: str
    dry: bool


def open_ticket(
    services: Services,
    actor: Actor,
    address: DeskAddress,
    lines: Sequence[str],
    subject: str,
    text: str,
    *,
    dry: bool = False,
) -> Receipt:
    """What became of it. `lines`: #new, and commands on the new ticket; one of them that cannot be
    done opens none. `actor` is an agent, or the operator."""
    asked = _Asked(actor, address, lines, subject, text, dry)
    work = partial(_within, services=services, asked=asked)
    receipt, kicks = in_one_transaction(services, work, dry=dry)
    for row_id in kicks:
        services.kick("deliver", row_id)
    return receipt


def _within(conn: Connection, services: Services, asked: _Asked) -> tuple[Receipt, list[int]]:
    policy, now = services.keeper.current.policy, services.now()
    policy = agents.as_said(policy, conn)
    actor = asked.actor
    agent = policy.agent(actor.agent) if actor.agent else None
    writer = Person(actor.agent or asked.address.address, actor.name)
    whole = "\n".join([*asked.lines, "#stop", asked.text])
    message = typed(asked.subject, writer.name, writer.address, now, whole)
    commands = command_lines.read(message.reply, policy, message.opening).commands
    found = opening_of(commands, policy)
    person = found.person if found is not None else None
    tickets.lock(conn, others.concerned(conn, policy, commands, None))
    is_silent = any(one.name == QUIET for one in commands) or writes_to_customer(commands)
    fact = AgentOpens(
        message,
        agent,
        person or writer,
        asked.address,
        TrustRecord(f"at the {actor.door}"),
        channel=found.channel if found is not None and person is not None else "",
        is_told=not is_silent,
        others=others.others_of(conn, policy, commands, None),
        operator=actor,
    )
    fact = situated(fact, None, conn, services, policy)
    tx = Transaction(conn, services, policy, now, actor, explain=asked.dry)
    tx.content = transaction.Content(message)
    effects = decision(None, fact, policy, now).effects
    if any(isinstance(one, Hold) for one in effects):
        return Receipt("", _problems(effects)), []
    told = [one for one in effects if not _is_receipt(one, actor.agent)]
    decided = addressed(New(), told)
    for target, _ in decided:
        tx.begin(target, fact.situation)
    kicks = apply(tx, decided)
    drafts = [draft for change in tx.changes for draft in change.drafts]
    mails = tuple(MailOut(draft.recipient, draft.purpose) for draft in drafts)
    ticket = tx.changes[0].subject
    return Receipt(ticket.reference, mails=mails, version=ticket.version), kicks


def _problems(effects: Sequence[Effect]) -> tuple[Problem, ...]:
    """Why none was opened, as an answer by mail would say it below "no ticket was opened"."""
    told = (one for effect in effects if isinstance(effect, AnswerAgent) for one in effect.told)
    found = (getattr(one, "problem", None) for one in told)
    return tuple(one for one in found if one is not None and one.code != "not_opened")


def _is_receipt(effect: Effect, agent: str) -> bool:
    return (
        isinstance(effect, NotifyAgents)
        and effect.template == _RECEIPT
        and effect.agents == (agent,)
    )
