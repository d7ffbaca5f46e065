"""A signature that only the HTML names: Thunderbird's and Gmail's above what is quoted."""

from __future__ import annotations

import pytest

from maildesk.mail.html.scan import read
from maildesk.mail.message import Role
from maildesk.mail.reply.segment import Segmented, reply_of, segment

QUOTE = "On 11/30/26 03:02, Kim Novak wrote:\n> Which form?\n"
CITED = (
    '<div class="moz-cite-prefix">On 11/30/26 03:02, Kim Novak wrote:<br></div>'
    '<blockquote type="cite">Which form?</blockquote>'
)
THUNDERBIRD = '<pre class="moz-signature" cols="72">Ben Okafor\nDay Tools</pre>'
GMAIL = '<div dir="ltr" class="gmail_signature"><b>Ben Okafor</b><br>Day Tools</div>'


def thunderbird(
    words: str, signature: str = THUNDERBIRD, plain: str = "Ben Okafor\nDay Tools"
) -> Segmented:
    html = f"<p>{words}</p>{signature}{CITED}"
    return segment(f"{words}\n\n{plain}\n\n{QUOTE}", html)


@pytest.mark.parametrize("signature", (THUNDERBIRD, GMAIL))
@pytest.mark.parametrize("plain", ("Ben Okafor\nDay Tools", "*Ben Okafor*\nDay Tools"))
def test_what_the_page_names_a_signature_is_none_of_the_new_words(
    signature: str, plain: str
) -> None:
    found = thunderbird("The one with the blue head.", signature, plain)
    assert reply_of(found.parts) == "The one with the blue head."
    assert [part.role for part in found.parts] == [Role.NEW, Role.SIGNATURE, Role.QUOTE]
    assert "".join(part.text for part in found.parts) == found.text
    assert not found.is_signature


def test_where_nothing_else_is_new_it_stays_and_is_known_for_what_it_is() -> None:
    found = thunderbird("")
    assert reply_of(found.parts) == "Ben Okafor\nDay Tools"
    assert found.is_signature
    assert segment(f"-- \nBen Okafor\n\n{QUOTE}", "").is_signature


@pytest.mark.parametrize(
    "words", ("Ben Okafor", "Ask Ben Okafor of Day Tools.", "It is\nBen Okafor\nDay Tools\nagain.")
)
def test_the_same_words_elsewhere_are_words(words: str) -> None:
    assert not segment(f"{words}\n\n{QUOTE}", "").is_signature
    html = f"<p>{words}</p>{THUNDERBIRD}{CITED}"
    found = segment(f"{words}\n\n{QUOTE}", html)
    assert words in reply_of(found.parts)


def test_the_signature_of_whoever_is_quoted_is_not_the_writers() -> None:
    html = f"<p>Fine.<br>Ben Okafor<br>Day Tools</p>{CITED}{THUNDERBIRD}"
    found = segment(f"Fine.\nBen Okafor\nDay Tools\n\n{QUOTE}", html)
    assert "Ben Okafor" in reply_of(found.parts)


def test_a_page_alone_shows_where_it_is_signed() -> None:
    page = read(f"<p>Fine.</p>{THUNDERBIRD}")
    assert [page.text[start:end].strip() for start, end in page.signed] == ["Ben Okafor\nDay Tools"]
    assert reply_of(segment("", f"<p>Fine.</p>{THUNDERBIRD}").parts) == "Fine."
