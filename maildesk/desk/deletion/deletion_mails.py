"""The mail that asks before a ticket is deleted, as an entry of the registry."""

from __future__ import annotations

from maildesk.desk.deletion.goes import Goes
from maildesk.desk.mails.mail import agents
from maildesk.desk.mails.sample_ticket import button
from maildesk.desk.mails.shown.small_views import LineView
from maildesk.desk.problem import Problem

_ASKS = Problem("asks_delete", {"reference": "TKT-0042"})
_SAMPLE = Goes(
    messages=7,
    files=("label.pdf", "printer.jpg"),
    people=("Ana Ruiz <ana@harbour-books.example>", "Lee <lee@harbour-books.example>"),
    waiting=1,
    being_sent=1,
    parts=("TKT-0041", "TKT-0009"),
)
TO_AGENTS = (
    agents(
        "agent_delete",
        "the agent wants to delete a ticket: what would go, and one tap that does it",
        buttons=("delete_anyway", "discard"),
        shows=frozenset({"lines", "goes"}),
        sample={
            "lines": (LineView("#delete", (_ASKS,), done=False),),
            "goes": _SAMPLE,
            "actions": (
                button("Delete it for good", "#confirm", "delete_anyway"),
                button("Throw it away", "#discard", "discard"),
            ),
        },
    ),
)
