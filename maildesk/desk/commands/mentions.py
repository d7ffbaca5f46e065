"""`@ben` in a note: a colleague who is told of it, whether or not they would hear of the ticket.

`@Ben Carter`, `@"Ben Carter"`, `@ben@desk.example`: by name, by first name where it is one agent's
alone, by address. Only notes are read so: in an answer to the customer it is a word like any other.
What is quoted or code mentions nobody, and neither does the second half of an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from maildesk.desk.commands.problems import nearest
from maildesk.desk.commands.values import folded
from maildesk.desk.effects import Effect
from maildesk.desk.filters.lookup import agents_named
from maildesk.desk.mails.recipients import hearing, may_hear, tell, wanting
from maildesk.desk.problem import Problem

if TYPE_CHECKING:
    from maildesk.desk.actor import Actor
    from maildesk.desk.commands.spec import Request
    from maildesk.desk.policy import Agent, Policy
    from maildesk.desk.ticket import Ticket

_AT = re.compile(r"(?<![\w.@/+-])@(?=[\w\"“„«])")
_QUOTED = re.compile(r"[\"“„«]\s?([^\"“”„«»\n]{1,80}?)\s?[\"“”»]")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WORD = re.compile(r"\w[\w.-]*")
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_MOST_WORDS = 4  # of a name
_MOST = 20  # mentions of one note


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Who is to be told, and what the one who wrote should know of the others."""

    agents: tuple[Agent, ...] = ()
    remarks: tuple[Problem, ...] = ()


def mentioned(text: str, ticket: Ticket, policy: Policy, by: Actor) -> Mentioned:
    """Whom these words of a note mention."""
    agents: dict[str, Agent] = {}
    remarks: dict[str, Problem] = {}
    for word, found in _mentions(text, policy):
        if len(found) != 1:
            remarks.setdefault(word, _unclear(word, found, policy))
            continue
        (agent,) = found
        if agent.address == by.agent or agent.address in agents:
            continue
        values = {"name": agent.name, "reference": ticket.called}
        if not may_hear(agent, ticket, policy):
            remarks.setdefault(agent.address, Problem("mention_unseen", values))
        elif not wanting((agent.address,), "mention", policy):
            remarks.setdefault(agent.address, Problem("mention_unwanted", values))
        else:
            agents[agent.address] = agent
    return Mentioned(tuple(agents.values()), tuple(remarks.values()))


def told_of_note(one: Mentioned, request: Request) -> list[Effect]:
    """Who is mentioned is told so; everybody else who hears of the ticket, of a note."""
    policy, by = request.policy, request.by
    apart = tuple(agent.address for agent in one.agents)
    others = [
        address for address in hearing(request.ticket, policy, request.now) if address not in apart
    ]
    return [
        *tell(apart, "agent_mentioned", policy, but=by.address),
        *tell(others, "agent_note", policy, but=by.address),
    ]


def _unclear(word: str, found: tuple[Agent, ...], policy: Policy) -> Problem:
    if found:
        names = tuple(agent.name for agent in found)
        return Problem("mention_several", {"word": word}, known=names)
    names = tuple(agent.name for agent in policy.agents)
    first = {name.split()[0]: name for name in names}
    close = nearest(word, names) or first.get(nearest(word, first), "")
    return Problem("mention_unknown", {"word": word}, nearest=close)


def _mentions(text: str, policy: Policy) -> Iterator[tuple[str, tuple[Agent, ...]]]:
    """What stands behind each sign, and the agents who may be meant."""
    fenced, count = False, 0
    for line in text.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        if fenced or line.lstrip().startswith(">"):
            continue
        for sign in _AT.finditer(line):
            if (count := count + 1) > _MOST:
                return
            yield _meant(line[sign.end() :], policy)


def _meant(rest: str, policy: Policy) -> tuple[str, tuple[Agent, ...]]:
    """As much of these words as is a name, and whose it is."""
    if (found := _QUOTED.match(rest) or _ADDRESS.match(rest)) is not None:
        word = found[found.lastindex or 0].rstrip(".-")
        return word, agents_named(policy, word)
    words = [one[0].rstrip(".-") for one in _WORD.finditer(rest[:100])][:_MOST_WORDS]
    for count in range(len(words), 1, -1):
        key = folded(" ".join(words[:count]))
        whole = tuple(agent for agent in policy.agents if folded(agent.name) == key)
        if whole:
            return " ".join(words[:count]), whole
    word = words[0] if words else ""
    plain = agents_named(policy, word)
    return word, plain or _without_accents(word, policy)


def _without_accents(word: str, policy: Policy) -> tuple[Agent, ...]:
    bare = tuple(replace(agent, name=folded(agent.name)) for agent in policy.agents)
    keys = {agent.address for agent in bare if agent.name.split()[:1] == [folded(word)]}
    return tuple(agent for agent in policy.agents if agent.address in keys)
