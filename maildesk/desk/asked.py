"""What an agent asks the desk in a mail that is about no ticket: only commands, and each answered.

A mail is such a question if nothing but command lines stands in it. One of them may be misspelt, or
be about a ticket: then the answer says so, for a ticket with nothing but `#close` in it, opened in
an agent's name, would be nobody's wish.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from maildesk.desk.answers import Done, NotAnswered, Told
from maildesk.desk.commands.command_lines import CommandLines
from maildesk.desk.commands.families.questions import WHO
from maildesk.desk.commands.families.undo import NAME as UNDO
from maildesk.desk.commands.spec import About, Request
from maildesk.desk.commands.table import COMMANDS, given, handled
from maildesk.desk.effects import AnswerAgent, Effect
from maildesk.desk.notices.notice_effects import policy_after
from maildesk.desk.problem import Problem
from maildesk.desk.ticket import Person, Status, Ticket

if TYPE_CHECKING:
    from maildesk.desk.actor import Actor
    from maildesk.desk.commands.spec import Command
    from maildesk.desk.policy import Policy

_NEVER = datetime.fromtimestamp(0, UTC)
NO_TICKET = Ticket(
    id=0,
    reference="",
    subject="",
    status=Status.OPEN.value,
    behaviour=Status.OPEN,
    priority="",
    type="",
    category="",
    queue="",
    channel="",
    requester=Person(""),
    address="",
    language="",
    created_at=_NEVER,
    updated_at=_NEVER,
)


def is_question(read: CommandLines, *, has_files: bool = False) -> bool:
    """Whether a mail that answers no ticket holds commands, and nothing else.

    Of one that brings files, a word that is no command is rather a title (`#bug` and a picture).
    """
    return bool(read.commands or (read.problems and not has_files)) and not read.text


def answered(
    read: CommandLines, by: Actor, policy: Policy, now: datetime, address: str
) -> list[Effect]:
    """One mail with the answer to each line, and whatever a line does beside that. What a line does
    is so for those behind it."""
    request = Request(NO_TICKET, by, policy, now)
    told: list[Told] = [NotAnswered(one.line, one) for one in read.problems]
    effects: list[Effect] = []
    for command in read.commands:
        for effect in _of(command, replace(request, line=command.written)):
            if isinstance(effect, AnswerAgent):
                told += effect.told
            else:
                effects.append(effect)
                request = replace(request, policy=policy_after(request.policy, effect))
    return [*effects, AnswerAgent(agent=by.address, told=tuple(told), address=address)]


def _of(command: Command, request: Request) -> Iterator[Effect]:
    """What this command does, with an answer among it."""
    agent, line = request.by.address, command.written
    if command.name == "customer":  # about no ticket it can only be a question
        command = replace(command, name=WHO)
    if COMMANDS[command.name].about is not About.NO_TICKET:
        found = given(command, request.policy)
        values = {"command": command.word}
        code = "undo_which" if command.name == UNDO else "needs_ticket"
        problem = found if isinstance(found, Problem) else Problem(code, values)
        yield AnswerAgent(agent=agent, told=(NotAnswered(line, problem),))
        return
    one = given(command, request.policy)
    done = one if isinstance(one, Problem) else handled(one, request)
    if isinstance(done, Problem):
        yield AnswerAgent(agent=agent, told=(NotAnswered(line, done),))
        return
    yield from done
    if not any(isinstance(effect, AnswerAgent) for effect in done):
        yield AnswerAgent(agent=agent, told=(Done(line),))
