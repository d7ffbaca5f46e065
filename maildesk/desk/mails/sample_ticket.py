"""A sample ticket and its people: what samples of mails are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from maildesk.desk.mails.shown.small_views import (
    ArticleView,
    AsleepView,
    ChangeView,
    CommandView,
    CountView,
    DoneView,
    EventView,
    LineView,
)
from maildesk.desk.mails.views import (
    ActionView,
    AnswerView,
    Context,
    DeskView,
    FileView,
    MessageView,
    PersonView,
    TicketView,
)
from maildesk.desk.problem import Problem
from maildesk.desk.ticket import NO_ADDRESS
from maildesk.mail.html.sanitize import safe, without_remote

AT = datetime(2026, 11, 20, 9, 42, tzinfo=UTC)
ANA = PersonView("Ana Lopez", "ana@harbour-books.example", "Ana", "VIP", "Harbour Books")
BEN = PersonView("Ben Okafor", "ben@desk.example", "Ben")
TOM = PersonView("Tom Reed", "tom@harbour-books.example", "Tom", "", "Harbour Books")
CARLA = PersonView("Carla Ruiz", "carla@desk.example", "Carla")
LEE = PersonView("Lee Moran", "lee@elsewhere.example", "Lee")
_PAGE, _HELD = without_remote(
    safe(
        "<p>Hello,</p><p>since this morning the label printer at our counter prints <b>every "
        "second label</b> blank. I have changed the roll and restarted it, and it still does.</p>"
        '<table border="1" cellpadding="4"><tr><th>Light</th><td>red, twice</td></tr></table>'
        "<p>We open at ten, and there is a queue on Fridays. Is there anything I can try?</p>"
        "<p>Thank you<br>Ana Lopez<br>"
        '<img src="https://harbour-books.example/logo.png"></p>'
    )
)
FILES = (FileView("blank-labels.jpg", 843_112), FileView("printer.log", 12_040))
QUESTION = MessageView(
    sender=ANA,
    at=AT,
    text=(
        "Hello,\n\nsince this morning the label printer at our counter prints every second label "
        "blank. I have changed the roll and restarted it, and it still does.\n\n"
        "Light  red, twice\n\nWe open at ten, and there is a queue on Fridays. "
        "Is there anything I can try?\n\nThank you\nAna Lopez"
    ),
    html=_PAGE,
    held=_HELD,
    attachments=FILES,
    number=1,
)
OPENLY = replace(QUESTION, also_to=(PersonView("Pia Berg", "pia@partner.example", "Pia"),))
ANSWER = MessageView(
    sender=BEN,
    at=AT + timedelta(minutes=25),
    text=(
        "Good morning Ana,\n\nthat sounds like the gap sensor. Please hold the feed button for "
        "five seconds until the light blinks twice: the printer then measures the label again."
        "\n\nIf it still skips one, write back and I will send you a new sensor today."
    ),
    number=2,
)
TICKET = TicketView(
    reference="TKT-0042",
    subject="Label printer skips every second label",
    status="open",
    priority="high",
    category="hardware",
    queue="support",
    requester=ANA,
    created_at=AT,
    updated_at=AT,
    assignee=BEN,
    messages=(QUESTION, ANSWER),
    labels=("printer", "counter"),
    type="incident",
    participants=(ANA, TOM),
    reached=(ANA, TOM),
    fields=(("licence_key", "HB-2231"), ("related_app", "Labels 4")),
    field_links={"licence_key": "https://desk.example/licences/HB-2231"},
    linked=("TKT-0031",),
    breaches_at=AT + timedelta(hours=4),
)
_DORA = PersonView("Dora Fisk", NO_ADDRESS, "Dora")
NAME_ALONE = replace(TICKET, requester=_DORA, participants=(_DORA,), reached=())
_OLD = TicketView(
    *("TKT-0031", "Invoice for October", "closed", "normal", "billing", "billing"),
    requester=ANA,
    created_at=AT - timedelta(days=16),
)
_OLDER = TicketView(
    *("TKT-0008", "How do I add a second counter?", "closed", "low", "", "support"),
    requester=ANA,
    created_at=AT - timedelta(days=71),
)
UPDATED = replace(_OLD, updated_at=AT - timedelta(days=2))
COMMANDS = (
    CommandView("resolve", "", "resolves it, and tells the customer so", ("solved", "done")),
    CommandView("assign", "ben", "gives it to this agent", ("owner",)),
    CommandView("priority", "high", "says how urgent it is"),
)
KNOWN = (("Plan", "Business"), ("Seats", "12"), ("Customer since", "2019"))
PROGRAM = (Problem("file_is_program"),)
_TOO_LARGE = (Problem("file_too_large", {"number": "10", "unit": "MB"}),)


_PRIMARY = ("again", "take", "reply", "confirm", "resend")


def button(label: str, body: str, name: str = "") -> ActionView:
    """A button that opens this mail to the sample ticket."""
    address = "support+a42-7yq2k0m4x9dn3hvt@desk.example"
    mailto = f"mailto:{address}?subject={quote('Re: [TKT-0042]')}&body={quote(body)}"
    return ActionView(label, mailto, name, primary=name in _PRIMARY)


OF_MINE = (
    replace(button("Resolve", "#resolve", "resolve"), primary=True),
    button("Wait for customer", "#wait", "waiting"),
    button("Add a note", "#note\n\n", "note"),
    button("This is spam", "#spam", "spam"),
)
BESIDE_NOTES = (
    button("Answer the customer", "#reply\n\n", "reply"),
    button("Resolve", "#resolve", "resolve"),
    button("Wait for customer", "#wait", "waiting"),
)
HINTS_BESIDE_NOTES = ("resolve", "wait", "reply", "priority", "spam")


ABOUT_AN_ANSWER = (
    button("Send it all the same", "#confirm", "send_anyway"),
    button("Keep it as a note", "#note", "as_note"),
    button("Throw it away", "#discard", "discard"),
)
_SHOW = button("Show", "#show", "show")
WAITS = replace(
    TICKET,
    participants=(ANA, TOM, LEE),
    messages=(
        replace(ANSWER, text="It is the old printer again.", note=True, attachments=FILES),
        replace(QUESTION, text="Our label printer skips every second label."),
    ),
    unanswered=True,
    age=timedelta(hours=2, minutes=10),
    breaches_at=AT + timedelta(hours=4),
    actions=(_SHOW, button("Take it", "#take", "take")),
)
LATE = replace(
    UPDATED,
    messages=WAITS.messages[1:],
    age=timedelta(days=1),
    breaches_at=AT,
    is_late=True,
    actions=(_SHOW,),
)
_TURN = Problem("turn_in_team", {"team": "senior", "agent": "Ana Lindqvist"})
_REFUSED = (DoneView("TKT-0041", "Invoice for October"), DoneView("TKT-0042", "Label printer"))
_RAISED = (ChangeView("Priority", "normal", "high"),)
_KEPT = (
    Problem("changed_since", {"what": "field_priority", "value": "low", "who": "Carla Weiss"}),
)
_UNKNOWN = DoneView("99", "", (Problem("unknown_ticket", {"word": "99"}),))
ANSWERS = (
    AnswerView("#list mine", is_list=True, tickets=(WAITS, LATE), total=2),
    AnswerView("#search paper jam", is_list=True),
    AnswerView("#stats", counts=(CountView("mine", 2), CountView("open", 14))),
)
MORE_ANSWERS = (
    AnswerView("#show 42", ticket=WAITS, more=1, known=KNOWN),
    AnswerView("#show 41", ticket=replace(LATE, score=4, doubtful_scores=(1,))),
    AnswerView(
        "#history 42",
        tickets=(WAITS,),
        history=(
            EventView(AT + timedelta(minutes=25), "Ben Okafor", "answered"),
            EventView(AT, ANA.address, "opened"),
        ),
    ),
    AnswerView(
        "#who ana@harbour-books.example",
        is_list=True,
        tickets=(LATE,),
        total=1,
        customer=ANA,
        last_at=AT,
        known=KNOWN,
    ),
    AnswerView(
        "#customer kim@elsewhere.example?",
        is_list=True,
        tickets=(LATE,),
        total=1,
        customer=PersonView("", "kim@elsewhere.example"),
    ),
    AnswerView(
        "#for status:open",
        is_list=True,
        tickets=(WAITS,),
        total=1,
        again="#for 1 status:open",
        actions=(button("Do it for all of these", "#for 1 status:open", "for_all"),),
    ),
    AnswerView(
        "#for 2 status:open",
        is_list=True,
        tickets=(WAITS, LATE),
        total=2,
        again="#for 2 status:open",
    ),
    AnswerView(
        "#for 41 42 99",
        done_for=(
            DoneView("TKT-0041", "Invoice for October", went="customer", changed=_RAISED),
            DoneView("TKT-0042", "Label printer", went="note", remarks=(_TURN,)),
            _UNKNOWN,
        ),
        asked_of_each=("#take",),
        total=2,
        undo_until=AT + timedelta(days=1),
        actions=(button("Undo this", "#undo", "undo"),),
    ),
    AnswerView(
        "#list mine",
        is_list=True,
        asleep=AsleepView(1, AT + timedelta(days=3), "#list is:open assignee:me is:snoozed"),
    ),
    AnswerView(
        "#list",
        is_list=True,
        tickets=(LATE,),
        total=1,
        asleep=AsleepView(1000, AT + timedelta(days=3), "#list is:open is:snoozed", at_least=True),
    ),
    AnswerView(
        "#bundle 10m",
        said="Of one ticket you get one mail in 10 minutes: the first at once, what follows "
        "together. Before: Each notice is a mail of its own. #bundle default takes that back.",
        actions=(button("Undo this", "#bundle default", "undo"),),
    ),
    AnswerView("#for 41", done_for=(DoneView("TKT-0041", "Invoice for October"),), total=1),
    AnswerView("#for 99", done_for=(_UNKNOWN,)),
    AnswerView("#for 41 42", done_for=_REFUSED, why_all=(Problem("for_nothing"),)),
    AnswerView("", own="#for 41 42\nThe server is up again."),
    AnswerView(
        "#notify", settings=(CommandView("bundle", "10m", "Each notice is a mail of its own."),)
    ),
    AnswerView(
        "#undo",
        done_for=(
            DoneView("TKT-0041", "Invoice for October", mail="out", remarks=_KEPT),
            DoneView("TKT-0042", "Label printer", mail="stopped"),
        ),
        total=2,
    ),
)
HELD_FOR_A_COMMAND: Mapping[str, object] = {
    "actions": (button("Correct and send again", "#reslove\n#assign bob\n\n", "again"),),
    "text": "#reslove\n#assign bob\n\n" + ANSWER.text,
    "lines": (
        LineView(
            "#reslove",
            (Problem("no_command", {"word": "reslove"}, nearest="#resolve"),),
            done=False,
        ),
        LineView("#assign bob", (Problem("no_agent", {"word": "bob"}),), done=False),
    ),
}
ABOUT_A_MERGE = (
    button("Merge them all the same", "#confirm", "merge_anyway"),
    button("Throw it away", "#discard", "discard"),
)
MIXES = Problem(
    "mixes_customers",
    {"reference": "TKT-0042", "other": "TKT-0009", "people": "Ana Ruiz, Lee"},
)
TAKES_BACK = button("Undo this", "#undo", "undo")
_CHANGED = (
    ChangeView("Assignee", "Carla Weiss", "you"),
    ChangeView("Priority", "normal", "high"),
)
# What a receipt says of taking back; `sample` shows the rest of it.
UNDO = {
    "changed": _CHANGED,
    "undo_until": AT + timedelta(days=1),
    "put_back": _CHANGED,
    "waits_until": "",
    "out": ("ana@harbour-books.example", "Carla Weiss"),
    "stopped": False,
    "left": (),
}
OUTREACH = (
    "Hello Ana,\n\nyour licence HB-2231 for the label printer ends on 31 December. "
    "Shall we renew it for a year? A word is enough: just reply to this mail."
)
UNSUBSCRIBE = button("", "unsubscribe").mailto
ARTICLES = (
    ArticleView(
        "The printer skips labels: measure the gap anew",
        "https://desk.example/articles/blank-labels",
    ),
    ArticleView("Which rolls fit which printer", "https://desk.example/articles/rolls"),
)
_INTERNAL = ArticleView(
    "Series with a recalled sensor",
    internal=True,
    beginning="Send a new one at once, and write down the number of the old …",
    file="articles/recalled-sensor.md",
)
NEW: Mapping[str, object] = {
    "message": OPENLY,
    "ticket": replace(TICKET, assignee=None),
    "articles": (ARTICLES[0], _INTERNAL),
}
BASE = Context(
    desk=DeskView(
        name="Example Support",
        address="support@desk.example",
        signature="Example Support\nhttps://desk.example",
        website="https://desk.example",
        footer="Example Ltd, 1 Quay Street, Galway",
    ),
    ticket=TICKET,
    subject="Re: Label printer skips every second label [TKT-0042]",
    person=BEN,
    author=BEN,
    text=ANSWER.text,
    message=QUESTION,
    previous=QUESTION,
    known=KNOWN,
    earlier=(_OLD, _OLDER),
    earlier_count=2,
    actions=(
        button("Take it", "#take", "take"),
        button("Resolve", "#resolve", "resolve"),
        button("Wait for customer", "#wait", "waiting"),
        button("Add a note", "#note\n\n", "note"),
        button("This is spam", "#spam", "spam"),
    ),
    hints=("take", "resolve", "wait", "note", "priority", "spam"),
    stars=tuple(button(str(n), f"{n}\n\n", f"star{n}") for n in range(1, 6)),
    answer_by=AT + timedelta(hours=4),
    opens_at=AT + timedelta(days=3),
    due_at=AT + timedelta(hours=4),
    clock="first_response",
    level="Office hours",
    target="4h",
    used="3h",
    late_by=timedelta(minutes=25),
    tracking="https://desk.example/t/7yq2k0m4x9dn3hvt",
    articles=ARTICLES,
    seen_by="Harbour Books",
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
        FileView("setup.exe", 4_120_331, PROGRAM),
        FileView("film.mov", 73_400_320, _TOO_LARGE),
    ),
    score=5,
    comment="Fixed before we opened. Thank you!",
)
