"""What customers have done by mail, on a database: whom it is believed of, what comes of it, who
hears, and that no message is lost over it."""

from __future__ import annotations

import re
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote

import pytest

from tests.pipeline.desk_changes import with_words
from tests.pipeline.place import Place, mail, told, words

KIM, LEE, ROBOT = "kim@customer.example", "lee@customer.example", "no-reply@shop.example"
BEN = "ben@desk.example"
_MAILTO = re.compile(r'href="mailto:([^"?]+)\?([^"]+)"')


def buttons(letter: EmailMessage) -> dict[str, tuple[str, str]]:
    """The address and the subject of each button of a mail, by the line that it sends."""
    page = letter.get_body(("html",))
    assert page is not None
    found = {}
    for to, rest in _MAILTO.findall(str(page.get_content())):
        said = parse_qs(rest.replace("&amp;", "&"))
        found[said["body"][0]] = (unquote(to), said["subject"][0])
    return found


def tap(
    place: Place, who: str, letter: EmailMessage, line: str, text: str = "", **more: str
) -> str:
    """This person taps the button that sends this line; the outcome."""
    to, subject = buttons(letter)[line]
    raw = mail(text or line, From=who, To=to, Subject=subject, **more)
    return str(place.receive(raw, who, to).outcome)


def status(place: Place) -> str:
    (row,) = place.rows("tickets")
    return str(row.status)


def answered(place: Place, who: str) -> str:
    """The last answer to what this person had done."""
    return words(told(place, who, "verbs_answered")[-1])


def test_a_tap_on_a_button_of_the_acknowledgement_tells_how_it_stands(both: Place) -> None:
    both.receive(mail("It smokes."))
    both.answer(BEN, "#note\nThe customer is a nuisance.")
    (greeting,) = both.letters(KIM)
    assert tap(both, KIM, greeting, "#status") == "threaded"
    said = answered(both, KIM)
    assert "Status: open" in said
    assert "nuisance" not in said
    assert "It smokes" not in said, "nobody's words"
    assert len(both.rows("messages")) == 2, "asking is no message"
    assert [(e.what, e.who, e.detail["verb"]) for e in both.rows("history", what="asked")] == [
        ("asked", KIM, "status")
    ]


def test_how_it_stands_says_that_their_last_message_waits_for_an_answer(both: Place) -> None:
    both.receive(mail("It smokes."))
    (greeting,) = both.letters(KIM)
    both.answer(BEN, "Pull the plug.")
    tap(both, KIM, greeting, "#status")
    assert "Our last answer: Friday, 20 November 2026" in answered(both, KIM)
    assert "Last message to us" not in answered(both, KIM)
    both.later(3600)
    both.answer(KIM, "It still smokes.")
    tap(both, KIM, greeting, "#status", "status?")
    said = " ".join(answered(both, KIM).split())
    assert "Our last answer: Friday, 20 November 2026" in said
    assert "Last message to us: Friday, 20 November 2026" in said
    assert "(not answered yet)" in said
    both.answer(BEN, "#resolve\nThat was the roll.")
    tap(both, KIM, greeting, "#status", "#Status")
    assert "not answered yet" not in answered(both, KIM)


def test_the_customer_closes_and_opens_again(both: Place) -> None:
    both.receive(mail())
    both.answer(BEN, "#take")
    before = len(both.letters(BEN))
    tap(both, KIM, both.letters(KIM)[0], "#close")
    assert status(both) == "closed"
    assert "Your request is closed." in answered(both, KIM)
    (news,) = told(both, BEN, "agent_verb")
    assert "TKT-0001 is closed now" in words(news)
    assert "Kim (kim@customer.example) did that," in words(news)
    assert len(both.letters(BEN)) == before + 1
    (moved,) = [e for e in both.rows("history", what="status") if e.detail["to"] == "closed"]
    assert (moved.who, moved.rule) == (KIM, "")
    tap(both, KIM, both.letters(KIM)[-1], "#reopen")
    assert status(both) == "in_progress"
    assert "open again" in answered(both, KIM)
    assert len(both.rows("messages")) == 1


@pytest.mark.parametrize(
    "text", ["status?", "#Status", "# status", "Stand", "Statut ?", "#STATUS."]
)
def test_a_word_alone_in_an_answer_is_enough_in_any_language(place: Place, text: str) -> None:
    place.receive(mail())
    place.answer(KIM, text)
    assert "Status: open" in answered(place, KIM)
    assert len(place.rows("messages")) == 1


def test_words_beside_a_verb_are_a_message_as_well(both: Place) -> None:
    both.receive(mail())
    both.answer(KIM, "It prints again, thank you all.\n\n#close")
    assert status(both) == "closed"
    assert "It prints again" in words(told(both, BEN, "agent_reply")[-1])
    assert told(both, BEN, "agent_verb") == []
    assert len(both.rows("messages")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Please close the window, it is cold.",
        "My shop is\nclose\nto the station.",
        "I wrote\n#close\nand nothing happened.",
        "please remove lee@customer.example from copies",
        "#close the ticket when you like",
        "#add nobody",
        "#status waiting",
    ],
)
def test_whatever_is_no_clear_line_is_an_ordinary_message(place: Place, text: str) -> None:
    place.receive(mail())
    place.answer(KIM, text)
    assert status(place) == "open"
    assert told(place, KIM, "verbs_answered") == []
    assert len(place.rows("messages")) == 2


def test_quoted_text_asks_for_nothing(place: Place) -> None:
    place.receive(mail())
    place.answer(KIM, "Is anybody there?\n\nOn Fri, Kim wrote:\n> #close\n")
    assert status(place) == "open"
    place.answer(
        KIM, "And now?\n\n-----Original Message-----\nFrom: x\nTo: y\nSubject: z\n\n#close\n"
    )
    assert status(place) == "open"
    assert len(place.rows("messages")) == 3


def test_a_stranger_with_a_forwarded_mail_has_nothing_done(both: Place) -> None:
    both.receive(mail())
    (greeting,) = both.letters(KIM)
    tap(both, "eve@elsewhere.example", greeting, "#close")
    assert status(both) == "open"
    assert [row.kind for row in both.rows("messages")] == ["public", "stranger"], "agents decide"
    assert both.letters("eve@elsewhere.example") == []
    assert both.rows("history", what="asked") == []


def test_a_number_and_a_from_are_no_proof(both: Place) -> None:
    both.receive(mail())
    both.receive(mail("#close", Subject="Re: [TKT-0001] Printer"))
    assert status(both) == "open"
    assert len(both.rows("messages")) == 2, "it is kept as a message"
    assert "To be sure that it was you" in answered(both, KIM)
    assert "Status:" not in answered(both, KIM)


def test_a_replayed_mail_does_nothing_twice(both: Place) -> None:
    both.receive(mail())
    (greeting,) = both.letters(KIM)
    to, subject = buttons(greeting)["#close"]
    raw = mail("#close", From=KIM, To=to, Subject=subject)
    both.receive(raw, KIM, to)
    both.answer(BEN, "#reopen")
    assert both.receive(raw, "eve@elsewhere.example", to).outcome == "duplicate"
    assert status(both) != "closed"


def test_a_robot_that_says_close_is_a_robot(place: Place) -> None:
    place.receive(mail())
    (greeting,) = place.letters(KIM)
    to = buttons(greeting)["#close"][0]
    for fields in ({"Auto-Submitted": "auto-replied"}, {"X-Autoreply": "yes"}):
        raw = mail("#close", From=KIM, To=to, Subject="Automatic reply: absent", **fields)
        place.receive(raw, KIM, to)
    assert status(place) == "open"
    assert told(place, KIM, "verbs_answered") == []


def test_a_participant_does_not_close_the_requesters_ticket(both: Place) -> None:
    both.receive(mail(Cc=LEE))
    both.answer(BEN, "On our way.")
    both.answer(LEE, "#close")
    assert status(both) == "in_progress"
    assert "Only the person who made this request" in answered(both, LEE)
    assert len(both.rows("messages")) == 3, "it is kept as a message"
    both.answer(LEE, "status")
    assert "Our last answer:" in answered(both, LEE)


def test_somebody_is_added_hears_once_and_leaves_for_good(both: Place) -> None:
    both.receive(mail("It smokes, SECRET."))
    both.later(60)
    both.answer(KIM, f"#add {LEE}")
    assert "Added: lee@customer.example" in answered(both, KIM)
    (hello,) = both.letters(LEE)
    assert "kim@customer.example has added you to the request TKT-0001" in words(hello)
    assert "Printer" not in str(hello), "nothing that a customer wrote"
    assert "SECRET" not in str(hello)
    both.answer(BEN, "We look at it.")
    assert len(both.letters(LEE)) == 2
    tap(both, LEE, hello, "#leave")
    assert "You have left the conversation" in answered(both, LEE)
    left = both.rows("history", what="left")
    assert [(e.who, e.detail["address"]) for e in left] == [(LEE, LEE)]
    both.answer(BEN, "It is on its way.")
    assert len(told(both, LEE, "reply")) == 1
    both.answer(KIM, f"add {LEE}")
    assert "lee@customer.example cannot be added" in answered(both, KIM)
    letter = both.letters(KIM)[-1]
    to = str(letter["Reply-To"]).rpartition("<")[2].rstrip(">")
    raw = mail("Once more.", Cc=LEE, To=to, In_Reply_To=str(letter["Message-ID"]))
    both.receive(raw, KIM, to)
    both.answer(BEN, "There it is.")
    assert len(told(both, LEE, "reply")) == 1, "not by a copy either"
    assert len(told(both, LEE, "brought_in")) == 1


def test_who_is_added_is_taken_out_again(both: Place) -> None:
    both.receive(mail())
    both.answer(KIM, f"Please keep Lee posted.\n#add {LEE}")
    both.answer(KIM, f"remove {LEE}")
    assert "Removed: lee@customer.example" in answered(both, KIM)
    both.answer(KIM, f"#remove {LEE}")
    assert "lee@customer.example takes no part" in answered(both, KIM)
    both.answer(KIM, f"#remove {KIM}")
    assert "Whoever made a request stays in it" in answered(both, KIM)


@pytest.mark.parametrize("address", [BEN, "support@desk.example", ROBOT, "postmaster@desk.example"])
def test_nobody_of_ours_and_no_robot_is_added(place: Place, address: str) -> None:
    place.receive(mail())
    place.answer(KIM, f"#add {address}")
    assert f"{address} cannot be added" in answered(place, KIM)
    assert told(place, address, "brought_in") == []


def test_the_desk_is_no_reflector(place: Place) -> None:
    place.receive(mail())
    victims = [f"victim{n}@elsewhere.example" for n in range(8)]
    place.answer(KIM, f"#add {' '.join(victims[:5])}")
    place.answer(KIM, f"#add {victims[5]}")
    assert "No more people can be added for now, at most 5 a day" in answered(place, KIM)
    place.answer(KIM, f"#add {' '.join(victims)}")  # more than a line may name: words
    assert [len(place.letters(one)) for one in victims] == [1] * 5 + [0] * 3


def test_surveys_end_by_the_button_and_come_back(both: Place) -> None:
    both.receive(mail())
    both.answer(BEN, "#resolve")
    resolution = told(both, KIM, "resolution")[-1]
    listed = str(resolution["List-Unsubscribe"])
    assert listed.startswith("<mailto:")
    to, _, rest = listed.strip("<>").removeprefix("mailto:").partition("?")
    text = "This message was automatically generated by Gmail."
    subject = parse_qs(rest)["subject"][0]
    both.receive(mail(text, From=KIM, To=unquote(to), Subject=subject), KIM, unquote(to))
    assert "We will not ask you for ratings any more" in answered(both, KIM)
    assert status(both) == "resolved", "it reopens nothing"
    assert len(both.rows("messages")) == 1
    both.receive(mail("Another question.", Subject="Scanner", Message_ID="<2@customer.example>"))
    both.answer(BEN, "#resolved")
    second = told(both, KIM, "resolution")[-1]
    assert "How did we do?" not in words(second)
    assert second["List-Unsubscribe"] is None
    both.answer(KIM, "#start ratings")
    both.later(4000)
    both.receive(mail("A third.", Subject="Modem", Message_ID="<3@customer.example>"))
    both.answer(BEN, "#solved")
    assert "How did we do?" in words(told(both, KIM, "resolution")[-1])


def test_an_agents_answer_that_asks_for_stars_does_not_look_like_bulk_mail(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#resolve\nIt was the cable.")
    resolution = told(place, KIM, "resolution")[-1]
    assert resolution["List-Unsubscribe"] is None
    tap(place, KIM, resolution, "#stop ratings")
    assert "We will not ask you for ratings any more" in answered(place, KIM)


def test_what_somebody_really_writes_there_is_not_lost(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#resolve")
    resolution = told(place, KIM, "resolution")[-1]
    tap(place, KIM, resolution, "#stop ratings", "Stop it! And it smokes again.")
    assert "We will not ask you for ratings any more" in answered(place, KIM)
    assert len(place.rows("messages")) == 2


def test_who_wants_no_ratings_is_asked_by_no_address_of_theirs(both: Place) -> None:
    home = "kim@home.example"
    with_words(both, "\ncontacts:\n", f"\ncontacts:\n  - {{addresses: [{KIM}, {home}]}}\n")
    both.receive(mail())
    both.answer(BEN, "#resolve")
    tap(both, KIM, told(both, KIM, "resolution")[-1], "#stop ratings")
    both.receive(mail("From home.", From=f"Kim <{home}>", Subject="Scanner"), home)
    both.answer(BEN, "#resolved")
    assert "How did we do?" not in words(told(both, home, "resolution")[-1])
