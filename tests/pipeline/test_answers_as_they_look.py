"""What an agent's answer looks like reaches the customer: bold and links, as each mail program
writes them, without commands, signature and quote."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

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
