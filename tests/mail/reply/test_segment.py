"""The new words of a text: what is shown, what is put aside, and that nothing is ever lost."""

# ruff: noqa: E501 (letters as people write them)

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maildesk.mail.message import Role
from maildesk.mail.reply.phrases import MARKER
from maildesk.mail.reply.segment import reply_of, segment


def roles(text: str, subject: str = "") -> list[tuple[str, str]]:
    return [(part.role.value, part.text.strip()) for part in segment(text, "", subject).parts]


def reply(text: str, subject: str = "") -> str:
    return reply_of(segment(text, "", subject).parts)


def test_a_text_without_quotes_is_all_new() -> None:
    assert roles("Hello,\n\nit does not print.\n") == [("new", "Hello,\n\nit does not print.")]


def test_an_empty_text_has_no_parts() -> None:
    found = segment("", "")
    assert (found.text, found.parts, found.forwarded) == ("", (), None)


def test_an_answer_below_the_quote() -> None:
    assert reply("On 10.11.2026 Ben <ben@desk.example> wrote:\n> Did you?\n\nYes.") == "Yes."


def test_an_answer_around_the_quote() -> None:
    text = "Yes.\n\nOn 10.11.2026 Ben <ben@desk.example> wrote:\n> Did you?\n\nAnd now it works."
    assert reply(text).split("\n\n") == ["Yes.", "And now it works."]


def test_answers_between_quoted_lines_are_shown_with_the_questions() -> None:
    text = "On 10.11.2026 Ben <ben@desk.example> wrote:\n> Did you switch it off?\n\nYes.\n\n> And on?\n\nNo.\n\n> Regards\n> Ben"
    shown = reply(text)
    assert "> Did you switch it off?\n\nYes.\n\n> And on?\n\nNo." in shown
    assert "> Ben" not in shown


def test_short_answers_without_blank_lines_are_answers() -> None:
    text = "> Did you switch it off?\nYes.\n> And on?\nNo.\n"
    assert reply(text) == text.strip()


def test_a_line_that_a_gateway_wrapped_stays_in_the_quote() -> None:
    text = (
        "Thanks!\n\nOn 10.11.2026 Ben <ben@desk.example> wrote:\n"
        "> This is a long line of a letter that some gateway on its way has wrapped in\ntwo pieces.\n> And so on.\n"
    )
    assert reply(text) == "Thanks!"


def test_a_text_that_is_all_quote_is_shown() -> None:
    text = "On 10.11.2026 Ben <ben@desk.example> wrote:\n> Did you?\n> Yes I did.\n"
    assert reply(text) == text.strip()


def test_words_under_an_attribution_that_nothing_precedes_are_shown() -> None:
    text = "On 10.11.2026 at 9:30 Ben wrote:\n\nsomething I do not understand."
    assert reply(text) == text


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAna Example\nThe Shop",
        "--\nAna",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Gesendet von Outlook für Android<https://aka.ms/AAb9ysg>",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Inviato da iPhone",
        "Verstuurd vanaf mijn iPhone",
        "Wysłane z iPhone'a",
        "Odesláno z iPhonu",
        "Skickat från min iPhone",
        "Sendt fra min iPhone",
        "Lähetetty iPhonesta",
        "Отправлено с iPhone",
        "Надіслано з iPhone",
        "iPhone'umdan gönderildi",
        "iPhoneから送信",
        "发自我的iPhone",
        "나의 iPhone에서 보냄",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Sent from Yahoo Mail on Android",
        "Regards,\nAna",
        "Best regards,\n\nAna Example\nHead of Printing\n+49 89 1234\nwww.shop.example",
        "Mit freundlichen Grüßen\n\nAna Example",
        "Viele Grüße\nAna",
        "Cordialement,\nAna",
        "Saludos,\nAna",
        "Cordiali saluti\nAna Example",
        "Atenciosamente,\nAna",
        "Met vriendelijke groet,\n\nAna van der Berg",
        "Pozdrawiam,\nAna",
        "S pozdravem\nAna",
        "Med vänlig hälsning\nAna",
        "Med venlig hilsen\nAna",
        "Ystävällisin terveisin\nAna",
        "С уважением,\nАнна",
        "З повагою,\nГанна",
        "Saygılarımla,\nAna",
        "Thanks,\nAna",
        "Thanks and regards,\nAna Example\n\nThis message is confidential and meant for the person it was sent to, and for nobody else at all.",
        "-Ana Example",
        "/Ana",
        "_______________________\nThe Shop\nwww.shop.example",
    ],
)
@pytest.mark.parametrize(
    "below", ["", "\n\nOn 10.11.2026 Ben <ben@desk.example> wrote:\n> Did you?\n"]
)
def test_a_signature_is_put_aside(signature: str, below: str) -> None:
    found = segment(f"It works again.\n\n{signature}{below}", "")
    assert reply_of(found.parts) == "It works again."
    assert signature.splitlines()[0] in next(
        part.text for part in found.parts if part.role is Role.SIGNATURE
    )


@pytest.mark.parametrize(
    "words",
    [
        "Thanks!",
        "Thanks\n\nCould you send it again?",
        "Regards,\nAna\n\nPS: I forgot the serial number: 1234.",
        "Best,\nthe printer still does not work and I do not know what to do now.",
        "Sent from my desk, is much easier than my mobile phone.",
        "I have sent from my account three letters to you.",
        "-- first point\n-- second point\n\nWhat do you think?",
        "See you\nAna",
        "/etc/passwd",
        "-5 degrees",
        "Part 1\n----------\nIt prints.\n\nPart 2\n----------\nIt does not.",
        "a\n___\nb\n___\nc",
        "Gruß an Ben und die Kollegen, die mir gestern so geholfen haben.",
    ],
)
def test_what_only_looks_like_a_signature_is_kept(words: str) -> None:
    assert reply(f"Hello,\n\n{words}") == f"Hello,\n\n{words}"


def test_a_text_that_is_only_a_signature_is_shown() -> None:
    assert reply("Regards,\nAna") == "Regards,\nAna"
    assert reply("-- \nAna") == "-- \nAna"


def test_the_footer_of_a_list_is_nobodys_signature() -> None:
    text = "Yes.\n\n-Ana\n\n_______________________________________________\nprinters mailing list\nprinters@lists.example\n"
    assert [role for role, _ in roles(text)] == ["new", "signature", "quote"]


def test_our_marker_ends_the_answer() -> None:
    text = f"It works again.\n\nXxx yyy Ben vvv:\n\n{MARKER}\n\nDid you switch it off?\n"
    assert roles(text) == [
        ("new", "It works again."),
        ("quote", "Xxx yyy Ben vvv:"),
        ("marker", MARKER),
        ("quote", "Did you switch it off?"),
    ]


def test_our_marker_in_a_quote_is_marked() -> None:
    text = f"It works.\n\nOn 10.11.2026 Ben <ben@desk.example> wrote:\n> {MARKER}\n>\n> Did you?\n"
    assert [role for role, _ in roles(text)] == ["new", "quote", "marker", "quote"]


def test_the_marker_may_be_in_any_language() -> None:
    assert reply("Ja.\n##- Bitte über dieser Zeile antworten -##\nHallo") == "Ja."


def test_an_answer_below_the_marker_is_not_lost() -> None:
    assert "Yes, below." in reply(f"{MARKER}\nDid you?\n\nYes, below.")


def test_carriage_returns_and_odd_line_ends_survive() -> None:
    text = "Yes.\r\n\r\nOn 10.11.2026 Ben <ben@desk.example> wrote:\r\n> Did you?\r\n"
    found = segment(text, "")
    assert "".join(part.text for part in found.parts) == text
    assert reply_of(found.parts) == "Yes."


def test_the_armour_of_a_signed_letter_is_put_aside() -> None:
    text = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nIt works.\n-----BEGIN PGP SIGNATURE-----\n\niQ==\n=x\n-----END PGP SIGNATURE-----\n"
    assert reply(text) == "It works."


def test_a_bold_marker_is_one_too() -> None:
    assert reply(f"It works.\n\n*{MARKER}*\n\nDid you?") == "It works."


def test_a_text_that_only_points_to_the_html_is_not_the_letter() -> None:
    html = "<p>It does not print. " + "I have tried everything. " * 9 + "</p>"
    assert reply_of(segment("Your mail program cannot show HTML.", html).parts).startswith(
        "It does not print."
    )
    assert (
        reply_of(
            segment("The HTML page does not print.", "<p>The HTML page does not print.</p>").parts
        )
        == "The HTML page does not print."
    )


BLOCKS = [
    "On 10.11.2026 Ben <ben@desk.example> wrote:", "> quoted", ">> deeper", ">", "", " ", "-- ", "--", "___", "-----Original Message-----",
    "---------- Forwarded message ---------", "Begin forwarded message:", "From: Ben <ben@desk.example>", "Sent: 10 November 2026 09:30",
    "To: Ana", "Subject: Printer", "Regards,", "Ana", "Sent from my iPhone", MARKER, "> " + MARKER, "wrote:", "<ben@desk.example> wrote:",
    "yes. On Wed, Nov 4, 2026 at 3:59 PM, bob@customer.example wrote:", "\ufeff", "\u200b> x", "\x85", "\x0c", "Von:", "A:", ":", "：",
    "words and more words",
]  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(BLOCKS), st.text(max_size=40)), max_size=40), st.sampled_from(["\n", "\r\n", "\r", "\n\n"]),
       st.sampled_from(["", "Fwd: x", "Re: x", "VS: x"]))  # fmt: skip
@settings(max_examples=400, deadline=None)
def test_the_parts_joined_are_the_text(lines: list[str], ending: str, subject: str) -> None:
    text = ending.join(lines)
    found = segment(text, "", subject)
    assert found.text == text
    assert "".join(part.text for part in found.parts) == text
    assert all(part.text for part in found.parts)
    if text.strip() and found.forwarded is None:
        shown = {part.role for part in found.parts}
        assert Role.NEW in shown or shown <= {Role.MARKER, Role.SIGNATURE}


@given(st.text(alphabet=st.sampled_from("<>/=\"'& !-abdivspnqtoe\n"), max_size=300))
@settings(max_examples=300, deadline=None)
def test_the_parts_of_any_html_joined_are_its_text(html: str) -> None:
    found = segment("", f"<div>{html}<blockquote type=cite>x</blockquote>")
    assert "".join(part.text for part in found.parts) == found.text


HOSTILE = {
    "quotes": "> x\n" * 250_000,
    "deep quotes": ">" * 1_000_000,
    "questions and answers": "> x\ny\n" * 150_000,
    "attributions": "On 10.11.2026 Ben <ben@desk.example> wrote:\n" * 20_000,
    "attributed quotes": "On 10.11.2026 Ben <ben@desk.example> wrote:\n> x\n" * 20_000,
    "colons": "a:\n" * 300_000,
    "addresses": "a@b.example\n>\n" * 70_000,
    "dashes": "--\n" * 300_000,
    "rules": "_____\n" * 150_000,
    "dividers": "-----Original Message-----\n" * 40_000,
    "labels": "From: x\nCc: y\n" * 70_000,
    "labels once": "From: x\n" + "Cc: y@z\n" * 100_000,
    "dates": "1.1.2026 x:\n" * 80_000,
    "froms": "From:\n" * 160_000,
    "devices": "Sent from my iPhone\n" * 50_000,
    "closings": "Regards,\nAna\n" * 70_000,
    "one line": "wrote: " * 150_000,
    "one long line with an address": "On 1.1.2026 " + "a@b " * 250_000 + "wrote:",
    "blank": "\n" * 1_000_000,
    "brackets": "<" * 500_000 + "\n>:",
    "yahoo": "----- Forwarded Message ----- From: a@b" + "To: " * 100_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_megabyte_of_anything_is_cut_in_time(kind: str) -> None:
    began = time.process_time()
    found = segment(HOSTILE[kind], "", "Fwd: x")
    assert time.process_time() - began < 2
    assert "".join(part.text for part in found.parts) == HOSTILE[kind]


def test_an_ordinary_letter_takes_a_fraction_of_a_millisecond() -> None:
    text = (
        "Hello,\n\n"
        + "This is a line of an ordinary letter to a desk.\n" * 20
        + "\nRegards,\nAna\n\n"
    )
    text += (
        "On 10.11.2026 Ben <ben@desk.example> wrote:\n"
        + "> And this is a line of what they had answered.\n" * 20
    )
    began = time.process_time()
    for _ in range(200):
        segment(text, "")
    assert time.process_time() - began < 0.4


def test_a_banner_of_the_mail_server_is_nobodys_answer() -> None:
    text = "CAUTION: This email originated from outside of the organization. Do not click links.\n\nIt works again."
    assert reply(text) == "It works again."
    alone = "CAUTION: This email originated from outside of the organization."
    assert reply(alone) == alone


def test_a_legal_notice_at_the_end_is_put_aside() -> None:
    notice = (
        "This e-mail is confidential and may be privileged. If you are not the intended recipient,\n"
        "please notify the sender and delete it from your system."
    )
    assert reply(f"It works again.\n\n{notice}\n") == "It works again."
    assert reply(f"It works again.\n\nRegards,\nAna\n\n{notice}\n\n{notice}\n") == "It works again."
    assert reply(notice) == notice


def test_words_below_the_element_that_holds_the_signature_are_the_writers() -> None:
    html = '<div>It works again.</div><br>-- <br><div class="gmail_signature">Ana<br>Example</div><div>One more thing.</div>'

    parts = segment("", html).parts

    assert reply_of(parts).split("\n")[0] == "It works again."
    assert reply_of(parts).endswith("One more thing.")
    assert "Example" not in reply_of(parts)
