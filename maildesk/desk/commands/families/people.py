"""Commands about people: who has the ticket, and who outside the desk takes part in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from maildesk.desk.commands import values
from maildesk.desk.commands.families.moves import impossible
from maildesk.desk.commands.joining import joined, known_as, not_theirs, parted
from maildesk.desk.commands.spec import Answer, Beside, Command, Request, Setting, Spec, always
from maildesk.desk.commands.teams import Team, given_to, sets_of
from maildesk.desk.commands.values import People, Who
from maildesk.desk.effects import (
    AddParticipant,
    Assign,
    Effect,
    KeepOut,
    Record,
    RemoveParticipant,
    SetRequester,
)
from maildesk.desk.filters.lookup import NOBODY
from maildesk.desk.moves import move
from maildesk.desk.permissions import Permission
from maildesk.desk.policy import Agent
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Reason
from maildesk.desk.senders.contacts import as_known, with_address
from maildesk.desk.senders.same_name import has_other_name
from maildesk.desk.ticket import Move, Person, Ticket


def _assign(value: Agent | Who | Team, request: Request) -> Answer:
    """To this agent, to whoever asks, to nobody, to a team. A rule gives its reason; else it is who
    did it."""
    if isinstance(value, Team):
        return given_to(value, request)
    by, before = request.by, request.ticket.assignee
    if value is Who.ME and not by.agent:
        return Problem("for_agents_only", {"command": "assign me"})
    wanted, why = _address(value, request), request.why
    if not why and not wanted:
        owner = request.policy.agent(before)
        other = owner.name if owner else before
        gives_back = before in ("", by.address)
        why = Reason("gave_back" if gives_back else "taken_off", {"agent": by.name, "other": other})
    elif not why:
        why = Reason("took" if wanted == by.agent else "assigned", {"agent": by.name})
    return [Assign(agent=wanted, why=why)]


def _address(value: Agent | Who, request: Request) -> str:
    if isinstance(value, Agent):
        return value.address
    return request.by.agent if value is Who.ME else ""


def _assigning(value: Agent | Who | Team | None, request: Request) -> Permission:
    """Whoever takes a ticket, or gives back their own, gives nobody else work; whoever gives it to
    a queue moves it."""
    if isinstance(value, Team):
        return Permission.MOVE if value.is_queue else Permission.ASSIGN
    if value is None or _address(value, request) == request.by.agent != "":
        return Permission.TAKE
    gives_back = value is Who.NOBODY and request.ticket.assignee == request.by.address
    return Permission.TAKE if gives_back or value is Who.ME else Permission.ASSIGN


def _sets_assignee(value: Agent | Who | Team, request: Request) -> Iterable[Setting]:
    if isinstance(value, Team):
        return sets_of(value, request)
    return (("assignee", _address(value, request)),)


def _takes(_command: Command, _policy: object) -> Who:
    return Who.ME


def _give_back(value: Agent | Who | Team, before: Ticket) -> tuple[Command, ...]:
    moves = isinstance(value, Team) and value.is_queue
    back = (Command("queue", before.queue),) if moves else ()
    return (*back, Command("assign", before.assignee or NOBODY[0]))


def _cc(value: People, request: Request) -> Answer:
    effects: list[Effect] = []
    for address, joins in value:
        if joins:
            effects.append(AddParticipant(person=Person(address)))
        elif address == request.ticket.requester.key:
            return Problem("requester_stays")
        else:
            effects.append(RemoveParticipant(address=address))
    return effects


def _cc_back(value: People, before: Ticket) -> tuple[Command, ...]:
    back = [f"{'-' if on else '+'}{one}" for one, on in value if before.has_part(one) is not on]
    return (Command("cc", " ".join(back)),) if back else ()


def _brings_in(value: People) -> bool:
    return any(joins for _, joins in value)


def _sets_people(value: People, _request: Request) -> Iterable[Setting]:
    return ((f"person:{address}", joins) for address, joins in value)


def _customer(value: tuple[str, ...], request: Request) -> Answer:
    """The address of a customer of whom there was none, or another one of theirs, which is joined
    with the former; who waits with it is let in.

    Where it bears another person's name the ticket is that person's: no two people are made one.
    """
    if len(value) != 1:
        word = replace(Command("customer"), line=request.line).word
        return Problem("needs_address", {"command": word, "example": "ana@example.org"})
    (address,), requester = value, request.ticket.requester
    if address == requester.key:
        return []
    if (problem := not_theirs(address, request)) is not None:
        return problem
    let_in = _let_in_if_waiting(address, request)
    if isinstance(let_in, Problem):
        return let_in
    known = known_as(address, request)
    if not requester.has_no_address and has_other_name(known, requester):
        other = as_known(Person(address, known.name), request.policy, request.joined)
        return [*let_in, SetRequester(person=other, had_part=True)]
    person = with_address(requester, address, request.policy, request.joined)
    return [*let_in, SetRequester(person=person), *joined(address, request)]


def _let_in_if_waiting(address: str, request: Request) -> Answer:
    """Whoever waits takes part; of anybody else nothing is said."""
    waits = any(person.key == address for person in request.ticket.waiting)
    return _let_in((address,), request) if waits else []


def _also(value: People, request: Request) -> Answer:
    """Further addresses of the customer, and such that are not theirs after all."""
    effects: list[Effect] = []
    for address, joins in value:
        found = _joins(address, request) if joins else parted(address, request)
        if isinstance(found, Problem):
            return found
        effects += found
    return effects


def _joins(address: str, request: Request) -> Answer:
    requester = request.ticket.requester
    if requester.has_no_address:
        return Problem("no_customer_address", {"name": requester.name})
    problem = not_theirs(address, request)
    let_in = problem or _let_in_if_waiting(address, request)
    return let_in if isinstance(let_in, Problem) else [*let_in, *joined(address, request)]


def _sets_also(value: People, _request: Request) -> Iterable[Setting]:
    return ((f"also:{address}", joins) for address, joins in value)


def _customer_back(value: tuple[str, ...], before: Ticket) -> tuple[Command, ...]:
    """To the former address; nobody has part in the ticket by it who had none."""
    if before.requester.has_no_address or len(value) != 1 or value[0] == before.requester.key:
        return ()
    leaves = () if before.has_part(value[0]) else (Command("cc", f"-{value[0]}"),)
    return (Command("customer", before.requester.address), *leaves)


def _sets_customer(value: tuple[str, ...], _request: Request) -> Iterable[Setting]:
    return (("requester", value),)


def _let_in(value: tuple[str, ...], request: Request) -> Answer:
    """Those who wait take part, and what they wrote is the customer's word.

    The ticket moves as if it came now, unless it is said how it is to stand. Whoever was kept
    out is let in again; somebody who never wrote is not, for a slip in the address would bring
    in a stranger.
    """
    meant, ticket = _meant("letin", value, request), request.ticket
    if isinstance(meant, Problem):
        return meant
    waiting = {person.key: person for person in ticket.waiting}
    for address in meant:
        if not (address in waiting or address in ticket.kept_out or ticket.has_part(address)):
            return Problem("never_waited", {"address": address})
    joins: list[Effect] = [
        Record(what="let_in", detail={"address": a})
        if ticket.has_part(a)
        else AddParticipant(person=waiting.get(a) or Person(a))
        for a in meant
    ]
    if request.is_moved or not any(address in waiting for address in meant):
        return joins
    if (problem := impossible(ticket, Move.REQUESTER_REPLY)) is not None:
        return problem
    why = request.why or Reason("let_in", {"agent": request.by.name})
    return [*joins, *move(ticket, Move.REQUESTER_REPLY, why)]


def _keep_out(value: tuple[str, ...], request: Request) -> Answer:
    meant = _meant("keepout", value, request)
    if isinstance(meant, Problem):
        return meant
    if request.ticket.requester.key in meant:
        return Problem("requester_stays")
    return [KeepOut(address=address) for address in meant]


def _let_in_again(value: tuple[str, ...], before: Ticket) -> tuple[Command, ...]:
    addresses = value or tuple(person.key for person in before.waiting)
    return (Command("letin", " ".join(addresses)),) if addresses else ()


def _meant(name: str, value: tuple[str, ...], request: Request) -> tuple[str, ...] | Problem:
    """The addresses that are named; where none is, the one that waits."""
    waiting = tuple(person.key for person in request.ticket.waiting)
    if value or len(waiting) == 1:
        return value or waiting
    if not waiting:
        return Problem("nobody_waits")
    word = replace(Command(name), line=request.line).word
    return Problem("needs_address", {"command": word, "example": ", ".join(waiting)})


def _sets_in(value: tuple[str, ...], request: Request) -> Iterable[Setting]:
    meant = _meant("letin", value, request)
    return () if isinstance(meant, Problem) else ((f"person:{one}", True) for one in meant)


def _sets_out(value: tuple[str, ...], request: Request) -> Iterable[Setting]:
    meant = _meant("keepout", value, request)
    return () if isinstance(meant, Problem) else ((f"person:{one}", False) for one in meant)


SPECS = (
    Spec(
        name="take",
        words=("take", "mine", "claim"),
        does="gives the ticket to you",
        needs=Permission.TAKE,
        for_agents=True,
        reads=_takes,
        handler=_assign,
        sets=_sets_assignee,
        undone_by=_give_back,
        takes_value=False,
    ),
    Spec(
        name="assign",
        words=("assign", "assignee", "owner"),
        argument="ben",
        does="gives it to a colleague, by name or address; to you (me), nobody (none), a team",
        needs=_assigning,
        reads=values.assignee,
        handler=_assign,
        sets=_sets_assignee,
        undone_by=_give_back,
        chooses_assignee=True,
    ),
    Spec(
        name="cc",
        words=("cc", "participant"),
        argument="+eva@example.org -tom@example.org",
        does="who takes part; whoever joins gets the text of this mail, too",
        needs=Permission.PEOPLE,
        reads=values.people,
        handler=_cc,
        sets=_sets_people,
        undone_by=_cc_back,
        reaches_outside=_brings_in,
    ),
    Spec(
        name="customer",
        words=("customer", "requester"),
        argument="dora@example.org",
        does="the customer's address: the first that is known, or a new one; your text goes there",
        needs=Permission.PEOPLE,
        reads=values.addresses,
        handler=_customer,
        sets=_sets_customer,
        undone_by=_customer_back,
        reaches_outside=always,
        beside=Beside.REPLY,
    ),
    Spec(
        name="also",
        words=("also",),
        argument="ana@home.example",
        does="the customer's other address, in all tickets (- takes it off); lets them in with it",
        needs=Permission.PEOPLE,
        reads=values.people,
        handler=_also,
        sets=_sets_also,
        reaches_outside=_brings_in,
        beside=Beside.REPLY,
    ),
    Spec(
        name="letin",
        words=("letin", "let_in", "admit"),
        argument="lee@example.org",
        does="lets somebody in who wrote and waits, with your text if there is any",
        needs=Permission.PEOPLE,
        reads=values.addresses,
        handler=_let_in,
        sets=_sets_in,
        reaches_outside=always,
        beside=Beside.REPLY,
    ),
    Spec(
        name="keepout",
        words=("keepout", "keep_out"),
        argument="lee@example.org",
        does="keeps them out",
        needs=Permission.PEOPLE,
        reads=values.addresses,
        handler=_keep_out,
        sets=_sets_out,
        undone_by=_let_in_again,
    ),
)
