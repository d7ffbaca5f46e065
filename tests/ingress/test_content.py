"""The content of a mail, octet by octet."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from maildesk.ingress.content import Content, trace
from maildesk.ingress.lines import END, count_hops, has_line_beyond, with_clean_line_ends

NASTY = st.lists(
    st.sampled_from([b"\r", b"\n", b".", b"\r\n", b"\r\n.\r\n", b"a", b"\x00", b"\xff"])
).map(b"".join)


def fed(
    octets: bytes, *, limit: int = 10_000, cuts: tuple[int, ...] = ()
) -> tuple[Content, bytes | None]:
    """The content after these octets came cut in pieces, and what followed its end."""
    content = Content(limit)
    rest = None
    edges = [0, *sorted(cut for cut in cuts if cut < len(octets)), len(octets)]
    for start, stop in pairwise(edges):
        if rest is None:
            rest = content.feed(octets[start:stop])
        else:
            rest += octets[start:stop]
    return content, rest


@given(NASTY, NASTY, st.lists(st.integers(min_value=0, max_value=60)).map(tuple))
def test_the_first_true_end_ends_it_however_it_is_cut(
    before: bytes, after: bytes, cuts: tuple[int, ...]
) -> None:
    octets = before + END + after
    content, rest = fed(octets, cuts=cuts)
    end = (b"\r\n" + octets).index(END) - 2 + len(END)
    assert rest == octets[end:]
    assert content.size == max(end - 3, 0)


@given(st.lists(st.sampled_from([b"", b".", b"..", b"a", b".a", b"a.", b"\xff\x00"])))
def test_what_a_careful_sender_stuffs_is_what_is_kept(lines: list[bytes]) -> None:
    message = b"".join(line + b"\r\n" for line in lines)
    stuffed = b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines)
    content, rest = fed(stuffed + b".\r\n")
    assert rest == b""
    assert content.take_message() == b"\r\n" + message


@given(NASTY)
def test_what_is_kept_has_clean_line_ends_and_loses_no_other_octet(octets: bytes) -> None:
    clean = with_clean_line_ends(octets)
    assert clean.count(b"\n") == clean.count(b"\r\n") == clean.count(b"\r") == octets.count(b"\n")
    assert clean.translate(None, b"\r\n ") == octets.translate(None, b"\r\n ")


def test_the_size_is_that_of_the_message_without_its_final_dot() -> None:
    for size, too_big in ((10, False), (11, True)):
        content, rest = fed(b"x" * (size - 2) + b"\r\n.\r\n", limit=10)
        assert (content.too_big, rest) == (too_big, b"")


def test_a_mail_that_is_too_big_takes_no_memory() -> None:
    content = Content(1000)
    for _ in range(1000):
        assert content.feed(b"x" * 1000) is None
        assert content.kept < 2100
    assert content.feed(b"\r\n.\r") is None
    assert content.feed(b"\nQUIT\r\n") == b"QUIT\r\n"
    assert content.too_big


def test_a_mail_without_room_takes_no_memory_and_still_ends() -> None:
    content = Content(10_000)
    content.feed(b"x" * 5000 + b"\r\n.")
    content.drop()
    assert content.kept == len(END)
    assert content.feed(b"\r\n") == b""
    assert not content.has_room


def test_only_received_fields_of_the_header_are_hops() -> None:
    message = (
        b"\r\nReceived: a\r\nX: b\r\n\treceived: folded\r\nRECEIVED: c\r\n"
        b"Received-SPF: pass\r\n\r\nReceived: in the body\r\n"
    )
    assert count_hops(message) == 2
    assert count_hops(b"\r\nno end of the header\r\nReceived: x") == 1


@given(
    st.lists(st.integers(min_value=0, max_value=12)),
    st.integers(min_value=1, max_value=10),
    st.booleans(),
)
def test_a_line_beyond_the_limit_is_found_wherever_it_is(
    lengths: list[int], limit: int, is_ended: bool
) -> None:
    message = b"\r\n".join(b"x" * length for length in lengths) + (b"\r\n" if is_ended else b"")
    assert has_line_beyond(limit, message) == any(length > limit for length in lengths)


def test_the_trace_names_an_ipv6_peer_as_such() -> None:
    now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    lines = trace(
        mail_from="",
        greeting="me",
        peer="2001:db8::1",
        by="desk.example",
        protocol="ESMTPS",
        tag="t1",
        now=now,
    )
    assert lines == (
        b"Return-Path: <>\r\nReceived: from me ([IPv6:2001:db8::1])\r\n"
        b"\tby desk.example with ESMTPS id t1;\r\n\tFri, 20 Nov 2026 12:00:00 +0000\r\n"
    )
    assert b"(unknown)" in trace(
        mail_from="", greeting="me", peer="", by="d", protocol="SMTP", tag="t", now=now
    )
