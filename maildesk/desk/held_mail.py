"""A mail in an agent's name is held: they are asked, or the admins hear that they no more are.

One that came with an address of their own is always told: they would believe that they have
answered. Of those that anybody can forge they hear as often as anybody may get automatic mails.
"""

from __future__ import annotations

from maildesk.desk.effects import AskToConfirm, Effect, Hold, NotifyAdmins
from maildesk.desk.policy import Agent, Policy
from maildesk.desk.problem import Problem


def held(
    reason: str,
    problem: Problem,
    policy: Policy,
    *,
    agent: Agent | None = None,
    own_address: bool = False,
    asked_enough: bool = False,
) -> list[Effect]:
    """Hold the message being handled; the agent it was made out to be is told, where there is one.

    `asked_enough`: they had as many such questions lately as anybody may get.
    """
    hold = Hold(reason=reason, words=policy.wording.english.say(problem))
    if agent is None:
        return [hold]
    if asked_enough and not own_address:
        return [hold, _silent(agent)]
    asks = AskToConfirm(
        agent=agent.address, reason=reason, problem=problem, own_address=own_address
    )
    return [hold, asks]


def told_to_writer(
    problem: Problem, agent: Agent, *, is_genuine: bool, asked_enough: bool
) -> list[Effect]:
    """What an agent hears whose name stands in From of a mail that came to a colleague's address;
    `problem` names the colleague.

    One that a server vouches for is theirs, and always told.
    """
    if asked_enough and not is_genuine:
        return [_silent(agent)]
    owner = problem.values.get("agent", "")
    problem = Problem("colleagues_address", {"agent": owner})
    ask = AskToConfirm(
        agent=agent.address, reason="colleagues_address", problem=problem, is_genuine=is_genuine
    )
    return [ask]


def _silent(agent: Agent) -> Effect:
    """The admins hear that mail in this agent's name is held of which the agent hears no more."""
    text = (
        f"So much mail in the name of {agent.name} ({agent.address}) was held within a short time "
        "that they are told of no more for now: nothing proves that it is theirs, and it came "
        "without a reply address of theirs. Somebody may be writing in their name. If "
        f"{agent.name} did write it, nobody else knows.\n\n"
        "`maildesk quarantine list` has it; `release` lets one through.\n"
    )
    subject = f"Mail in the name of {agent.name} is held"
    return NotifyAdmins(subject=subject, text=text, once=f"silent:{agent.address}")
