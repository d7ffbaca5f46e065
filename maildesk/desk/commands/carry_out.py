"""What an agent asks for, all of it: commands and the text beside them become effects, or problems
and nothing at all.

Each command finds the ticket as those above it leave it. The text becomes the
answer in the desk's name, a note, or the resolution's words, as the commands say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from maildesk.desk.commands.allowed import not_theirs, refused
from maildesk.desk.commands.moves import impossible
from maildesk.desk.commands.spec import Beside, Command, Request, Spec
from maildesk.desk.commands.table import COMMANDS
from maildesk.desk.effects import (
    AddMessage,
    AddParticipant,
    Assign,
    Effect,
    KeepOut,
    RemoveParticipant,
    SendToCustomer,
)
from maildesk.desk.evolve import evolve
from maildesk.desk.mails.recipients import audience, tell
from maildesk.desk.mails.views import fits
from maildesk.desk.moves import move, resolution
from maildesk.desk.permissions import Permission, refusal
from maildesk.desk.problem import Problem
from maildesk.desk.ticket import Move, Person, Status, Ticket

if TYPE_CHECKING:
    from maildesk.desk.actor import Actor
    from maildesk.desk.policy import Policy
    from maildesk.mail.message import Attachment


@dataclass(frozen=True, slots=True)
class Content:
    """The text beside the commands, and its files. `is_note`: it is one unless a command says that
    it is a reply."""

    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """The effects, or why there are none; and what would take them back, the last first."""

    effects: tuple[Effect, ...] = ()
    problems: tuple[Problem, ...] = ()
    undo: tuple[Command, ...] = ()


def carry_out(
    request: Request,
    commands: Sequence[Command],
    content: Content,
    problems: Sequence[Problem] = (),
) -> CarriedOut:
    """All of it, or nothing and every reason why not; `problems` are those that
    are known already."""
    ticket, by, policy = request.ticket, request.by, request.policy
    done = _commands(request, commands)
    text = text_of(commands, content)
    problems = [*problems, *done.problems]
    if text or content.attachments:
        needs = Permission.NOTE if is_note(commands, content) else Permission.ANSWER
        missing = refusal(by, needs, policy)
        problems += [missing] if missing is not None else []
    touches = any(spec.about_ticket for spec in _specs(commands)) or not commands
    reads = bool(text or content.attachments)
    if (touches or reads) and (problem := not_theirs(request)) is not None:
        problems = [problem]
    if not (text or commands or content.attachments or problems):
        problems.append(Problem("nothing_to_send"))
    if not fits(text):
        problems.append(Problem("text_too_long"))
    said = [] if problems else _words(ticket, commands, replace(content, text=text), by, policy)
    if isinstance(said, Problem):
        problems.append(said)
    if problems or isinstance(said, Problem):
        return CarriedOut(problems=tuple(problems))
    joins = [
        effect for effect in done.effects if isinstance(effect, AddParticipant)
    ]  # they get the words beside it
    others = [effect for effect in done.effects if effect not in joins]
    return CarriedOut((*joins, *said, *others), undo=done.undo)


def text_of(commands: Sequence[Command], content: Content) -> str:
    """All words that somebody is to read: values that are text, then the text itself."""
    values = [one.value for one in commands if COMMANDS[one.name].value_is_text and one.value]
    return "\n".join([*values, content.text]).strip()


def is_note(commands: Sequence[Command], content: Content) -> bool:
    """Whether only colleagues read the text. Nobody writes to a spammer: what stands beside #spam
    is meant for them, too."""
    beside = {spec.beside for spec in _specs(commands)}
    quiet = content.is_note or Beside.QUIET in beside
    return Beside.NOTE in beside or (quiet and Beside.REPLY not in beside)


def _specs(commands: Sequence[Command]) -> list[Spec]:
    return [COMMANDS[one.name] for one in commands]


def _commands(request: Request, commands: Sequence[Command]) -> CarriedOut:
    effects: list[Effect] = []
    problems: list[Problem] = []
    undo: tuple[Command, ...] = ()
    for command in commands:
        spec = COMMANDS[command.name]
        found = refused(spec, command, request) or spec.handler(command, request)
        if isinstance(found, Problem):
            problems.append(replace(found, line=command.line))
            continue
        undo = (*spec.undone_by(command, request.ticket), *undo)
        ticket = request.ticket
        for effect in found:
            ticket = evolve(ticket, effect, request.policy, request.now)
        request = replace(request, ticket=ticket)
        effects += found
    joins = {effect.person.key for effect in effects if isinstance(effect, AddParticipant)}
    leaves = {
        effect.address for effect in effects if isinstance(effect, (KeepOut, RemoveParticipant))
    }
    problems += [Problem("in_and_out", {"address": address}) for address in sorted(joins & leaves)]
    return CarriedOut(tuple(effects), tuple(problems), undo)


def _words(
    ticket: Ticket, commands: Sequence[Command], content: Content, by: Actor, policy: Policy
) -> list[Effect] | Problem:
    """What becomes of the text: a note, the reply, the resolution's words, or nothing
    where there is none."""
    text, specs = content.text, _specs(commands)
    has_files = any(not file.inline or not text for file in content.attachments)
    moves = {spec.move for spec in specs if spec.move is not None}
    again = ticket.behaviour is Status.RESOLVED and not text
    resolves = Move.RESOLVE in moves and not again  # the stars go out once
    if is_note(commands, content):
        quiet = [resolution("", "", policy)] if resolves else []
        if not text and not has_files:
            return quiet
        to = audience(ticket, policy)
        told = tell(to, "agent_note", policy, but=by.address)
        return [_kept("note", "in", content, by, ticket, policy), *told, *quiet]
    effects: list[Effect] = []
    if text or (has_files and not commands):
        effects.append(_kept("public", "out", content, by, ticket, policy))
        if by.agent and not ticket.assignee and not any(spec.chooses_assignee for spec in specs):
            effects.append(Assign(agent=by.address, why="answered first"))
    if resolves:
        author = by.address if text else ""
        return [*effects, resolution(text, author, policy, with_message=bool(text) and has_files)]
    if effects:
        mail = SendToCustomer(
            template="reply",
            automatic=False,
            text=text,
            author=by.address,
            everyone=True,
            with_message=has_files,
        )
        effects.append(mail)
        if not moves:
            if (problem := impossible(ticket, Move.AGENT_REPLY)) is not None:
                return problem
            effects += move(ticket, Move.AGENT_REPLY, f"{by.name} answered", assigned=True)
    return effects


def _kept(
    kind: str, direction: str, content: Content, by: Actor, ticket: Ticket, policy: Policy
) -> AddMessage:
    """These words, as a message of the ticket; those of no agent are the desk's own."""
    desk = Person(ticket.address, policy.desk_name)
    return AddMessage(
        kind=kind,
        direction=direction,
        sender=Person(by.address, by.name) if by.agent else desk,
        text=content.text,
        reply=content.text,
        agent=by.agent,
        has_files=bool(content.attachments),
    )
