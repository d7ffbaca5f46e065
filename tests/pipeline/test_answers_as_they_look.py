"""What an agent's answer looks like reaches the customer: bold and links, as each mail program
writes them, without commands, signature and quote."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests.pipeline.letters.files.test_passed_on import png
from tests.pipeline.place import Place, mail, told, words
from tests.pipeline.written import PROGRAMS

BEN, KIM = "ben@desk.example", "kim@customer.example"
LINES = ("#resolve", "", "Please try the drum first.", "Then restart it.")
LOOKS = (
    ("the drum", 'the <b style="color:#c00000">drum</b>'),
    ("restart", '<a href="https://help.example/restart">restart</a>'),
)


def answered(place: Place, program: str) -> tuple[EmailMessage, bool]:
    """What Kim gets when Ben answers so; and whether his program wrote a page."""
    place.receive(mail("The printer jams.", From=f"Kim Novak <{KIM}>"))
    notice = told(place, BEN, "agent_new")[0]
    raw = PROGRAMS[program](notice, BEN, LINES)
    sent = message_from_bytes(raw, policy=policy.SMTP)
    page = sent.get_body(("html",))
    if page is not None:
        html = str(page.get_content())
        for plain, dressed in LOOKS:
            html = html.replace(plain, dressed, 1)
        page.set_content(html, subtype="html")
    to = str(notice["Reply-To"].addresses[0].addr_spec)
    place.receive(sent.as_bytes(), BEN, to)
    return place.letters(KIM)[-1], page is not None


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_customer_sees_what_the_agent_marked(place: Place, program: str) -> None:
    letter, has_page = answered(place, program)
    assert "Please try the drum first. Then" in words(letter)
    body = letter.get_body(("html",))
    assert body is not None
    html = str(body.get_content())
    assert ("<b>drum</b>" in html) == has_page
    assert ("https://help.example/restart" in html) == has_page
    for gone in ("#resolve", "c00000", "MsoNormal", "elementToProof", "second line support"):
        assert gone not in html, gone
    assert html.count("try the") == 1


PICTURE, SMALL = png(200, 40_000), png(12)


def pasted(place: Place, page: str, plain: str, *, content: bytes = PICTURE) -> EmailMessage:
    """What Kim gets of an answer with one picture, as a mail program pastes it."""
    place.receive(mail("The printer jams.", From=f"Kim Novak <{KIM}>"))
    notice = told(place, BEN, "agent_new")[0]
    sent = EmailMessage(policy=policy.SMTP)
    sent["From"], sent["To"], sent["Subject"] = BEN, str(notice["Reply-To"]), "Re: The printer"
    sent["In-Reply-To"], sent["Message-ID"] = notice["Message-ID"], "<pasted@ben.example>"
    sent.set_content(plain)
    sent.add_alternative(page, subtype="html")
    shown = sent.get_body(("html",))
    assert isinstance(shown, EmailMessage)
    shown.add_related(content, "image", "png", cid="<ii_9@ben>", filename="drum.png")
    place.receive(sent.as_bytes(), BEN, str(notice["Reply-To"].addresses[0].addr_spec))
    return place.letters(KIM)[-1]


def pictures(letter: EmailMessage) -> list[tuple[bytes, bool]]:
    """The pictures of a mail, and whether its page shows them."""
    body = letter.get_body(("html",))
    page = str(body.get_content()) if body is not None else ""
    return [
        (part.get_content(), f'src="cid:{str(part["Content-ID"])[1:-1]}"' in page)
        for part in letter.walk()
        if part.get_content_maintype() == "image"
    ]


@pytest.mark.parametrize(
    ("page", "plain"),
    [
        ('Like <b>this</b>:<br><img src="cid:ii_9@ben" alt="drum.png"><br>Then close it.',
         "Like *this*:\n[image: drum.png]\nThen close it.\n"),
        ('<p class="MsoNormal">Like this:</p><p class="MsoNormal"><img src="cid:ii_9@ben"></p>',
         "Like this:\n\n[cid:ii_9@ben]\n"),
        ('<div>Like this:</div><img src="cid:ii_9@ben">', "Like this:\n"),
    ],
    ids=["gmail", "outlook", "apple"],
)  # fmt: skip
def test_a_pasted_picture_is_shown_where_it_was_pasted(place: Place, page: str, plain: str) -> None:
    for content in (PICTURE, SMALL):
        assert pictures(pasted(place, page, plain, content=content)) == [(content, True)]


def test_a_picture_goes_along_where_its_page_cannot(place: Place) -> None:
    letter = pasted(place, '<p>Other words.</p><img src="cid:ii_9@ben">', "Like this:\n")
    assert pictures(letter) == [(PICTURE, False)]


def test_a_logo_below_the_signature_stays_behind(place: Place) -> None:
    page = 'Like <b>this</b>.<br>-- <br>Ben Okafor<br><img src="cid:ii_9@ben">'
    letter = pasted(place, page, "Like this.\n\n-- \nBen Okafor\n", content=SMALL)
    assert pictures(letter) == []
    assert "<b>this</b>" in str(letter)


def test_a_picture_in_a_resolution_is_shown(place: Place) -> None:
    page = '<div>#resolve</div><div>Like <b>this</b>:</div><img src="cid:ii_9@ben">'
    assert pictures(pasted(place, page, "#resolve\nLike this:\n")) == [(PICTURE, True)]


def test_a_picture_of_the_quote_does_not_go_back(place: Place) -> None:
    page = (
        '<div dir="ltr">Like <b>this</b>.</div><div class="gmail_quote"><div dir="ltr" '
        'class="gmail_attr">On Mon, 30 Nov 2026 at 14:21, Example Desk &lt;support@desk.example&gt;'
        ' wrote:<br></div><blockquote class="gmail_quote"><img src="cid:ii_9@ben">It jams.'
        "</blockquote></div>"
    )
    plain = (
        "Like *this*.\n\nOn Mon, 30 Nov 2026 at 14:21, Example Desk <support@desk.example> wrote:\n"
        "\n> [image: drum.png] It jams.\n"
    )
    assert pictures(pasted(place, page, plain)) == []
