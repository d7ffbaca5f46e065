"""Commands about two tickets: merge, unmerge, link, unlink, split.

The ticket in which a command is written is the one that stays and keeps its number; the others are
named behind it. They were read and locked before (`Request.others`). A ticket that the one who asks
may not see is none for them: they are told the same as of a number that nobody has.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from maildesk.desk.commands import values
from maildesk.desk.commands.spec import About, Answer, Command, Request, Setting, Spec, always
from maildesk.desk.effects import Effect, LinkTicket, Record, SendToCustomer
from maildesk.desk.evolve import evolve
from maildesk.desk.filters.visibility import may_see
from maildesk.desk.mails.loop_limits import never_answered
from maildesk.desk.mails.recipients import tell
from maildesk.desk.merging.merge_effects import (
    GiveBack,
    MergeInto,
    On,
    SplitOff,
    StandApart,
    TakeIn,
    UnlinkTicket,
)
from maildesk.desk.merging.mixing import strangers_to_each_other
from maildesk.desk.merging.others import Merged, Named
from maildesk.desk.merging.taken import taken
from maildesk.desk.permissions import Permission
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Reason
from maildesk.desk.ticket import Person, Status, Ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from maildesk.desk.policy import Policy

SPLIT = "split"
MIXES = "mixes_customers"  # the problem that whoever asks may confirm
_ENDED = (Status.CLOSED, Status.SPAM)
_MOST_MESSAGES = 100_000
_MOST_NAMED = 5  # people whom a question names


def _merge(value: tuple[str, ...], request: Request) -> Answer:
    """These tickets become part of the one in which it is written. All of them, or none."""
    ticket, effects = request.ticket, list[Effect]()
    if (problem := _cannot_be_merged(ticket)) is not None:
        return problem
    told: set[str] = set()
    for word in value:
        other = _mergeable(word, replace(request, ticket=ticket))
        if isinstance(other, Problem):
            return other
        for effect in _merged(ticket, other, request, told):
            ticket = evolve(ticket, effect, request.policy, request.now)
            effects.append(effect)
    return effects


def _cannot_be_merged(ticket: Ticket) -> Problem | None:
    if not ticket.id:
        return Problem("needs_ticket", {"command": "merge"})
    if ticket.behaviour not in _ENDED:
        return None
    values = {"reference": ticket.reference, "status": ticket.behaviour.value}
    return Problem("cannot_merge", values)


def _mergeable(word: str, request: Request) -> Ticket | Problem:
    """The ticket that this word names, if it may be merged into the one of the request."""
    ticket, found = request.ticket, _named(word, request)
    if isinstance(found, Problem):
        return found
    other = found.ticket
    if other.id == ticket.id:
        return Problem("merge_itself", {"reference": ticket.reference})
    if found.into:
        return Problem("already_merged", {"reference": other.reference, "into": found.into})
    if (problem := _cannot_be_merged(other)) is not None:
        return problem
    strangers = strangers_to_each_other(ticket, other, request.policy)
    if strangers and not request.others.is_confirmed:
        return _mixes(ticket, other, strangers)
    return other


def _named(word: str, request: Request) -> Named | Problem:
    """The ticket that this word names, if they may see it."""
    found, policy, by = request.others.named.get(word), request.policy, request.by
    agent = policy.agent(by.agent) if by.agent else None
    if found is None or (agent is not None and not may_see(agent, found.ticket, policy)):
        return Problem("no_ticket_seen", {"word": word})
    return found


def _mixes(ticket: Ticket, other: Ticket, strangers: tuple[Person, ...]) -> Problem:
    names = [one.name or one.address for one in strangers[:_MOST_NAMED]]
    more = ["…"] if len(strangers) > _MOST_NAMED else []
    people = ", ".join((*names, *more))
    return Problem(
        MIXES, {"reference": ticket.reference, "other": other.reference, "people": people}
    )


def _merged(ticket: Ticket, other: Ticket, request: Request, told: set[str]) -> list[Effect]:
    policy = request.policy
    effects: list[Effect] = [
        TakeIn(other=other, taken=taken(ticket, other)),
        On(ticket=other, effect=MergeInto(into=ticket)),
    ]
    person = other.requester
    if policy.merge_told and not (
        person.has_no_address or person.key in told or never_answered(person.address, policy)
    ):
        told.add(person.key)
        mail = SendToCustomer(
            template="ticket_merged", once=f"merged:{ticket.id}", context={"into": ticket.reference}
        )
        effects.append(On(ticket=other, effect=mail))
    return [*effects, *_colleagues("was_merged", ticket, other, request)]


def _colleagues(code: str, ticket: Ticket, other: Ticket, request: Request) -> list[Effect]:
    """Who has either of them hears of it, but for the one who did it."""
    owners = dict.fromkeys(one for one in (ticket.assignee, other.assignee) if one)
    values = {"agent": request.by.name, "reference": other.reference, "ticket": ticket.reference}
    context = {"reason": Reason(code, values)}
    return tell(owners, "agent_merged", request.policy, but=request.by.address, context=context)


def _unmerge(value: tuple[str, ...], request: Request) -> Answer:
    """These stand by themselves again; where none is named, the one that was merged last."""
    effects: list[Effect] = []
    merged = request.others.merged
    ticket = request.ticket
    if not merged:
        return Problem("nothing_merged", {"reference": ticket.reference})
    for word in value or ("",):
        one = _part(word, request) if word else merged[-1]
        if isinstance(one, Problem):
            return one
        effects += [
            GiveBack(other=one.other, taken=one.taken),
            On(ticket=one.other, effect=StandApart(was_in=ticket, taken=one.taken)),
            *_colleagues("was_unmerged", ticket, one.other, request),
        ]
    return effects


def _part(word: str, request: Request) -> Merged | Problem:
    """The part of the ticket that this word names; the ticket itself means the last."""
    found, merged = request.others.named.get(word), request.others.merged
    if found is None:
        return Problem("no_ticket_seen", {"word": word})
    if found.ticket.id == request.ticket.id:
        return merged[-1]
    part = next((one for one in merged if one.other.id == found.ticket.id), None)
    if part is not None:
        return part
    values = {"reference": found.ticket.reference, "ticket": request.ticket.reference}
    return Problem("not_merged_here", values)


def _link(value: tuple[str, ...], request: Request) -> Answer:
    """These belong together, and each says so."""
    return _both_sides(value, request, links=True)


def _unlink(value: tuple[str, ...], request: Request) -> Answer:
    return _both_sides(value, request, links=False)


def _both_sides(value: tuple[str, ...], request: Request, *, links: bool) -> Answer:
    ticket, effects = request.ticket, list[Effect]()
    for word in value:
        found = _named(word, request)
        if isinstance(found, Problem):
            return found
        other = found.ticket
        if other.id == ticket.id:
            return Problem("link_itself", {"reference": ticket.reference})
        stands = other.reference in request.others.linked
        if not links and not stands:
            values = {"reference": other.reference, "ticket": ticket.reference}
            return Problem("not_linked", values)
        if stands is links:
            continue
        one = LinkTicket if links else UnlinkTicket
        effects.append(one(reference=other.reference))
        if ticket.id:
            there = Record(what="linked" if links else "unlinked", detail=_to(ticket))
            effects.append(On(ticket=other, effect=there))
    return effects


def _to(ticket: Ticket) -> dict[str, str]:
    return {"to": ticket.reference}


def _merge_back(value: tuple[str, ...], _before: Ticket) -> tuple[Command, ...]:
    return (Command("unmerge", " ".join(value)),)


def _sets(kind: str, *, on: bool) -> Callable[[tuple[str, ...], Request], Iterable[Setting]]:
    return lambda value, _request: ((f"{kind}:{word.lower()}", on) for word in value)


def _number(command: Command, _policy: Policy) -> int | Problem | None:
    """Which message of the conversation, counted from its beginning; none: the one that the mail
    answers."""
    written = command.value.strip().strip("#.")
    if not written:
        return None
    known = written.isdecimal() and 0 < int(written) < _MOST_MESSAGES
    return int(written) if known else Problem("no_message", {"word": written})


def _split(value: int | None, request: Request) -> Answer:
    """That message becomes a ticket of its own, if somebody outside wrote it and it is not all
    there is."""
    said, ticket = request.others.said, request.ticket
    if not ticket.id:
        return Problem("needs_ticket", {"command": "split"})
    if said is None or not said.is_theirs:
        return Problem("no_message", {"word": str(value or "")})
    if said.sender.has_no_address:
        return Problem("no_customer_address", {"name": said.sender.name})
    if said.is_only:
        return Problem("only_message", {"reference": ticket.reference})
    return [SplitOff(said=said)]


SPECS = (
    Spec(
        name="merge",
        words=("merge",),
        argument="TKT-0009 TKT-0012",
        does="makes these tickets part of this one, which keeps its number",
        needs=Permission.MERGE,
        reads=values.references,
        handler=_merge,
        sets=_sets("merged", on=True),
        undone_by=_merge_back,
        reaches_outside=always,
        about=About.TWO,
    ),
    Spec(
        name="unmerge",
        words=("unmerge",),
        argument="TKT-0009",
        does="takes a ticket out again: that one, or the one that was merged last",
        needs=Permission.MERGE,
        reads=values.references_if_any,
        handler=_unmerge,
        sets=_sets("merged", on=False),
        about=About.TWO,
    ),
    Spec(
        name="link",
        words=("link",),
        argument="TKT-0007",
        does="says that these belong together; each stays a ticket of its own",
        needs=Permission.CHANGE,
        reads=values.references,
        handler=_link,
        sets=_sets("linked", on=True),
        about=About.TWO,
    ),
    Spec(
        name="unlink",
        words=("unlink",),
        argument="TKT-0007",
        does="says that they do not belong together after all",
        needs=Permission.CHANGE,
        reads=values.references,
        handler=_unlink,
        sets=_sets("linked", on=False),
        about=About.TWO,
    ),
    Spec(
        name="split",
        words=("split",),
        does="makes the message that you answer a ticket of its own; #split 3: the third message",
        needs=Permission.MERGE,
        reads=_number,
        handler=_split,
        about=About.TWO,
    ),
)
