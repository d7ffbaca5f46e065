"""Buttons: each opens a mail that does what it says, for the one who was sent it."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

from maildesk.desk.mails.registry import MAILS
from maildesk.pipeline.letters.proofs import mailto
from tests.pipeline.desk_changes import release
from tests.pipeline.place import Place, mail

BEN, CARLA = "ben@desk.example", "carla@desk.example"


def page(place: Place, person: str) -> str:
    html = place.letters(person)[-1].get_body(("html",))
    assert html is not None
    return str(html.get_content())


def coloured(place: Place, person: str) -> str:
    """What the button says that stands out; of the others none does."""
    found = re.findall(r'class="button-first"[^>]*>(?:<!--.*?-->)?([^<]*)', page(place, person))
    assert len(found) <= 1
    return found[0] if found else ""


def buttons(place: Place, person: str) -> dict[str, tuple[str, str]]:
    """Of the last mail: what each button says -> where its mail goes and what is in it."""
    found = {}
    for piece in page(place, person).split('href="mailto:')[1:]:
        link, _, rest = piece.partition('"')
        parts = urlsplit("mailto:" + link.replace("&amp;", "&"))
        label = rest.partition(">")[2].replace("<!--[if mso]>&nbsp;&nbsp;<![endif]-->", "")
        body = parse_qs(parts.query)["body"][0]
        found[label.partition("<")[0]] = (unquote(parts.path), body)
    return found


def test_a_notification_has_the_buttons_of_its_entry_and_they_work(place: Place) -> None:
    place.receive(mail())
    found = buttons(place, BEN)
    theirs = [one for one in MAILS["agent_new"].buttons if one != "snooze"]  # of one's own
    assert len(found) == len(theirs)
    to, body = found["Take it"]
    assert body == "#take"
    place.receive(mail(body, From=BEN, To=to), BEN, to)
    assert place.row("tickets", 1).assignee == BEN


def test_of_a_stranger_they_name_the_one_they_are_about(place: Place) -> None:
    place.receive(mail())
    ids = str(place.letters("kim@customer.example")[-1]["Message-ID"])
    place.receive(
        mail("Me too.", From="lee@elsewhere.example", In_Reply_To=ids), "lee@elsewhere.example"
    )
    found = buttons(place, BEN)
    assert {body for _, body in found.values()} == {
        "#letin lee@elsewhere.example",
        "#also lee@elsewhere.example",
        "#keepout lee@elsewhere.example",
    }


def test_a_link_to_a_mail_is_quoted_as_the_rfc_says() -> None:
    link = mailto("a+b@x.example", "Re: 50 % & more [TKT-1]", "#note\n\n")
    assert link.startswith("mailto:a+b@x.example?subject=Re%3A%2050%20%25%20%26%20more")
    assert link.endswith("&body=%23note%0A%0A")


def test_what_makes_sense_now_stands_first_and_stands_out(place: Place) -> None:
    place.receive(mail())
    assert (coloured(place, BEN), next(iter(buttons(place, BEN)))) == ("Take it", "Take it")
    place.answer(BEN, "Is the light on?")
    place.answer("kim@customer.example", "It blinks.")
    assert (coloured(place, BEN), next(iter(buttons(place, BEN)))) == ("Resolve", "Resolve")
    assert "Take it" not in buttons(place, BEN), "it is his already"


def test_under_a_note_one_answers_the_customer_and_takes_or_marks_nothing(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#take")
    place.answer(CARLA, "#note\nShe has the old model.")
    found = buttons(place, BEN)
    assert list(found) == ["Answer the customer", "Resolve", "Wait for customer"]
    assert coloured(place, BEN) == "Answer the customer"
    to, body = found["Answer the customer"]
    assert body == "#reply\n\n"
    place.receive(mail(body + "Hello Kim.", From=BEN, To=to), BEN, to)
    assert place.rows("messages")[-1].kind == "public"


def test_the_receipt_of_a_note_leads_to_the_customer_who_waits(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#note\n#priority high\nShe has the old model.")
    assert coloured(place, BEN) == "Answer the customer"
    assert "Resolve" in buttons(place, BEN)
    to, body = buttons(place, BEN)["Answer the customer"]
    place.receive(mail(body + "Hello Kim.", From=BEN, To=to), BEN, to)
    assert place.rows("messages")[-1].kind == "public"


def test_the_receipt_of_commands_leads_to_the_customer_who_waits(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#priority high")
    assert coloured(place, BEN) == "Answer the customer"


def test_the_receipt_of_an_answer_does_not(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#priority high\nIs the light on?")
    assert coloured(place, BEN) == "Resolve"
    assert "Answer the customer" not in buttons(place, BEN)
    place.answer(BEN, "#note\n#priority low\nShe has the old model.")
    assert coloured(place, BEN) == "Resolve"
    assert "Answer the customer" in buttons(place, BEN), "a plain answer is a note there"


def test_a_mail_that_was_held_is_corrected_and_sent_again(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#reslove\nThat was the roll.")
    found = buttons(place, BEN)
    assert list(found) == ["Correct and send again"]
    to, body = found["Correct and send again"]
    assert body == "#reslove\nThat was the roll."
    place.receive(mail(body.replace("#reslove", "#resolve"), From=BEN, To=to), BEN, to)
    assert place.row("tickets", 1).status == "resolved"


def test_words_that_no_link_can_carry_are_not_in_one(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#reslove\n" + "word " * 400)
    assert buttons(place, BEN) == {}


def test_what_cannot_be_done_or_is_done_already_is_not_offered(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#resolve\nDone.")
    place.answer(CARLA, "#note\nWell done.")
    assert list(buttons(place, BEN)) == ["Answer the customer"]
    place.receive(mail("Another.", Subject="Scanner"))
    place.answer(BEN, "#wait\n#assign me")
    assert "Wait for customer" not in buttons(place, BEN)


def hints(place: Place, person: str) -> list[str]:
    """The commands that the last mail names at its end, on its page the same where it has any."""
    text = place.letters(person)[-1].get_body(("plain",))
    assert text is not None
    (line,) = (one for one in str(text.get_content()).splitlines() if one.endswith("  #help"))
    shown = " ".join(page(place, person).split())
    assert " · ".join(line.split("  ")) in shown or "#help" not in shown
    return line.split("  ")


def test_the_commands_that_are_named_are_those_that_make_sense_now(place: Place) -> None:
    place.receive(mail())
    ordinary = ["#resolve", "#wait", "#note", "#priority high", "#spam", "#help"]
    assert hints(place, BEN) == ["#take", *ordinary]
    place.answer(BEN, "#wait\n#take")
    place.answer("kim@customer.example", "It blinks.")
    assert hints(place, BEN) == ordinary
    place.answer(BEN, "#priority high")
    assert hints(place, BEN) == [one for one in ordinary if one != "#priority high"]
    place.answer(BEN, "#resolve\nDone.")
    assert hints(place, BEN) == ["#note", "#reopen", "#spam", "#help"]
    place.answer(CARLA, "#note\nWell done.")
    assert hints(place, BEN) == ["#reply", "#reopen", "#spam", "#help"]
    place.answer(BEN, "#reopen\n#spam")
    assert hints(place, BEN) == ["#reply", "#notspam", "#help"]


def test_whose_address_nobody_knows_is_asked_for_before_all_else(place: Place) -> None:
    place.receive(mail("A form.", From="Web Form <support@desk.example>"), "www@web.example")
    release(place, 1)
    place.answer(BEN, "#take")
    place.answer(CARLA, "#note\nWho is that?")
    assert coloured(place, BEN) == "Name the address"
    assert hints(place, BEN)[0] == "#customer name@example.org"
    to, body = buttons(place, BEN)["Name the address"]
    row = place.receive(mail(f"{body}lea@post.example\nHello.", From=BEN, To=to), BEN, to)
    assert row.outcome == "threaded"
    assert place.row("tickets", 1).requester_address == "lea@post.example"
    place.answer(CARLA, "#note\nAh.")
    assert "Name the address" not in buttons(place, BEN)
    assert "#customer" not in " ".join(hints(place, BEN))


def test_what_a_role_does_not_include_is_not_offered(place: Place) -> None:
    agents = place.folder / "agents.yaml"
    text = agents.read_text(encoding="utf-8")
    agents.write_text(
        text.replace(
            "address: ben@desk.example\n", "address: ben@desk.example\n    role: specialist\n"
        ),
        encoding="utf-8",
    )
    assert place.services.keeper.reload_now()
    billing = "billing@desk.example"
    place.receive(mail(To=billing), "kim@customer.example", billing)
    assert "Take it" in buttons(place, BEN)
    assert "This is spam" not in buttons(place, BEN)
    assert 'class="quiet"' not in page(place, BEN)


def test_buttons_write_the_commands_of_their_readers_language(place: Place) -> None:
    place.receive(mail())
    found = buttons(place, CARLA)
    assert {label: body for label, (_, body) in found.items()} == {
        "Übernehmen": "#übernehmen",
        "Erledigt": "#erledigt",
        "Auf Kunden warten": "#warten",
        "Notiz schreiben": "#notiz\n\n",
        "Das ist Spam": "#spam",
    }
    to, body = found["Übernehmen"]
    place.receive(
        mail(body, From=CARLA, To=to, MIME_Version="1.0", Content_Type="text/plain; charset=utf-8"),
        CARLA,
        to,
    )
    assert place.row("tickets", 1).assignee == CARLA
