"""What an agent writes to the desk about no ticket: questions, settings, work on many.

Whoever asked so and was believed gets an answer with an address of their own (`Purpose.DESK`), or,
where the desk has no such addresses, with a Message-ID that proves as much. It leads to no ticket:
what comes back is lines of this kind, or it is held. So nobody's words reach a customer by it, and
none opens a ticket in anybody's name.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from maildesk.desk.asked import is_question
from maildesk.desk.commands import command_lines
from maildesk.desk.commands.families.canned import NAME as CANNED
from maildesk.desk.commands.families.many import NAME as FOR
from maildesk.desk.commands.families.undo import is_undo
from maildesk.desk.facts import AgentOpens, AutomaticMail
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.threads import links
from maildesk.desk.ticket import Person
from maildesk.pipeline.classification.meanings import Asks, ForMany, TakesBack, Understood
from maildesk.store import outbox

if TYPE_CHECKING:
    from maildesk.desk.facts import TrustRecord
    from maildesk.desk.policy import Agent
    from maildesk.pipeline.classification.look import Look
    from maildesk.pipeline.classification.meanings import Meaning
    from maildesk.pipeline.classification.proof import Proof


def read(look: Look, agent: Agent) -> command_lines.CommandLines:
    """What the agent's mail commands, and its words beside their signature."""
    said = look.message
    return command_lines.read(said.reply, look.policy, said.opening, writer=agent)


def asks(
    look: Look, agent: Agent, lines: command_lines.CommandLines, record: TrustRecord
) -> Asks | TakesBack | None:
    """What it asks the desk, where it asks and nothing else."""
    shows = any(not one.inline for one in look.message.attachments)
    if not is_question(lines, has_files=shows) or look.clues.is_forward:
        return None
    if len(lines.commands) == 1 and is_undo(lines.commands) and not lines.problems:
        return _takes_back(look, agent, lines.commands[0].line, record)
    return Asks(agent, lines, record, look.address)


def _takes_back(look: Look, agent: Agent, line: str, record: TrustRecord) -> TakesBack:
    """Which mail of theirs it is about: that whose answer it answers, or whose button it is."""
    found = (outbox.by_message_id(look.conn, one) for one in look.message.in_reply_to[:3])
    row = next((one for one in found if one is not None and one.recipient in agent.keys), None)
    row = row if row is not None and mail_of(row.purpose).leads_to_no_ticket else None
    signed = None
    if row is not None:
        signed = links.read_private_id(look.services.ring, row.message_id, look.today)
    token = next((one for one in (signed, look.clues.token) if _is_of_answer(one)), None)
    number = token.number if token is not None else None
    answered = row.id if row is not None else None
    return TakesBack(agent, line, record, look.address, number, answered)


def _is_of_answer(token: links.Token | None) -> bool:
    return token is not None and token.purpose is links.Purpose.DESK


def for_many(
    look: Look, agent: Agent, lines: command_lines.CommandLines, record: TrustRecord
) -> ForMany | None:
    """What it asks for many tickets at once; None where it does not."""
    is_for_many = any(one.name == FOR for one in lines.commands)
    if not is_for_many or look.clues.is_forward or look.is_automatic:
        return None
    if look.job.as_note:
        quiet = tuple(one for one in lines.commands if one.name in (FOR, CANNED))
        lines = command_lines.CommandLines(quiet, lines.text)
    return ForMany(agent, lines, record, look.address, as_note=look.job.as_note)


def answer(look: Look, agent: Agent, record: TrustRecord, proofs: tuple[Proof, ...]) -> Meaning:
    """What an answer is that came with what was made for this agent; it is about no ticket."""
    themselves = Person(agent.address, agent.name)
    if look.is_automatic:
        mail = AutomaticMail(look.message, themselves, look.address, record, agent)
        return Understood(None, mail)
    lines = read(look, agent)
    found = for_many(look, agent, lines, record) or asks(look, agent, lines, record)
    if found is not None:
        return replace(found, proofs=proofs)
    # what a mail of theirs may open, this may not: it is held, and they hear what it could be
    bare = replace(look.message, forwarded=None)
    opens = AgentOpens(bare, agent, themselves, look.address, record, answers_desk=True)
    return Understood(None, opens, proofs)
