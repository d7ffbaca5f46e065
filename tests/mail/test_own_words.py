"""Ordinary letters that look as if something were quoted in them: nothing their writer
wrote is put aside."""

# ruff: noqa: E501 (letters as people write them)

from __future__ import annotations

import pytest

from maildesk.mail.parse import parse
from maildesk.mail.reply.phrases import MARKER
from maildesk.mail.reply.segment import reply_of, segment

FRESH = {  # letters that answer none
    "a header shown in a question": "I got this today:\n\nFrom: Billing <billing@desk.example>\nSent: Monday, 9 November 2026 09:30\nTo: me@x.example\nSubject: Your invoice\n\nIs it really from you?",
    "a contact form": "Name: Ana Example\nFrom: ana@x.example\nSubject: No login\nDate: 2026-11-10 09:30\n\nMessage:\nI cannot log in.",
    "an invoice": "Invoice 117\n\nDate: 10.11.2026\nFrom: Example GmbH\nTo: Desk Ltd\nSubject: Licences\n\nTotal 100.00\n\nPlease pay within 14 days.",
    "a log": "The log says:\n\nNov 10 09:30:00 mx smtp[12]: to=<a@x.example>\nFrom: root@mx.example\nTo: a@x.example\nSubject: test\nNov 10 09:30:01 mx qmgr[9]: removed\n\nWhy is it refused?",
    "somebody wrote": "Hello,\n\non Monday 9 November Mr Okafor wrote:\n'it is on its way'. It has not come.",
    "somebody wrote to me": "Hello,\n\nam 10.11.2026 schrieb mir Herr Meier:\n'morgen'. Es kam nichts.",
    "somebody wrote, by address": "Hello,\n\nyour colleague ben@desk.example wrote on 3 November 2026:\nit is on its way.\nIt has not come.",
    "a chat": "[10.11.2026 09:30] Ana wrote:\nhello\n[10.11.2026 09:31] Bo wrote:\nhow can I help?\n\nThen it stopped. Why?",
    "a quote from a page": "> We answer within a day.\n\nThat is what your page says. It has been a week.",
    "a quote at the end": "Which one is right?\n\n> Hold the button.\n> Press the button.",
    "errors shown": "Your server writes:\n> 550 no such user\nand mine writes:\n> deferred\nWhat shall I do?",
    "settings": "My settings:\n\n[mail]\nfrom: desk@x.example\nto: all@x.example\nsubject: hi\ndate: 2026-11-10\n\nIt does not start.",
    "messages between dashes": "I have two messages on my phone.\n\n--- Message from Bo ---\nOrder 3 parts.\n\nPlease order 7.",
}  # fmt: skip
ANSWERS = {  # letters that answer one, and tell something
    "somebody wrote to me, in Spanish": "Hola:\n\nEl día 10/11/2026 su compañero Juan me escribió:\nque saldría hoy. No ha llegado.",
    "somebody wrote to me, in French": "Bonjour,\n\nLe 10/11/2026 à 09:30, votre technicien m'a écrit :\nje passe demain.\nIl n'est pas venu.",
    "he wrote": "Hello,\n\non 10 November 2026 he wrote:\nit is on its way.\nIt has not come.",
    "without a year": "Hello,\n\nOn Monday 9 November Mr Okafor wrote:\nit is on its way.\nIt has not come.",
}  # fmt: skip


@pytest.mark.parametrize("case", FRESH)
def test_a_letter_that_answers_none_keeps_its_words(case: str) -> None:
    assert reply_of(segment(FRESH[case], "", "A question", answers=False).parts) == FRESH[case]


@pytest.mark.parametrize("case", ANSWERS)
def test_an_answer_that_tells_what_somebody_wrote_keeps_its_words(case: str) -> None:
    assert reply_of(segment(ANSWERS[case], "", "Re: A question").parts) == ANSWERS[case]


BELOW = "Is it from you?\n\nFrom: Ben <ben@desk.example>\nTo: ana@x.example\nDate: 10 Nov 2026\nSubject: Your invoice\n\nPlease pay.\n"


@pytest.mark.parametrize(
    ("head", "answer"),
    [
        ("Subject: Re: Your invoice", True),
        ("Subject: AW: Your invoice", True),
        ("Subject: Your invoice\nIn-Reply-To: <1@desk.example>", True),
        ("Subject: Your invoice\nReferences: <1@desk.example>", True),
        ("Subject: Your invoice", False),
    ],
)
def test_what_a_letter_answers_is_read_from_its_head(head: str, answer: bool) -> None:
    found = parse(f"From: ana@x.example\n{head}\n\n{BELOW}".encode())

    assert (found.reply == "Is it from you?") is answer
    assert answer or found.reply == BELOW.strip()


@pytest.mark.parametrize(
    "text",
    [
        "Done.\n\nOn 10.11.2026 at 9:30 Ben <ben@desk.example> wrote:\nDid you?",
        "Done.\n\nFrom: Ben [mailto:ben@desk.example]\nSent: 10 November 2026 09:30\nTo: Ana\nSubject: Question\n\nDid you?",
        "Done.\n\n-----Original Message-----\nFrom: Ben <ben@desk.example>\nDate: 10 Nov 2026\nSubject: Question\n\nDid you?",
        "Done.\n\n________________________________\nFrom: Ben <ben@desk.example>\nDate: 10 Nov 2026\nSubject: Question\n\nDid you?",
    ],
)
def test_what_only_a_program_writes_is_cut_without_a_sign_of_an_answer(text: str) -> None:
    assert reply_of(segment(text, "", "A question", answers=False).parts) == "Done."


def test_a_mail_program_s_own_mark_in_the_page_is_a_sign_of_an_answer() -> None:
    text = "Done.\n\nFrom: Ben <ben@desk.example>\nDate: 10 Nov 2026\nSubject: Question\n\nDid you?"
    page = '<div>Done.</div><div id="divRplyFwdMsg">From: Ben &lt;ben@desk.example&gt;<br>Date: 10 Nov 2026</div>Did you?'

    assert reply_of(segment(text, page, "A question", answers=False).parts) == "Done."


def test_an_indented_paragraph_of_a_letter_that_answers_none_is_its_writer_s() -> None:
    page = "<p>Your handbook says:</p><blockquote><p>Hold the button.</p></blockquote><p>There is no button.</p>"

    assert "Hold the button." in reply_of(segment("", page, "A question", answers=False).parts)


SHOWN = {  # answers in which something looks like a signature, a quote or a forward
    "settings": "The right settings are:\n\nFrom: desk@x.example\nTo: all@x.example\nSubject: hello\n\nPlease set them.",
    "two dashes, twice": "Two questions.\n--\nHow do I log in?\nHow do I pay?\n--\nAnd where is the door?",
    "two dashes above a question": "One remark.\n--\nCould you send the invoice to my new address?",
    "a rule above a request": "Part one.\n\n____________________\n\nPart two: please write to me at ana@x.example from now on.",
    "a rule above a question about a list": "Hello\n\n______________\nHow can I ever unsubscribe from the mailing list?",
    "names that were asked for": "Please open accounts for:\n\nThanks\nAna Example\nBo Example",
    "a legal text that was asked for": "It should read:\n\nThis message is confidential and intended only for its recipient; if you received this by mistake, delete it.",
    "a log": "2026-11-10 09:30:00 backup wrote:\n17 files\n2026-11-10 09:31:00 backup wrote:\n18 files\nIs that enough?",
    "a message from a machine": "It showed\n\n=== Message from the pump ===\nE17\nWhat does it mean?",
    "a journey": "Von: Hamburg\nAn: Berlin\nDatum: 10.11.2026\nBetreff: Umzug\n\nBitte ein Angebot.",
    "a banner that is asked about": "Caution: this email originated from outside, said the red box above your mail. Can you avoid that?\n\nAna",
}  # fmt: skip


@pytest.mark.parametrize("case", SHOWN)
def test_an_answer_keeps_what_only_looks_like_something_else(case: str) -> None:
    found = segment(SHOWN[case], "", "Re: A question")

    assert found.forwarded is None
    assert reply_of(found.parts) == SHOWN[case]


def test_words_below_a_device_line_are_kept_where_nothing_was_answered() -> None:
    text = "The box has not come.\n\nSent from my iPhone\n\nI have just seen that it was sent to my old address."

    assert reply_of(segment(text, "", "Parts", answers=False).parts) == text
    assert reply_of(segment(text, "", "Re: Parts").parts) == "The box has not come."


@pytest.mark.parametrize(
    "said",
    [
        "See my answers below in red.",
        "Meine Antworten stehen unten.",
        "Mes réponses ci-dessous",
        "Comments inline.",
    ],
)
def test_a_quote_with_the_answers_in_it_is_shown(said: str) -> None:
    text = f"{said}\n\nFrom: Ben <ben@desk.example>\nSent: 10 November 2026 09:30\nTo: Ana\nSubject: Question\n\nDid you?\nYes.\n"

    assert reply_of(segment(text, "", "Re: Question").parts) == text.strip()


def test_what_stands_below_the_desk_s_own_line_is_never_shown() -> None:
    text = f"See my answers below.\n\nOn 10.11.2026 Desk <support@desk.example> wrote:\n> {MARKER}\n> Secret.\n"

    assert reply_of(segment(text, "", "Re: Question").parts) == "See my answers below."


LINE = "border:none;border-top:solid #E1E1E1 1.0pt"


@pytest.mark.parametrize(
    "page",
    [
        f"<h1>Your order</h1><div style='{LINE}'>Order: 17<br>Date: 10.11.2026<br>From: Shop &lt;s@x.example&gt;</div><p>Two pumps</p>",
        f"<p>Our offer:</p><div style='{LINE}'><p><b>Part:</b> 1<br><b>Price:</b> 10</p></div><p>Does it suit you?</p>",
    ],
)
def test_a_line_like_outlook_s_in_a_newsletter_or_an_offer_cuts_nothing(page: str) -> None:
    found = segment("", page, "Your order", answers=False)
    assert reply_of(found.parts) == found.text.strip()


def test_outlook_s_line_over_its_block_cuts_in_any_letter() -> None:
    block = "<b>From:</b> Ben &lt;b@x.example&gt;<br><b>Sent:</b> 10 November 2026<br><b>To:</b> Ana<br><b>Subject:</b> Part"
    page = f"<p>Done.</p><div style='{LINE}'><p>{block}</p></div><p>Did you?</p>"
    assert reply_of(segment("", page, "Parts", answers=False).parts) == "Done."
