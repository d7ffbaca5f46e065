"""What the receipt says of a command whose doing no field of the ticket shows: what is so now, and
what was before. Of one that changed nothing it says that, for "done" alone would be none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from maildesk.desk.commands.table import given
from maildesk.desk.effects import Effect, Follow, LinkTicket, NotifyAgents, RenewAddresses
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.merging.merge_effects import GiveBack, SplitOff, TakeIn, UnlinkTicket
from maildesk.desk.problem import Problem
from maildesk.desk.undo.facets import changed, is_facet

if TYPE_CHECKING:
    from maildesk.desk.commands.spec import Command, Given, Request
    from maildesk.desk.ticket import Ticket

SPLIT_OFF = "split_off"  # whose ticket is known once it is opened
_SAME, _NOT = "before_same", "before_not"


def outcome(
    command: Command, effects: Sequence[Effect], request: Request, after: Ticket
) -> tuple[Problem, ...]:
    """What there is to say of this command, beside the fields that it has changed."""
    if command.name == "undo":
        told = (say(effects, request, None) for say in (_follows, _linked, _merged))
        return tuple(one for found in told for one in found)
    one = given(command, request.policy)
    if isinstance(one, Problem):
        return ()
    say = _SAYS.get(command.name)
    found = tuple(say(effects, request, one)) if say is not None else ()
    return found or _as_before(one, request, after)


def _as_before(one: Given, request: Request, after: Ticket) -> tuple[Problem, ...]:
    """That nothing is other than before, of what it was to set."""
    wanted = [name for name, _ in one.spec.sets(one.value, request) if is_facet(name)]
    other = changed(request.ticket, after)
    is_same = bool(wanted) and not any(name in other for name in wanted)
    return (Problem("was_so_before"),) if is_same else ()


def _follows(effects: Iterable[Effect], request: Request, one: Given | None) -> Iterator[Problem]:
    reference, policy = request.ticket.called, request.policy
    for effect in effects:
        if not isinstance(effect, Follow):
            continue
        if one is not None and effect.on is not (one.command.name == "follow"):
            continue
        agent = policy.agent(effect.agent)
        is_own = effect.agent == request.by.agent
        followed = effect.agent in request.ticket.followers
        code = ("you_follow" if is_own else "they_follow") + ("" if effect.on else "_not")
        values = {"name": agent.name if agent is not None else effect.agent}
        was = _SAME if followed is effect.on else _NOT if effect.on else "before_so"
        yield Problem(code, {**values, "reference": reference, "before": was})


def _linked(effects: Iterable[Effect], request: Request, one: Given | None) -> Iterator[Problem]:
    kinds = {LinkTicket: "linked_with", UnlinkTicket: "linked_no_more"}
    news = {
        e.reference: kinds[type(e)] for e in effects if isinstance(e, LinkTicket | UnlinkTicket)
    }
    for reference in _named(one, request) if one is not None else news:
        values = {"reference": reference}
        code = news.get(reference, "linked_as_before")
        yield Problem(code, values)


def _merged(effects: Iterable[Effect], request: Request, one: Given | None) -> Iterator[Problem]:
    named = _named(one, request) if one is not None else ()
    for effect in effects:
        if isinstance(effect, TakeIn | GiveBack):
            if one is not None and isinstance(effect, TakeIn) is not (one.command.name == "merge"):
                continue
            if named and effect.other.reference not in named:
                continue
            code = "part_of" if isinstance(effect, TakeIn) else "part_no_more"
            values = {"reference": effect.other.reference, "ticket": request.ticket.called}
            yield Problem(code, values)


def _named(one: Given, request: Request) -> tuple[str, ...]:
    """The tickets that its value names, by their references."""
    words = one.value if isinstance(one.value, tuple) else ()
    known = request.others.named
    return tuple(dict.fromkeys(known[word].ticket.reference for word in words if word in known))


def _split(effects: Iterable[Effect], request: Request, _one: Given | None) -> Iterator[Problem]:
    for effect in effects:
        if isinstance(effect, SplitOff):
            name = effect.said.sender.name or effect.said.sender.address
            yield Problem(SPLIT_OFF, {"name": name, "ticket": request.ticket.called})


def _escalated(
    effects: Iterable[Effect], request: Request, _one: Given | None
) -> Iterator[Problem]:
    mail = mail_of("escalated")
    told = (e for e in effects if isinstance(e, NotifyAgents) and mail_of(e.template) is mail)
    agents = (request.policy.agent(address) for one in told for address in one.agents)
    names = ", ".join(agent.name for agent in agents if agent is not None)
    yield Problem("escalated_to", {"names": names}) if names else Problem("escalated_to_admins")


def _renewed(effects: Iterable[Effect], _request: Request, _one: Given | None) -> Iterator[Problem]:
    if any(isinstance(one, RenewAddresses) for one in effects):
        yield Problem("renewed_now")


def _quiet(_effects: Iterable[Effect], _request: Request, _one: Given | None) -> Iterator[Problem]:
    yield Problem("told_nothing")


_Says = Callable[[Sequence[Effect], "Request", "Given | None"], Iterable[Problem]]
_SAYS: Mapping[str, _Says] = {
    "follow": _follows,
    "unfollow": _follows,
    "link": _linked,
    "unlink": _linked,
    "merge": _merged,
    "unmerge": _merged,
    "split": _split,
    "escalate": _escalated,
    "renew": _renewed,
    "quiet": _quiet,
}
