"""A name that imitates one of us: an agent, the desk or an address of the desk, beside an address
that is not theirs.

Agents read the name and hardly the address; a mail "from Ben Okafor" that says "please send me the
list" is believed. It goes on as any other mail does, for two people may have one name, but whoever
reads it is told.
"""

from __future__ import annotations

from functools import lru_cache

from maildesk.desk.policy import Policy
from maildesk.mail.lookalike import skeleton, words_of


def imitated(name: str, address: str, policy: Policy) -> str:
    """Whom of us the name of this sender, or the address itself, looks like; empty where nobody, or
    where it is theirs."""
    if policy.agent(address) is not None or policy.is_ours(address):
        return ""
    agents = tuple([agent.name for agent in policy.agents])
    names = (policy.desk_name, *(one.name for one in policy.addresses))
    return _looks_like(name, address, agents, tuple(policy.own_addresses), names)


@lru_cache(256)  # every mail of an act asks for the same sender
def _looks_like(
    name: str, address: str, agents: tuple[str, ...], ours: tuple[str, ...], names: tuple[str, ...]
) -> str:
    words = words_of(name)
    line = skeleton(name) if name else ""
    for agent in agents:
        if words and _is_name(words, words_of(agent)):
            return agent
    looks_like = skeleton(address)
    for own in ours:
        looks = skeleton(own)
        if looks in line or looks == looks_like:
            return own
    return next((own for own in names if words and _is_name(words, words_of(own))), "")


def _is_name(words: tuple[str, ...], own: tuple[str, ...]) -> bool:
    """Whether these are the words of our name in any order, perhaps among others; one word alone
    may be many people's."""
    if not own:
        return False
    if len(own) > 1 and set(own) <= set(words):
        return True
    return "".join(words) in ("".join(own), "".join(reversed(own)))
