"""The mails about customers' verbs, as entries of the registry (`desk.mails.registry`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from maildesk.desk.mails import sample_ticket as sample
from maildesk.desk.mails.mail import BESIDE_NOTES, NOTIFICATION, Mail, To, customer
from maildesk.desk.mails.shown.small_views import LineView
from maildesk.desk.mails.views import ActionView
from maildesk.desk.problem import Problem

_agents = partial(Mail, to=To.AGENTS, called=NOTIFICATION, plain_reply="note", buttons=BESIDE_NOTES)


def _button(label: str, word: str, name: str) -> ActionView:
    return replace(sample.button(label, word, name), word=word)


_CLOSE = _button("It is solved – close it", "#close", "ask_close")
_STATUS = _button("How does it stand?", "#status", "ask_status")
_REOPEN = _button("Not solved – reopen it", "#reopen", "ask_reopen")
_NO_SURVEYS = _button("No more surveys", "#stop surveys", "ask_no_surveys")
_NOT_ADDED = Problem("verb_cannot_join", {"address": "kim@home.example"})
# of other mails of the registry
GREETED: Mapping[str, Any] = {
    "buttons": ("ask_status", "ask_close"),
    "sample": {"actions": (_STATUS, _CLOSE)},
}
OF_RESOLUTION = ("ask_reopen", "ask_close")
RESOLVED: dict[str, object] = {"actions": (_REOPEN, _CLOSE, _NO_SURVEYS)}
STANDS_OTHERWISE = (
    customer(
        "closed",
        "it is closed; no built-in rule sends this",
        buttons=("ask_reopen",),
        link="closed",
        sample={"actions": (_REOPEN,)},
    ),
    customer("reopened", "it is open again; no built-in rule sends this", link="reopened"),
)
TO_CUSTOMERS = (
    customer(
        "verbs_answered",
        "what a customer asked the desk for by mail: how it stands, or that it is done",
        buttons=("ask_close", "ask_reopen", "ask_surveys"),
        link="status",
        shows=frozenset({"lines", "answered_at", "answer_by", "stands", "waits_since", "what"}),
        sample={
            "lines": (
                LineView("#add kim@home.example", (_NOT_ADDED,), False),
                LineView("#reopen", (Problem("verb_reopened"),)),
            ),
            "answered_at": sample.AT + timedelta(minutes=20),
            "waits_since": sample.AT + timedelta(minutes=40),
            "stands": True,
            "what": "stands_waiting",
            "actions": (_CLOSE,),
        },
    ),
    customer(
        "brought_in",
        "a customer has brought this person into their ticket",
        buttons=("ask_status", "ask_leave"),
        shows=frozenset({"recipient"}),
        sample={
            "recipient": sample.ANA.address,
            "actions": (_STATUS, _button("Leave this conversation", "#leave", "ask_leave")),
        },
    ),
)
TO_AGENTS = (
    _agents(
        name="agent_verb",
        about="a customer closed, or reopened, their ticket without a word",
        event="replied",
        shows=frozenset({"author"}),
        sample={"author": sample.ANA},
    ),
)
