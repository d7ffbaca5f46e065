"""Canned replies in an answer: `#canned activation-help` or `/activation-help`, on the first lines
or on a line within the text.

Alone, `#canned` brings the list. The reply is written in the customer's language, and stands where
its line stood, between the agent's own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maildesk.desk.answers import ShownCanned
from maildesk.desk.commands.problems import nearest
from maildesk.desk.commands.spec import About, Answer, Command, Given, Request, Spec
from maildesk.desk.effects import AnswerAgent
from maildesk.desk.problem import Problem
from maildesk.desk.replies.canned import Lacks, chosen, key_of, shortcuts, variable
from maildesk.mail.html.markdown import Written, plain
from maildesk.mail.html.sanitize import NOTHING, SafeHtml

if TYPE_CHECKING:
    from maildesk.desk.policy import Policy
    from maildesk.desk.ticket import Ticket

NAME = "canned"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the answer: the agent's words, or a canned reply, which has HTML."""

    words: Written
    is_canned: bool = False


def _reads(command: Command, policy: Policy) -> str | Problem:
    """The shortcut as its file has it; empty: their list is wanted."""
    written = command.value.strip().strip("/.!,;").strip()
    known = {key_of(one): one for one in shortcuts(policy.canned)}
    if not written or key_of(written) in known:
        return known.get(key_of(written), "")
    if not known:
        return Problem("no_canned_at_all", {"word": written})
    close = nearest(written, known.values(), "/")
    names = tuple(f"/{one}" for one in known.values())
    return Problem("no_canned", {"word": written}, nearest=close, known=names)


def _handled(shortcut: str, request: Request) -> Answer:
    """Nothing beside the text, which is put together with everything else (see `carry_out`)."""
    if not shortcut:
        asked = ShownCanned(request.line, request.ticket.category)
        return [AnswerAgent(agent=request.by.address, told=(asked,))]
    # one that is about to be opened, by a mail that is passed on, has a customer and no number yet
    if not (request.ticket.id or request.ticket.requester.address):
        return Problem("needs_ticket", {"command": NAME})
    made = _written(shortcut, request, request.ticket)
    return made if isinstance(made, Problem) else []


def _written(shortcut: str, request: Request, ticket: Ticket) -> Written | Problem:
    """The reply for this customer, or what it lacks."""
    policy = request.policy
    languages = (ticket.language, policy.default_language, *policy.languages)
    reply = chosen(policy.canned, shortcut, languages)
    if reply is None:
        return Problem("no_canned", {"word": shortcut})
    made = reply.write(_values(request, ticket))
    if not isinstance(made, Lacks):
        return made
    values = {"reply": reply.shortcut, "variable": made.variable, "file": reply.file}
    return Problem("canned_lacks" if made.variable else "canned_broken", values)


def lacks_nothing(shortcut: str, request: Request) -> bool:
    """Whether this reply can be written for the ticket's customer as the ticket stands."""
    return not isinstance(_written(shortcut, request, request.ticket), Problem)


def _values(request: Request, ticket: Ticket) -> dict[str, str]:
    policy, by = request.policy, request.by
    desk = policy.desk_address(ticket.address)
    ours = (desk.name if desk else "") or policy.desk_name
    agent = by.name if by.agent else ours
    name = ticket.requester.name
    words = name.split()
    own = {variable(field): ticket.fields.get(field, "") for field in policy.custom_fields}
    return {
        **own,
        "customer_name": name,
        "customer_first_name": words[0] if len(words) > 1 and "," not in name else name,
        "ticket_id": ticket.reference,
        "ticket_subject": ticket.subject,
        "agent_name": agent,
        "agent_first_name": agent.split()[0] if by.agent else agent,
        "desk_name": ours,
    }


def woven(values: Sequence[str], text: str, commands: Iterable[Given], request: Request) -> Written:
    """The whole answer: `values` of other commands, the text, and canned replies where they stood;
    those of the first lines above the text. One that cannot be written is left out."""
    ours = [one for one in commands if one.spec.name == NAME and one.value]
    if not ours:
        return Written("\n".join((*values, text)).strip())
    pieces = [Piece(Written(one)) for one in values]
    pieces += _canned([one for one in ours if one.command.below is None], request)
    lines, at = text.split("\n"), 0
    for one in (one for one in ours if one.command.below is not None):
        below = min(one.command.below or 0, len(lines))
        pieces.append(Piece(Written("\n".join(lines[at:below]).strip("\n"))))
        pieces += _canned([one], request)
        at = below
    pieces.append(Piece(Written("\n".join(lines[at:]).strip("\n"))))
    there = [one for one in pieces if one.words.text.strip()]
    whole = "\n\n".join(one.words.text.strip("\n") for one in there)
    page = "\n".join(one.words.html or plain(one.words.text) for one in there)
    return Written(whole, SafeHtml(page) if any(one.is_canned for one in there) else NOTHING)


def _canned(commands: Iterable[Given], request: Request) -> list[Piece]:
    made = (_written(one.value, request, request.ticket) for one in commands)
    return [Piece(one, is_canned=True) for one in made if isinstance(one, Written)]


SPECS = (
    Spec(
        name=NAME,
        words=("canned", "snippet"),
        argument="activation-help",
        does="puts a canned reply into your answer; alone it brings you their list",
        needs=None,
        reads=_reads,
        handler=_handled,
        about=About.NO_TICKET,
        lists_alone=True,
    ),
)
