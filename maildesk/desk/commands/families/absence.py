"""Commands about oneself and no ticket: away, back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from maildesk.desk.answers import Done
from maildesk.desk.commands import values
from maildesk.desk.commands.spec import About, Answer, Command, Request, Setting, Spec
from maildesk.desk.effects import AnswerAgent, SetAbsences
from maildesk.desk.policy import Absence, Agent, Policy
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Reason, moment
from maildesk.desk.sla.coming import Coming, NotUnderstood, moment_of, plain, read_coming
from maildesk.desk.ticket import Ticket

_MOST_NAMES = 8


@dataclass(frozen=True, slots=True)
class Stay:
    """What was written: until when, and from when on where that is said."""

    until: Coming
    since: Coming | None = None


def _read(command: Command, policy: Policy) -> Stay | Problem:
    """`until friday`, `3 days`, or two days with a word between them."""
    words, units = policy.wording.moments, policy.wording.units
    parts = command.value.split()
    for at in range(1, len(parts) - 1):
        if words.get(plain(parts[at])) != "until" and parts[at] not in ("-", "–"):
            continue
        try:
            since = read_coming(" ".join(parts[:at]), words, units)
            return Stay(read_coming(" ".join(parts[at + 1 :]), words, units), since)
        except NotUnderstood:
            continue
    until = values.coming(command, policy)
    return until if isinstance(until, Problem) else Stay(until)


def _away(value: Stay, request: Request) -> Answer:
    """Nothing is given to them until then; absences that touch this one make way for it."""
    policy, now = request.policy, request.now
    agent = policy.agent(request.by.agent)
    if agent is None:
        return Problem("for_agents_only", {"command": "away"})
    calendar = policy.calendars.get(agent.hours) if agent.hours else policy.office
    first = values.as_meant(value.since, request) if value.since is not None else None
    last = values.as_meant(value.until, request)
    since = now if first is None else values.ahead(lambda: _begins(first, request), now)
    if isinstance(since, Problem):
        return since
    begin = max(since, now)
    until = values.ahead(lambda: moment_of(last, begin, policy.tz, calendar), now)
    if isinstance(until, Problem):
        return until
    others = [one for one in _said(agent, request) if not _touch(one, since, until)]
    absence = Absence(until, since)
    absences = tuple(sorted((*others, absence), key=lambda one: one.until))
    code = "away_from" if since > now else "away_until"
    told = {"since": moment(since, policy.tz), "until": moment(until, policy.tz)}
    said = [Reason(code, told), _stand_in(agent, policy, max(since, now))]
    return [SetAbsences(agent=agent.address, absences=absences), _told(request, said)]


def _begins(coming: Coming, request: Request) -> datetime:
    """When the first day begins; a day that has begun counts from now."""
    now, tz = request.now, request.policy.tz
    if coming.minute is not None or coming.length is not None:
        return moment_of(coming, now, tz)
    if coming.days is not None:
        return moment_of(replace(coming, minute=0), now, tz) if coming.days else now
    midnight = datetime.combine(now.astimezone(tz).date(), time(), tz)
    return max(now, moment_of(replace(coming, minute=0), midnight - timedelta(seconds=1), tz))


def _touch(one: Absence, since: datetime, until: datetime) -> bool:
    return one.until >= since and (one.since is None or one.since <= until)


def _said(agent: Agent, request: Request) -> tuple[Absence, ...]:
    """What they said before, as far as it is not over."""
    known = request.policy.absences.get(agent.address.lower(), ())
    return tuple(one for one in known if one.until > request.now)


def _stand_in(agent: Agent, policy: Policy, at: datetime) -> Reason:
    """Who is there of those who work the same queues."""
    names: dict[str, None] = {}
    for queue in policy.queues:
        workers = policy.agents_of(queue)
        if agent in workers:
            names |= {a.name: None for a in workers if policy.back_at(a, at) is None}
    names.pop(agent.name, None)
    if not names:
        return Reason("nobody_stands_in")
    shown = ", ".join(list(names)[:_MOST_NAMES])
    return Reason("stand_in", {"names": f"{shown} …" if len(names) > _MOST_NAMES else shown})


def _back(_value: str, request: Request) -> Answer:
    """They are here again; with no absence that holds, those to come are called off."""
    policy, now = request.policy, request.now
    agent = policy.agent(request.by.agent)
    if agent is None:
        return Problem("for_agents_only", {"command": "back"})
    known = _said(agent, request)
    left = tuple(one for one in known if not one.holds(now))
    if not known:
        return Problem("away_by_file" if agent.back_at(now) is not None else "not_away")
    said = [Reason("back_again" if len(left) < len(known) else "away_called_off")]
    absences = left if len(left) < len(known) else ()
    if (until := agent.back_at(now)) is not None:
        said.append(Reason("away_in_file", {"until": moment(until, policy.tz)}))
    return [SetAbsences(agent=agent.address, absences=absences), _told(request, said)]


def told_of(absences: Iterable[Absence], request: Request) -> tuple[Reason, ...]:
    """That these absences hold from now on, and no others."""
    tz, now = request.policy.tz, request.now
    said = tuple(
        Reason(
            "away_from" if one.since is not None and one.since > now else "away_until",
            {"since": moment(one.since or now, tz), "until": moment(one.until, tz)},
        )
        for one in absences
        if one.until > now
    )
    if said:
        return said
    agent = request.policy.agent(request.by.agent)
    was_away = agent is not None and any(one.holds(now) for one in _said(agent, request))
    return (Reason("back_again" if was_away else "away_called_off"),)


def _told(request: Request, said: Iterable[Reason]) -> AnswerAgent:
    return AnswerAgent(agent=request.by.address, told=(Done(request.line, tuple(said)),))


def _sets(value: Stay, _request: Request) -> Iterable[Setting]:
    return (("away", value),)


def _sets_back(_value: str, _request: Request) -> Iterable[Setting]:
    return (("away", None),)


def _undo(_value: Stay, _before: Ticket) -> tuple[Command, ...]:
    return (Command("back"),)


SPECS = (
    Spec(
        name="away",
        words=("away", "absent"),
        argument="until friday",
        does="you are away until then: nothing is given to you meanwhile",
        needs=None,
        for_agents=True,
        reads=_read,
        handler=_away,
        sets=_sets,
        undone_by=_undo,
        about=About.NO_TICKET,
        tells_itself=True,
    ),
    Spec(
        name="back",
        words=("back", "here"),
        does="you are here again",
        needs=None,
        for_agents=True,
        handler=_back,
        sets=_sets_back,
        about=About.NO_TICKET,
        takes_value=False,
        tells_itself=True,
    ),
)
