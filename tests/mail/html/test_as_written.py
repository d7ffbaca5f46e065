"""What an agent has written goes out as it looks: the run of their page that says just that."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from maildesk.mail.html.as_written import as_written
from maildesk.mail.message import Message
from maildesk.mail.parse import parse

QUOTE = (
    '<div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, 30 Nov 2026 at 14:21, '
    'Example Desk &lt;<a href="mailto:support@desk.example">support@desk.example</a>&gt; wrote:'
    '<br></div><blockquote class="gmail_quote" style="margin:0">The printer <b>jams</b>.'
    "</blockquote></div>"
)
OUTLOOK = (
    '<html><head><style>p.MsoNormal{margin:0cm;font-family:"Calibri"}</style></head>'
    '<body lang="EN-GB"><div class="WordSection1">{}'
    '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
    '<p class="MsoNormal"><b>From:</b> Example Desk &lt;support@desk.example&gt;<br><b>Sent:</b> '
    "Monday, November 30, 2026 2:21 PM<br><b>To:</b> ben@desk.example<br><b>Subject:</b> "
    "Printer</p></div><p>The printer jams.</p></div></body></html>"
)


def written(html: str, plain: str = "") -> Message:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ben@desk.example", "support@desk.example", "Re: P"
    if plain:
        mail.set_content(plain)
        mail.add_alternative(html, subtype="html")
    else:
        mail.set_content(html, subtype="html")
    return parse(mail.as_bytes())


def test_lists_bold_and_links_stay_and_colours_go() -> None:
    page = (
        '<div dir="ltr">Hello Kim,<div><br></div><div>please try <b style="color:red">both</b>:'
        '</div><ul><li>switch it <font color="#ff0000" face="Comic Sans MS">off</font></li>'
        '<li>read <a href="https://help.example/reset" style="color:blue">this page</a>.</li></ul>'
        "</div>"
    )
    message = written(page + QUOTE)
    shown = as_written(message, message.reply)
    assert "<b>both</b>" in shown
    assert "<li>switch it off</li>" in shown
    assert 'href="https://help.example/reset"' in shown
    for gone in ("style", "color", "font", "jams", "gmail"):
        assert gone not in shown


def test_commands_above_and_a_signature_below_are_cut_off() -> None:
    page = (
        '<p class="MsoNormal">#resolve</p><p class="MsoNormal">Done, see <b>here</b>:</p>'
        '<table border="1" style="border:solid windowtext 1.0pt"><tr><td>Drum</td><td>new</td></tr>'
        '</table><p class="MsoNormal">Good luck!</p>'
        '<p class="MsoNormal"><b><span style="color:#1F497D">Ben Okafor</span></b><br>'
        "Example Ltd</p>"
    )
    message = written(OUTLOOK.replace("{}", page))
    shown = as_written(message, "Done, see here:\n\nDrum\tnew\n\nGood luck!")
    assert shown.startswith("<div><div>Done, see <b>here</b>:</div>")
    assert "<td>Drum</td><td>new</td>" in shown
    assert shown.rstrip().endswith("Good luck!</div></div>")
    assert '<table border="1"' in shown
    for gone in ("resolve", "Okafor", "style", "Mso", "jams"):
        assert gone not in shown


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>Just words.</p>", "Just words."),  # nothing looks otherwise
        ("<p>One <b>two</b> three.</p>", "One two three four."),  # not the same words
        ("<p><b>Yes.</b></p><p>Yes.</p>", "Yes."),  # there twice
        ("<p>Go to <b>it</b> now.</p>", "Go to now."),
        ("", "Words."),
    ],
)
def test_else_the_text_stands_for_itself(page: str, text: str) -> None:
    assert as_written(written(page or "<p></p>"), text) == ""


@pytest.mark.parametrize(
    ("page", "text", "kept"),
    [
        ("<p><b>H</b><sub>2</sub>O, x<sup>2</sup></p>", "*H*2O, x2", "<sub>2</sub>O, x<sup>2"),
        ("<p><b>x</b><sup>2</sup></p>", "*x*^2", "<sup>2</sup>"),  # Thunderbird
        (
            '<p>Ask <b>K</b> at <a href="mailto:lab@x.example">the lab</a>.</p>',
            "Ask *K* at the lab <lab@x.example>.",
            '<a href="mailto:lab@x.example"',
        ),
        (
            '<p>Or <b>by</b> <a href="tel:+49-1">phone</a></p>',
            "Or *by* phone <+49-1>",
            '<a href="tel:+49-1"',
        ),
        (
            "<p>Write <b>to</b> &lt;lab@x.example&gt;</p>",
            "Write *to* <lab@x.example>",
            "&lt;lab@x.example&gt;",
        ),
        (
            '<p>Hi <b>b</b> <a href="javascript:alert(1)">click</a></p>',
            "Hi b click<javascript:alert(1)>",
            "</b> click</p>",
        ),
        (
            '<p>Hi <b>b</b></p><img src="https://x.example/a.png" alt="logo"><p>End</p>',
            "Hi *b*\n\n[image: logo]\nEnd",
            "<b>b</b>",
        ),
        (
            "<p><b>Do</b>:</p><ul><li>First<ul><li>Nested</li></ul></li></ul>",
            "*Do*:\n\n  *   First\n     o   Nested",
            "<li>First<ul><li>Nested",
        ),
        (
            "<p><b>Do</b>:</p><ol><li>First<ol><li>Nested</li></ol></li></ol>",
            "Do:\n\n  1.  First\n     a.  Nested",
            "<li>First<ol><li>Nested",
        ),
        (
            '<p>Hi <b>b</b> <img data-emoji="😀" alt="😀" src="https://x.example/1.png"></p>',
            "Hi *b* 😀",
            "</b> 😀</p>",
        ),
        ("<p>1. 10 <b>pages</b></p>", "1. 10 *pages*", "1. 10 <b>"),
        ("<ol><li>1 <b>page</b></li></ol>", "1. 1 page", "<li>1 <b>"),
    ],
)
def test_the_text_beside_it_may_say_it_as_text_does(page: str, text: str, kept: str) -> None:
    message = written(page, text)
    assert kept in as_written(message, message.reply)
    message = written(page)
    assert kept in as_written(message, message.reply)


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>Ask <b>the lab</b>.</p>", "Ask the lab <lab@x.example>."),  # no link leads there
        ("<p>See <b>it</b>.</p>", "See it [image: plan]."),
        ("<p>Take <b>it</b>.</p>", "Take o it."),
        ("<p>H<sub>2</sub>O</p>", "H20"),
    ],
)
def test_other_words_are_other_words(page: str, text: str) -> None:
    assert as_written(written(page, text), text) == ""


@pytest.mark.parametrize("plain", ["", "On Mon, Kim wrote:\n> The printer jams.\n\nHi *Kim*.\n"])
def test_an_answer_below_the_quote_keeps_its_look(plain: str) -> None:
    cited = '<div class="moz-cite-prefix">On Mon, Kim wrote:<br></div><blockquote type="cite">'
    page = f"{cited}<p>The printer <b>jams</b>.</p></blockquote><p>Hi <b>Kim</b>.</p>"
    message = written(page, plain)
    assert message.reply in ("Hi Kim.", "Hi *Kim*.")
    assert as_written(message, message.reply) == "<p>Hi <b>Kim</b>.</p>"


def test_an_element_that_began_above_goes_on() -> None:
    page = "<ol><li>#note</li><li>Look <i>here</i>.</li></ol>"
    shown = as_written(written(page), "Look here.")
    assert shown == "<ol><li>Look <i>here</i>.</li></ol>"


def test_no_script_and_no_address_that_runs_one_comes_along() -> None:
    page = '<p>Tap <a href="javascript:alert(1)" onclick="x()"><b>here</b></a>.</p>'
    shown = as_written(written(page), "Tap here.")
    assert "<b>here</b>" in shown
    assert "javascript" not in shown and "onclick" not in shown


def test_a_table_that_only_holds_the_words_is_left_out_and_one_of_several_cells_stays() -> None:
    held = "<table><tr><td><p>Look <b>here</b>.</p></td></tr></table>"
    assert "table" not in as_written(written(held), "Look here.")
    real = "<table><tr><td>Drum</td><td><b>new</b></td></tr></table>"
    assert "<td>Drum</td><td><b>new</b></td>" in as_written(written(real), "Drum\tnew")


@pytest.mark.parametrize("how", ['style="display:none"', 'style="font-size:0"', "hidden"])
def test_what_nobody_sees_goes_out_in_neither_dress(how: str) -> None:
    message = written(f"<p>See <b>it</b> <span {how}>not</span>now.</p><p {how}>Nor this.</p>")
    assert message.reply == "See it now."
    shown = as_written(message, message.reply)
    assert shown == "<p>See <b>it</b> now.</p>"


def test_words_that_may_stand_in_too_many_places_are_given_up() -> None:
    text = "1. \n" * 300 + "1"
    assert as_written(written("<p>" + "<b>1</b> " * 5_000 + "</p>", text), text) == ""
