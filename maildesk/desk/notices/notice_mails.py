"""Entries of the registry: mails to an agent about what waited for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from maildesk.desk.mails import sample_ticket as sample
from maildesk.desk.mails.mail import ORDINARY, agents
from maildesk.desk.mails.views import GatheredView, HappenedView, MessageView

_AGAIN = MessageView(
    sender=sample.ANA,
    at=sample.AT + timedelta(minutes=4),
    text="And now it prints two labels at once.",
)
_HAPPENED = (
    HappenedView(_AGAIN.at, "Ana Lopez wrote", _AGAIN),
    HappenedView(sample.AT + timedelta(minutes=6), "Carla Ruiz set the priority: high"),
)
_GATHERED = (
    GatheredView(sample.WAITS, _HAPPENED),
    GatheredView(sample.LATE, _HAPPENED[1:], more=2),
)
TO_AGENTS = (
    replace(
        agents(
            "agent_bundle",
            "what happened to a ticket while its agent was not told: `bundle`, or quiet hours",
            shows=frozenset({"happened", "happened_more"}),
            sample={"happened": _HAPPENED, "message": None},
        ),
        gathers=True,
        buttons=ORDINARY,
    ),
    replace(
        agents(
            "agent_gathered",
            "the same of several tickets, after quiet hours",
            buttons=("show", "take", "reply"),
            shows=frozenset({"gathered", "gathered_count", "gathered_more"}),
            sample={
                "ticket": None,
                "message": None,
                "subject": "2 tickets have news",
                "gathered": _GATHERED,
                "gathered_count": 2,
            },
        ),
        gathers=True,
        plain_reply="",
    ),
)
