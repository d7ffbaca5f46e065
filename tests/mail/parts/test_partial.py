"""Messages in several pieces, and the whole again (RFC 2046, 5.2.2)."""

from __future__ import annotations

from itertools import pairwise

import pytest

from maildesk.mail.parse import parse
from maildesk.mail.parts.partial import Fragment, fragment, joined

WHOLE = (
    b"Message-ID: <whole@x.example>\r\nSubject: Audio\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\nX-Inner: dropped\r\n\r\n"
    b"--b\r\n\r\nListen to this,\r\nplease.\r\n"
    b'--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="a.pdf"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n--b--\r\n"
)


def piece(number: int, total: int | None, body: bytes, *, name: str = "abc@x.example") -> bytes:
    said = f"; total={total}" if total else ""
    return (
        f"From: Bill <bill@x.example>\r\nTo: support@desk.example\r\n"
        f"Subject: Audio (part {number})\r\nMessage-ID: <piece{number}@x.example>\r\n"
        "Authentication-Results: mx.desk.example;\r\n dkim=pass header.d=x.example\r\n"
        f"MIME-Version: 1.0\r\nX-Outer: {number}\r\n"
        f'Content-Type: message/partial; id="{name}";\r\n number={number}{said}\r\n\r\n'
    ).encode() + body


def cut(*at: int, total_in: tuple[int, ...] = (1, 2, 3)) -> dict[int, bytes]:
    """The whole in pieces, cut at these octets."""
    places = [0, *at, len(WHOLE)]
    bodies = [WHOLE[a:b] for a, b in pairwise(places)]
    total = len(bodies)
    return {
        n: piece(n, total if n in total_in else None, body)
        for n, body in enumerate(bodies, start=1)
    }


def test_which_piece_it_is_stands_in_its_head() -> None:
    assert fragment(piece(2, 3, b"x")) == Fragment("abc@x.example", 2, 3)
    assert fragment(piece(2, None, b"x")) == Fragment("abc@x.example", 2, 0)
    assert fragment(WHOLE) is None


@pytest.mark.parametrize(
    ("number", "total", "name"),
    [(0, 3, "a"), (4, 3, "a"), (1, 1, "a"), (1, 3, ""), (1, 4000, "a"), (400, None, "a")],
)
def test_what_cannot_be_followed_is_no_piece(number: int, total: int | None, name: str) -> None:
    assert fragment(piece(number, total, b"x", name=name)) is None


@pytest.mark.parametrize("at", [(200, 300), (40, 320), (250, 251)])
def test_the_pieces_are_the_message_again_whichever_came_first(at: tuple[int, int]) -> None:
    pieces = cut(*at)
    raw = joined(dict(sorted(pieces.items(), reverse=True)))
    assert raw is not None
    message = parse(raw)
    assert message.message_id == "<whole@x.example>" or message.message_id == "whole@x.example"
    assert message.subject == "Audio"
    assert message.sender is not None and message.sender.address == "bill@x.example"
    assert message.text.strip() == "Listen to this,\nplease."
    assert [(one.filename, one.size) for one in message.attachments] == [("a.pdf", 9)]
    assert (message.header("x-outer"), message.header("x-inner")) == ("1", "")
    assert not message.items


def test_what_was_found_of_one_piece_proves_nothing_of_the_whole() -> None:
    raw = joined(cut(200, 300))
    assert raw is not None
    assert parse(raw).header("authentication-results") == ""


def test_the_number_of_pieces_may_stand_in_the_last_alone() -> None:
    assert joined(cut(200, 300, total_in=(3,))) is not None
    assert joined(cut(200, 300, total_in=())) is None


def test_where_one_is_missing_or_they_disagree_nothing_is_joined() -> None:
    pieces = cut(200, 300)
    assert joined({1: pieces[1], 3: pieces[3]}) is None
    assert joined(pieces | {2: piece(2, 4, b"x")}) is None
