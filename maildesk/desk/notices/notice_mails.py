"""Entries of the registry: mails to an agent about what waited for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from maildesk.desk.mails import sample_ticket as sample
from maildesk.desk.mails.mail import ORDINARY, agents
from maildesk.desk.mails.views import (
    DigestList,
    GatheredView,
    HappenedView,
    MessageView,
    NewsView,
)

_AGAIN = MessageView(
    sender=sample.ANA,
    at=sample.AT + timedelta(minutes=4),
    text="And now it prints two labels at once.",
)
_HAPPENED = (
    HappenedView(_AGAIN.at, "Ana Lopez wrote", _AGAIN),
    HappenedView(sample.AT + timedelta(minutes=6), "Carla Ruiz set the priority: high"),
)
_NEWS = NewsView(sample.AT - timedelta(days=1, hours=1, minutes=42), 4, 3, 2, "4.5", 2)
_ANSWER = sample.button("Answer the customer", "#reply", "reply")
_SHOW, _TAKE = sample.WAITS.actions
_MINE = replace(sample.WAITS, actions=(_ANSWER, _SHOW))
_LATE = replace(sample.LATE, status="in_progress")
_FREE = replace(
    sample.WAITS,
    reference="TKT-0047",
    subject="How do I add a second counter?",
    priority="normal",
    assignee=None,
    age=timedelta(minutes=35),
    actions=(_TAKE, _SHOW),
)
_LISTS = (
    DigestList("waits", (_MINE,), total=1),
    DigestList("late", (_LATE,), total=1),
    DigestList("free", (_FREE,), total=3, more=2),
)
_GATHERED = (
    GatheredView(_MINE, _HAPPENED),
    GatheredView(_LATE, _HAPPENED[1:], more=2),
)
TO_AGENTS = (
    agents(
        "agent_reminder",
        "a ticket of the agent's has needed a response for long: `remind_after`",
        event="reminder",
        shows=frozenset({"message", "waits_since", "due_at"}),
        last_words=True,
        sample={
            "waits_since": sample.AT - timedelta(hours=5),
            "due_at": sample.AT + timedelta(hours=2),
        },
    ),
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
    replace(
        agents(
            "agent_digest",
            "the morning digest, at the time that the agent or the desk chose, and at `#digest`",
            event="digest",
            buttons=("reply", "show", "take"),
            shows=frozenset({"lists", "news"}),
            sample={
                "ticket": None,
                "message": None,
                "subject": "Your tickets: 1 waiting for you, 1 overdue, 3 unassigned",
                "lists": _LISTS,
                "news": _NEWS,
            },
        ),
        plain_reply="",
    ),
)
