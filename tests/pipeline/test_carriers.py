"""Who asks, through the whole pipeline: Reply-To, forms and shops that desk.yaml names, groups and
lists."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest

from maildesk.pipeline.receive import receive
from maildesk.store import spool
from tests.pipeline.place import SUPPORT, Place, mail

BEN, KIM, LEA = "ben@desk.example", "kim@customer.example", "lea@post.example"
FORM, VICTIM, IT, UMA = (
    "form@shop.example",
    "victim@elsewhere.example",
    "it@lists.example",
    "uma@customer.example",
)
AUTOMATIC = "Auto-Submitted"


def words_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    return " ".join(str(body.get_content()).split()) if body is not None else ""


def carriers(place: Place, entries: str, trust: str = "") -> None:
    """desk.yaml names these senders as carriers."""
    file = place.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8")
    if trust:
        text = text.replace("trust:\n", f"trust:\n  {trust}\n", 1)
    file.write_text(f"{text}\ncarriers:\n{entries}", encoding="utf-8")
    place.services.keeper.reload_now()
    assert place.services.keeper.current.policy.carriers, "the desk took them up"


def everybody(place: Place) -> set[str]:
    """Whom anything was written to, agents and admins apart."""
    return {
        row.recipient for row in place.rows("outbox") if not row.recipient.endswith("@desk.example")
    }


def automatic(place: Place) -> set[str]:
    """Who got a mail that no person has written."""
    found = set()
    for row in place.rows("outbox"):
        letter = place.letters(row.recipient)[0]
        if letter[AUTOMATIC] not in (None, "no") and "@desk.example" not in row.recipient:
            found.add(row.recipient)
    return found


def requester(place: Place, number: int = -1) -> tuple[str, str]:
    ticket = place.rows("tickets")[number]
    return ticket.requester_name, ticket.requester_address


# Reply-To


def test_an_answer_goes_where_its_sender_asked_for_answers(place: Place) -> None:
    place.receive(mail("My order 7.", Reply_To=f"Kim at home <{LEA}>"))
    told = place.letters(BEN)[-1]
    assert requester(place) == ("Kim", KIM)
    assert f"answers go to {LEA}" in words_of(told)
    assert f"Your reply to this mail goes to {LEA}." in words_of(told)
    assert automatic(place) == {KIM}, "what goes out by itself goes to From"
    place.answer(BEN, "It was sent yesterday.")
    assert "sent yesterday" in words_of(place.letters(LEA)[-1])
    assert LEA in str(place.letters(LEA)[-1]["To"])
    assert len(place.letters(KIM)) == 1, "the acknowledgement, and no answer"
    place.answer(BEN, "#resolve\nIt is there.")
    assert f"Your answer was sent to {LEA}." in words_of(place.letters(BEN)[-1])


def test_who_answers_from_there_is_the_requester(place: Place) -> None:
    place.receive(mail("My order 7.", Reply_To=LEA))
    place.answer(BEN, "Sent yesterday.")
    assert "+" in str(place.letters(LEA)[-1]["Reply-To"]), "an address that was made for them"
    place.answer(LEA, "Nothing came.")
    assert "came with the reply address" in place.rows("messages")[-1].trust
    assert not [row for row in place.rows("outbox") if row.purpose == "admin_alarm"]
    ticket = place.row("tickets", 1)
    assert (len(place.rows("tickets")), ticket.message_count) == (1, 3)
    assert [row.status for row in place.rows("participants")] == []
    assert [row.kind for row in place.rows("messages")] == ["public"] * 3
    assert ticket.customer_wrote_at == place.now
    place.answer(BEN, "Then once more.")
    assert "once more" in words_of(place.letters(LEA)[-1])


def test_from_then_on_what_goes_out_by_itself_goes_there_too(place: Place) -> None:
    place.receive(mail("My order 7.", Reply_To=LEA))
    place.answer(BEN, "Sent yesterday.")
    place.answer(BEN, "#resolve")
    assert "resol" in words_of(place.letters(LEA)[-1]) or len(place.letters(LEA)) == 2
    assert len(place.letters(KIM)) == 1


def test_the_stars_of_the_requester_count_from_there(place: Place) -> None:
    place.receive(mail("My order 7.", Reply_To=LEA))
    place.answer(BEN, "Sent yesterday.")
    place.answer(BEN, "#resolve\nIt is there.")
    place.answer(LEA, "5")
    assert place.row("tickets", 1).score == 5


def test_a_participant_who_wants_answers_elsewhere_is_shown_so(place: Place) -> None:
    place.receive(mail("My order 7.", Cc="Lee <lee@customer.example>"))
    place.answer(BEN, "Sent yesterday.")
    to = str(place.letters("lee@customer.example")[-1]["Reply-To"]).rpartition("<")[2].rstrip(">")
    lee = {"From": "Lee <lee@customer.example>", "To": to, "Reply-To": LEA}
    place.receive(mail("I am at home.", **lee), "lee@customer.example", to)
    assert f"answers to them go to {LEA}" in words_of(place.letters(BEN)[-1])
    place.answer(BEN, "Then at home.")
    assert "Then at home." in words_of(place.letters(LEA)[-1])
    assert len(place.letters("lee@customer.example")) == 1


def test_who_stands_second_in_from_has_the_answers_too(place: Place) -> None:
    """RFC 5322, 3.6.2: where no Reply-To says otherwise, answers go to everybody in From."""
    two = f"Kim <{KIM}>, Lea <{LEA}>, Ben <{BEN}>"
    place.receive(mail("Our order 7.", From=two, Sender=KIM))
    assert requester(place) == ("Kim", KIM)
    assert automatic(place) == {KIM}
    place.answer(BEN, "Sent yesterday.")
    assert "Sent yesterday." in words_of(place.letters(LEA)[-1])


def test_a_program_of_ours_that_wants_answers_elsewhere_gets_none_by_itself(place: Place) -> None:
    """WordPress and its kind write as wordpress@ of the site's own domain, where nobody reads."""
    form = "wordpress@desk.example"
    place.receive(mail("My order 7.", From=f"Site <{form}>", Reply_To=LEA), form)
    assert {row.recipient for row in place.rows("outbox")} & {form, LEA} == set()
    assert f"goes to {LEA}" in words_of(place.letters(BEN)[-1])
    place.answer(BEN, "Sent yesterday.")
    assert "Sent yesterday." in words_of(place.letters(LEA)[-1])
    assert place.letters(form) == []
    place.receive(mail("I am Mia of sales.", From="mia@desk.example"), "mia@desk.example")
    assert place.letters("mia@desk.example"), "a colleague who asks hears that it has come"


def test_a_later_message_takes_it_back(place: Place) -> None:
    place.receive(mail("My order 7.", Reply_To=LEA))
    place.answer(BEN, "Sent yesterday.")
    to = str(place.letters(LEA)[-1]["Reply-To"]).rpartition("<")[2].rstrip(">")
    place.receive(mail("I am at my desk again.", To=to), KIM, to)
    place.answer(BEN, "Good.")
    assert "Good." in words_of(place.letters(KIM)[-1])


@pytest.mark.parametrize(
    ("reply_to", "goes_to", "said"),
    [
        pytest.param(", ".join(f"p{n}@many.example" for n in range(10)), {KIM}, "10 addresses"),
        pytest.param("support@desk.example", {KIM}, ""),
        pytest.param("hilfe@desk.example, Kim <kim@customer.example>", {KIM}, ""),
        pytest.param("Ben <ben@desk.example>", {KIM}, "who is an agent"),
        pytest.param("noreply@customer.example", {KIM}, ""),
        pytest.param(VICTIM, {VICTIM}, f"answers go to {VICTIM}"),
        pytest.param(f"{KIM}, {LEA}", {KIM, LEA}, f"copy to {LEA}"),
        pytest.param(f"{LEA}, {VICTIM}", {LEA, VICTIM}, f"answers go to {LEA}"),
        pytest.param("not an address", {KIM}, ""),
        pytest.param("=?utf-8?q?evil=40x.example?=@x.example", {KIM}, ""),
    ],
    ids=["ten", "ours", "ours-and-own", "agent", "noreply", "victim", "and", "two", "none", "odd"],
)
def test_whatever_stands_in_reply_to_one_place_gets_automatic_mail(
    place: Place, reply_to: str, goes_to: set[str], said: str
) -> None:
    place.receive(mail(f"To {reply_to}", Reply_To=reply_to))
    assert automatic(place) == {KIM}
    assert said in words_of(place.letters(BEN)[-1])
    place.answer(BEN, "An answer.")
    answered = {r.recipient for r in place.rows("outbox") if r.purpose == "reply"}
    assert answered == goes_to


def test_a_list_s_own_address_is_no_place_for_answers(place: Place) -> None:
    fields = {"List-Post": f"<mailto:{IT}>", "List-Id": "<it.lists.example>", "Reply-To": IT}
    place.receive(mail("From a list.", **fields))
    place.answer(BEN, "An answer.")
    assert everybody(place) == {KIM}


def test_automatic_mail_counts_against_where_its_answers_go(place: Place) -> None:
    for number in range(8):
        sender = f"sender{number}@from{number}.example"
        words = f"Question {number}"
        place.receive(mail(words, From=sender, Reply_To=VICTIM, Subject=words), sender)
    assert len(automatic(place)) == 5, "per_address of the victim, whoever wrote"
    assert len(place.rows("tickets")) == 8


def test_an_unproved_message_leads_no_answer_of_a_ticket_elsewhere(place: Place) -> None:
    place.receive(mail("My printer."))
    place.answer(BEN, "Which one?")
    place.receive(mail("The blue one.", Subject="Re: Printer [TKT-0001]", Reply_To=VICTIM))
    told = words_of(place.letters(BEN)[-1])
    assert f"asks for answers at {VICTIM}" in told
    place.answer(BEN, "Thank you.")
    assert place.letters(VICTIM) == []
    assert "Thank you." in words_of(place.letters(KIM)[-1])


def test_an_agent_takes_such_an_address_out(place: Place) -> None:
    place.receive(mail("My order 7.", Reply_To=LEA))
    place.answer(BEN, f"#cc -{LEA}\n#reply\nTo you alone.")
    assert place.letters(LEA) == []
    assert "To you alone." in words_of(place.letters(KIM)[-1])


# Forms, shops, scanners, other desks


SHOP = f"  - sender: {FORM}\n"


def form(text: str = "Question: my order 7 has not arrived.", **fields: str) -> bytes:
    head = {
        "From": f"Web shop <{FORM}>",
        "Subject": "Contact form",
        "Reply-To": f"Lea Braun <{LEA}>",
    }
    return mail(text, **{**head, **fields})


def test_without_an_entry_a_form_is_the_requester_and_the_answer_reaches_the_person(
    place: Place,
) -> None:
    place.receive(form(), FORM)
    assert requester(place) == ("Web shop", FORM)
    assert automatic(place) == {FORM}
    place.answer(BEN, "It left today.")
    assert "It left today." in words_of(place.letters(LEA)[-1])


def test_a_form_named_in_desk_yaml_writes_for_the_person_in_reply_to(place: Place) -> None:
    carriers(place, SHOP)
    place.receive(form(), FORM)
    assert requester(place) == ("Lea Braun", LEA)
    assert everybody(place) == {LEA}
    told = words_of(place.letters(BEN)[-1])
    assert f"It came through {FORM}." in told
    (kept,) = place.rows("messages")
    assert (kept.from_address, kept.through) == (LEA, FORM)
    place.answer(BEN, "It left today.")
    place.answer(LEA, "Thank you, it is here.")
    ticket = place.row("tickets", 1)
    assert (len(place.rows("tickets")), ticket.message_count) == (1, 3)
    assert everybody(place) == {LEA}, "nobody else ever hears of it"


@pytest.mark.parametrize(
    "fields",
    [
        {"From": "Shop <noreply@shop.example>"},
        {"Auto-Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"X-Auto-Response-Suppress": "All"},
        {"Return-Path": "<>"},
    ],
    ids=["noreply", "auto-generated", "bulk", "suppress", "null path"],
)
def test_what_a_form_says_of_itself_is_not_said_of_the_person(
    place: Place, fields: dict[str, str]
) -> None:
    carriers(place, '  - sender: "@shop.example"\n')
    place.receive(form(str(fields), **fields), "noreply@shop.example")
    assert automatic(place) == {LEA}
    assert len([row for row in place.rows("outbox") if row.recipient == BEN]) == 1


@pytest.mark.parametrize(
    "fields",
    [{"Auto-Submitted": "auto-replied"}, {"Subject": "Out of office: Re: your ticket"}],
    ids=["auto-replied", "out of office"],
)
def test_what_a_carrier_answers_by_itself_stays_automatic(
    place: Place, fields: dict[str, str]
) -> None:
    carriers(place, SHOP)
    place.receive(form(str(fields), **fields), FORM)
    assert everybody(place) == set()


PLACES = {
    "header": ("person: {header: X-Customer}", {"X-Customer": f"Lea Braun <{LEA}>"}, ""),
    "line": ("person: {line: E-Mail}", {}, f"Name: Lea Braun\nE-Mail: {LEA}\n"),
    "line-below": ("person: {line: E-mail address}", {}, f"E-Mail  address\n\n{LEA}\n"),
    "line-of-a-table": ("person: {line: E-Mail}", {}, f"*E-Mail* | <{LEA}>\n"),
    "either-line": ("person: {line: [Mail, Email]}", {}, f"EMAIL = {LEA}\n"),
    "pattern": ('person: {pattern: "^(von|from)\\\\b"}', {}, f"Von Lea Braun <{LEA}> am Freitag\n"),
}


@pytest.mark.parametrize(("where", "fields", "text"), PLACES.values(), ids=PLACES)
def test_the_person_stands_where_the_entry_says(
    place: Place, where: str, fields: dict[str, str], text: str
) -> None:
    carriers(place, f"{SHOP}    {where}\n")
    place.receive(form(f"{text}\nMy order 7.", **{"Reply-To": "", **fields}), FORM)
    assert requester(place)[1] == LEA
    assert everybody(place) == {LEA}


NAMES = {
    "beside": ("", "Lea Braun"),
    "none": ("    name: none\n", ""),
    "line": ("    name: {line: Kunde}\n", "Lea M. Braun"),
    "two": ("    name: {line: [Vorname, Nachname]}\n", "Lea Braun-Wolf"),
    "link": ("    name: {line: Firma}\n", ""),
}


@pytest.mark.parametrize(("entry", "name"), NAMES.values(), ids=NAMES)
def test_the_name_stands_where_the_entry_says(place: Place, entry: str, name: str) -> None:
    carriers(place, SHOP + entry)
    text = (
        "Kunde: Lea M. Braun\nVorname: Lea\nNachname: Braun-Wolf\n"
        "Firma: buy at https://evil.example\n\nHello."
    )
    place.receive(form(text), FORM)
    assert requester(place) == (name, LEA)


def test_the_page_of_a_form_is_read_as_its_text(place: Place) -> None:
    carriers(place, f"{SHOP}    person: {{line: E-Mail}}\n    name: {{line: Name}}\n")
    page = (
        "<table><tr><td>Name</td><td>Lea Braun</td></tr><tr><td><b>E-Mail</b></td>"
        f'<td><a href="mailto:{LEA}">{LEA}</a></td></tr></table><p>My order 7.</p>'
    )
    place.receive(form(page, **{"Content-Type": "text/html; charset=utf-8", "Reply-To": ""}), FORM)
    assert requester(place) == ("Lea Braun", LEA)


ODD_LINES = {
    "two": (f"E-Mail: {LEA}, {VICTIM}", "names 2 addresses"),
    "script": ("E-Mail: <script>alert(1)</script>lea@post.example", "holds code"),
    "encoded": ("E-Mail: =?utf-8?q?lea=40post.example?=", "holds code"),
    "nothing": ("E-Mail: none of your business", "names no address"),
    "absent": ("My order 7.", "does not say for whom"),
    "ours": (f"E-Mail: {SUPPORT}", "an address of this desk"),
}


@pytest.mark.parametrize(("line", "said"), ODD_LINES.values(), ids=ODD_LINES)
def test_where_the_person_cannot_be_told_agents_hear_why_and_nothing_goes_out_by_itself(
    place: Place, line: str, said: str
) -> None:
    carriers(place, f"{SHOP}    person: {{line: E-Mail}}\n")
    place.receive(form(f"{line}\n\nHello.", **{"Reply-To": ""}), FORM)
    assert requester(place)[1] == FORM
    assert everybody(place) == set()
    assert said in words_of(place.letters(BEN)[-1])


# A form that sends as the desk's own address


OWN = f"  - sender: {SUPPORT}\n    proof: {{{{{{}}}}}}\n"


def own_form(text: str = "Max Wolf wrote: my order 8.", **fields: str) -> bytes:
    head = {"From": f"Support <{SUPPORT}>", "Subject": "New message", "Reply-To": f"Max <{LEA}>"}
    return mail(text, **{**head, **fields})


def test_without_an_entry_it_is_held_and_the_hold_says_which_line_would_let_it_in(
    place: Place,
) -> None:
    place.receive(own_form(), SUPPORT)
    (held,) = place.rows("quarantine")
    assert held.reason == "own_address"
    line = f"- {{sender: {SUPPORT}, person: reply_to, proof: {{peer: 192.0.2.1}}}}"
    assert line in held.words
    assert everybody(place) == set()
    carriers(place, f"  {line}\n")
    place.receive(own_form("Max Wolf wrote: my order 9."), SUPPORT)
    assert requester(place) == ("Max", LEA), "the line does what the hold says"


def test_where_the_person_stands_in_the_text_the_hold_says_so(place: Place) -> None:
    place.receive(own_form(f"E-Mail: {LEA}\n\nHello.", **{"Reply-To": ""}), SUPPORT)
    (held,) = place.rows("quarantine")
    assert 'person: {line: "E-Mail"}' in held.words


PROVED = {
    "peer": ("peer: 192.0.2.1", {}, True),
    "network": ("peer: [203.0.113.0/24, 192.0.2.0/28]", {}, True),
    "another peer": ("peer: 198.51.100.7", {}, False),
    "dkim": ("dkim: desk.example", {"A": "dkim=pass header.d=desk.example"}, True),
    "dkim below": ("dkim: desk.example", {"A": "dkim=pass header.d=web.desk.example"}, True),
    "another's dkim": ("dkim: desk.example", {"A": "dkim=pass header.d=evil.example"}, False),
    "dkim failed": ("dkim: desk.example", {"A": "dkim=fail header.d=desk.example"}, False),
    "log-in": ("submission: yes", {"A": "auth=pass smtp.auth=web@desk.example"}, True),
    "no log-in": ("submission: yes", {"A": "spf=pass smtp.mailfrom=desk.example"}, False),
    "either": ("peer: 198.51.100.7, submission: yes", {"A": "auth=pass smtp.auth=web"}, True),
}


@pytest.mark.parametrize(("proof", "fields", "is_in"), PROVED.values(), ids=PROVED)
def test_an_entry_for_our_own_address_lets_in_what_it_proves(
    place: Place, proof: str, fields: dict[str, str], is_in: bool
) -> None:
    entry = f"  - {{sender: {SUPPORT}, proof: {{{proof}}}}}\n"
    carriers(place, entry, "authserv_id: mx.desk.example")
    said = {"Authentication-Results": f"mx.desk.example; {fields['A']}"} if fields else {}
    place.receive(own_form(proof, **said), SUPPORT)
    if is_in:
        assert requester(place) == ("Max", LEA)
        assert everybody(place) == {LEA}
    else:
        (held,) = place.rows("quarantine")
        assert "nothing that its proof asks for is there" in held.words
        assert place.rows("tickets") == []


def test_what_is_held_and_released_is_the_persons_in_reply_to(place: Place) -> None:

    row = place.receive(own_form(), SUPPORT)
    with place.services.db.write() as conn:
        spool.release(conn, row.id, "ana", place.now)

    receive(place.services)
    assert requester(place) == ("Max", LEA)
    assert everybody(place) <= {LEA}


def test_an_outside_sender_whose_proof_fails_is_taken_as_anybody(place: Place) -> None:
    carriers(place, f"{SHOP}    proof: {{peer: 198.51.100.7}}\n")
    place.receive(form(), FORM)
    assert requester(place)[1] == FORM
    assert "nothing that its proof asks for" in words_of(place.letters(BEN)[-1])


# Groups and lists


def through(name: str = "'Uma Lind' via IT", **fields: str) -> bytes:
    head = {"From": f"{name} <{IT}>", "Subject": "Laptop broken", "List-ID": "<it.lists.example>"}
    return mail(f"My laptop is broken. {fields}", **{**head, **fields})


GROUPS = {
    "google": {
        "Reply-To": f"Uma Lind <{UMA}>",
        "X-Original-Sender": UMA,
        "X-Original-From": f"Uma Lind <{UMA}>",
        "Precedence": "list",
        "Mailing-list": f"list {IT}; contact {IT.replace('@', '+owners@')}",
        "List-Post": f"<https://groups.google.com/g/it/post>, <mailto:{IT}>",
        "Sender": IT,
    },
    "google, answers to the group": {
        "Reply-To": IT,
        "X-Original-From": f"Uma Lind <{UMA}>",
        "X-Google-Group-Id": "1",
    },
    "google, sender alone": {"X-Original-Sender": UMA, "Precedence": "list"},
    "google, forwarded": {
        "X-Original-Sender": "SRS0=aB1c=XY=customer.example=uma@forwarder.example"
    },
    "mailman": {
        "Reply-To": f"Uma Lind <{UMA}>",
        "X-BeenThere": IT,
        "X-Mailman-Version": "2.1.39",
        "Sender": '"IT" <it-bounces@lists.example>',
        "List-Post": f"<mailto:{IT}>",
    },
    "mailman, answers to the list": {
        "Reply-To": f"IT <{IT}>",
        "Cc": f"Uma Lind <{UMA}>, Boss <boss@customer.example>",
        "X-BeenThere": IT,
        "List-Post": f"<mailto:{IT}>",
    },
    "mailman 3": {"X-MailFrom": UMA, "List-Post": f"<mailto:{IT}>", "Reply-To": IT},
    "original-from": {"Original-From": f"Uma Lind <{UMA}>", "Reply-To": IT},
    "batv": {"X-Original-Sender": "prvs=1234567890=uma@customer.example"},
    "sympa": {
        "X-Original-From": f"Uma Lind <{UMA}>",
        "Precedence": "list",
        "X-Loop": "it",
        "List-Unsubscribe": "<mailto:sympa@lists.example?subject=unsubscribe%20it>",
    },
    "bulk": {"Reply-To": f"Uma Lind <{UMA}>, {IT}", "Precedence": "bulk"},
}


@pytest.mark.parametrize("fields", GROUPS.values(), ids=GROUPS)
def test_who_writes_through_a_group_is_the_requester(place: Place, fields: dict[str, str]) -> None:
    place.receive(through(**fields), "it+bncABC@lists.example")
    assert requester(place) == ("Uma Lind", UMA)
    told = words_of(place.letters(BEN)[-1])
    assert f"It came through {IT}." in told
    assert "sent by a program" not in told
    assert automatic(place) == set(), "RFC 3834, 2: a list is not answered by itself"
    place.answer(BEN, "Bring it along.")
    answered = {row.recipient for row in place.rows("outbox") if row.purpose == "reply"}
    assert UMA in answered
    assert IT not in answered
    place.answer(UMA, "I come at ten.")
    assert len(place.rows("tickets")) == 1


WRAPPED = f"From: Uma Lind <{UMA}>\r\nSubject: Lid\r\nMessage-ID: <in@x>\r\n\r\nThe lid is off."


def test_what_a_list_has_wrapped_is_read(place: Place) -> None:
    """Mailman's wrap_message: the member's own mail is the body (RFC 7960, 4.1.3.4)."""
    head = {"From": f"Uma via IT <{IT}>", "Reply-To": f"Uma Lind <{UMA}>", "List-Id": "<it.lists>"}
    raw = mail(WRAPPED, **head, Content_Type="message/rfc822", List_Post=f"<mailto:{IT}>")
    place.receive(raw, "it-bounces@lists.example")
    assert requester(place) == ("Uma Lind", UMA)
    assert "Attached message from Uma Lind" in words_of(place.letters(BEN)[-1])
    assert "The lid is off." in words_of(place.letters(BEN)[-1])


def test_a_list_that_keeps_from_is_no_participant(place: Place) -> None:
    place.receive(
        through(**{"From": f"Uma <{UMA}>", "To": f"IT <{IT}>", "List-Post": f"<mailto:{IT}>"}), UMA
    )
    assert requester(place) == ("Uma", UMA)
    place.answer(BEN, "Bring it along.")
    assert everybody(place) == {UMA}
    assert f"through {IT}" in words_of(place.letters(BEN)[0])


def test_a_group_named_in_desk_yaml_is_answered_to_the_author(place: Place) -> None:
    carriers(place, f"  - sender: {IT}\n")
    place.receive(through(**GROUPS["google"]), "it+bncABC@lists.example")
    assert automatic(place) == {UMA}
    kept = {"From": f"Uma <{UMA}>", "List-Post": f"<mailto:{IT}>", "Subject": "Another matter"}
    place.receive(through(**kept), UMA)
    assert len([row for row in place.rows("outbox") if row.recipient == UMA]) == 2


def test_our_own_address_as_a_group_passes_its_authors_on(place: Place) -> None:
    own = {name: value.replace(IT, SUPPORT) for name, value in GROUPS["google"].items()}
    fields = {**own, "From": f"'Uma Lind' via Support <{SUPPORT}>"}
    place.receive(through(**fields), SUPPORT)
    assert requester(place) == ("Uma Lind", UMA)


def test_who_is_named_nowhere_gets_nothing_and_agents_hear_so(place: Place) -> None:
    place.receive(through("Uma Lind via IT", **{"Reply-To": IT, "List-Post": f"<mailto:{IT}>"}), IT)
    assert requester(place)[1] == "nobody@sender.invalid"
    assert "does not say who wrote it" in words_of(place.letters(BEN)[-1])
    place.answer(BEN, f"#cc {UMA}\n#reply\nBring it along.")
    assert IT not in everybody(place)
    assert "Bring it along." in words_of(place.letters(UMA)[-1])


def test_a_service_that_writes_via_is_no_group(place: Place) -> None:
    head = {"From": "Uma via Signing <sign@service.example>", "Reply-To": UMA}
    place.receive(mail("Please sign.", **head), "sign@service.example")
    assert requester(place)[1] == "sign@service.example"


def test_who_resends_a_message_is_not_its_author(place: Place) -> None:
    head = {"From": f"Uma <{UMA}>", "Resent-From": KIM, "Resent-To": SUPPORT, "Sender": KIM}
    place.receive(mail("Resent.", **head), KIM)
    assert requester(place) == ("Uma", UMA)


@pytest.mark.parametrize(
    "path",
    [
        "SRS0=aB1c=XY=customer.example=uma@forwarder.example",
        "SRS1=zz=forwarder.example==aB1c=XY=customer.example=uma@second.example",
        "bounces+SRS=44ldt=IX=customer.example=uma@forwarder.example",
        "prvs=1234567890=uma@customer.example",
    ],
    ids=["srs0", "srs1", "exchange", "batv"],
)
def test_an_envelope_that_was_written_over_is_read_back(place: Place, path: str) -> None:
    place.receive(mail(f"No From. {path}", From=""), path)
    assert requester(place)[1] == UMA


@pytest.mark.parametrize("field", ["X-Original-From", "Original-From"])
@pytest.mark.parametrize("sender", [KIM, SUPPORT])
def test_what_no_list_has_brought_is_of_whom_from_names(
    place: Place, sender: str, field: str
) -> None:
    row = place.receive(mail("Hello.", **{"From": sender, field: f"Lea <{LEA}>"}), KIM)
    if sender == SUPPORT:
        assert row.outcome == "held own_address"
    else:
        assert requester(place)[1] == KIM
    assert place.letters(LEA) == []


def test_an_entry_says_that_a_sender_is_a_group(place: Place) -> None:
    carriers(place, f"  - sender: {IT}\n    proof: {{peer: 192.0.2.1}}\n")
    fields = {"From": f"Uma via IT <{IT}>", "X-Original-From": f"Uma Lind <{UMA}>"}
    place.receive(mail("My laptop.", **fields), IT)
    assert requester(place) == ("Uma Lind", UMA)


def test_an_entry_that_is_not_proved_says_nothing(place: Place) -> None:
    carriers(place, f"  - sender: {IT}\n    proof: {{peer: 198.51.100.7}}\n")
    place.receive(mail("My laptop.", **{"From": IT, "X-Original-From": UMA}), IT)
    assert requester(place)[1] == IT


def test_an_agent_behind_a_group_is_asked(place: Place) -> None:
    fields: dict[str, Any] = {**GROUPS["google"], "X-Original-From": f"Ben <{BEN}>"}
    place.receive(through(**fields, **{"Authentication-Results": "x"}), IT)
    assert [row.reason for row in place.rows("quarantine")] == ["unproven_agent"]
