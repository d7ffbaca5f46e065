"""Nothing of a notification comes to a customer, however an agent's program quotes it; the
customer's own words do."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from maildesk.desk.threads.links import SIGNATURE
from tests.pipeline.dresses import DRESSES, html_of
from tests.pipeline.place import Place, mail
from tests.stories.running_desk import address_in
from tests.stories.running_desk import text_of as plain_text

BEN = "ben@desk.example"
KIM = "kim@customer.example"
QUESTION = "The tray is stuck.\n\nWhich key opens the lid?\n\nAnd may I pay in December?"
OF_THE_DESK = (
    "Assignee",
    "nobody yet",
    "#assign",
    "Take it",
    "Resolve",
    "Begin it with",
    "priority normal",
    "Earlier tickets",
    "mailto:",
)


def asked(place: Place) -> EmailMessage:
    """Ben's notification of a ticket of somebody who has an older one, too."""
    place.receive(mail("The old matter.", Subject="Invoice of the secret project"))
    place.receive(mail(QUESTION, Cc="Lee <lee@customer.example>"))
    return place.letters(BEN)[-1]


def sent_by_ben(place: Place, notice: EmailMessage, answer: EmailMessage) -> None:
    answer["From"], answer["To"], answer["Subject"] = (
        BEN,
        notice["Reply-To"],
        f"Re: {notice['Subject']}",
    )
    answer["Message-ID"], answer["In-Reply-To"] = "<answer@laptop.example>", notice["Message-ID"]
    place.receive(answer.as_bytes(), BEN, address_in(notice["Reply-To"]))


def text_of(mail_: EmailMessage) -> str:
    """Its plain text, with the line ends of Python."""
    return plain_text(mail_).replace("\r\n", "\n")


def words(mail_: EmailMessage) -> str:
    return text_of(mail_) + html_of(mail_)


@pytest.mark.parametrize("dress", DRESSES)
def test_an_answer_between_the_lines_brings_nothing_of_the_notification_along(
    place: Place, dress: str
) -> None:
    notice = asked(place)
    sent_by_ben(
        place,
        notice,
        DRESSES[dress](notice, "Which key opens the lid?", "The small one.", "Kind regards, Ben"),
    )
    for person in (KIM, "lee@customer.example"):
        reply = place.letters(person)[-1]
        found = [word for word in (*OF_THE_DESK, "secret project") if word in words(reply)]
        assert not found, text_of(reply)
        assert not SIGNATURE.search(words(reply))
        assert "The small one." in text_of(reply)
        assert words(reply).count("##-") == 2, "one in each part: ours"
        assert "> Which key opens the lid?" in text_of(reply)
        assert not [
            word for word in ("schrieb", "On Fri", "On 20", "moz-cite") if word in text_of(reply)
        ]


@pytest.mark.parametrize("dress", DRESSES)
def test_nor_does_an_answer_to_the_notification_of_a_reply(place: Place, dress: str) -> None:
    asked(place)
    place.answer(BEN, "Have you tried the green button?")
    last = place.letters(KIM)[-1]
    quoted = "".join(f"> {line}\n" for line in text_of(last).splitlines())
    place.answer(
        KIM,
        (
            f"Which menu has it?\nAnd a picture of it?\n\n"
            f"On Fri, 20 Nov 2026 at 11:00, Desk wrote:\n"
            f"\n{quoted}"
        ),
    )
    notice = place.letters(BEN)[-1]
    sent_by_ben(
        place, notice, DRESSES[dress](notice, "And a picture of it?", "Below.", "Kind regards, Ben")
    )
    own, _, _ = text_of(place.letters(KIM)[-1]).partition("-- \n")
    wanted = ["Below.", "> And a picture of it?", "> Which menu has it?"]
    besides = ("", "See my answers below in red.", "Kind regards, Ben")
    assert sorted(line for line in own.splitlines() if line not in besides) == sorted(wanted)


@pytest.mark.parametrize("dress", DRESSES)
def test_a_reply_without_words_of_its_own_is_asked_about_and_not_sent(
    place: Place, dress: str
) -> None:
    notice = asked(place)
    before = len(place.letters(KIM))
    answer = DRESSES[dress](notice, "Which key opens the lid?", "", "")
    if dress == "Outlook":
        answer = DRESSES["Outlook"](notice, "Which key opens the lid?", "", "", above="")
    sent_by_ben(place, notice, answer)
    assert len(place.letters(KIM)) == before


def test_what_the_agent_quotes_from_elsewhere_stays(place: Place) -> None:
    notice = asked(place)
    answer = EmailMessage()
    answer.set_content(
        "Write this into the file:\n\n> colour = blue\n> size = 3\n\nand start it again.\n"
    )
    sent_by_ben(place, notice, answer)
    text = text_of(place.letters(KIM)[-1])
    assert "> colour = blue\n> size = 3" in text
    assert "and start it again." in text


def test_an_agents_name_and_short_words_of_a_notification_are_no_quote(place: Place) -> None:
    notice = asked(place)
    answer = EmailMessage()
    answer.set_content("Hello Kim,\n\nQueue\nStatus\n\nBen\n")
    sent_by_ben(place, notice, answer)
    assert "Queue\nStatus\n\nBen" in text_of(place.letters(KIM)[-1])


def test_a_note_between_the_lines_of_a_note_keeps_the_colleagues_words_among_colleagues(
    place: Place,
) -> None:
    asked(place)
    place.answer("ana@desk.example", "#take")
    place.answer(BEN, "#note\nHe never pays in time.")
    notice = place.letters("ana@desk.example")[-1]
    assert "never pays" in text_of(notice)
    answer = DRESSES["Thunderbird"](
        notice, "He never pays in time.", "#reply\nYes, you may.", "Ana"
    )
    answer["From"], answer["To"], answer["Subject"] = (
        "ana@desk.example",
        notice["Reply-To"],
        "Re: x",
    )
    answer["Message-ID"], answer["In-Reply-To"] = "<ana@laptop.example>", notice["Message-ID"]
    place.receive(answer.as_bytes(), "ana@desk.example", address_in(notice["Reply-To"]))
    assert not [one for one in place.letters(KIM) if "never pays" in words(one)]


def test_a_notification_attached_to_the_answer_is_left_out_and_other_mails_are_not(
    place: Place,
) -> None:
    notice = asked(place)
    answer = EmailMessage()
    answer.set_content("See the mail of the maker.")
    answer.add_attachment(notice)
    maker = EmailMessage()
    maker["From"], maker["Subject"] = "maker@printer.example", "The lid"
    maker.set_content("The small key.")
    answer.add_attachment(maker)
    sent_by_ben(place, notice, answer)
    (file,) = place.letters(KIM)[-1].iter_attachments()
    assert "The small key." in str(file)


def test_an_attached_notification_of_which_only_the_words_are_left_is_left_out(
    place: Place,
) -> None:
    notice = asked(place)
    inner, answer = EmailMessage(), EmailMessage()
    inner["From"], inner["Subject"], inner["Message-ID"] = (
        notice["From"],
        notice["Subject"],
        "<another@gateway.example>",
    )
    inner.set_content(text_of(notice))
    answer.set_content("See the attached mail.")
    answer.add_attachment(inner)
    sent_by_ben(place, notice, answer)
    assert list(place.letters(KIM)[-1].iter_attachments()) == []


def test_a_notification_that_is_forgotten_leaks_no_more_than_one_that_is_known(
    place: Place,
) -> None:
    notice = asked(place)
    with place.services.db.write() as conn:
        conn.exec_driver_sql("DELETE FROM outbox WHERE recipient = 'ben@desk.example'")
    sent_by_ben(
        place,
        notice,
        DRESSES["Thunderbird"](notice, "Which key opens the lid?", "The small one.", "Ben"),
    )
    reply = place.letters(KIM)[-1]
    assert not [word for word in OF_THE_DESK if word in words(reply)], text_of(reply)
    assert "> Which key opens the lid?\n\nThe small one." in text_of(reply)


def test_an_answer_that_lies_in_the_quote_below_others_is_not_lost(place: Place) -> None:
    notice = asked(place)
    answer = DRESSES["in the table"](
        notice, "Which key opens the lid?", "No.", "Please tell me whether it opens."
    )
    sent_by_ben(place, notice, answer)
    text = text_of(place.letters(KIM)[-1])
    assert "> Which key opens the lid?\n\nNo.\n" in text
    assert "Please tell me whether it opens." in text


def test_a_colleagues_note_in_an_older_notification_stays_among_colleagues(place: Place) -> None:
    asked(place)
    place.answer("ana@desk.example", "#take")
    place.answer(BEN, "#note\nHe never pays in time.")
    older = place.letters("ana@desk.example")[-1]
    place.receive(
        mail(
            "And the lid, please?",
            Message_ID="<2@customer.example>",
            In_Reply_To=str(place.letters(KIM)[-1]["Message-ID"]),
        )
    )
    newer = place.letters("ana@desk.example")[-1]
    answer = DRESSES["Thunderbird"](older, "He never pays in time.", "Which one?", "Ana")
    answer["From"], answer["To"], answer["Subject"] = "ana@desk.example", newer["Reply-To"], "Re: x"
    answer["Message-ID"], answer["In-Reply-To"] = "<ana@laptop.example>", newer["Message-ID"]
    place.receive(answer.as_bytes(), "ana@desk.example", address_in(newer["Reply-To"]))
    reply = words(place.letters(KIM)[-1])
    assert "Which one?" in reply
    assert "never pays" not in reply


def test_a_phones_own_line_is_no_answer(place: Place) -> None:
    notice = asked(place)
    before = len(place.letters(KIM))
    answer = EmailMessage()
    answer.set_content(
        "Sent from my iPhone\n\n> On 20. Nov 2026, at 11:00, Kim wrote:\n> \n"
        "> Which key opens the lid?\n"
    )
    sent_by_ben(place, notice, answer)
    assert len(place.letters(KIM)) == before
