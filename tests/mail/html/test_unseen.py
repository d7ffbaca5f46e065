"""Commands that nobody sees: hidden in a page that an agent pasted, they command nothing, and the
agent is asked. What a reader sees is read."""

from __future__ import annotations

import tracemalloc

import pytest

from maildesk.mail.html.unseen import without_hidden, without_unseen
from maildesk.mail.parse import parse

HIDDEN = {
    "a comment": "<!-- #close -->",
    "Outlook's condition": "<!--[if mso]><p>#close</p><![endif]-->",
    "no display": '<div style="DISPLAY : none !important">#close</div>',
    "the attribute": "<div hidden>#close</div>",
    "not visible": '<div style="visibility:hidden">#close</div>',
    "white": '<div style="color:#FFFFFF">#close</div>',
    "white by name": '<font color="white">#close</font><br>',
    "white by numbers": '<span style="color: rgb(255, 255, 255)">#close</span><br>',
    "white within": '<div style="color:#fff"><b>#close</b></div>',
    "as what is behind": '<div style="background:#222;color:#222">#close</div>',
    "clear": '<div style="color:transparent">#close</div>',
    "no size": '<div style="font-size:0">#close</div>',
    "a pixel": '<div style="font-size:1px;line-height:1px">#close</div>',
    "no height": '<div style="max-height:0;overflow:hidden">#close</div>',
    "nothing shows through": '<div style="opacity:0">#close</div>',
    "Outlook's own": '<div style="mso-hide:all">#close</div>',
    "a rule": "<style>/* x */ .x, p.y {display:none}</style><div class='x'>#close</div>",
    "a rule of many": (
        f"<style>{', '.join(f'.a{n}' for n in range(200))}, .x {{display:none}}</style>"
        "<div class='x'>#close</div>"
    ),
    "a long rule": (
        f"<style>.x {{{'--a:1;' * 900}display:none}}</style><div class='x'>#close</div>"
    ),
    "a rule within": "<style>@media all{.x{display:none}}</style><div class='x'>#close</div>",
    "off the page": '<div style="position:absolute;left:-9999px">#close</div>',
    "moved out": '<div style="text-indent:-9999px">#close</div>',
    "pushed out": '<div style="margin-left:-9999px">#close</div>',
    "pushed out with all margins": '<div style="margin:0 0 0 -9999px">#close</div>',
    "cut away": '<div style="position:absolute;clip:rect(1px, 1px, 1px, 1px)">#close</div>',
    "cut to nothing": '<div style="clip-path:inset(50%)">#close</div>',
    "no width": '<div style="width:0;overflow:hidden">#close</div>',
    "no width at most": '<div style="max-width:0px;overflow-x:clip">#close</div>',
    "no letters": '<div style="font:0/0 a">#close</div>',
    "no letters, and no name": '<div style="font:0">#close</div>',
    "letters of no size": '<div style="font: italic 0px Arial, sans-serif">#close</div>',
}
SEEN = {
    "black": '<div style="color:#000">#close</div>',
    "white on dark": '<div style="background-color:#000"><p style="color:#fff">#close</p></div>',
    "a note between": '<div style="/* small */ font-size:9pt">#close</div>',
    "beside": '<div style="display:none">x</div><div>#close</div>',
    "indented": '<div style="margin:0 0 0 -1em;width:0">#close</div>',
    "a border cut off": '<div style="clip:auto;clip-path:none;overflow:hidden">#close</div>',
    "a size said again": '<div style="font:0/0 a;font-size:14px">#close</div>',
    "letters of a size": '<div style="font-size:0;font:bold 12px/1.5 Arial">#close</div>',
    "in a cell": '<table><tr><td bgcolor="#336699"><font color=white>#close</font></table>',
}


# of HIDDEN, what a rule, Outlook or one look at the page may show to somebody
DOUBTED = {"Outlook's own"}
READ = {
    "white on a picture": '<td style="background:url(x.png)"><p style="color:#fff">Words</p></td>',
    "white on a shade": '<div style="background:linear-gradient(#000,#333);color:#fff">Words</div>',
    "white in a dark table": (
        '<table bgcolor="#111111"><tr><td><font color="#ffffff">Words</font></td></tr></table>'
    ),
    "white in a dark body": '<body style="background: rgb(0, 0, 0); color: white">Words</body>',
    "in the dark": (
        "<style>@media (prefers-color-scheme: dark){.x{color:#fff}}</style><p class=x>Words</p>"
    ),
    "white where a rule may be dark": (
        "<style>.hero .x{background:#000} .x{color:#fff}</style><p class=x>Words</p>"
    ),
    "on phones not": (
        "<style>@media (max-width:600px){.x{display:none}}</style><p class=x>Words</p>"
    ),
    "elsewhere not": "<style>.menu p{display:none}</style><p>Words</p>",
    "a size again": '<td style="font-size:0px"><div style="font-size:13px">Words</div></td>',
    "a table in letters of no size": '<div style="font-size:0"><table><td>Words</td></table></div>',
    "visible again": '<p style="visibility:hidden"><span style="visibility:visible">Words</span>',
    "Outlook's button": '<a href="https://x.example" style="mso-hide:all">Words</a>',
    "a link in white": '<div style="color:white"><a href="https://x.example">Words</a></div>',
    "behind an unclosed paragraph": '<p style="display:none">x<p>Words',
    "behind an unclosed item": "<ul><li hidden>x<li>Words</ul>",
    "behind an unclosed cell": "<table><tr><td hidden>x<td>Words</table>",
    "shown all the same": '<p hidden style="display:block">Words</p>',
    "half clear": '<p style="opacity:0.5">Words</p>',
    "wide at least": '<div style="width:1px;min-width:100%;overflow:hidden">Words</div>',
    "drawn up": '<div style="margin-top:-100px">Words</div>',
    "round": '<div style="clip-path:circle(50%)">Words</div>',
}


def read(page: str) -> tuple[str, str]:
    raw = f"Content-Type: text/html\r\nSubject: Re: x\r\n\r\n<html><body>{page}</body></html>\r\n"
    message = parse(raw.encode())
    return message.reply, message.opening


@pytest.mark.parametrize("page", HIDDEN.values(), ids=HIDDEN)
def test_what_nobody_sees_is_no_opening(page: str) -> None:
    assert "#close" not in read(f"{page}<p>Hello.</p>")[1]


@pytest.mark.parametrize("line", ["＃close", "hashtag close", "/activation-help", "close"])
def test_nor_is_it_however_a_command_is_written(line: str) -> None:
    assert read(f'<div style="color:#fff">{line}</div><p>Hello.</p>')[1] == "Hello."


@pytest.mark.parametrize("line", ["＃close", "/activation-help"])
def test_nor_in_a_long_letter(line: str) -> None:
    words = "The printer smokes, and nobody knows why. " * 50
    opening = read(f'<div style="color:#fff">{line}</div><p>Hello. {words}</p>')[1]
    assert opening.startswith("Hello.")


@pytest.mark.parametrize("page", SEEN.values(), ids=SEEN)
def test_what_is_seen_is_one(page: str) -> None:
    reply, opening = read(f"{page}<p>Hello.</p>")
    assert opening == reply
    assert opening.startswith("#close")


@pytest.mark.parametrize(
    "page",
    [
        "<style>" * 60_000,
        "<style>/*" + "/*" * 100_000 + "</style>color",
        "<style>" + "a{" * 100_000 + "</style>color",
        '<p style="color:' * 60_000,
        "<div hidden>" * 100_000,
        f"<p {'a=b ' * 200_000}>color",
    ],
    ids=["sheets", "notes", "rules", "quotes", "depth", "attributes"],
)
def test_a_page_made_to_be_slow_is_read_in_one_pass(page: str) -> None:
    assert len(without_unseen(page)) <= len(page)


def test_a_sheet_of_many_selectors_and_declarations_stays_small() -> None:
    names = (f"{first}{second}" for first in "abcdefghijklm" for second in "abcdefghijklmnopq")
    written = ";".join(f"{name}:1" for name in names) + ";color:#fff"
    rules = (f"{','.join(f'x{n}x{m}' for m in range(30))}{{{written}}}" for n in range(200))
    page = f"<p hidden>x</p><style>{''.join(rules)}</style>"
    tracemalloc.start()
    try:
        without_unseen(page)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 20 * len(page)


@pytest.mark.parametrize("how", sorted(HIDDEN.keys() - DOUBTED))
@pytest.mark.parametrize("element", ["div", "p", "td", "b", "h2", "li"])
def test_hidden_words_are_no_words_of_the_answer(element: str, how: str) -> None:
    page = HIDDEN[how].replace("#close", "Secret").replace("<div", f"<{element}")
    page = page.replace("</div", f"</{element}")
    assert read(f"<table><tr>{page}</tr></table><p>Hello.</p>")[0] == "Hello."


@pytest.mark.parametrize("size", ["0", "0px", "0pt", ".0em", "0.0em", "0 !important", "0%"])
def test_letters_of_no_size_are_no_words(size: str) -> None:
    assert read(f'<p>Hello.</p><p style="font-size: {size}">Secret</p>')[0] == "Hello."


@pytest.mark.parametrize(
    ("ground", "colour"),
    [
        ("#fff", "white"),
        ("white none", "#FFFFFF"),
        ("none", "rgb(255 255 255)"),
        ("inherit", "#fff"),
        ("#000", "black"),
        ("rgb(0,0,0)", "#000000"),
        ("Navy", "navy"),
    ],
)
def test_nor_are_those_in_the_colour_of_what_is_behind(ground: str, colour: str) -> None:
    page = (
        f'<div style="background:{ground}"><p>Hello.</p><p style="color:{colour}">Secret</p></div>'
    )
    assert read(page.replace("<p>Hello.", '<p style="color:#123">Hello.'))[0] == "Hello."


def test_words_own_way_to_hide_is_known_where_word_has_written() -> None:
    hidden = "<p class=MsoNormal><span style='mso-hide:all'>Secret</span></p>"
    assert read(f"<p class=MsoNormal>Hello.</p>{hidden}")[0] == "Hello."


def test_nor_pictures_and_marks_of_hidden_lists() -> None:
    page = '<ul hidden><li>Secret<br>x</ul><img hidden alt="Secret" src="cid:1"><p>Hello.</p>'
    assert read(page)[0] == "Hello."


@pytest.mark.parametrize("page", READ.values(), ids=READ)
def test_what_somebody_may_see_is_read(page: str) -> None:
    reply = read(f"{page}<p>Hello.</p>")[0].removeprefix("- ")
    assert reply.startswith("Words") and reply.endswith("Hello.")


def test_where_all_is_hidden_it_is_read_nonetheless() -> None:
    assert read('<p style="color:#fff">Words</p>')[0] == "Words"


@pytest.mark.parametrize("how", ["hidden", 'style="font-size:0"', 'style="color:#fff"'])
def test_a_hidden_command_stays_in_the_answer_so_that_its_writer_is_asked(how: str) -> None:
    reply, opening = read(f"<p {how}>#close</p><p {how}>Secret</p><p>Hello.</p>")
    assert reply.startswith("#close") and "Secret" not in reply
    assert "#close" not in opening


def test_nor_is_an_answer_lost_that_was_written_in_white_in_the_dark() -> None:
    quote = '<blockquote type="cite">The printer jams.</blockquote>'
    assert read(f'<p style="color:#fff">Words</p>{quote}')[0] == "Words"


def test_the_space_between_buttons_stays_where_their_row_has_no_size() -> None:
    button = '<a href="https://desk.example/" style="font-size:14px">{}</a>'
    row = f'<div style="font-size:0">{button.format("Take it")} {button.format("Resolve")}</div>'
    assert without_hidden(row) == row
    assert without_unseen(row) == row
