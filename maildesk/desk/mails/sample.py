"""The samples that templates are checked, previewed and pictured with: what a mail may show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from maildesk.desk.mails.registry import mail_of
from maildesk.desk.mails.sample_ticket import (
    ANA,
    ANSWER,
    AT,
    BASE,
    BEN,
    BESIDE_NOTES,
    COMMANDS,
    HINTS_BESIDE_NOTES,
    MORE_ANSWERS,
    OF_MINE,
    PROGRAM,
    QUESTION,
    TICKET,
    TOM,
    UPDATED,
    WAITS,
)
from maildesk.desk.mails.shown.small_views import CannedView, ChangeView, LineView
from maildesk.desk.mails.views import (
    AnswerView,
    Context,
    DeskView,
    GatheredView,
    HappenedView,
    NewsView,
    PersonView,
)
from maildesk.desk.problem import Problem
from maildesk.mail.html.sanitize import NOTHING, safe

SAMPLE: Mapping[str, object] = MappingProxyType(BASE.mapping())
_SPARSE = Context(
    DeskView("Desk", "desk@desk.example"),
    replace(TICKET, reached=(ANA,), unreached=(TOM,)),
    message=QUESTION,
    leaked=True,
    told_resolved=True,
    what="mail_notification",
)
_OTHERWISE: Mapping[str, object] = {
    "desk": replace(
        BASE.desk,
        signature="Ben Okafor\nCounters and scales",
        signature_html=safe("<p><strong>Ben Okafor</strong><br>Counters and scales</p>"),
        signed=True,
    ),
    "ticket": replace(
        TICKET,
        requester=replace(
            ANA, answers_to="office@harbour-books.example", writes_from="ana@home.example"
        ),
        follows="TKT-0031",
        assignee=None,
        participants=(
            ANA,
            TOM,
            PersonView("", "eva@harbour-books.example", answers_to="eva@home.example"),
        ),
        waiting=(PersonView("", "lee@elsewhere.example"), BEN),
        reached=(PersonView("", "eva@harbour-books.example"), TOM, ANA),
        unreached=(ANA, PersonView("", "lee@elsewhere.example")),
        unproved=(TOM, PersonView("", "eva@harbour-books.example")),
        by_form=True,
    ),
    "message": replace(
        QUESTION,
        html=NOTHING,
        held=2,
        note=True,
        signature="Kind regards\nAna Lopez\nCustomer number 4711",
        sender=replace(ANA, tier="", imitates="Ben Okafor"),
        through="form@shop.example",
        notes=(Problem("reply_to_agent", {"address": "ben@desk.example"}),),
    ),
    "yours": False,
    "note": replace(ANSWER, note=True),
    "purpose": "note",
    "proved": False,
    "what": "mail_notification",
    "opens_at": None,
    "sealed": True,
    "files": BASE.files,
    "text": ANSWER.text,
    "actions": BASE.actions,
    "hints": ("customer", "reply", "reopen", "notspam"),
    "lines": (
        *BASE.lines,
        LineView("setup.exe", PROGRAM, done=False),
        LineView("", "no words", done=False),
    ),
    "missed": (replace(ANSWER, sender=PersonView("Carla Ruiz", "")), QUESTION),
    "stars": tuple(replace(one, page="https://desk.example/survey/7yq2k0m4") for one in BASE.stars),
    "score": 2,
    "score_before": 4,
    "doubtful": True,
    "refused_us": True,
    "went": "note",
    "sent_to": (PersonView("", "eva@harbour-books.example"), TOM, ANA),
    "told_resolved": True,
    "copied": ("eva@harbour-books.example", "lee@elsewhere.example"),
    "moved": True,
    "changed": (ChangeView("Label vip", "not set", "set"),),
    "undo_until": AT + timedelta(days=1),
    "put_back": (),
    "waits_until": "10:00:30",
    "out": (),
    "stopped": True,
    "happened": (HappenedView(AT, "Ana Lopez wrote", QUESTION),),
    "happened_more": 3,
    "gathered": (GatheredView(TICKET), GatheredView(replace(WAITS, breaches_at=None))),
    "gathered_count": 1,
    "gathered_more": 7,
    "lists": (),
    "news": NewsView(AT, ratings=1, average="4", doubtful=1),
    "left": (
        Problem("changed_since", {"what": "field_priority", "value": "high", "who": "Carla Weiss"}),
    ),
    "answers": (
        AnswerView("#list", is_list=True, tickets=(UPDATED,), total=1),
        AnswerView(
            "#list all",
            is_list=True,
            tickets=(TICKET, UPDATED),
            total=900,
            more=898,
            at_least=True,
        ),
        AnswerView("#help", commands=COMMANDS),
        AnswerView(
            "#help tak",
            (Problem("no_command", {"word": "tak"}, nearest="#take"),),
            commands=COMMANDS[:1],
        ),
        AnswerView("#canned", is_canned=True),
        AnswerView(
            "#canned",
            is_canned=True,
            canned=(
                CannedView("activation-help", "Activating", "licences", ("en", "de"), "Dear …"),
                CannedView("thanks"),
            ),
        ),
        AnswerView("#lsit", (Problem("no_command", {"word": "lsit"}, nearest="#list"),)),
        AnswerView("#renew"),
        *MORE_ANSWERS,
    ),
}


def sample_for(name: str) -> Mapping[str, object]:
    """The sample as this template gets it: addressed to an agent, or to the customer."""
    mail = mail_of(name)
    if mail.is_to_agents:
        own: dict[str, object] = {"files": (), "purpose": "reply", "previous": None}
        if mail.plain_reply == "note":
            own |= {"purpose": "note", "actions": BESIDE_NOTES, "hints": HINTS_BESIDE_NOTES}
        elif mail.buttons and getattr(mail.sample.get("ticket", TICKET), "assignee", None):
            own |= {"actions": OF_MINE, "hints": BASE.hints[1:]}
        whole: dict[str, Any] = {**SAMPLE, **own, **mail.sample}
        assignee = whole["ticket"].assignee if whole["ticket"] else None
        whole["yours"] = assignee is not None and assignee.display == whole["person"].display
        return MappingProxyType(whole)
    theirs = {"person": ANA, "actions": (), "hints": (), "text": ""}
    return MappingProxyType({**SAMPLE, **theirs, **mail.sample})


def samples_for(name: str) -> tuple[Mapping[str, object], ...]:
    """What a template is checked with; together they take every branch.

    The sample, the same told otherwise, and hardly anything.
    """
    sample = sample_for(name)
    told = {
        key: value
        for key, value in _OTHERWISE.items()
        if sample[key] is not None or key not in ("ticket", "message")
    }
    sparse = MappingProxyType(_SPARSE.mapping())
    return sample, MappingProxyType({**sample, **told}), sparse
