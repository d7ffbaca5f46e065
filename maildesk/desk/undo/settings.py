"""What a mail changed of what an agent set for themselves, and how that is put back.

A setting that has been changed once more since then stays, as with tickets: it is theirs, too, and
the rest does not depend on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from maildesk.desk.answers import Done
from maildesk.desk.commands.families.absence import told_of
from maildesk.desk.commands.families.notices import restored, word_of
from maildesk.desk.effects import AnswerAgent, Effect, SetAbsences
from maildesk.desk.notices.choices import DIGEST, OFF
from maildesk.desk.notices.notice_effects import Choose, SetDigest
from maildesk.desk.policy import Absence
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Reason, Why

if TYPE_CHECKING:
    from maildesk.desk.commands.spec import Request
    from maildesk.desk.policy import Agent, Policy

AWAY = "away"
Set = Mapping[str, str | None]  # what is set, by its name; None: as the files say


@dataclass(frozen=True, slots=True)
class Changed:
    """A setting before and after a mail, as the database keeps it; None: as the files say."""

    name: str
    before: str | None
    after: str | None


def changes(agent: Agent, policy: Policy, effects: Iterable[Effect]) -> tuple[Changed, ...]:
    """What these change of this agent's settings; `policy` as it was before."""
    was = _now(agent, policy)
    after: dict[str, str | None] = {}
    for effect in effects:
        if isinstance(effect, Choose) and effect.agent == agent.address:
            after[effect.name] = effect.value
        elif isinstance(effect, SetDigest) and effect.agent == agent.address:
            after[DIGEST] = OFF if effect.minute is None else str(effect.minute)
        elif isinstance(effect, SetAbsences) and effect.agent == agent.address:
            after[AWAY] = _written(effect.absences)
    return tuple(
        Changed(name, was.get(name), word) for name, word in after.items() if word != was.get(name)
    )


def written(changed: Changed) -> str:
    """The change as one line of text."""
    return "; ".join((changed.name, changed.before or "", changed.after or ""))


def read(lines: Iterable[str]) -> tuple[Changed, ...]:
    """The changes that were written so."""
    found = ([part.strip() for part in line.split(";")] for line in lines)
    return tuple(Changed(p[0], p[1] or None, p[2] or None) for p in found if len(p) == 3)


def put_back(found: Sequence[Changed], agent: Agent, request: Request) -> list[Effect]:
    """What makes each of these what it was before, with the answer that says so."""
    now = _now(agent, request.policy)
    said: list[Why] = []
    effects: list[Effect] = []
    for one in found:
        if now.get(one.name) == one.before:
            continue
        if now.get(one.name) != one.after:
            what = word_of(one.name, agent, request.policy)
            said.append(Reason("set_since", {"what": f"#{what}"}))
            continue
        for effect in _back(one, agent, request):
            if isinstance(effect, AnswerAgent):
                said += [why for done in effect.told if isinstance(done, Done) for why in done.said]
            else:
                effects.append(effect)
    said = said or [Reason("as_before_already")]
    told = AnswerAgent(agent=agent.address, told=(Done(request.line, tuple(said)),))
    return [*effects, told]


def _back(one: Changed, agent: Agent, request: Request) -> Iterator[Effect]:
    if one.name != AWAY:
        found = restored(one.name, one.before, agent, request)
        yield from () if isinstance(found, Problem) else found
        return
    absences = _read(one.before)
    yield SetAbsences(agent=agent.address, absences=absences)
    said: tuple[Reason, ...] = told_of(absences, request)
    yield AnswerAgent(agent=agent.address, told=(Done(request.line, said),))


def _now(agent: Agent, policy: Policy) -> Set:
    return {**policy.chosen_by(agent), AWAY: _written(policy.absences.get(agent.address.lower()))}


def _written(absences: Iterable[Absence] | None) -> str | None:
    texts = (
        f"{one.since.isoformat() if one.since else ''}/{one.until.isoformat()}"
        for one in absences or ()
    )
    return " ".join(texts) or None


def _read(text: str | None) -> tuple[Absence, ...]:
    pairs = (one.split("/") for one in (text or "").split())
    moment = datetime.fromisoformat
    return tuple(Absence(moment(until), moment(since) if since else None) for since, until in pairs)
