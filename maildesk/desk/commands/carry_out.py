"""What an agent asks for, all of it: commands and the text beside them become effects, or problems
and nothing at all.

Each command finds the ticket as those above it leave it; two that contradict each other are not
done. The text becomes the answer in the desk's name, a note, or the resolution's words, as the
commands say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from maildesk.desk.commands import teams
from maildesk.desk.commands.allowed import not_theirs
from maildesk.desk.commands.contradictions import contradictions
from maildesk.desk.commands.families import undo
from maildesk.desk.commands.families.canned import woven
from maildesk.desk.commands.families.delete import is_delete
from maildesk.desk.commands.families.moves import Moved, impossible, is_way_back
from maildesk.desk.commands.families.notices import taken_back
from maildesk.desk.commands.families.recipients import named_to, readdressed
from maildesk.desk.commands.families.undo import beside, is_undo
from maildesk.desk.commands.mentions import Mentioned, mentioned, told_of_note
from maildesk.desk.commands.spec import About, Beside, Command, Given, Request, Spec
from maildesk.desk.commands.table import COMMANDS, given, handled, to_everybody
from maildesk.desk.effects import (
    AddMessage,
    AddParticipant,
    AnswerAgent,
    Assign,
    Effect,
    JoinAddress,
    LinkTicket,
    PartAddress,
    SendToCustomer,
    SetRequester,
)
from maildesk.desk.evolve import evolve, evolved
from maildesk.desk.mails.readers import only
from maildesk.desk.mails.room import fits
from maildesk.desk.merging.merge_effects import GiveBack, TakeIn, UnlinkTicket
from maildesk.desk.moves import move, resolution
from maildesk.desk.notices.notice_effects import Choose, policy_after
from maildesk.desk.permissions import Deed, Permission, refusal, unproved
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Reason, moment
from maildesk.desk.ticket import Move, Person, Status, Ticket
from maildesk.mail.html.sanitize import NOTHING, SafeHtml

if TYPE_CHECKING:
    from maildesk.desk.actor import Actor
    from maildesk.desk.policy import Policy
    from maildesk.mail.message import Attachment

# what beside an undo says that somebody else has taken that part back already
_UNDONE_SINCE = ("not_joined", "not_linked", "not_merged_here", "nothing_merged", "already_merged")


@dataclass(frozen=True, slots=True)
class Content:
    """The text beside the commands, and its files.

    `is_note`: it is one unless a command says that it is a reply. `had`: who had the message that
    it answers, folded; empty: unknown, and everybody gets it.
    """

    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    is_note: bool = False
    had: frozenset[str] = frozenset()
    html: SafeHtml = NOTHING  # the same words as they look, where that is not as plain ones do


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """The effects, or why there are none; and what would take them back, the last first. `text` is
    what somebody is to read of it, `sets` what of the ticket it was asked to set, `remarks` what
    the one who asked should know beside that."""

    effects: tuple[Effect, ...] = ()
    problems: tuple[Problem, ...] = ()
    undo: tuple[Command, ...] = ()
    text: str = ""
    sets: tuple[str, ...] = ()
    remarks: tuple[Problem, ...] = ()


def carry_out(
    request: Request,
    commands: Sequence[Command],
    content: Content,
    problems: Sequence[Problem] = (),
) -> CarriedOut:
    """All of it, or nothing and every reason why not; `problems` are those known already."""
    if is_undo(commands):
        commands = (*commands, *beside(request))
    read, unread = _read(commands, request.policy)
    done = _commands(request, _way_back_first(read))
    reached = evolved(request.ticket, done.effects, request.policy, request.now)
    words = woven(
        _texts(commands), content.text, read, replace(request, ticket=reached or request.ticket)
    )
    text = words.text
    found = [*problems, *unread, *(contradictions(read, request) or done.problems)]
    found += _may_not_write(request, commands, content, text)
    if (closed := _not_theirs(request, commands, content, text)) is not None:
        found = [closed]  # of a ticket that is none of theirs nothing else is said
    if not (text or commands or content.attachments or found):
        found.append(Problem("nothing_to_send"))
    empty = next((one for one in commands if COMMANDS[one.name].beside is Beside.NOTE), None)
    if empty is not None and not (text or content.attachments or found):
        found.append(Problem("needs_note", {"command": empty.word}, empty.line))
    if is_undo(commands) and (text or content.attachments or _others(request, commands)):
        found.append(Problem("undo_alone"))
    if is_delete(commands) and (text or content.attachments or len(commands) > 1):
        found.append(Problem("delete_alone"))
    if not fits(text):
        found.append(Problem("text_too_long"))
    # they get the words beside it
    joins = [one for one in done.effects if isinstance(one, (AddParticipant, SetRequester))]
    joining = tuple(one.person for one in joins) + _with_a_ticket(done.effects)
    own = content.html if text == content.text.strip() else NOTHING
    content = replace(content, text=text, html=words.html or own)
    mentions = _mentions(request, commands, content)
    said = [] if found else _words(request, read, content, joining, mentions)
    said = said if found else readdressed(said, read, joining)
    if _reaches_nobody(said, reached or request.ticket):
        found.append(Problem("no_customer_address", {"name": request.ticket.requester.name}))
    if isinstance(said, Problem):
        found.append(said)
    if found or isinstance(said, Problem):
        return CarriedOut(problems=tuple(found))
    others = [effect for effect in done.effects if effect not in joins]
    sets = tuple(name for one in read for name, _ in one.spec.sets(one.value, request))
    effects = (*joins, *said, *in_one_mail(others))
    remarks = (*mentions.remarks, *teams.remarks(read, request, others))
    remarks = (*remarks, *_asleep(request, reached))
    remarks = (*remarks, *undo.remarks(request)) if is_undo(commands) else remarks
    return CarriedOut(effects, undo=done.undo, text=text, sets=sets, remarks=remarks)


def _others(request: Request, commands: Sequence[Command]) -> bool:
    """Whether anything stands beside an undo but what it consists of itself."""
    return len(commands) > 1 + len(beside(request))


def _with_a_ticket(effects: Sequence[Effect]) -> tuple[Person, ...]:
    """Who joins since their ticket is part of this one now."""
    return tuple(p for one in effects if isinstance(one, TakeIn) for p in one.taken.people)


def _asleep(request: Request, reached: Ticket | None) -> Iterator[Problem]:
    """Until when it sleeps now, and that what was promised goes on running."""
    until = reached.snoozed_until if reached is not None else None
    if until is not None and until != request.ticket.snoozed_until:
        yield Problem("asleep_until", {"until": moment(until, request.policy.tz)})


def _mentions(request: Request, commands: Sequence[Command], content: Content) -> Mentioned:
    """Whom the words mention; those of an answer mention nobody."""
    if not content.text or not is_note(commands, content):
        return Mentioned()
    return mentioned(content.text, request.ticket, request.policy, request.by)


def _reaches_nobody(said: list[Effect] | Problem, ticket: Ticket) -> bool:
    """Whether these are words for a customer of whom no address is known, and nobody else has
    part in the ticket."""
    if isinstance(said, Problem) or any(not p.has_no_address for p in ticket.participants):
        return False
    answers = (one for one in said if isinstance(one, SendToCustomer) and one.author)
    return any(not one.context.get("to") for one in answers)


def _read(commands: Sequence[Command], policy: Policy) -> tuple[list[Given], list[Problem]]:
    """The commands with what their values mean, and what is wrong with the others."""
    found = [(one, given(one, policy)) for one in commands]
    problems = [replace(p, line=one.line) for one, p in found if isinstance(p, Problem)]
    return [one for _, one in found if isinstance(one, Given)], problems


def _way_back_first(commands: Sequence[Given]) -> list[Given]:
    """The same; among the moves those come first that merely take the ticket up again."""
    moves = [one for one in commands if isinstance(one.value, Moved)]
    in_order = iter(sorted(moves, key=lambda one: not is_way_back(one.value)))
    return [next(in_order) if isinstance(one.value, Moved) else one for one in commands]


def _not_theirs(
    request: Request, commands: Sequence[Command], content: Content, text: str
) -> Problem | None:
    """Why this ticket is none of theirs, where anything of this is about it."""
    if is_undo(commands) and request.undoes is not None:
        return None  # they did that themselves, and may have moved it out of their own sight
    touches = any(spec.about is not About.NO_TICKET for spec in _specs(commands)) or not commands
    return not_theirs(request) if touches or text or content.attachments else None


def _may_not_write(
    request: Request, commands: Sequence[Command], content: Content, text: str
) -> list[Problem]:
    """What keeps the one who asks from writing these words, if there are any."""
    if not (text or content.attachments):
        return []
    is_inside, by, policy = is_note(commands, content), request.by, request.policy
    needs, deed = (Permission.NOTE, Deed.NOTE) if is_inside else (Permission.ANSWER, Deed.REPLY)
    missing = refusal(by, needs, policy) or unproved(by, deed, policy.trust.levels)
    return [missing] if missing is not None else []


def in_one_mail(effects: Sequence[Effect]) -> list[Effect]:
    """The same; whatever an agent asked for comes in one mail, in the place of the first answer."""
    answers = [one for one in effects if isinstance(one, AnswerAgent)]
    if len(answers) < 2:
        return list(effects)
    whole = replace(answers[0], told=tuple(told for one in answers for told in one.told))
    return [
        whole if one is answers[0] else one
        for one in effects
        if not isinstance(one, AnswerAgent) or one is answers[0]
    ]


def own_words(commands: Sequence[Command], text: str) -> str:
    """What the one who asks has written themselves: values that are text, then the text."""
    return "\n".join((*_texts(commands), text)).strip()


def _texts(commands: Sequence[Command]) -> list[str]:
    return [one.value for one in commands if COMMANDS[one.name].value_is_text and one.value]


def is_note(commands: Sequence[Command], content: Content) -> bool:
    """Whether only colleagues read the text.

    Nobody writes to a spammer: what stands beside #spam is meant for them, too.
    """
    beside = {spec.beside for spec in _specs(commands)}
    quiet = content.is_note or Beside.QUIET in beside
    return Beside.NOTE in beside or (quiet and Beside.REPLY not in beside)


def _specs(commands: Sequence[Command]) -> list[Spec]:
    return [COMMANDS[one.name] for one in commands]


def _commands(request: Request, commands: Sequence[Given]) -> CarriedOut:
    effects: list[Effect] = []
    problems: list[Problem] = []
    undo: tuple[Command, ...] = ()
    request = replace(request, is_moved=any(isinstance(one.value, Moved) for one in commands))
    undoes = is_undo(one.command for one in commands)
    for one in commands:
        found = handled(one, replace(request, line=one.command.written))
        if isinstance(found, Problem):
            if undoes and found.code in _UNDONE_SINCE:
                continue
            problems.append(replace(found, line=one.command.line))
            continue
        undo = (*one.spec.undone_by(one.value, request.ticket), *_back(found), *undo)
        ticket, policy = request.ticket, request.policy
        for effect in found:
            ticket = evolve(ticket, effect, policy, request.now)
            policy = policy_after(policy, effect)
        request = replace(request, ticket=ticket, policy=policy)
        effects += found
    return CarriedOut(tuple(effects), tuple(problems), undo)


def _back(effects: Sequence[Effect]) -> list[Command]:
    """What takes back, in whichever command, that addresses were joined or taken apart, that
    tickets were linked or not any more, and that one was taken out again: of what was so before
    there is nothing to take back. So it is with what an agent chose of their notices."""
    joined = [e for e in effects if isinstance(e, JoinAddress) and e.is_new]
    parted = [e for e in effects if isinstance(e, PartAddress)]
    values = {
        "also": [f"-{e.address}" for e in joined] + [f"+{e.address}" for e in parted],
        "unlink": [e.reference for e in effects if isinstance(e, LinkTicket)],
        "link": [e.reference for e in effects if isinstance(e, UnlinkTicket)],
        "merge": [e.other.reference for e in effects if isinstance(e, GiveBack)],
    }
    chosen = [taken_back(e) for e in effects if isinstance(e, Choose)]
    return chosen + [Command(name, " ".join(found)) for name, found in values.items() if found]


def _words(
    request: Request,
    commands: Sequence[Given],
    content: Content,
    joining: Sequence[Person],
    mentions: Mentioned,
) -> list[Effect] | Problem:
    """What becomes of the text: a note, the reply, the resolution's words, or nothing."""
    ticket, by, policy = request.ticket, request.by, request.policy
    text, written = content.text, [one.command for one in commands]
    has_files = bool(content.attachments)  # which of them are logos is found where they are passed
    moves = {one.value.how for one in commands if isinstance(one.value, Moved)}
    queue = next((one.value for one in commands if one.command.name == "queue"), ticket.queue)
    again = ticket.behaviour is Status.RESOLVED and not text
    resolves = Move.RESOLVE in moves and not again  # the stars go out once
    if is_note(written, content):
        quiet = [resolution("", "", policy, queue)] if resolves else []
        if not text and not has_files:
            return quiet
        kept = _kept("note", "in", content, by, ticket, policy)
        kept = replace(kept, mentions=tuple(agent.address for agent in mentions.agents))
        return [kept, *told_of_note(mentions, request), *quiet]
    effects: list[Effect] = []
    if text or (has_files and not commands):
        effects.append(_kept("public", "out", content, by, ticket, policy))
        chooses = any(one.spec.chooses_assignee for one in commands)
        if by.agent and not ticket.assignee and not chooses:
            effects.append(Assign(agent=by.address, why=Reason("answered_first")))
    to_all = to_everybody(written)
    to = named_to(commands, joining)
    to = to or (() if to_all else only(ticket, content.had, joining))
    if resolves and effects and to and ticket.requester.key not in to:
        # the requester hears that it is resolved, and not what was said to somebody else
        apart = _reply(content, by, to, has_files=has_files)
        return [*effects, apart, resolution("", "", policy, queue)]
    if resolves:
        author = by.address if text else ""
        files = bool(text) and has_files
        told_so = resolution(text, author, policy, queue, with_message=files, html=content.html)
        return [*effects, told_so]
    if effects:
        effects.append(_reply(content, by, to, has_files=has_files))
        if not moves:
            if (problem := impossible(ticket, Move.AGENT_REPLY)) is not None:
                return problem
            why = Reason("answered", {"agent": by.name})
            effects += move(ticket, Move.AGENT_REPLY, why, assigned=True)
    return effects


def _reply(content: Content, by: Actor, to: tuple[str, ...], *, has_files: bool) -> Effect:
    """The answer, to these who take part; to nobody in particular: to everybody."""
    return SendToCustomer(
        template="reply",
        automatic=False,
        text=content.text,
        html=content.html,
        author=by.address,
        everyone=True,
        only=to,
        with_message=has_files,
    )


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
