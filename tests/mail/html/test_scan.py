"""How mail programs mark quotes in HTML: the same short answer, as each of them sends it."""

# ruff: noqa: E501 (HTML as programs write it)

from __future__ import annotations

import time

import pytest

from maildesk.mail.html.scan import read, shows_structure
from maildesk.mail.message import Role
from maildesk.mail.reply.segment import reply_of, segment

ANSWER = "It works again."
QUESTION = "Did you switch it off?"

CLIENTS = {
    "gmail": """<div dir="ltr">It works again.</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On
        Tue, Nov 10, 2026 at 9:30 AM Ben &lt;<a href="mailto:ben@desk.example">ben@desk.example</a>&gt; wrote:<br></div><blockquote
        class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"><div dir="ltr">Did you
        switch it off?</div></blockquote></div>""",
    "gmail in a language of no table": """<div dir="ltr">It works again.</div><br><div class="gmail_quote"><div dir="ltr"
        class="gmail_attr">Xx yyy zzz Ben vvv<br></div><blockquote class="gmail_quote">Did you switch it off?</blockquote></div>""",
    "gmail of old": """<div dir="ltr">It works again.</div><div class="gmail_extra"><br><div class="gmail_quote">On Tue, Nov 10, 2026 at
        9:30 AM, Ben <span dir="ltr">&lt;<a href="mailto:ben@desk.example">ben@desk.example</a>&gt;</span> wrote:<br><blockquote
        class="gmail_quote">Did you switch it off?</blockquote></div><br></div>""",
    "outlook desktop": """<div class=WordSection1><p class=MsoNormal>It works again.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
        <div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'><p class=MsoNormal><b>From:</b> Ben
        &lt;ben@desk.example&gt; <br><b>Sent:</b> Tuesday, November 10, 2026 9:30 AM<br><b>To:</b> Ana<br><b>Subject:</b> Printer<o:p></o:p>
        </p></div><p class=MsoNormal>Did you switch it off?<o:p></o:p></p></div>""",
    "outlook desktop, labels of no table": """<div class=WordSection1><p class=MsoNormal>It works again.</p><div><div
        style='border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>Xxx:</b> Ben<br><b>Yyy:</b>
        2026<br></p></div></div><p class=MsoNormal>Did you switch it off?</p></div>""",
    "outlook on the web": """<div style="font-family: Calibri">It works again.</div><div id="appendonsend"></div>
        <hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font><b>Von:</b> Ben
        &lt;ben@desk.example&gt;<br><b>Gesendet:</b> Dienstag, 10. November 2026 09:30<br><b>An:</b> Ana<br><b>Betreff:</b> Drucker</font>
        <div>&nbsp;</div></div><div>Did you switch it off?</div>""",
    "outlook renamed by a gateway": """<div class="x_elementToProof">It works again.</div><div id="x_appendonsend"></div><hr
        tabindex="-1"><div id="x_divRplyFwdMsg"><font><b>Qqq:</b> Ben<br><b>Www:</b> 2026</font></div><div>Did you switch it off?</div>""",
    "outlook for ios": """<div dir="ltr">It works again.</div><div id="ms-outlook-mobile-signature">Get <a
        href="https://aka.ms/o0ukef">Outlook for iOS</a></div><div id="mail-editor-reference-message-container"><hr><div
        class="ms-outlook-mobile-reference-message"><b>From:</b> Ben<br><b>Date:</b> 2026</div>Did you switch it off?</div>""",
    "outlook for mac": """<div>It works again.</div><span id="OLK_SRC_BODY_SECTION"><div><span>From: </span>Ben &lt;ben@desk.example&gt;<br>
        <span>Date: </span>Tuesday, 10 November 2026 at 09:30<br><span>To: </span>Ana<br></div><div>Did you switch it off?</div></span>""",
    "apple mail": """<html><body>It works again.<br><div><br><blockquote type="cite"><div>On 10 Nov 2026, at 09:30, Ben
        &lt;<a href="mailto:ben@desk.example">ben@desk.example</a>&gt; wrote:</div><br><div><div>Did you switch it
        off?</div></div></blockquote></div></body></html>""",
    "thunderbird": """<p>It works again.</p><div class="moz-cite-prefix">Am 10.11.2026 um 09:30 schrieb Ben:<br></div><blockquote
        type="cite" cite="mid:1@desk.example">Did you switch it off?</blockquote>""",
    "yahoo": """<div class="ydp1"><div>It works again.</div></div><div id="ydp1yahoo_quoted_123" class="yahoo_quoted"><div
        style="font-family:'Helvetica Neue'"><div>On Tuesday, November 10, 2026, 09:30:00 AM GMT+1, Ben &lt;ben@desk.example&gt; wrote:
        </div><div><br></div><div>Did you switch it off?</div></div></div>""",
    "proton": """<div style="font-family: Arial;">It works again.</div><div class="protonmail_signature_block-empty"></div><div
        class="protonmail_quote">On Tuesday, November 10th, 2026 at 9:30 AM, Ben &lt;ben@desk.example&gt; wrote:<br><blockquote
        class="protonmail_quote" type="cite">Did you switch it off?</blockquote></div>""",
    "samsung": """<div dir="auto">It works again.</div><div id="composer_signature" dir="auto"><div>Sent from my Galaxy</div></div><div><br>
        </div><div align="left" dir="auto"><div>-------- Original message --------</div><div>From: Ben &lt;ben@desk.example&gt; </div>
        <div>Date: 10/11/2026  09:30  (GMT+01:00) </div><div>To: Ana &lt;ana@customer.example&gt; </div><div>Subject: Printer </div></div>
        Did you switch it off?""",
    "gmx": """<div>It works again.</div><div><div name="quote" style="margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px
        solid #C3D9E5;"><div style="margin:0 0 10px 0;"><b>Gesendet:</b> Dienstag, 10. November 2026 um 09:30 Uhr<br><b>Von:</b> Ben<br>
        <b>An:</b> Ana<br><b>Betreff:</b> Drucker</div><div name="quoted-content">Did you switch it off?</div></div></div>""",
    "zoho": """<div>It works again.</div><br><div class="zmail_extra" data-zbluepencil-ignore="true"><br><div id="Zm-_Id_-Sgn1">---- On
        Tue, 10 Nov 2026 09:30:00 +0100 <b>Ben &lt;ben@desk.example&gt;</b> wrote ---<br></div><br><blockquote>Did you switch it
        off?</blockquote></div>""",
    "zimbra": """<div>It works again.</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>Xx: </b>Ben<br>
        <b>Yy: </b>2026</div><div>Did you switch it off?</div>""",
    "lotus": """<font>It works again.</font><br><br><font size=1 color=#5f5f5f>From:        </font><font size=1>Ben
        &lt;ben@desk.example&gt;</font><br><font size=1 color=#5f5f5f>To:        </font><font size=1>Ana</font><br><font size=1>Date:
        </font><font size=1>10.11.2026 09:30</font><br><font size=1>Subject:        </font><font>Printer</font><hr>Did you switch it
        off?""",
    "windows mail": """<div>It works again.</div><div style="padding-top: 5px; border-top-color: rgb(229, 229, 229); border-top-width: 1px;
        border-top-style: solid;"><div><b>Qq:</b>&nbsp;Ben<br><b>Ww:</b>&nbsp;2026</div></div><div>Did you switch it off?</div>""",
    "yandex": """<div>It works again.</div><div><br /></div><div>10.11.2026, 09:30, "Ben" &lt;ben@desk.example&gt;:</div><blockquote><p>Did
        you switch it off?</p></blockquote>""",
    "mail.ru": """<p>It works again.</p><br>Вторник, 10 ноября 2026, 9:30 +03:00 от Ben &lt;ben@desk.example&gt;:<br><blockquote
        style="border-left:1px solid #0857A6; margin:10px; padding:0 0 0 10px;">Did you switch it off?</blockquote>""",
    "qq": """<div>It works again.</div><div><br></div><div style="font-size: 12px;">------------------&nbsp;原始邮件&nbsp;------------------
        </div><div><b>发件人:</b> "Ben" &lt;ben@desk.example&gt;;</div><div><b>发送时间:</b> 2026年11月10日 9:30</div><div>Did you switch
        it off?</div>""",
    "roundcube": """<p>It works again.</p><p id="reply-intro">On 2026-11-10 09:30, Ben wrote:</p><blockquote type="cite">Did you switch it
        off?</blockquote>""",
    "unclosed everywhere": """<div>It works again.<p><blockquote type=cite><div>Am 10.11.2026 um 09:30 schrieb Ben:<p>Did you switch it off?""",
}


@pytest.mark.parametrize("client", CLIENTS)
def test_the_answer_is_found_in_the_html_of(client: str) -> None:
    found = segment("", CLIENTS[client], "Re: Printer")
    assert reply_of(found.parts) == ANSWER
    assert QUESTION in " ".join(found.text.split())
    assert "".join(part.text for part in found.parts) == found.text


@pytest.mark.parametrize(
    "client",
    [
        "gmail",
        "outlook on the web",
        "outlook renamed by a gateway",
        "yahoo",
        "thunderbird",
        "zimbra",
    ],
)
def test_the_html_shows_where_to_cut_a_text_without_marks(client: str) -> None:
    found = segment(
        f"{ANSWER}\n\nXx: 2026 Ben\n\n{QUESTION}\n",
        CLIENTS[client].replace("From", "Xx"),
        "Re: Printer",
    )
    assert QUESTION not in reply_of(found.parts)
    assert reply_of(found.parts).startswith(ANSWER)
    assert shows_structure(CLIENTS[client])


def test_answers_between_quotes_are_shown_with_them() -> None:
    html = """<div>See below:<blockquote>First?</blockquote>Yes.<blockquote>Second?</blockquote>No.<blockquote>Rest.</blockquote></div>"""
    assert reply_of(segment("", html).parts).split() == [
        "See",
        "below:",
        "First?",
        "Yes.",
        "Second?",
        "No.",
    ]


FORWARDS = {
    "apple mail": """<div>See below.</div><div><br><blockquote type="cite"><div>Begin forwarded message:</div><br><div><span><b>From: </b></span>
        <span>Ana Example &lt;<a href="mailto:ana@customer.example">ana@customer.example</a>&gt;<br></span></div><div><b>Subject: </b><b>Printer</b><br>
        </div><div><b>Date: </b>10 November 2026 at 09:30:00 CET<br></div><div><b>To: </b>support@desk.example<br></div><br><div><div>It does not
        print.</div></div></blockquote></div>""",
    "outlook": """<p class=MsoNormal>See below.</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p
        class=MsoNormal><b>Von:</b> Ana Example &lt;ana@customer.example&gt; <br><b>Gesendet:</b> Dienstag, 10. November 2026 09:30<br><b>An:</b>
        Support<br><b>Betreff:</b> Printer</p></div></div><p class=MsoNormal>It does not print.</p>""",
    "thunderbird": """<p>See below.</p><div class="moz-forward-container"><br><br>-------- Message transféré --------<table
        class="moz-email-headers-table"><tbody><tr><th>Sujet&nbsp;: </th><td>Printer</td></tr><tr><th>Date&nbsp;: </th><td>Tue, 10 Nov 2026
        09:30:00 +0100</td></tr><tr><th>De&nbsp;: </th><td>Ana Example <a href="mailto:ana@customer.example">&lt;ana@customer.example&gt;</a></td>
        </tr><tr><th>Pour&nbsp;: </th><td>support@desk.example</td></tr></tbody></table><br><br>It does not print.</div>""",
    "yahoo": """<div>See below.</div><div class="yahoo_quoted"><div>----- Forwarded Message -----</div><div><b>From:</b> Ana Example
        &lt;ana@customer.example&gt;</div><div><b>To:</b> Support &lt;support@desk.example&gt;</div><div><b>Sent:</b> Tuesday, November 10,
        2026, 09:30:00 AM GMT+1</div><div><b>Subject:</b> Printer</div><div><br></div><div>It does not print.</div></div>""",
}


@pytest.mark.parametrize("client", FORWARDS)
def test_a_forward_in_the_html_of(client: str) -> None:
    found = segment("", FORWARDS[client], "Fwd: Printer")
    assert reply_of(found.parts) == "See below."
    assert found.forwarded is not None and found.forwarded.sender is not None
    assert (found.forwarded.sender.address, found.forwarded.subject) == (
        "ana@customer.example",
        "Printer",
    )
    assert " ".join(found.forwarded.text.split()) == "It does not print."


def test_a_picture_between_quotes_is_an_answer() -> None:
    html = "<div>See:<blockquote>First?</blockquote>Yes.<blockquote>Second?</blockquote><img src='cid:1'><blockquote>Rest.</blockquote></div>"
    assert reply_of(segment("", html).parts).split() == ["See:", "First?", "Yes.", "Second?"]
    beacon = html.replace("<img", "<img width='1' height='1'")
    assert reply_of(segment("", beacon).parts).split() == ["See:", "First?", "Yes."]


def test_a_ruled_box_in_a_newsletter_is_no_quote() -> None:
    html = "<p>News</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p>One</p><p>Two</p></div>"
    assert reply_of(segment("", html).parts).split() == ["News", "One", "Two"]


def test_an_indented_paragraph_is_no_quote() -> None:
    html = """<div>The steps:</div><blockquote style="margin:0 0 0 40px;border:none;padding:0px">Press the button.</blockquote>"""
    assert reply_of(segment("", html).parts) == "The steps:\n\nPress the button."


def test_a_quote_put_there_by_hand_stays_when_the_program_adds_its_own() -> None:
    html = "It says<blockquote>Error 7</blockquote><div>Am 10.11.2026 um 09:30 schrieb Ben:</div><blockquote type='cite'>Hi</blockquote>"
    assert reply_of(segment("", html).parts).split() == ["It", "says", "Error", "7"]


def test_the_signature_that_the_program_marks_is_one() -> None:
    html = """<div>Thanks!</div><div><br></div><div class="gmail_signature" data-smartmail="gmail_signature">Ana Example<br>The shop</div>"""
    found = segment("", html)
    assert [part.role for part in found.parts] == [Role.NEW, Role.SIGNATURE]


def test_a_page_that_is_only_a_signature_is_shown() -> None:
    assert reply_of(segment("", '<div class="gmail_signature">Ana</div>').parts) == "Ana"


def test_text_keeps_lists_tables_and_links() -> None:
    html = """<p>Dear&nbsp;all,</p><ul><li>one</li><li>two<ol><li>a</li><li>b</li></ol></li></ul><table><tr><th>Part</th><th>Price</th></tr>
    <tr><td>Fuse</td><td>3&euro;</td></tr></table><p>See <a href="https://shop.example/fuse">the shop</a>,
    <a href="https://shop.example/">shop.example</a>, <a href="mailto:a@b.example">write</a>.</p><pre>  x = 1\n  y = 2</pre>end"""
    assert read(html).text.splitlines() == [
        "Dear all,", "", "- one", "- two", "  1. a", "  2. b", "", "Part\tPrice", "Fuse\t3€", "",
        "See the shop <https://shop.example/fuse>, shop.example, write.", "", "  x = 1", "  y = 2", "", "end",
    ]  # fmt: skip


def test_cells_of_one_paragraph_each_stand_side_by_side() -> None:
    row = "<tr><td><p class=MsoNormal>{}</p></td><td><p class=MsoNormal>{}</p></td></tr>"
    assert (
        read(f"<p>Hi</p><table>{row.format('Fuse', '3')}{row.format('Lamp', '4')}</table>bye").text
        == "Hi\n\nFuse\t3\nLamp\t4\n\nbye"
    )
    long = "<table><tr><td><p>One</p><p>Two</p></td><td><p>Three</p></td></tr></table>"
    assert read(long).text.split() == ["One", "Two", "Three"]
    assert "\t" not in read(long).text


def test_paragraphs_without_margin_are_lines() -> None:
    html = "<p class=MsoNormal>a</p><p class=MsoNormal>b</p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>c</p><p>d</p><p>e</p>"
    assert read(html).text == "a\nb\n\nc\n\nd\n\ne"


def test_hidden_words_scripts_and_comments_are_left_out() -> None:
    html = """<style>p{}</style><!--[if mso]><p>no</p><![endif]--><div style="display: none">no</div><script>no()</script><p>yes</p>"""
    assert read(html).text == "yes"


def test_a_page_that_hides_all_is_shown() -> None:
    assert read('<div style="display:none">Hello').text == "Hello"


def test_unclosed_things_swallow_nothing() -> None:
    assert read("<style>a<p>b").text == "a\n\nb"
    assert read("<!-- a<p>b").text.endswith("b")
    assert read("a <b").text == "a <b"
    assert read("1 < 2 > 0").text == "1 < 2 > 0"


def test_a_quoted_value_may_hold_the_end_of_a_tag() -> None:
    assert read('<a title="a > b" href="x">words</a>').text == "words"


HOSTILE = {
    "open tags": "<div>" * 200_000,
    "open quotes": "<blockquote>" * 80_000,
    "unclosed tags": "<a " * 300_000,
    "odd quotes": '<a ">' * 200_000,
    "comments": "<!--" * 250_000,
    "styles": "<style>" * 140_000,
    "closing tags": "<div>" * 100_000 + "</span>" * 60_000,
    "crossed tags": "<div><span></div></span>" * 40_000,
    "entities": "&amp" * 250_000,
    "links": '<a href="http://x/">' * 50_000,
    "links closed": '<a href="http://x/">' * 25_000 + "y</a>" * 25_000,
    "lists": "<ul><li>" * 120_000,
    "cells": "<td>" * 250_000,
    "line ends": "<br>" * 250_000,
    "brackets": "<" * 1_000_000,
    "angle": "<x" * 500_000,
    "spaces": " " * 1_000_000,
    "wide": "<p>" + "word " * 200_000,
    "attributed": "<div>On 1.1.2026 a@b wrote:</div><blockquote>x</blockquote>" * 16_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_megabyte_of_anything_is_read_in_time(kind: str) -> None:
    began = time.process_time()
    segment("", HOSTILE[kind])
    assert time.process_time() - began < 3
