"""Who and what is meant, as people write it: an agent by name or address, a
reference by its number."""

from __future__ import annotations

from collections.abc import Iterable

from maildesk.desk.filters.syntax import nearest
from maildesk.desk.policy import Agent, Policy

NOBODY = ("nobody", "none", "-")


def is_nobody(policy: Policy, words: str) -> bool:
    """Whether this means that nobody is to have it, in whatever language."""
    return words.lower() in (*NOBODY, *policy.wording.called("nobody"))


def is_me(policy: Policy, words: str) -> bool:
    """Whether this means whoever says it, in whatever language."""
    return words.lower() in policy.wording.called("me")


def named(policy: Policy, written: str, names: Iterable[str]) -> str | None:
    """Which of these names is written: in any case, or as a language calls it."""
    names, key = tuple(names), written.lower()
    found = next((name for name in names if name.lower() == key), None)
    return found or next((name for name in names if key in policy.wording.called(name)), None)


def meant(policy: Policy, written: str, names: Iterable[str]) -> str:
    """The name that was probably meant, by itself or by what a language calls it; "" for none."""
    called = {word: name for name in names for word in (*policy.wording.called(name), name)}
    return called.get(nearest(written, called), "")


def agents_named(policy: Policy, words: str) -> tuple[Agent, ...]:
    """The agents of this address or name; whoever has it whole before those whose first name or
    mailbox it is."""
    return called(policy.agents, words)


def called(agents: Iterable[Agent], words: str) -> tuple[Agent, ...]:
    """The same among these agents."""
    people, wanted = tuple(agents), words.strip().lower().lstrip("@")
    whole = tuple(agent for agent in people if wanted in agent.keys or agent.name.lower() == wanted)
    return whole or tuple(
        agent
        for agent in people
        if wanted in (*agent.name.lower().split()[:1], agent.address.lower().partition("@")[0])
    )
