"""An agent works on many tickets by one mail: `#for 7 9 12`, and below it commands and words.

All of it is one transaction, so a message that is processed again does nothing twice. Each ticket
is decided by itself, as by any other door: of twenty one may be refused, and the mail that comes
back says which and why. The tickets are locked in their order, so that two such mails wait for
each other and for nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from maildesk.desk.actor import agent_acts
from maildesk.desk.answers import AskedBack, DoneFor, NotAnswered, OfTicket, OwnWords, Told
from maildesk.desk.commands.carry_out import Content, is_note, own_words
from maildesk.desk.commands.families import many
from maildesk.desk.commands.families.recipients import FOR_ONE
from maildesk.desk.commands.lone_lines import LATE
from maildesk.desk.commands.spec import About
from maildesk.desk.commands.table import COMMANDS
from maildesk.desk.effects import AnswerAgent, Hold
from maildesk.desk.filters.fields import Asker
from maildesk.desk.filters.visibility import may_see, seen_by
from maildesk.desk.problem import Problem
from maildesk.desk.replies import forgotten_file
from maildesk.log import log
from maildesk.pipeline import transaction
from maildesk.pipeline.apply import apply
from maildesk.pipeline.asked import each
from maildesk.pipeline.deletion import looked_up
from maildesk.pipeline.transaction import New, Target
from maildesk.store.desk import tickets
from maildesk.store.queries import ticket_queries

if TYPE_CHECKING:
    from maildesk.desk.commands.spec import Command
    from maildesk.desk.policy import Agent
    from maildesk.desk.ticket import Ticket
    from maildesk.mail.message import Attachment
    from maildesk.pipeline.classification.meanings import ForMany
    from maildesk.pipeline.transaction import Transaction


def handle(tx: Transaction, asked: ForMany) -> tuple[str, list[int]]:
    """Do it, or ask back, and tell the agent; the outcome's word, and the outbox rows to look
    at."""
    agent, read = asked.agent, asked.read
    tx.actor, tx.trust = agent_acts(agent, tx.actor.door, asked.trust), asked.trust.words
    tx.of_many = True
    here: Target = New()
    if late := _late(tx, asked):
        kicks = _held(tx, asked, late)
        log.info("held", agent=agent.address, reason="unknown_command")
        return "held", kicks
    whole = tx.content
    told, kicks = _carried(tx, asked)
    if not tx.effects and not any(isinstance(one, AskedBack) for one in told):
        told = (*told, *_own_words(tx))
    tx.content = whole  # that of each ticket has no Message-ID for the answer to name
    outcome = "acted" if tx.effects else "answered"
    done = AnswerAgent(agent=agent.address, told=told, address=asked.address.address)
    kicks += apply(tx, [(here, done)])
    log.info(outcome, agent=agent.address, asked="; ".join(one.line for one in read.commands)[:200])
    return outcome, kicks


def _late(tx: Transaction, asked: ForMany) -> tuple[Problem, ...]:
    """Commands that stand below the first words: they were not meant for the customers, and the
    words must not be lost. Where a person let the mail through they are words."""
    is_released = tx.inbound is not None and bool(tx.inbound.job.released_by)
    late = tuple(one for one in asked.read.problems if one.code == LATE)
    return () if is_released or not asked.read.text else late


def _held(tx: Transaction, asked: ForMany, late: tuple[Problem, ...]) -> list[int]:
    """Keep the mail, and say so."""
    line = next(one.line for one in asked.read.commands if one.name == many.NAME)
    told = NotAnswered(line, Problem("for_held"))
    others = (NotAnswered(one.line, one) for one in asked.read.problems)
    agent, address = asked.agent.address, asked.address.address
    hold = Hold(reason="unknown_command", words=tx.policy.wording.english.say_all(late))
    here = New()
    answer = AnswerAgent(agent=agent, told=(told, *others, *_own_words(tx)), address=address)
    return apply(tx, [(here, hold), (here, answer)])


def _own_words(tx: Transaction) -> tuple[OwnWords, ...]:
    """The mail as they wrote it, as one comes back that is held."""
    text = tx.inbound.message.reply.strip() if tx.inbound is not None else ""
    return (OwnWords(text),) if text else ()


def _carried(tx: Transaction, asked: ForMany) -> tuple[tuple[Told, ...], list[int]]:
    """Do it; what the agent is told, and the outbox rows to look at."""
    read, policy = asked.read, tx.policy
    ours = [one for one in read.commands if one.name == many.NAME]
    rest = tuple(one for one in read.commands if one.name != many.NAME)
    is_released = tx.inbound is not None and bool(tx.inbound.job.released_by)
    problems = [one for one in read.problems if not (is_released and one.code == LATE)]
    if len(ours) > 1:
        values = {"first": ours[0].line, "second": ours[1].line}
        problems.append(Problem("contradiction", values, line=ours[1].line))
    unfit = _unfit(rest, read.text, has_files=bool(_files(tx)))
    problems += [unfit] if unfit is not None else []
    if problems:
        return tuple(NotAnswered(one.line or ours[0].line, one) for one in problems), []
    whom = many.chosen(ours[0].value, Asker(policy, tx.now, asked.agent))
    line = ours[0].line
    if isinstance(whom, Problem):
        return (NotAnswered(line, whom),), []
    if isinstance(whom, many.Named):
        found, unknown = _named(tx, asked.agent, whom)
    else:
        seen = seen_by(asked.agent, policy)
        page = ticket_queries.find(tx.conn, whom.query, seen, policy, limit=many.MOST + 1)
        found, unknown = list(page.tickets), []
        if len(found) <= many.MOST and (whom.count != len(found) or not found):
            below = "\n".join([*(one.line for one in rest), read.text]).strip()
            again, has_files = f"{many.NAME} {len(found)} {whom.words}", bool(_files(tx))
            return (AskedBack(line, whom.query, again, below, has_files),), []
    if len(found) > many.MOST:
        values = {"most": str(many.MOST)}
        return (NotAnswered(line, Problem("for_too_many", values)),), []
    if (forgotten := _forgotten(tx, asked, rest)) is not None:
        return (NotAnswered(line, forgotten),), []
    if (mixing := many.mixing(found, rest)) is not None:
        return (NotAnswered(line, mixing),), []
    done, kicks = _each(tx, found, rest, Content(read.text, _files(tx), is_note=asked.as_note))
    return (DoneFor(line, (*done, *unknown), tuple(one.line for one in rest)),), kicks


def _unfit(commands: tuple[Command, ...], text: str, *, has_files: bool) -> Problem | None:
    """Why this cannot be done for many tickets; `commands` are those beside `#for`."""
    if not (commands or text or has_files):
        return Problem("for_nothing")
    for one in commands:
        spec = COMMANDS[one.name]
        if one.name in FOR_ONE:
            return Problem("not_for_many", {"command": one.word}, line=one.line)
        if spec.about is not About.ONE and not (one.value and spec.lists_alone):
            return Problem("not_for_many", {"command": one.word}, line=one.line)
    return None


def _forgotten(tx: Transaction, asked: ForMany, commands: tuple[Command, ...]) -> Problem | None:
    """Where the words speak of a file that did not come along. With `#reply` they go as they
    are."""
    is_inside = is_note(commands, Content(is_note=asked.as_note))
    if is_inside or any(one.name == "reply" for one in commands):
        return None
    own = own_words(commands, asked.read.text)
    sentence = forgotten_file.forgotten(own, _files(tx), asked.agent, tx.policy)
    return Problem("no_file_for_many", {"words": sentence}) if sentence else None


def _named(tx: Transaction, agent: Agent, whom: many.Named) -> tuple[list[Ticket], list[OfTicket]]:
    """The tickets that are called so and that the agent may see; and what is said of the others."""
    found: dict[int, Ticket] = {}
    unknown = []
    for reference in whom.references[: many.MOST + 1]:
        ticket = tickets.named(tx.conn, tx.policy, reference)
        if ticket is not None and may_see(agent, ticket, tx.policy):
            found[ticket.id] = ticket
        else:
            problem = Problem("unknown_ticket", {"word": reference})
            if ticket is None:
                problem = looked_up.unknown(tx.conn, tx.policy, reference)
            unknown.append(OfTicket(reference, "", (problem,)))
    return list(found.values()), unknown


def _each(
    tx: Transaction, found: list[Ticket], commands: tuple[Command, ...], content: Content
) -> tuple[list[OfTicket], list[int]]:
    """Do it for each of them, one after the other, so that each finds what was done before it: an
    address that has become one customer's is no other's. What the agent is told of it, and the
    outbox rows to look at."""
    text, agent = content.text, tx.policy.agent(tx.actor.agent)
    if tx.inbound is not None:
        # the words are each ticket's own message; of the mail only the files are theirs
        said = replace(tx.inbound.message, text=text, reply=text, html="", message_id="", items=())
        tx.content = transaction.Content(said)
        if content.attachments:
            tx.content = transaction.Content(said, tx.inbound.raw, tx.inbound.job.digest)
    told: list[OfTicket] = []
    kicks: list[int] = []
    for number in sorted(one.id for one in found):
        ticket = tickets.ticket(tx.conn, number, tx.policy, lock=True)
        if ticket is None or agent is None:
            continue
        done, rows = each.carried_out(tx, agent, ticket, commands, content)
        told.append(done)
        kicks += rows
    return told, kicks


def _files(tx: Transaction) -> tuple[Attachment, ...]:
    return tx.inbound.message.attachments if tx.inbound is not None else ()
