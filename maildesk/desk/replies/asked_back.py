"""What an agent's mail asks for and is not done without another word of theirs: it is held, they
are shown what would happen, and one tap lets it through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from maildesk.desk.commands.families.belonging import MIXES
from maildesk.desk.commands.families.delete import ASKS as DELETES
from maildesk.desk.effects import Effect, Hold, NotifyAgents

if TYPE_CHECKING:
    from maildesk.desk.facts import MessageFromAgent
    from maildesk.desk.policy import Policy
    from maildesk.desk.problem import Problem

# the problem, which is also why the mail is held, and the mail that asks
ASKED: Mapping[str, NotifyAgents] = {
    MIXES: NotifyAgents(agents=(), template="agent_mixes"),
    DELETES: NotifyAgents(agents=(), template="agent_delete"),
}


def asked_back(
    fact: MessageFromAgent, problems: Sequence[Problem], policy: Policy
) -> list[Effect] | None:
    """The question, where it is all that stands in the way; else None."""
    codes = {one.code for one in problems}
    code = next(iter(codes), "")
    if len(codes) != 1 or code not in ASKED:
        return None
    context: dict[str, object] = {"problems": tuple(problems), "goes": fact.others.goes}
    context["lines"] = tuple(one.line for one in problems)
    return [
        Hold(reason=code, words=policy.wording.english.say_all(problems)),
        replace(ASKED[code], agents=(fact.agent.address,), context=context),
    ]
