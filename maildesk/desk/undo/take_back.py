"""What becomes of a ticket when somebody takes back what they did to it.

Theory of operation. An act is remembered with what it changed, before and after. Taken back, each
value that is still what the act made of it becomes what it was. What somebody has changed since is
theirs: it stays, and they are named. So the rest is done, and not nothing: the values do not depend
on each other, and an answer that still waits must be stopped whatever else has happened.

An answer that is out cannot be had back. Then what came with it (the ticket was taken up, and given
to who answered) stays, too, and only what the commands beside it asked for is put back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from maildesk.desk import effects as fx
from maildesk.desk.evolve import ARCHIVED, CUSTOM
from maildesk.desk.policy import Policy
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Reason
from maildesk.desk.senders.contacts import with_address
from maildesk.desk.ticket import KIND_OF_SNOOZE, NO_ADDRESS, Person, Ticket
from maildesk.desk.undo import undo_effects as ufx
from maildesk.desk.undo.facets import FIELDS, IN, LABEL, OUT, PERSON, WAITING, facets
from maildesk.desk.undo.past_act import PastAct

_WITH_AN_ANSWER = ("assignee", "status")  # what an answer changes by itself


def put_back(act: PastAct) -> tuple[str, ...]:
    """The facets that would be put back, if nobody has changed them since."""
    return tuple(name for name in act.changed if _is_wanted(act, name) and _is_possible(act, name))


def _is_wanted(act: PastAct, name: str) -> bool:
    """Whether it is to be as it was: beside an answer that is out, what was asked for alone; so,
    too, where somebody has answered since."""
    if name in act.sets or (name == "resolution" and "status" in act.sets):
        return True
    if _comes_with_a_ticket(act, name):
        return name == "spent" and act.spent != 0
    last = act.wrote[1]
    is_answered = act.mails == "out" or (last is not None and last > act.at)
    return act.message is None or not is_answered


def _comes_with_a_ticket(act: PastAct, name: str) -> bool:
    """Whether taking that ticket out again, or in, takes this back: once is enough."""
    if not any(command in ("merge", "unmerge") for command, _ in act.undo):
        return False
    if name == "assignee":
        return act.message is None  # else they may have got it by answering
    return name in ("spent", "category", "type") or name.startswith((PERSON, LABEL, CUSTOM))


def _is_possible(act: PastAct, name: str) -> bool:
    """Whether it can be: what somebody wrote before they were let in has been passed on."""
    before, after = act.changed[name]
    if name.startswith(PERSON):
        return not (before.startswith(WAITING) and after.startswith(IN))
    return not (name == "requester" and before == NO_ADDRESS)


def stays(act: PastAct, ticket: Ticket, policy: Policy) -> tuple[Problem, ...]:
    """What cannot be taken back: mail that is out, and what came with it."""
    if act.mails != "out":
        return ()
    people = {one.key: one.name for one in (ticket.requester, *ticket.participants)}
    who = ", ".join(people.get(one.lower()) or one for one in act.readers)
    found = [Problem("mail_is_out", {"who": who})] if who else []
    wanted = (*put_back(act), "resolution")
    for name in (one for one in act.changed if one not in wanted and one in _WITH_AN_ANSWER):
        value = facets(ticket).get(name, "")
        agent = policy.agent(value) if name == "assignee" and value else None
        said = {"what": f"field_{name}", "value": agent.name if agent else value or "nobody"}
        found.append(Problem("came_with_answer", said))
    return tuple(found)


def obstacle(act: PastAct | None, policy: Policy, now: datetime) -> Problem | None:
    """Why nothing at all can be taken back; None: something can."""
    if act is None:
        return Problem("nothing_to_undo")
    if act.undone_at is not None:
        return Problem("undone_before")
    if now > act.at + policy.periods.undo:
        return Problem("undo_too_late")
    if act.mails != "waiting" and not (put_back(act) or act.undo):
        return Problem("cannot_be_undone")
    return None


def effects(
    act: PastAct, ticket: Ticket, policy: Policy, at: datetime, line: str, name: str
) -> list[fx.Effect] | Problem:
    """What takes the act back, of this ticket as it stands now, `at`; `name`: who asks."""
    now, why = facets(ticket), Reason("undone", {"agent": name})
    wanted = put_back(act)
    mine = [one for one in wanted if one == "spent" or now.get(one, "") == act.changed[one][1]]
    others = [one for one in wanted if one not in mine]
    # what is as before already, since it woke or somebody put it back, is not worth a word
    changed = [one for one in others if now.get(one, "") != act.changed[one][0]]
    left = tuple(_left(act, one, now, policy) for one in changed)
    withdraws = act.mails == "waiting"
    if not (mine or withdraws or act.undo):
        return Problem("all_changed_since", {"who": ", ".join(_names(act, others))})
    first, last = act.wrote
    found: list[fx.Effect] = [
        ufx.TakeBack(
            act=act.id,
            lines=(line,),
            withdraws=withdraws,
            message=act.message if withdraws else None,
            first_response_at=first,
            agent_wrote_at=last,
            left=left,
        )
    ]
    for one in sorted(mine, key=lambda one: one != "requester"):
        found += _back(act, one, ticket, policy, at, why)
    return found


def _left(act: PastAct, name: str, now: Mapping[str, str], policy: Policy) -> Problem:
    """What stays as it is, for somebody has changed it since."""
    kind, _, rest = name.partition(":")
    what = f"field_{kind}" if not name.startswith(CUSTOM) else name.removeprefix(CUSTOM)
    value = rest if name.startswith(LABEL) else now.get(name, "")
    if name.startswith(PERSON):
        value = rest
    if name == "asleep":
        until = datetime.fromisoformat(value).astimezone(policy.tz) if value else None
        value = f"{until:%Y-%m-%d %H:%M}" if until is not None else "asleep_no"
    who = act.others.get(name) or "–"
    return Problem("changed_since", {"what": what, "value": value or "empty", "who": who})


def _names(act: PastAct, changed: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(act.others.get(one) or "–" for one in changed)


def _back(
    act: PastAct, name: str, ticket: Ticket, policy: Policy, at: datetime, why: Reason
) -> Iterator[fx.Effect]:
    """What makes this facet what it was; `at`: now."""
    before, after = act.changed[name]
    if name == "status":
        stood = act.stood
        yield ufx.PutBack(
            status=policy.behaves(before),
            name=before,
            since=act.at,
            resolved_at=stood.resolved_at,
            closed_at=stood.closed_at,
            surveyed=stood.surveyed,
            why=why,
        )
    elif name == "assignee":
        yield fx.Assign(agent=before, why=why)
    elif name in (ARCHIVED, *FIELDS) or name.startswith(CUSTOM):
        yield fx.SetField(name=name, value=before)
    elif name.startswith(LABEL):
        yield fx.Label(name=before or after, on=bool(before))
    elif name == "asleep":
        yield from _asleep(before, at, why)
    elif name == "spent":
        comes_with_a_ticket = _comes_with_a_ticket(act, name)
        own = -act.spent if comes_with_a_ticket else int(before) - int(after)
        yield fx.SpendTime(seconds=own)
    elif name == "requester":
        yield fx.SetRequester(person=with_address(ticket.requester, before, policy), had_part=True)
        if f"{PERSON}{after}" not in act.changed:
            yield fx.RemoveParticipant(address=after)
    elif name.startswith(PERSON):
        yield from _person(name.removeprefix(PERSON), before)


def _asleep(before: str, at: datetime, why: Reason) -> Iterator[fx.Effect]:
    """It sleeps until then, or no more: also where that moment has gone by."""
    until = datetime.fromisoformat(before) if before else None
    if until is None or until <= at:
        yield fx.Snooze(until=None, why=why)
        yield fx.CancelClock(kind=KIND_OF_SNOOZE)
    else:
        yield fx.Snooze(until=until, why=why)
        yield fx.StartClock(kind=KIND_OF_SNOOZE, due_at=until)


def _person(address: str, before: str) -> Iterator[fx.Effect]:
    """This person takes part again, waits again, is kept out again, or has no part again."""
    how, _, name = before.partition(" ")
    person = Person(address, name)
    if how == IN:
        yield fx.AddParticipant(person=person)
    elif how == WAITING:
        yield fx.AskToJoin(person=person)
    elif how == OUT:
        yield fx.KeepOut(address=address)
    else:
        yield fx.RemoveParticipant(address=address)
