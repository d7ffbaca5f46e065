"""The registry of mails: one entry for each mail that the desk writes, and all that is known of it.

Rules, letters, buttons, samples, `agents.yaml` and the guide's table read it, and none of them asks
for a mail by its name. So a mail is three things: its entry here, its templates (with the words
they need) in every language, and the place that asks for it. A template of a desk's own has no
entry: it is an ordinary mail to whom its name says, `agent_…` to agents, else to the customer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from maildesk.desk.deletion import deletion_mails
from maildesk.desk.mails import sample_ticket as sample
from maildesk.desk.mails.mail import ALWAYS, OTHER, Mail, To
from maildesk.desk.mails.mail import agents as _agents
from maildesk.desk.mails.mail import customer as _customer
from maildesk.desk.mails.of_admins import TO_ADMINS
from maildesk.desk.mails.of_colleagues import OF_COLLEAGUES
from maildesk.desk.mails.views import MessageView
from maildesk.desk.merging import merge_mails
from maildesk.desk.notices import notice_mails
from maildesk.desk.pages import mails as page_mails
from maildesk.desk.problem import Problem
from maildesk.desk.verbs import verb_mails

_ABOUT_NONE: dict[str, object] = {"ticket": None, "message": None}
_GREETING = "acknowledgement"  # a new ticket is greeted once, whichever it is; one word for all
_TO_CUSTOMERS = (
    _customer(
        "acknowledgement",
        "a new message has arrived, during office hours",
        neutral="acknowledgement_neutral",
        once=_GREETING,
        **verb_mails.GREETED,
        link=_GREETING,
        shows=frozenset({"answer_by", "sealed", "articles"}),
    ),
    replace(
        _customer("after_hours", "the same, while nobody is there", once=_GREETING),
        **verb_mails.GREETED,
        neutral="acknowledgement_neutral",
        shows=frozenset({"opens_at", "sealed", "articles"}),
        called="mail_acknowledgement",
        link=_GREETING,
    ),
    replace(
        _customer("acknowledgement_neutral", "the same, to somebody unknown", once=_GREETING),
        **verb_mails.GREETED,
        shows=frozenset({"answer_by", "opens_at", "sealed"}),
        called="mail_acknowledgement",
    ),
    _customer(
        "attachment_refused",
        "files that are passed on to nobody",
        shows=frozenset({"files"}),
        sample={"message": None},
    ),
    replace(
        _customer(
            "reply",
            "an agent's answer",
            shows=frozenset({"previous"}),
            answers=True,
            link="reply",
            sample={"text": sample.ANSWER.text},
        ),
        called=OTHER,
    ),
    _customer(
        "resolution",
        "it is resolved, in an agent's words or the desk's",
        asks="score",
        answers=True,
        buttons=verb_mails.OF_RESOLUTION,
        link="resolution",
        shows=frozenset({"stars"}),
        sample=verb_mails.RESOLVED
        | {
            "text": (
                "Hello Ana,\n\ngood to hear that every label prints again. The gap sensor had "
                "lost its measure, which happens when a roll with shorter labels goes in.\n\n"
                "Should it come back: hold the feed button for five seconds, and it measures anew."
            )
        },
    ),
    *verb_mails.STANDS_OTHERWISE,
    _customer(
        "reminder",
        "the desk waits for an answer",
        link="reminder",
        shows=frozenset({"due_at"}),
        sample={"previous": sample.ANSWER, "due_at": sample.AT + timedelta(days=10)},
    ),
    _customer(
        "outreach",
        "a mail of a campaign (`maildesk outreach`)",
        failure_told=False,
        shows=frozenset({"unsubscribe"}),
        sample={"text": sample.OUTREACH, "unsubscribe": sample.UNSUBSCRIBE},
    ),
    _customer("survey_thanks", "thanks for stars", shows=frozenset({"score", "comment"})),
    *merge_mails.TO_CUSTOMERS,
    *verb_mails.TO_CUSTOMERS,
    *page_mails.TO_CUSTOMERS,
)
_NOTE = MessageView(
    sender=sample.CARLA,
    at=sample.AT + timedelta(minutes=50),
    text="The sensor of this series has been recalled, see the supplier's note. "
    "Let us send her a new one at once.",
    note=True,
    number=3,
)
_SO_FAR = ("previous", "conversation", "conversation_more")
_STRANGERS = MessageView(
    sender=sample.LEE,
    at=sample.AT + timedelta(minutes=40),
    text="Hello,\n\nI look after the counter while Ana is away. "
    "The light is green now, and the labels are still blank.",
    number=3,
    age=timedelta(days=5, hours=3),
    by_program=True,
)
_FREE = replace(sample.TICKET, assignee=None, queue="hardware", channel="phone")
_TO_AGENTS = (
    _agents(
        "agent_new",
        "a new ticket that nobody has",
        event="created",
        shows=frozenset({"message", "earlier", "articles"}),
        sample=sample.NEW,
    ),
    _agents(
        "agent_free",
        "a ticket that nobody has was moved to the agent's queue, or given back to it",
        event="created",
        shows=frozenset({"message", "author", "moved", *_SO_FAR}),
        last_words=True,
        sample={"ticket": _FREE, "author": sample.CARLA},
    ),
    _agents(
        "agent_assigned",
        "a ticket is the agent's now",
        event="assigned",
        shows=frozenset({"message", "earlier", "reason", "articles", *_SO_FAR}),
        last_words=True,
        sample={
            "reason": "skill printers, fewest open tickets",
            "message": _NOTE,
            "previous": sample.QUESTION,
            "conversation": (sample.ANSWER, sample.QUESTION),
        },
    ),
    _agents(
        "agent_taken",
        "a ticket is the agent's no more",
        event="assigned",
        plain_reply="note",
        buttons=("note",),
        shows=frozenset({"reason"}),
        sample={"reason": "Ben Okafor took it", "actions": (), "person": sample.CARLA},
    ),
    _agents(
        "agent_moved",
        "a ticket of the agent's was moved to another queue",
        event="assigned",
        shows=frozenset({"message", "author", *_SO_FAR}),
        last_words=True,
        sample={"author": sample.CARLA, "ticket": replace(sample.TICKET, assignee=sample.CARLA)},
    ),
    _agents(
        "agent_reply",
        "the customer wrote, or gave stars with words",
        event="replied",
        shows=frozenset({"message", "score", "score_before", "doubtful", "text"}),
        sample={"score": None, "score_before": None},
    ),
    _agents(
        "agent_answered",
        "a colleague answered in a ticket of the agent's; once until the next word of others",
        event="answered",
        plain_reply="note",
        shows=frozenset({"message", "author"}),
        sample={
            "message": replace(sample.ANSWER, sender=sample.CARLA),
            "author": sample.CARLA,
        },
    ),
    _agents(
        "agent_note",
        "a colleague's note",
        event="note",
        plain_reply="note",
        shows=frozenset({"message", "author"}),
        sample={"message": _NOTE, "author": _NOTE.sender},
    ),
    *OF_COLLEAGUES,
    _agents(
        "agent_stranger",
        "somebody who has no part in the ticket wrote to it",
        event="replied",
        plain_reply="note",
        asks="whether they may join",
        buttons=("letin", "also", "keepout"),
        shows=frozenset({"message", "recipient"}),
        sample={
            "recipient": sample.LEE.address,
            "message": _STRANGERS,
            "ticket": replace(sample.TICKET, waiting=(sample.LEE,)),
            "actions": (
                sample.button("Let them in", "#letin lee@elsewhere.example", "letin"),
                sample.button("It is the customer", "#also lee@elsewhere.example", "also"),
                sample.button("Keep them out", "#keepout lee@elsewhere.example", "keepout"),
            ),
        },
    ),
    _agents(
        "agent_rule",
        "a rule tells agents something",
        by_rule=True,
        shows=frozenset({"message", "reason"}),
        sample={"reason": "A VIP waits for nobody", "ticket": sample.NAME_ALONE},
    ),
    _agents(
        "agent_unassigned",
        "a rule finds nobody who can take a ticket",
        by_rule=True,
        shows=frozenset({"reason"}),
        sample={"reason": "everybody with the skill printers is away", "ticket": _FREE},
    ),
    _agents(
        "escalated",
        "a ticket was escalated",
        by_rule=True,
        shows=frozenset({"message", "author", "reason", *_SO_FAR}),
        last_words=True,
        sample={
            "reason": "no answer within 4 hours",
            "conversation": (sample.ANSWER, replace(_NOTE, number=2)),
            "conversation_more": 3,
        },
    ),
    replace(
        _agents("follow_up", "nobody has answered for a day", shows=frozenset({"message"})),
        by_rule=True,
    ),
    *(
        _agents(
            f"sla_{name}",
            f"a deadline of sla.yaml {about}",
            event="sla",
            shows=frozenset({"clock", "level", "target", "used", "due_at", "late_by"}),
        )
        for name, about in (("warning", "is near"), ("breach", "was missed"))
    ),
    _agents(
        "agent_undelivered",
        "a mail did not arrive",
        plain_reply="note",
        asks="whether to send it again",
        buttons=("resend", "lift"),
        failure_told=False,
        shows=frozenset({"recipient", "reason", "what", "proved", "refused_us", "silent_until"}),
        sample={
            "silent_until": sample.AT + timedelta(days=30),
            "actions": (
                sample.button("Send it again", "#resend", "resend"),
                sample.button("Let automatic mails go there again", "#lift", "lift"),
            ),
        },
    ),
    _agents(
        "agent_transcript",
        "what the agent's mail did, where it had commands or went otherwise than usual",
        buttons=("reply", "resolve", "waiting", "note", "undo"),
        shows=frozenset(
            {
                *("lines", "went", "sent_to", "told_resolved", "stays_closed"),
                *("missed", "copied", "remarks", *sample.UNDO),
            }
        ),
        sample={
            "text": "",
            "went": "customer",
            "remarks": ("@karla: there is no agent of that name, so nobody was told",),
            "sent_to": (sample.ANA, sample.TOM),
            "stays_closed": True,
            "ticket": replace(sample.TICKET, status="closed"),
            "actions": (*sample.OF_MINE[2:3], sample.TAKES_BACK),
            **sample.UNDO,
        },
    ),
    _agents(
        "agent_unknown_command",
        "the agent's mail is held, for a command could not be carried out",
        buttons=("again",),
        shows=frozenset({"lines", "text"}),
        sample=sample.HELD_FOR_A_COMMAND,
    ),
    _agents(
        "agent_stale",
        "the agent's answer is held, for others wrote since the mail that it answers",
        buttons=("send_anyway", "as_note", "discard"),
        shows=frozenset({"missed", "text"}),
        sample={
            "text": sample.ANSWER.text,
            "missed": (replace(sample.QUESTION, text="It prints again."),),
            "actions": sample.ABOUT_AN_ANSWER,
        },
    ),
    _agents(
        "agent_no_file",
        "the agent's answer is held, for it speaks of a file and has none",
        buttons=("send_anyway", "as_note", "discard"),
        shows=frozenset({"reason", "text"}),
        sample={
            "text": "Please find the form attached.\n\nBen",
            "reason": "Please find the form attached.",
            "message": None,
            "actions": sample.ABOUT_AN_ANSWER,
        },
    ),
    _agents(
        "agent_commands",
        "the commands, or the one that is asked about, at `#help`",
        buttons=(),
        shows=frozenset({"commands", "remarks"}),
        sample={"commands": sample.COMMANDS, "remarks": ("#tak is not a command",)},
    ),
    _agents(
        "agent_answer",
        "what the agent asked the desk: lists, a ticket, numbers, commands, or that it is done",
        plain_reply="",
        buttons=("show", "reply", "take", "note", "resolve", "waiting", "for_all", "undo"),
        shows=frozenset({"answers", "proved"}),
        sample=_ABOUT_NONE | {"subject": "Re: Tickets", "answers": sample.ANSWERS},
    ),
    _agents(
        "agent_files",
        "all files of a ticket, at `#send files`",
        buttons=(),
        shows=frozenset({"attached", "part", "parts", "files"}),
        sample={"attached": sample.FILES, "files": sample.BASE.files, "parts": 3},
    ),
    _agents(
        "agent_held",
        "a mail in the agent's name is held",
        plain_reply="",
        asks="confirmation",
        buttons=("confirm",),
        shows=frozenset({"recipient", "reason", "leaked", "text"}),
        sample={
            "recipient": sample.BEN.address,
            "text": sample.ANSWER.text,
            "message": None,
            "reason": (Problem("yours_unproven"),),
            "actions": (sample.button("Yes, this was me", "#confirm", "confirm"),),
        },
    ),
    _agents(
        "agent_renewed",
        "an admin renewed the agent's reply addresses",
        plain_reply="",
        buttons=(),
    ),
    *merge_mails.TO_AGENTS,
    *deletion_mails.TO_AGENTS,
    *notice_mails.TO_AGENTS,
    *verb_mails.TO_AGENTS,
)


MAILS: Mapping[str, Mail] = MappingProxyType(
    {mail.name: mail for mail in (*_TO_CUSTOMERS, *_TO_AGENTS, *TO_ADMINS)}
)
# a customer hears one of them, at once, that a message has come
GREETINGS = tuple(mail.name for mail in _TO_CUSTOMERS if mail.once == _GREETING)
# somebody outside has just written and waits for these
AWAITED = (*GREETINGS, "attachment_refused")
NOTIFICATIONS = tuple(mail.name for mail in (*_TO_AGENTS, *TO_ADMINS))
_TO_AGENTS_BY_NAME = "agent_"  # what the name of a desk's own template to agents begins with


def mail_of(name: str, to: To | None = None) -> Mail:
    """The entry of this mail; of a template of a desk's own, what is true of all of those. `to` is
    whom it goes to, where that is known; else its name says so."""
    found = MAILS.get(name)
    if found is not None:
        return found
    if to is To.AGENTS or (to is None and name.startswith(_TO_AGENTS_BY_NAME)):
        return _agents(name, _OWN, by_rule=True, shows=frozenset({"message", "reason"}))
    shows = frozenset({"opens_at"})  # the link is there for a template that wants it
    return Mail(name=name, to=To.CUSTOMER, about=_OWN, link=ALWAYS, shows=shows)


_OWN = "a template of the desk's own"
