"""A ticket changes hands: who has it now hears of it, and so does whoever it was taken from.

Seen over a whole act: where two rules name two agents only the last of them has the ticket, and
nobody is told of what they did themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from maildesk.desk.effects import Assign, Effect, OpenTicket
from maildesk.desk.mails.recipients import tell
from maildesk.desk.policy import Policy
from maildesk.desk.ticket import Ticket


def notices(
    ticket: Ticket | None,
    effects: Sequence[Effect],
    policy: Policy,
    *,
    by: str = "",
) -> list[Effect]:
    """The notifications that these effects ask for; `by` is the agent whose act it is."""
    given = [effect for effect in effects if isinstance(effect, Assign)]
    if not given:
        return []
    is_new = any(isinstance(effect, OpenTicket) for effect in effects)
    before = "" if ticket is None or is_new else ticket.assignee
    last = given[-1]
    if last.agent == before:
        return []
    told = partial(tell, event="assigned", policy=policy, but=by, context={"reason": last.why})
    return [
        *told((last.agent,), "agent_assigned", with_message=True),
        *told((before,), "agent_taken", purpose="note"),
    ]
