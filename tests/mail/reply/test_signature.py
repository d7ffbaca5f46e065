"""Where a person's own words end, and where they only seem to."""

from __future__ import annotations

import pytest

from maildesk.mail.reply.segment import reply_of, segment
from maildesk.mail.reply.signature import banner_end, is_list_footer, signature_start


def start(*lines: str) -> int:
    return signature_start(lines, 0, len(lines), at_end=True)


@pytest.mark.parametrize(
    "lines",
    [
        ("Best regards / Mit freundlichen Grüßen", "", "Ana Example"),
        ("Viele Grüße aus dem sonnigen Köln", "Ana"),
        ("Mit freundlichen Grüßen", "i. A. Ana Example", "Sachbearbeiterin"),
        ("Kind Regards,", "", "Dr. Ana M. Example-Beispiel"),
        ("Best regards, Ana",),
        ("Thanks,", "Ana", "", "Sent from my iPhone"),
        ("Thanks & regards,", "Ana", "--", "Ana Example"),
        ("**Regards,**", "*Ana*"),
        ("Saludos cordiales,", "José Luis de la Vega"),
    ],
)
def test_a_closing_with_a_name_ends_the_answer(lines: tuple[str, ...]) -> None:
    assert start("It works again.", "", *lines) == 2


@pytest.mark.parametrize(
    "lines",
    [
        ("Regards", "", "to all of you and to the printer, which works again."),
        (
            "Best regards.",
            "And then there is the matter of the invoice, which I would like to discuss.",
        ),
        ("Thanks", "", "Text", "Text", "", "Bye"),
        ("Regards,",),
        ("Regards,", "Super Domain Name Manager Company"),
        ("Cheers,", "is it open?"),
        ("Viele Grüße habe ich ihm nicht bestellt.", "Ana"),
        ("- one", "- two"),
        ("I live in Köln,", "Ana"),
    ],
)
def test_in_doubt_the_words_stay(lines: tuple[str, ...]) -> None:
    assert start("It works again.", "", *lines) == 2 + len(lines)


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone, please excuse my brevity.",
        "Sent from my Android device with K-9 Mail. Please excuse my brevity.",
        "Sent via the Samsung Galaxy S7, an AT&T 4G LTE smartphone",
        "Sent from Mail <https://go.example/?LinkId=550986> for Windows 10",
        "Sent from Mailspring",
        "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "Enviado a partir do meu smartphone Samsung Galaxy.",
        "獲取 Outlook for iOS",
        "Android için Outlook'u edinin",
    ],
)
def test_a_line_that_names_the_device_or_the_program_ends_the_answer(line: str) -> None:
    assert start("It works again.", "", line) == 2


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my desk, which is easier than my mobile phone.",
        "Sent from the warehouse in Köln on Tuesday, tracking number 12345",
        "Von meinem Handy aus kann ich das leider nicht öffnen.",
        "Get Outlook to work again, please.",
    ],
)
def test_a_sentence_that_begins_like_one_stays(line: str) -> None:
    assert start("It works again.", "", line) == 3


def test_a_stretch_that_is_all_closing_stays() -> None:
    assert start("Regards,", "Ana") == 2


def test_the_delimiter_of_usenet_counts_unless_a_long_text_follows() -> None:
    assert start("It works.", "--", "Ana") == 1
    long = [f"This is line {count} of a text below a rule." for count in range(20)]
    assert start("It works.", "--", *long) == 22


@pytest.mark.parametrize(
    "below",
    [
        ("Ana Lind, ana@harbour.example", "--", "A ship in harbour is safe, but what is it for."),
        ("Ana Lind", "Harbour Ltd", "--", "Think before you print."),
        ("+49 40 123456", "-- ", "Sail on."),
    ],
)
def test_a_name_and_a_motto_may_each_have_their_delimiter(below: tuple[str, ...]) -> None:
    assert start("It is broken.", "", "Bye", "", "--", *map(str.strip, below)) <= 4


def test_rules_of_two_dashes_between_short_lines_stay() -> None:
    lines = ("first the door", "--", "then the hinge", "--", "then the lock")
    assert start(*lines) == len(lines)


def test_a_footer_of_a_list() -> None:
    lines = ("_____", "printers mailing list", "printers@lists.example")
    assert is_list_footer(lines, 0, 3)
    assert not is_list_footer(("_____", "Ana", "Example"), 0, 3)
    assert not is_list_footer((), 0, 0)


def test_a_banner_is_a_paragraph_of_its_own_on_top() -> None:
    assert banner_end(["", "[EXTERNAL EMAIL] Be careful.", "", "Hello"]) == 2
    assert banner_end(["External email is what I use.", "And more.", "", "x"]) == 0
    assert banner_end(["Hello", "", "This email originated from outside"]) == 0
    assert banner_end([]) == 0


@pytest.mark.parametrize(
    "line",
    [
        "Sent by mistake.",
        "Sent from the wrong address",
        "Sent via DHL on Monday",
        "Outlook für Mac stürzt ab",
        "Outlook for Mac crashes",
        "Gesendet aus Hamburg",
        "Von meiner Seite ist alles gut",
        "Die Bilder habe ich vom Handy gesendet.",
        "Envoyé par erreur",
        "Enviado de Madrid el lunes",
        "Inviato da Roma il 3 novembre",
        "Verzonden via PostNL",
        "Wysłane przez pomyłkę",
        "Skickat med fel adress",
        "Lähetetty eilen.",
        "Отправлено с ошибкой",
    ],
)
def test_a_sentence_that_begins_like_a_device_line_is_the_writer_s(line: str) -> None:
    text = f"The box is not here.\n\n{line}"
    assert reply_of(segment(text, "", "Re: Box").parts) == text


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my Wiko RIDGE",
        "Outlook für iOS<https://aka.ms/o0ukef> beziehen",
        "Outlook voor iOS downloaden",
        "iOS 版 Outlook を入手",
        "Von Yahoo Mail auf Android gesendet",
        "Von unterwegs gesendet",
        "Gesendet mit Spark",
        "Odoslané z iPhonu",
        "ส่งจาก iPhone ของฉัน",
        "मेरे iPhone से भेजा गया",
        "Töltse le az iOS Outlookot",
        "Sent from Thunderbird for Android",
        "Yahoo Mail: Search, Organize, Conquer",
        "Wysłane z urządzenia Android za pomocą K-9 Mail. Proszę wybaczyć moją zwięzłość.",
    ],
)
def test_a_device_line_names_a_device_or_a_program(line: str) -> None:
    assert (
        reply_of(segment(f"The box is not here.\n\n{line}", "", "Re: Box").parts)
        == "The box is not here."
    )


@pytest.mark.parametrize(
    "line",
    [
        "Liebe Grüße Ana",
        "Saludos Ana",
        "LG Ana",
        "Cordialement Jean-Pierre Petit",
        "Best regards, Ana",
    ],
)
def test_the_name_may_stand_beside_the_closing(line: str) -> None:
    assert reply_of(segment(f"It works.\n\n{line}", "", "Re: Box").parts) == "It works."


@pytest.mark.parametrize(
    "below",
    ["LG\nModel 42", "Thanks Ana", "Viele Grüße aus Halle 7 kamen an", "Best wishes to you all"],
)
def test_what_only_begins_like_a_closing_stays(below: str) -> None:
    assert (
        reply_of(segment(f"It is this one\n\n{below}", "", "Re: Box").parts)
        == f"It is this one\n\n{below}"
    )
