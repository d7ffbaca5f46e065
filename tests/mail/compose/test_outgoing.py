"""Composed mail, read back through the standard library's strictest policy."""

from __future__ import annotations

import email
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.policy import default
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maildesk.mail.compose.encode import base64_lines
from maildesk.mail.compose.outgoing import (
    File,
    Outgoing,
    Stretch,
    compose,
    composed,
    new_message_id,
    thread_index,
    thread_topic,
    woven,
)
from maildesk.mail.message import Mailbox

DESK = Mailbox("Example Support", "support@desk.example")
ANA = Mailbox("Ana Lopez", "ana@customer.example")
AT = datetime(2026, 11, 20, 9, 30, 5, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))
BASE = Outgoing(
    "r1.x@desk.example", DESK, (ANA,), "Re: Printer [TKT-0001]", AT, "Hello Ana,\n\nit is fixed.\n"
)
ANY = st.text(st.characters(codec="utf-8"), max_size=200)


def read(outgoing: Outgoing) -> EmailMessage:
    raw = compose(outgoing)
    return email.message_from_bytes(raw, policy=default)


def content(message: EmailMessage, kind: Literal["plain", "html"]) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def assert_fit_for_the_wire(raw: bytes) -> None:
    assert raw.isascii()
    assert b"\0" not in raw
    assert raw.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_a_plain_ascii_text_goes_out_as_it_is() -> None:
    raw = compose(BASE)
    assert_fit_for_the_wire(raw)
    assert b"Content-Transfer-Encoding: 7bit\r\n\r\nHello Ana,\r\n\r\nit is fixed.\r\n" in raw
    assert b"Date: Fri, 20 Nov 2026 09:30:05 -0330\r\n" in raw
    assert max(map(len, raw.split(b"\r\n"))) <= 78


def test_text_and_html_travel_as_alternatives_the_plain_one_first() -> None:
    message = read(replace(BASE, text="Grüße aus Köln\n", html="<p>Grüße aus Köln</p>\n"))
    assert message.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in message.iter_parts()] == ["text/plain", "text/html"]
    assert content(message, "plain") == "Grüße aus Köln\n"
    assert content(message, "html") == "<p>Grüße aus Köln</p>\n"


def test_a_picture_the_html_shows_is_related_and_a_file_is_attached() -> None:
    html = '<p><img src="cid:logo@desk.example"></p>'
    files = (
        File("logo.png", "image/png", b"\x89PNG", "logo@desk.example"),
        File("Übersicht Q3.pdf", "application/pdf", b"%PDF" * 99),
    )
    message = read(replace(BASE, html=html, attachments=files))
    assert message.get_content_type() == "multipart/mixed"
    assert [p.get_filename() for p in message.iter_attachments()] == ["Übersicht Q3.pdf"]
    types = [p.get_content_type() for p in message.walk()]
    assert types == [
        *(
            "multipart/mixed",
            "multipart/alternative",
            "text/plain",
            "multipart/related",
            "text/html",
        ),
        *("image/png", "application/pdf"),
    ]
    picture = next(p for p in message.walk() if p.get_content_type() == "image/png")
    assert picture["Content-ID"] == "<logo@desk.example>"
    assert picture.get_content() == b"\x89PNG"


@pytest.mark.parametrize(
    "kind",
    [
        "application/x; boundary=x",
        "text/plain\r\nBcc: eve@evil.example",
        "",
        "multipart/mixed",
        "näh/x",
    ],
)
def test_a_content_type_that_cannot_be_believed_becomes_octet_stream(kind: str) -> None:
    message = read(replace(BASE, attachments=(File("x.bin", kind, b"abc"),)))
    [part] = list(message.iter_attachments())
    assert part.get_content_type() == "application/octet-stream"
    assert part.get_content() == b"abc"
    assert message["Bcc"] is None


def test_an_attached_message_stays_readable_where_it_may_and_is_wrapped_where_not() -> None:
    inner = b"From: a@b.example\nSubject: x\n\nhello\n"
    message = read(
        replace(
            BASE,
            attachments=(
                File("a.eml", "message/rfc822", inner),
                File("b.eml", "message/rfc822", inner + b"\xff"),
            ),
        )
    )
    first, second = message.iter_attachments()
    assert first.get_content()["Subject"] == "x"
    assert second.get_content_type() == "application/octet-stream"
    assert second.get_content() == inner + b"\xff"


def test_an_automatic_message_says_so_and_an_agents_reply_does_not() -> None:
    automatic = read(replace(BASE, auto_submitted="auto-replied"))
    assert automatic["Auto-Submitted"] == "auto-replied"
    assert automatic["X-Auto-Response-Suppress"] == "All"
    human = read(BASE)
    assert human["Auto-Submitted"] is None
    assert human["X-Auto-Response-Suppress"] is None


def test_references_end_with_the_parent_and_long_threads_keep_both_ends() -> None:
    ids = tuple(f"m{i}@x.example" for i in range(60))
    message = read(replace(BASE, references=ids, in_reply_to="m30@x.example"))
    kept = message["References"].split()
    assert kept[0] == "<m0@x.example>"
    assert kept[-2:] == ["<m59@x.example>", "<m30@x.example>"]
    assert len(kept) == 14
    assert message["In-Reply-To"] == "<m30@x.example>"


@pytest.mark.parametrize(
    "hostile", ["a@b>\r\nBcc: e@x.example", "a b@c", "", "ü@x", "<", "x" * 950]
)
def test_an_id_that_would_break_the_line_is_left_out(hostile: str) -> None:
    raw = compose(replace(BASE, in_reply_to=hostile, references=(hostile, "good@x.example")))
    assert_fit_for_the_wire(raw)
    message = email.message_from_bytes(raw, policy=default)
    assert message["In-Reply-To"] is None
    assert message["References"] == "<good@x.example>"
    assert message["Bcc"] is None


def test_outlook_finds_one_conversation_by_its_index_and_topic() -> None:
    first = replace(BASE, thread_key="TKT-0001/ana", subject="Printer [TKT-0001]")
    answer = replace(
        first,
        message_id="r2@desk.example",
        in_reply_to="r1@desk.example",
        subject="AW: Re: Printer [TKT-0001]",
    )
    other = replace(first, thread_key="TKT-0002/ana")
    assert thread_index(answer)[:22] == thread_index(first)
    assert [len(thread_index(first)), len(thread_index(answer))] == [22, 27]
    assert thread_index(other) != thread_index(first)
    assert read(answer)["Thread-Topic"] == read(first)["Thread-Topic"] == "Printer [TKT-0001]"


def test_what_outlook_itself_began_may_be_continued() -> None:
    message = read(
        replace(
            BASE,
            thread_key="k",
            headers=(("Thread-Index", "AdAAAA=="), ("Thread-Topic", "Drucker")),
        )
    )
    assert message.get_all("Thread-Index") == ["AdAAAA=="]
    assert message.get_all("Thread-Topic") == ["Drucker"]


@pytest.mark.parametrize(
    "name", ["Bcc", "from", "X-Bad: y", "X\r\nBcc", "", "Größe", "Content-Type"]
)
def test_an_extra_header_may_not_replace_or_smuggle_one(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be added"):
        compose(replace(BASE, headers=((name, "x"),)))


def test_a_naive_date_a_missing_id_and_a_missing_recipient_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        compose(replace(BASE, date=datetime(2026, 1, 1)))  # noqa: DTZ001
    with pytest.raises(ValueError, match="Message-ID"):
        compose(replace(BASE, message_id="two words"))
    with pytest.raises(ValueError, match="To has no address"):
        compose(replace(BASE, to=(Mailbox("Nobody", "not an address"),)))


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("ana@münchen.example", "ana@xn--mnchen-3ya.example"),
        ("ana lopez@x.example", '"ana lopez"@x.example'),
        ('"ana lopez"@x.example', '"ana lopez"@x.example'),
        ("<ana@x.example>", "ana@x.example"),
        ("ana@x .example", ""),
        ("a,b@x.example", '"a,b"@x.example'),
        ("a@x.example>\r\nBcc: <e@evil.example", ""),
        ("a@x.example\x00", ""),
        ("a\udc80@x.example", ""),
        ("a@x.example, e@evil.example", '"a@x.example, e"@evil.example'),
    ],
)
def test_an_odd_address_names_one_mailbox_or_none(address: str, wire: str) -> None:
    raw = compose(replace(BASE, cc=(Mailbox("", address), ANA)))
    message = email.message_from_bytes(raw, policy=default)
    addresses = [one.addr_spec for one in message["Cc"].addresses]
    assert message["Bcc"] is None
    assert addresses == [*([wire] if wire else []), "ana@customer.example"]


def test_a_non_ascii_local_part_is_sent_as_rfc_6532_has_it() -> None:
    raw = compose(replace(BASE, to=(Mailbox("", "jörg@x.example"),)))
    assert "To: jörg@x.example\r\n".encode() in raw


def test_a_line_that_begins_with_from_or_is_a_lone_dot_survives_relays() -> None:
    text = "From here on\n.\nFrom " + "x" * 70 + "\nend \n"
    raw = compose(replace(BASE, text=text))
    assert b"\r\nFrom h" not in raw
    assert b"\r\n.\r\n" not in raw
    assert content(read(replace(BASE, text=text)), "plain") == text
    assert max(map(len, raw.split(b"\r\n"))) <= 78


def test_no_line_of_quoted_printable_is_too_long_or_begins_as_mboxes_do_not_even_a_broken_one() -> (
    None
):
    text = "From here on: ä\n" + "".join(
        "é" + "x" * n + " From = there, and further on.\n" for n in range(60, 80)
    )
    outgoing = replace(BASE, text=text)
    lines = compose(outgoing).partition(b"\r\n\r\n")[2].split(b"\r\n")
    assert max(map(len, lines)) <= 76
    assert [
        line for line in lines if line.startswith(b"From ") or line.endswith((b" ", b"\t"))
    ] == []
    assert content(read(outgoing), "plain") == text


def test_cyrillic_goes_out_as_base64_and_german_as_quoted_printable() -> None:
    assert b"Encoding: base64" in compose(replace(BASE, text="Здравствуйте, вот ответ\n"))
    assert b"Encoding: quoted-printable" in compose(
        replace(BASE, text="Schöne Grüße aus München von uns allen\n")
    )


def test_a_message_id_has_only_characters_that_every_client_keeps() -> None:
    assert (
        new_message_id("support@Desk.Example", "7f3k", "TKT-0001 <x>")
        == "TKT-0001-x.7f3k@desk.example"
    )
    assert new_message_id("münchen.example", "a") == "a@xn--mnchen-3ya.example"


def test_the_topic_of_an_answer_to_an_answer_is_the_subject() -> None:
    assert thread_topic("Re: AW: [x] Fwd: y") == "[x] Fwd: y"
    assert thread_topic("RE[2]: WG:  Rechnung") == "Rechnung"


@settings(max_examples=70, deadline=None)
@given(subject=ANY, name=ANY, text=ANY, html=ANY, filename=ANY)
def test_any_text_anywhere_comes_back_and_adds_no_header(
    subject: str, name: str, text: str, html: str, filename: str
) -> None:
    out = replace(
        BASE,
        subject=subject,
        text=text,
        html=html,
        to=(Mailbox(name, "ana@customer.example"),),
        attachments=(File(filename, "a/b", b"x"),),
    )
    raw = compose(out)
    assert_fit_for_the_wire(raw)
    message = email.message_from_bytes(raw, policy=default)
    head = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert len([line for line in head if not line.startswith(b" ")]) == len(message.keys()) == 7
    assert max(map(len, head)) <= 78
    assert visible(str(message["Subject"])) == visible(subject)
    assert [one.addr_spec for one in message["To"].addresses] == ["ana@customer.example"]
    assert visible(content(message, "plain")) == visible(text)
    [attached] = list(message.iter_attachments())
    assert visible(attached.get_filename() or "") in (visible(filename), "unnamed")


@settings(max_examples=50, deadline=None)
@given(
    text=st.text(
        st.characters(codec="utf-8", blacklist_categories=["Cc"], whitelist_characters="\n\t"),
        max_size=400,
    )
)
def test_a_text_comes_back_to_the_letter(text: str) -> None:
    whole = text if text.endswith("\n") else text + "\n"
    assert content(read(replace(BASE, text=text)), "plain") == whole


@settings(max_examples=30, deadline=None)
@given(subject=st.text(max_size=60), name=st.text(max_size=40))
def test_a_lone_surrogate_stops_nothing(subject: str, name: str) -> None:
    assert_fit_for_the_wire(
        compose(
            replace(
                BASE, subject=subject + "\udc80", to=(Mailbox(name, "a@b.example"),), text="\ud800x"
            )
        )
    )


def visible(text: str) -> str:
    """What is left of a text when white space and controls are gone: all that a header
    promises to carry."""
    return "".join(c for c in text if not c.isspace() and c.isprintable())


def test_a_file_that_lies_elsewhere_stands_where_its_octets_would() -> None:
    content = bytes(range(256)) * 9
    lines = base64_lines(content).removesuffix(b"\r\n")
    kept = Stretch(b"d" * 32, 7, len(lines))
    page = '<p>Hi</p><img src="cid:shot">'
    shot = File("shot.png", "image/png", content, "shot")
    here = replace(
        BASE,
        html=page,
        attachments=(
            shot,
            File("a.pdf", "application/pdf", content),
            File("b.txt", "text/plain", b"b"),
        ),
    )
    there = replace(
        here,
        attachments=tuple(
            f._replace(content=kept) if f.content == content else f for f in here.attachments
        ),
    )
    raw, shared = composed(there)
    assert [stretch for _, stretch in shared] == [kept, kept]
    assert b"".join(
        piece if isinstance(piece, bytes) else lines for piece in woven(raw, shared)
    ) == compose(here)
