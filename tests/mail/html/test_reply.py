"""A message as its sender laid it out: the new words only, the same as in its text, with the
pictures that came along."""

# ruff: noqa: E501 (HTML as mail programs write it)

from __future__ import annotations

import time
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from maildesk.mail.html.reply import LONGEST_PAGE, LONGEST_SHOWN, Shown, shown
from maildesk.mail.parse import parse

OUTLOOK = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {margin:0cm} --></style></head>
<body lang=EN-GB><div class=WordSection1><p class=MsoNormal>Hello,<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoNormal>the <b>second</b> label is blank.</p><ul><li class=MsoListParagraph>front desk</li><li>store room</li></ul>
<p class=MsoNormal>Kind regards<br>Kim Novak</p><p class=MsoNormal><img width=160 src="cid:image001.png@01DB" alt="Harbour Books"></p>
<img src="https://track.example/open.gif" width=1 height=1>%s</div></body></html>"""
OUTLOOK_QUOTE = """<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>From:</b> Support &lt;support@desk.example&gt;<br>
<b>Sent:</b> Friday, 20 November 2026 10:00<br><b>To:</b> Kim Novak<br><b>Subject:</b> Re: Labels</p></div>
<p class=MsoNormal>Did you change the roll? <img src="https://desk.example/logo.png" alt="Desk"></p>"""
GMAIL = """<div dir="ltr">Yes, and it <i>still</i> hums.<div><img src="cid:ii_1" alt="hum.png"></div></div><br><div class="gmail_quote">
<div dir="ltr" class="gmail_attr">On Fri, Nov 20, 2026 at 10:00 AM Support &lt;<a href="mailto:s@desk.example">s@desk.example</a>&gt; wrote:<br></div>
<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex"><div>Did you turn it off and on again?</div></blockquote></div>"""
CID = {"image001.png@01DB": "cid:ours.1", "ii_1": "cid:ours.2"}


def page_of(html: str, text: str = "") -> Shown:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["Subject"] = "kim@customer.example", "Labels"
    if text:
        mail.set_content(text)
        mail.add_alternative(html, subtype="html")
    else:
        mail.set_content(html, subtype="html")
    return shown(parse(mail.as_bytes()), CID)


def test_a_first_message_is_shown_whole_with_its_own_pictures() -> None:
    page = page_of(OUTLOOK % "")
    assert "<b>second</b>" in page.html and "<li>front desk</li>" in page.html
    assert 'src="cid:ours.1"' in page.html and "track.example" not in page.html
    assert page.held == 1


def test_a_reply_from_outlook_shows_its_new_words_and_the_logo_below_them() -> None:
    page = page_of(OUTLOOK % OUTLOOK_QUOTE)
    assert "<b>second</b>" in page.html and 'src="cid:ours.1"' in page.html
    assert "From:" not in page.html and "change the roll" not in page.html
    assert page.held == 1, "the picture in the quote is not counted"


def test_a_reply_from_gmail_is_cut_where_its_text_is() -> None:
    text = "Yes, and it *still* hums.\n[image: hum.png]\n\nOn Fri, Nov 20, 2026 at 10:00 AM Support <s@desk.example> wrote:\n\n> Did you turn it off and on again?\n"
    for page in (page_of(GMAIL), page_of(GMAIL, text)):
        assert "<i>still</i>" in page.html and 'src="cid:ours.2"' in page.html
        assert "wrote" not in page.html and "turn it off" not in page.html


def test_a_quote_that_the_page_introduces_otherwise_is_found_by_its_words() -> None:
    html = "<div><p>It is <u>blank</u> again.</p><blockquote type=cite><p>Did you turn it off and on again?</p></blockquote></div>"
    page = page_of(
        html,
        "It is blank again.\n\nAm 20.11.2026 um 10:00 schrieb Support:\n> Did you turn it off and on again?\n",
    )
    assert page.html == "<div><p>It is <u>blank</u> again.</p></div>"


def test_words_without_blanks_between_them_are_compared_too() -> None:
    html = "<div>プリンターが<b>一枚おきに</b>白紙を出します。再起動しても同じです。</div><div class=gmail_quote>2026年11月20日(金) 10:00 Support &lt;s@desk.example&gt;:<blockquote>どのロールですか。</blockquote></div>"
    text = "プリンターが一枚おきに白紙を\n出します。再起動しても同じです。\n\n2026年11月20日(金) 10:00 Support <s@desk.example>:\n\n> どのロールですか。\n"
    page = page_of(html, text)
    assert "<b>一枚おきに</b>" in page.html and "ロール" not in page.html


def test_answers_between_the_quoted_lines_are_shown_with_them() -> None:
    html = "<div>On Fri, Nov 20, 2026 at 10:00 Ana wrote:<blockquote type=cite>Is it on?</blockquote>Yes it is.<blockquote type=cite>Does it hum?</blockquote>No, never.</div>"
    page = page_of(html)
    assert all(
        words in page.html for words in ("Is it on?", "Yes it is.", "Does it hum?", "No, never.")
    )


@pytest.mark.parametrize("html", [
    "<p>Please transfer 900 Euro to the account of our new office manager today, thank you so much.</p>",
    "<p>Hello,</p>",
])  # fmt: skip
def test_a_page_that_says_something_else_than_the_text_is_not_shown(html: str) -> None:
    assert (
        page_of(
            html, "Hello,\n\nthe second label of every roll comes out blank since this morning.\n"
        )
        == Shown()
    )


def test_a_page_that_cannot_be_cut_where_the_text_is_is_not_shown() -> None:
    html = "<p>What did you ask? Did you turn it off? Yes, of course I did that.</p>"
    assert (
        page_of(
            html,
            "Yes, of course I did that.\n\nOn Fri, Nov 20, 2026, Ana wrote:\n> Please send the serial number.\n",
        )
        == Shown()
    )


def test_a_page_too_long_for_a_notification_is_not_shown() -> None:
    assert page_of(f"<p>{'word ' * (LONGEST_SHOWN // 5)}</p>") == Shown()
    assert page_of(f"<!--{'x' * LONGEST_PAGE}--><p>word</p>") == Shown()
    assert page_of(f"<!--{'x' * 1000}--><p>word</p>").html.strip() == "<p>word</p>"


def test_a_long_conversation_below_the_answer_does_not_hide_the_answer() -> None:
    below = "<p class=MsoNormal>Did you change the roll?</p>" * (LONGEST_PAGE // 40)
    page = page_of(OUTLOOK % (OUTLOOK_QUOTE + below))
    assert "<b>second</b>" in page.html and "change the roll" not in page.html


def test_pictures_from_elsewhere_alone_are_counted() -> None:
    assert (
        page_of(
            "<p><img src='https://shop.example/a.png'></p><img src='https://shop.example/b.png'>\n"
        ).held
        == 2
    )


def test_plain_mail_has_no_page() -> None:
    mail = EmailMessage(policy=SMTP)
    mail.set_content("Hello.")
    assert shown(parse(mail.as_bytes()), {}) == Shown()


def test_a_picture_alone_is_a_page() -> None:
    assert page_of('<img src="cid:ii_1">').html.strip() == '<img src="cid:ours.2">'


HOSTILE = {
    "blank before the quote": "<p>new</p>"
    + "&nbsp;" * 38_000
    + "<br>On Fri, Nov 20, 2026, Ana wrote:<blockquote type=cite>old</blockquote>",
    "the quote's beginning, again and again": "<p>new</p>"
    + "On Fri Nov " * 20_000
    + "<blockquote type=cite>On Fri Nov 20 old</blockquote>",
    "styles": "<p style='"
    + "margin-" * 280
    + "'>x</p>"
    + ("<p style='" + "margin:" * 280 + "'>x</p>") * 110,
    "addresses": "https://" * 30_000,
    "brackets": "[" * 100_000 + "x",
    "entities": "&" * 100_000 + "x" + "&amp" * 30_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_pages_cost_no_more_than_their_length(kind: str) -> None:
    mail = EmailMessage(policy=SMTP)
    mail.set_content(HOSTILE[kind], subtype="html")
    message = parse(mail.as_bytes())
    began = time.process_time()
    shown(message, {})
    assert time.process_time() - began < 1
