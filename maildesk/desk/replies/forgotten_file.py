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
    from maildesk.desk.policy import Agent, Policy
    from maildesk.mail.message import Attachment

REASON = "no_file"


def asked(
    fact: MessageFromAgent, own_words: str, effects: Sequence[Effect], policy: Policy
) -> list[Effect]:
    """What holds the answer and asks; nothing where it may go, or goes to nobody outside."""
    if fact.released or fact.is_direct or fact.left_out:
        return []
    if not any(isinstance(one, SendToCustomer) and one.author for one in effects):
        return []
    sentence = forgotten(own_words, fact.message.attachments, fact.agent, policy)
    if not sentence:
        return []
    problem = Problem(REASON, {"words": sentence})
    context = {"words": sentence, "text": fact.message.reply.strip()}
    to = (fact.agent.address,)
    return [
        Hold(reason=REASON, words=policy.wording.english.say(problem)),
        NotifyAgents(agents=to, template="agent_no_file", context=context),
    ]


def forgotten(own_words: str, files: Sequence[Attachment], agent: Agent, policy: Policy) -> str:
    """The sentence that speaks of a file where none came along; empty where there is none, or the
    desk does not want to know. A picture in the text is a file, the logo of a signature is none."""
    if policy.forgotten_files == "off" or any(not is_logo(one) for one in files):
        return ""
    return speaks_of_a_file(own_words, (*policy.languages, agent.language))
