"""Commands about people: who has the ticket, and who outside the desk takes part in it."""

from __future__ import annotations

from maildesk.desk.commands.moves import impossible
from maildesk.desk.commands.problems import nearest, not_outside
from maildesk.desk.commands.spec import Answer, Beside, Command, Request, Spec, always
from maildesk.desk.effects import AddParticipant, Assign, Effect, KeepOut, RemoveParticipant
from maildesk.desk.filters.lookup import NOBODY, agents_named, is_me, is_nobody
from maildesk.desk.moves import move
from maildesk.desk.permissions import Permission
from maildesk.desk.problem import Problem
from maildesk.desk.ticket import Move, Person, Ticket


def _assign(command: Command, request: Request) -> Answer:
    wanted, by = command.value.strip().lower().lstrip("@"), request.by
    if _is_own(request, wanted):
        if not by.agent:
            return Problem("for_agents_only", {"command": "assign me"})
        return [Assign(agent=by.address, why=f"{by.name} took it")]
    if is_nobody(request.policy, wanted):
        return [Assign(agent="", why=f"{by.name} gave it back")]
    found = agents_named(request.policy, wanted)
    if not found:
        known = [agent.name for agent in request.policy.agents]
        return Problem("no_agent", {"word": command.value}, nearest=nearest(command.value, known))
    if len(found) > 1:
        names = " or ".join(agent.name for agent in found)
        return Problem("several_agents", {"word": command.value, "names": names})
    return [Assign(agent=found[0].address, why=f"{by.name} assigned it")]


def _is_own(request: Request, wanted: str) -> bool:
    """Whether the ticket is to be theirs who ask; who names nobody means themselves."""
    return not wanted or is_me(request.policy, wanted)


def _assigning(command: Command, request: Request) -> Permission:
    """Whoever takes a ticket, or gives back their own, gives nobody else work."""
    wanted, by = command.value.strip().lower().lstrip("@"), request.by
    named = agents_named(request.policy, wanted)
    takes = _is_own(request, wanted) or [agent.address for agent in named] == [by.address]
    gives_back = is_nobody(request.policy, wanted) and request.ticket.assignee == by.address
    return Permission.TAKE if takes or gives_back else Permission.ASSIGN


def _take(command: Command, request: Request) -> Answer:
    return _assign(Command("assign", "me", command.line), request)


def _give_back(_command: Command, before: Ticket) -> tuple[Command, ...]:
    return (Command("assign", before.assignee or NOBODY[0]),)


def _cc(command: Command, request: Request) -> Answer:
    effects: list[Effect] = []
    for word in command.value.replace(",", " ").split():
        address, leaves = word.lstrip("+-").strip("<>").lower(), word.startswith("-")
        if (problem := not_outside(word, address, request.policy, agents=leaves)) is not None:
            return problem
        if not leaves:
            effects.append(AddParticipant(person=Person(address)))
        elif address == request.ticket.requester.key:
            return Problem("requester_stays")
        else:
            effects.append(RemoveParticipant(address=address))
    return effects or Problem("needs_address", {"command": "cc", "example": "#cc +ana@example.org"})


def _cc_back(command: Command, before: Ticket) -> tuple[Command, ...]:
    back = []
    for word in command.value.replace(",", " ").split():
        address, leaves = word.lstrip("+-").strip("<>").lower(), word.startswith("-")
        if before.has_part(address) is leaves:
            back.append(f"+{address}" if leaves else f"-{address}")
    return (Command("cc", " ".join(back)),) if back else ()


def _brings_in(value: str) -> bool:
    return any(not word.startswith("-") for word in value.replace(",", " ").split())


def _let_in(command: Command, request: Request) -> Answer:
    """Those who wait take part, and what they wrote is the customer's word: the ticket moves as if
    it came now."""
    meant, ticket = _meant(command, request), request.ticket
    if isinstance(meant, Problem):
        return meant
    waiting = {person.key: person for person in ticket.waiting}
    joins: list[Effect] = [
        AddParticipant(person=waiting.get(a) or Person(a)) for a in meant if not ticket.has_part(a)
    ]
    if not any(address in waiting for address in meant):
        return joins
    if (problem := impossible(ticket, Move.REQUESTER_REPLY)) is not None:
        return problem
    return [*joins, *move(ticket, Move.REQUESTER_REPLY, f"{request.by.name} let them in")]


def _keep_out(command: Command, request: Request) -> Answer:
    meant = _meant(command, request)
    if isinstance(meant, Problem):
        return meant
    if request.ticket.requester.key in meant:
        return Problem("requester_stays")
    return [KeepOut(address=address) for address in meant]


def _let_in_again(command: Command, before: Ticket) -> tuple[Command, ...]:
    addresses = command.value.replace(",", " ").split() or [person.key for person in before.waiting]
    return (Command("letin", " ".join(addresses)),) if addresses else ()


def _meant(command: Command, request: Request) -> list[str] | Problem:
    """The addresses that are named; where none is, the one that waits."""
    waiting = [person.key for person in request.ticket.waiting]
    words = command.value.replace(",", " ").split() or waiting
    if not words:
        return Problem("nobody_waits")
    if not command.value.strip() and len(words) > 1:
        return Problem("needs_address", {"command": command.name, "example": " or ".join(words)})
    addresses = [word.strip("<>").lower() for word in words]
    for word, address in zip(words, addresses, strict=True):
        if (problem := not_outside(word, address, request.policy)) is not None:
            return problem
    return addresses


SPECS = (
    Spec(
        name="take",
        words=("take", "mine", "claim"),
        does="gives the ticket to you",
        needs=Permission.TAKE,
        for_agents=True,
        handler=_take,
        undone_by=_give_back,
    ),
    Spec(
        name="assign",
        words=("assign", "assignee", "owner"),
        argument="ben",
        does="gives it to a colleague, by name or address; to you (me), to nobody (none)",
        needs=_assigning,
        handler=_assign,
        undone_by=_give_back,
        chooses_assignee=True,
    ),
    Spec(
        name="cc",
        words=("cc", "participant"),
        argument="+eva@example.org -tom@example.org",
        does="who takes part; whoever joins gets the text of this mail, too",
        needs=Permission.PEOPLE,
        handler=_cc,
        undone_by=_cc_back,
        reaches_outside=_brings_in,
    ),
    Spec(
        name="letin",
        words=("letin", "let_in", "admit"),
        argument="lee@example.org",
        does="lets somebody new in, with your text if there is any",
        needs=Permission.PEOPLE,
        handler=_let_in,
        reaches_outside=always,
        beside=Beside.REPLY,
    ),
    Spec(
        name="keepout",
        words=("keepout", "keep_out"),
        argument="lee@example.org",
        does="keeps them out",
        needs=Permission.PEOPLE,
        handler=_keep_out,
        undone_by=_let_in_again,
    ),
)
