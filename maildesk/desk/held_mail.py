"""A mail in an agent's name is held: they are asked, or hear how many they are asked about no more.

One that came with an address of their own is always told: they would believe that they have
answered. Of those that anybody can forge they are asked as often as anybody may get automatic
mails; of more they hear the number, each time that it has doubled, and the admins hear of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from maildesk.desk.answers import NotAnswered
from maildesk.desk.effects import AnswerAgent, AskToConfirm, Effect, Hold, NotifyAdmins
from maildesk.desk.policy import Agent, Policy
from maildesk.desk.problem import Problem


@dataclass(frozen=True, slots=True)
class Enough:
    """An agent was asked as often as anybody may be. `number` of mails are held in their name of
    late, this one, which is about `subject`, among them; `hour` in which that is."""

    number: int
    subject: str
    hour: str


def held(
    reason: str,
    problem: Problem,
    policy: Policy,
    *,
    agent: Agent | None = None,
    own_address: bool = False,
    enough: Enough | None = None,
) -> list[Effect]:
    """Hold the message being handled; the agent it was made out to be is told, where there is one.

    `enough`: they had as many such questions lately as anybody may get.
    """
    hold = Hold(reason=reason, words=policy.wording.english.say(problem))
    if agent is None:
        return [hold]
    if enough is not None and not own_address:
        return [hold, *_counted(agent, enough)]
    asks = AskToConfirm(
        agent=agent.address, reason=reason, problem=problem, own_address=own_address
    )
    return [hold, asks]


def told_to_writer(
    problem: Problem, agent: Agent, *, is_genuine: bool, enough: Enough | None
) -> list[Effect]:
    """What an agent hears whose name stands in From of a mail that came to a colleague's address;
    `problem` names the colleague.

    One that a server vouches for is theirs, and always told.
    """
    if enough is not None and not is_genuine:
        return _counted(agent, enough)
    owner = problem.values.get("agent", "")
    problem = Problem("colleagues_address", {"agent": owner})
    ask = AskToConfirm(
        agent=agent.address, reason="colleagues_address", problem=problem, is_genuine=is_genuine
    )
    return [ask]


def _counted(agent: Agent, enough: Enough) -> list[Effect]:
    """The agent hears how many there are, and the admins that they are asked about none of them."""
    code = "held_one" if enough.number == 1 else "held_more"
    problem = Problem(code, {"count": str(enough.number)})
    told = AnswerAgent(
        agent=agent.address,
        told=(NotAnswered(enough.subject, problem),),
        once=f"held:{agent.address}:{enough.hour}:{enough.number.bit_length()}",
        is_proved=False,
    )
    return [told, _to_admins(agent, enough.number)]


def _to_admins(agent: Agent, number: int) -> Effect:
    mails = "1 mail" if number == 1 else f"{number} mails"
    text = (
        f"{mails} in the name of {agent.name} ({agent.address}) came within a short time with "
        "nothing that proves who wrote, and nobody let them through. For now they are asked about "
        "no more of those, and hear only how many there are. Somebody may be writing in their "
        "name.\n\n"
        "`maildesk quarantine list` has what is held; `release` lets one through.\n"
    )
    subject = f"Mail in the name of {agent.name} is held"
    return NotifyAdmins(subject=subject, text=text, once=f"silent:{agent.address}")
