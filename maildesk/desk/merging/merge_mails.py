"""The mails about merged tickets, as entries of the registry (`desk.mails.registry`)."""

from __future__ import annotations

from maildesk.desk.mails import sample_ticket as sample
from maildesk.desk.mails.mail import agents, customer
from maildesk.desk.mails.shown.small_views import LineView

TO_CUSTOMERS = (
    customer(
        "ticket_merged",
        "it has become part of another ticket, which is answered for both",
        link="merge",
        shows=frozenset({"into"}),
        sample={"into": "TKT-0003"},
    ),
)
TO_AGENTS = (
    agents(
        "agent_merged",
        "a ticket of the agent's was merged with another, or taken out again",
        event="assigned",
        plain_reply="note",
        buttons=("note",),
        shows=frozenset({"reason"}),
        sample={"reason": "Ben Okafor has made TKT-0009 part of TKT-0007", "actions": ()},
    ),
    agents(
        "agent_mixes",
        "the agent's mail is held, for a merge would show customers what others wrote",
        buttons=("merge_anyway", "discard"),
        shows=frozenset({"lines"}),
        sample={
            "lines": (LineView("#merge TKT-0009", (sample.MIXES,), done=False),),
            "actions": sample.ABOUT_A_MERGE,
        },
    ),
)
