"""Entries of the registry: what agents hear of each other beside answers and plain notes, and of
tickets that were put off."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from maildesk.desk.mails import sample_ticket as sample
from maildesk.desk.mails.mail import BESIDE_NOTES, NOTIFICATION, ORDINARY, Mail, To
from maildesk.desk.mails.views import MessageView

_told = partial(Mail, to=To.AGENTS, called=NOTIFICATION, plain_reply="note", buttons=BESIDE_NOTES)
_SO_FAR = ("previous", "conversation", "conversation_more")
_NOTE = MessageView(
    sender=sample.CARLA,
    at=sample.AT,
    text="@Ben, have you seen this series before? Its sensor may have been recalled.",
    note=True,
    number=3,
)
_CLOSED = replace(sample.TICKET, status="closed", followers=(sample.CARLA,))
OF_COLLEAGUES = (
    _told(
        name="agent_mentioned",
        about="a colleague mentioned the agent in a note, or had them follow the ticket",
        event="mention",
        shows=frozenset({"message", "author", "reason", *_SO_FAR}),
        last_words=True,
        sample={"message": _NOTE, "author": sample.CARLA, "previous": sample.QUESTION},
    ),
    _told(
        name="agent_status",
        about="a colleague gave a ticket that the agent has or follows another status",
        event="status",
        shows=frozenset({"author"}),
        sample={"author": sample.CARLA, "ticket": _CLOSED},
    ),
    _told(
        name="agent_priority",
        about="a colleague gave a ticket that the agent has or follows another priority",
        event="priority",
        shows=frozenset({"author"}),
        sample={"author": sample.CARLA, "ticket": replace(sample.TICKET, priority="urgent")},
    ),
    _told(
        name="agent_woke",
        about="a ticket that was put off until now",
        plain_reply="reply",
        buttons=ORDINARY,
        shows=frozenset({"message", *_SO_FAR}),
        last_words=True,
        sample={"ticket": replace(sample.TICKET, snoozed_until=sample.AT)},
    ),
)
