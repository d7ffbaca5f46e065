"""A command about an agent and no ticket, outside of any mail: away, back, digest, bundle …

What it does is decided as if the agent had written it alone in a mail to the desk; no answer is
mailed, for the door shows it, in English.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from maildesk.desk.actor import COMMAND_LINE, agent_acts
from maildesk.desk.answers import Done, NotAnswered, ShownNotices
from maildesk.desk.asked import answered
from maildesk.desk.commands.command_lines import CommandLines
from maildesk.desk.commands.receipt import AboutAgent, MailOut
from maildesk.desk.effects import AnswerAgent
from maildesk.pipeline.act import in_one_transaction
from maildesk.pipeline.apply import apply
from maildesk.pipeline.transaction import New, Target, Transaction
from maildesk.store import agents

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.desk.commands.spec import Command
    from maildesk.desk.mails.wording import Language
    from maildesk.desk.policy import Agent, Policy
    from maildesk.pipeline.services import Services


def carried_out(
    services: Services,
    agent: Agent,
    command: Command,
    english: Language | None = None,
    *,
    dry: bool = False,
) -> AboutAgent:
    """Do it in this agent's name; `dry`: everything is tried and nothing is done. `english`: how
    that is to be said, else as to the agent."""
    said = english or services.keeper.current.policy.wording.english
    work = partial(_within, services=services, agent=agent, command=command, english=said, dry=dry)
    done, kicks = in_one_transaction(services, work, dry=dry)
    for row_id in kicks:
        services.kick("deliver", row_id)
    return done


def _within(
    conn: Connection,
    services: Services,
    agent: Agent,
    command: Command,
    english: Language,
    *,
    dry: bool,
) -> tuple[AboutAgent, list[int]]:
    policy, now = services.keeper.current.policy, services.now()
    policy = agents.as_said(policy, conn)
    by = agent_acts(agent, COMMAND_LINE)
    here_spoken = _in_english(policy, agent, english)
    effects = answered(CommandLines((command,), ""), by, here_spoken, now, "")
    told = [said for one in effects if isinstance(one, AnswerAgent) for said in one.told]
    problems = tuple(one.problem for one in told if isinstance(one, NotAnswered))
    if problems:
        return AboutAgent(agent.address, problems=problems), []
    tx = Transaction(conn, services, policy, now, by, explain=dry)
    here: Target = New()
    kicks = apply(tx, [(here, one) for one in effects if not isinstance(one, AnswerAgent)])
    drafts = [draft for change in tx.changes for draft in change.drafts]
    mails = tuple(MailOut(draft.recipient, draft.purpose) for draft in drafts)
    said = tuple(why for one in told if isinstance(one, Done) for why in one.said)
    listed = (line for one in told if isinstance(one, ShownNotices) for line in one.lines)
    notices = tuple((f"{word} {value}", does) for word, value, does in listed)
    return AboutAgent(agent.address, said, notices, mails=mails), kicks


def _in_english(policy: Policy, agent: Agent, english: Language) -> Policy:
    """The command line speaks English, to whom the agent speaks German as well."""
    wording = replace(policy.wording, languages={**policy.wording.languages, english.code: english})
    others = (replace(one, language="en") if one == agent else one for one in policy.agents)
    return replace(policy, agents=tuple(others), wording=wording)
