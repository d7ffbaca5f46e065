"""Lists that Word wrote as paragraphs with signs are lists again, in text and page."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from maildesk.mail.html.as_written import as_written
from maildesk.mail.html.word_lists import with_lists
from maildesk.mail.message import Message
from maildesk.mail.parse import parse

PAGE = (
    "<div class=WordSection1><p class=MsoNormal>Do <b>this</b>:</p>{}"
    "<p class=MsoNormal>End</p></div>"
)


def item(
    words: str, sign: str = "·", level: int = 1, group: int = 0, *, conditional: bool = True
) -> str:
    ignored = (
        f"<span style='font-family:Symbol'><span style='mso-list:Ignore'>{sign}<span "
        f"style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp; </span></span></span>"
    )
    if conditional:
        ignored = f"<![if !supportLists]>{ignored}<![endif]>"
    return (
        f"<p class=MsoListParagraphCxSpMiddle style='margin-left:{36 * level}.0pt;"
        f"text-indent:-18.0pt;mso-list:l{group} level{level} lfo1'>{ignored}{words}<o:p></o:p></p>"
    )


def written(listed: str, plain: str = "") -> Message:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ben@desk.example", "support@desk.example", "Re: P"
    page = PAGE.replace("{}", listed)
    if plain:
        mail.set_content(plain)
        mail.add_alternative(page, subtype="html")
    else:
        mail.set_content(page, subtype="html")
    return parse(mail.as_bytes())


NESTED = item("One") + item("Inner", "o", 2) + item("Deep", "§", 3) + item("Two")


@pytest.mark.parametrize(
    "plain",
    [
        "",
        "Do this:\n\n  *   One\n     *   Inner\n        *   Deep\n  *   Two\nEnd\n",
        "Do this:\n\n·    One\no   Inner\n§  Deep\n·    Two\nEnd\n",
    ],
    ids=["html alone", "stars", "signs"],
)
def test_items_of_word_are_nested_lists(plain: str) -> None:
    message = written(NESTED, plain)
    assert as_written(message, message.reply) == (
        "<div><div>Do <b>this</b>:</div><ul><li>One<ul><li>Inner<ul><li>Deep</li></ul></li></ul>"
        "</li><li>Two</li></ul><div>End</div></div>"
    )


def test_their_text_has_the_marks_of_lists() -> None:
    lines = [line for line in written(NESTED).reply.splitlines() if line]
    assert lines == ["Do this:", "- One", "  - Inner", "    - Deep", "- Two", "End"]


@pytest.mark.parametrize(
    ("items", "made"),
    [
        (item("A", "1.") + item("B", "2."), "<ol><li>A</li><li>B</li></ol>"),
        (item("A", "3)"), '<ol start="3"><li>A</li></ol>'),
        (item("A", "a)", 2) + item("B", "b)", 2), '<ol type="a"><li>A</li><li>B</li></ol>'),
        (item("A", "I.") + item("B", "II."), '<ol type="I"><li>A</li><li>B</li></ol>'),
        (item("A") + item("B", "1.", group=1), "<ul><li>A</li></ul><ol><li>B</li></ol>"),
        (item("A", level=2) + item("B"), "<ul><li>A</li></ul><ul><li>B</li></ul>"),
        (item("A", conditional=False), "<ul><li>A</li></ul>"),
        (item("A") + "<p>x</p>" + item("B"), "<ul><li>A</li></ul><p>x</p><ul><li>B</li></ul>"),
    ],
)
def test_signs_say_what_kind_of_list_it_is(items: str, made: str) -> None:
    listed = with_lists(items).replace("<o:p></o:p>", "")
    for gone in (
        "<![if !supportLists]>",
        "<![endif]>",
        "<span style='font-family:Symbol'>",
        "</span>",
    ):
        listed = listed.replace(gone, "")
    assert listed == made


@pytest.mark.parametrize(
    "page",
    [
        "<p style='mso-list:l0 level1 lfo1'>No sign</p>",
        "<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>· Never ended",
        "<p class=MsoNormal style='mso-list:none'>x</p>",
    ],
)
def test_what_is_no_item_stays_as_it_was(page: str) -> None:
    assert with_lists(page) == page


@pytest.mark.parametrize(
    "piece", ["<p style='mso-list:l0 level1 lfo1'>", item("x", level=2), "<span>"]
)
def test_a_page_of_nothing_else_is_read_in_one_pass(piece: str) -> None:
    page = f"<p style='mso-list:l0 level1 lfo1'>{piece * 20_000}"
    assert len(with_lists(page)) <= len(page) + 20
