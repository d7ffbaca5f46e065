"""An agent's answer that speaks of a file and brings none waits, and the agent is asked.

They send it all the same, keep it as a note, throw it away, or answer anew with the file: by one
tap, as with an answer that others have overtaken. Only their own new words are read: a canned reply
says what its writer wanted, and comes without files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from maildesk.desk.effects import Effect, Hold, NotifyAgents, SendToCustomer
from maildesk.desk.problem import Problem
from maildesk.mail.mime.attachments import is_logo
from maildesk.mail.reply.attached import speaks_of_a_file

if TYPE_CHECKING:
    from maildesk.desk.facts import MessageFromAgent
    from maildesk.desk.policy import Policy

REASON = "no_file"


def asked(
    fact: MessageFromAgent, own_words: str, effects: Sequence[Effect], policy: Policy
) -> list[Effect]:
    """What holds the answer and asks; nothing where it may go, or goes to nobody outside."""
    if policy.forgotten_files == "off" or fact.released or fact.is_direct or _brings_one(fact):
        return []
    if not any(isinstance(one, SendToCustomer) and one.author for one in effects):
        return []
    languages = (*policy.languages, fact.agent.language)
    if not (sentence := speaks_of_a_file(own_words, languages)):
        return []
    problem = Problem(REASON, {"words": sentence})
    context = {"words": sentence, "text": fact.message.reply.strip()}
    to = (fact.agent.address,)
    return [
        Hold(reason=REASON, words=policy.wording.english.say(problem)),
        NotifyAgents(agents=to, template="agent_no_file", context=context),
    ]


def _brings_one(fact: MessageFromAgent) -> bool:
    """Whether anything came along: a file, also one that is not passed on, of which they hear; a
    picture in the text. The logo of a signature is none."""
    return bool(fact.left_out) or any(not is_logo(one) for one in fact.message.attachments)
