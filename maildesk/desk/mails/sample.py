"""A sample ticket: what templates are checked, previewed and pictured with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from urllib.parse import quote

from maildesk.desk.mails.views import (
    ActionView,
    CommandView,
    Context,
    DeskView,
    FileView,
    LineView,
    MessageView,
    PersonView,
    TicketView,
)
from maildesk.desk.problem import Problem
from maildesk.mail.html.sanitize import NOTHING, safe, without_remote

_AT = datetime(2026, 11, 20, 9, 42, tzinfo=UTC)
_ANA = PersonView("Ana Lopez", "ana@harbour-books.example", "Ana", "VIP", "Harbour Books")
_BEN = PersonView("Ben Okafor", "ben@desk.example", "Ben")
_TOM = PersonView("Tom Reed", "tom@harbour-books.example", "Tom", "", "Harbour Books")
_DESK = DeskView(
    name="Example Support",
    address="support@desk.example",
    signature="Example Support\nhttps://desk.example",
    website="https://desk.example",
    footer="Example Ltd, 1 Quay Street, Galway",
)
_PAGE, _HELD = without_remote(
    safe(
        "<p>Hello,</p><p>since this morning the label printer at our counter prints <b>every "
        "second label</b> blank. "
        "I have changed the roll and restarted it, and it still does.</p>"
        '<table border="1" cellpadding="4"><tr><th>Light</th><td>red, twice</td></tr></table>'
        "<p>We open at ten, and there is a queue on Fridays. Is there anything I can try?</p>"
        '<p>Thank you<br>Ana Lopez<br><img src="https://harbour-books.example/logo.png"></p>'
    )
)
_FIRST = MessageView(
    sender=_ANA,
    at=_AT,
    text=(
        "Hello,\n\nsince this morning the label printer at our counter prints every second label "
        "blank. "
        "I have changed the roll and restarted it, and it still does.\n\nLight  red, twice\n\n"
        "We open at ten, and there is a queue on Fridays. Is there anything I can try?\n\n"
        "Thank you\nAna Lopez"
    ),
    html=_PAGE,
    held=_HELD,
    attachments=(FileView("blank-labels.jpg", 843_112), FileView("printer.log", 12_040)),
    number=1,
)
_ANSWER = MessageView(
    sender=_BEN,
    at=_AT + timedelta(minutes=25),
    text=(
        "Good morning Ana,\n\nthat sounds like the gap sensor. Please hold the feed button for "
        "five seconds until the light "
        "blinks twice: the printer then measures the label again.\n\n"
        "If it still skips one, write back and I will send you a new sensor today."
    ),
    number=2,
)
_TICKET = TicketView(
    reference="TKT-0042",
    subject="Label printer skips every second label",
    status="open",
    priority="high",
    category="hardware",
    queue="support",
    requester=_ANA,
    created_at=_AT,
    updated_at=_AT,
    assignee=_BEN,
    messages=(_FIRST, _ANSWER),
    labels=("printer", "counter"),
    type="incident",
    participants=(_ANA, _TOM),
    fields=(("licence_key", "HB-2231"),),
)
_OLD = TicketView(
    "TKT-0031",
    "Invoice for October",
    "closed",
    "normal",
    "billing",
    "billing",
    _ANA,
    _AT - timedelta(days=16),
)
_OLDER = TicketView(
    "TKT-0008",
    "How do I add a second counter?",
    "closed",
    "low",
    "",
    "support",
    _ANA,
    _AT - timedelta(days=71),
)


def _mailto(label: str, body: str, name: str = "") -> ActionView:
    address = "support+a42-7yq2k0m4x9dn3hvt@desk.example"
    return ActionView(
        label, f"mailto:{address}?subject={quote('Re: [TKT-0042]')}&body={quote(body)}", name
    )


_TOO_LARGE = Problem("file_too_large", {"number": "10", "unit": "MB"})
_BASE = Context(
    desk=_DESK,
    ticket=_TICKET,
    subject="Re: Label printer skips every second label [TKT-0042]",
    person=_BEN,
    author=_BEN,
    text=_ANSWER.text,
    message=_FIRST,
    previous=_FIRST,
    earlier=(_OLD, _OLDER),
    earlier_count=2,
    actions=(
        _mailto("Take it", "#take", "take"),
        _mailto("Resolve", "#resolve", "resolve"),
        _mailto("Wait for customer", "#wait", "waiting"),
        _mailto("Add a note", "#note\n\n", "note"),
        _mailto("Spam", "#spam", "spam"),
    ),
    stars=tuple(_mailto(str(n), f"{n}\n\n", f"star{n}") for n in range(1, 6)),
    answer_by=_AT + timedelta(hours=4),
    opens_at=_AT + timedelta(days=3),
    due_at=_AT + timedelta(hours=4),
    clock="first_response",
    level="Office hours",
    target="4h",
    used="3h",
    late_by="25m",
    tracking="https://desk.example/t/7yq2k0m4x9dn3hvt",
    reason="550 5.1.1 <ana@harbour-books.example>: no such user here",
    recipient="ana@harbour-books.example",
    command="#reslove",
    nearest="#resolve",
    lines=(
        LineView("#assign me", ""),
        LineView("#priority high", ""),
        LineView("#tag +printer", ""),
    ),
    files=(
        FileView("setup.exe", 4_120_331, (Problem("file_is_program"),)),
        FileView("film.mov", 73_400_320, (_TOO_LARGE,)),
    ),
    score=5,
    comment="Fixed before we opened. Thank you!",
)
SAMPLE: Mapping[str, object] = MappingProxyType(_BASE.mapping())
_TO_AGENTS = ("agent_", "admin_", "sla_", "escalated", "follow_up")
_NOTE = MessageView(
    sender=PersonView("Carla Ruiz", "carla@desk.example", "Carla"),
    at=_AT + timedelta(minutes=50),
    text=(
        "The sensor of this series has been recalled, see the supplier's note. Let us send "
        "her a new one at once."
    ),
    note=True,
    number=3,
)
_STRANGERS = MessageView(
    sender=PersonView("Lee Moran", "lee@elsewhere.example", "Lee"),
    at=_AT + timedelta(minutes=40),
    text=(
        "Hello,\n\nI look after the counter while Ana is away. The light is green now, and "
        "the labels are still blank."
    ),
    number=3,
)
_OWN: Mapping[str, Mapping[str, object]] = {
    "agent_note": {"message": _NOTE, "author": _NOTE.sender, "purpose": "note"},
    "agent_held": {
        "recipient": "ben@desk.example",
        "text": _ANSWER.text,
        "message": None,
        "reason": (Problem("yours_unproven"),),
        "actions": (_mailto("Yes, this was me", "#confirm", "confirm"),),
    },
    "agent_undelivered": {
        "purpose": "note",
        "silent_until": _AT + timedelta(days=30),
        "actions": (
            _mailto("Send it again", "#resend", "resend"),
            _mailto("Let automatic mails go there again", "#lift", "lift"),
        ),
    },
    "agent_stranger": {
        "recipient": "lee@elsewhere.example",
        "message": _STRANGERS,
        "purpose": "note",
        "ticket": replace(_TICKET, waiting=(_STRANGERS.sender,)),
        "actions": (
            _mailto("Let them in", "#letin lee@elsewhere.example", "letin"),
            _mailto("Keep them out", "#keepout lee@elsewhere.example", "keepout"),
        ),
    },
    "agent_files": {
        "attached": (FileView("blank-labels.jpg", 843_112), FileView("printer.log", 12_040)),
        "files": _BASE.files,
        "parts": 3,
    },
    "attachment_refused": {"message": None},
    "agent_reply": {"score": None},
    "agent_transcript": {"text": "", "went": "customer"},
    "agent_unknown_command": {
        "text": "#reslove\n#assign bob\n\n" + _ANSWER.text,
        "lines": (
            LineView(
                "#reslove",
                (Problem("no_command", {"word": "reslove"}, nearest="#resolve"),),
                done=False,
            ),
            LineView("#assign bob", (Problem("no_agent", {"word": "bob"}),), done=False),
        ),
    },
    "reminder": {"previous": _ANSWER, "due_at": _AT + timedelta(days=10)},
    "escalated": {"reason": "no answer within 4 hours"},
    "agent_rule": {"reason": "A VIP waits for nobody"},
    "agent_unassigned": {"reason": "everybody with the skill printers is away"},
    "resolution": {
        "text": (
            "Hello Ana,\n\ngood to hear that every label prints again. The gap sensor had lost "
            "its measure, which happens when "
            "a roll with shorter labels goes in.\n\n"
            "Should it come back: hold the feed button for five seconds, and it measures anew."
        )
    },
    "agent_commands": {
        "commands": (
            CommandView(
                "resolve", "", "resolves it, and tells the customer so", ("solved", "done")
            ),
            CommandView("assign", "ben", "gives it to this agent", ("owner",)),
            CommandView("priority", "high", "says how urgent it is"),
        ),
    },
    "agent_taken": {"reason": "Ben Okafor took it", "purpose": "note"},
    "agent_assigned": {"reason": "skill printers, fewest open tickets"},
    "admin_alarm": {
        "ticket": None,
        "message": None,
        "subject": "Mailbox support@desk.example cannot be read",
        "text": (
            "The IMAP mailbox support@desk.example has not been readable for 5 minutes.\n"
            "The desk goes on trying."
        ),
        "lines": (LineView("imap.desk.example:993", "authentication failed", done=False),),
    },
}

_DESK = DeskView("Desk", "desk@desk.example")
_SPARSE = Context(
    _DESK, _TICKET, message=_FIRST, leaked=True, went="resolved", what="mail_notification"
)
_OTHERWISE: Mapping[str, object] = {
    "ticket": replace(
        _TICKET,
        follows="TKT-0031",
        assignee=None,
        participants=(_ANA, _TOM, PersonView("", "eva@harbour-books.example")),
        waiting=(PersonView("", "lee@elsewhere.example"), _BEN),
    ),
    "message": replace(
        _FIRST, html=NOTHING, held=2, sender=replace(_ANA, tier="", imitates="Ben Okafor")
    ),
    "purpose": "note",
    "proved": False,
    "what": "mail_notification",
    "opens_at": None,
    "files": _BASE.files,
    "text": _ANSWER.text,
    "actions": _BASE.actions,
    "lines": (
        *_BASE.lines,
        LineView("setup.exe", (Problem("file_is_program"),), done=False),
        LineView("", "no words", done=False),
    ),
    "score": 2,
    "went": "note",
}


def sample_for(name: str) -> Mapping[str, object]:
    """The sample as this template gets it: addressed to an agent, or to the customer."""
    if name.startswith(_TO_AGENTS):
        return MappingProxyType({**SAMPLE, "files": (), **_OWN.get(name, {})})
    words = _ANSWER.text if name == "reply" else ""
    return MappingProxyType(
        {**SAMPLE, "person": _ANA, "actions": (), "text": words, **_OWN.get(name, {})}
    )


def samples_for(name: str) -> tuple[Mapping[str, object], ...]:
    """What a template is checked with: the sample, the same told otherwise, and hardly anything.
    They take every branch."""
    sample = sample_for(name)
    told = {
        key: value
        for key, value in _OTHERWISE.items()
        if sample[key] is not None or key not in ("ticket", "message")
    }
    return sample, MappingProxyType({**sample, **told}), MappingProxyType(_SPARSE.mapping())
