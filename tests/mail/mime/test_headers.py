"""Header fields: decoded, unfolded, and the people and ids in them found."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from maildesk.mail.mime.headers import addresses, date_of, decoded, ids, quick_ids, split


def test_the_head_ends_at_the_first_blank_line() -> None:
    raw = b"A: 1\r\nB: 2\r\n\tmore\r\n\r\nbody: no field"

    fields, body, defects = split(raw)

    assert fields == [("a", b"1"), ("b", b"2\n\tmore")]
    assert raw[body:] == b"body: no field"
    assert defects == []


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"plain", "plain"),
        (b"one\n two", "one two"),
        (b"=?utf-8?Q?=C3=A4?= =?utf-8?Q?=C3=B6?=", "äö"),
        (b"=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
        (b"=?utf-8?X?a?=", "=?utf-8?X?a?="),
        (b"=?utf-8?Q?Who is it??= me", "Who is it? me"),
        (b"J\xfcrgen", "Jürgen"),
    ],
)
def test_a_value_is_decoded(octets: bytes, text: str) -> None:
    assert decoded(octets) == text


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"Ana <ana@x.example>", [("Ana", "ana@x.example")]),
        (
            b'"Lind, Ana" <ana@x.example>, bo@y.example',
            [("Lind, Ana", "ana@x.example"), ("", "bo@y.example")],
        ),
        (b"=?utf-8?Q?=C3=84na?= <ana@x.example>", [("Äna", "ana@x.example")]),
        (b"Team: a@x.example, b@x.example;", [("", "a@x.example"), ("", "b@x.example")]),
        (b"undisclosed-recipients:;", []),
        (b"Mail Delivery <MAILER-DAEMON>", [("Mail Delivery", "MAILER-DAEMON")]),
        (b"ana at the office <ana@x.example", [("ana at the office", "ana@x.example")]),
        (b"=?utf-8?Q?Lind,_Ana?= <ana@x.example>", [("Lind, Ana", "ana@x.example")]),
        (
            b"=?utf-8?Q?Ana:_bo@y.example;?= <ana@x.example>",
            [("Ana: bo@y.example;", "ana@x.example")],
        ),
        (
            b"=?utf-8?Q?Ana=0d=0aBcc:_bo@y.example?= <ana@x.example>",
            [("Ana Bcc: bo@y.example", "ana@x.example")],
        ),
        (b"'ana@x.example'", [("", "ana@x.example")]),
        (b"o'neil@x.example", [("", "o'neil@x.example")]),
        (b"A" * 50_000 + b" <ana@x.example>", [("A" * 300, "ana@x.example")]),
        (b"", []),
    ],
)
def test_people_are_found(value: bytes, found: list[tuple[str, str]]) -> None:
    assert [(box.name, box.address) for box in addresses([value])] == found


def test_ids_lose_their_brackets_and_come_once() -> None:
    assert ids(["<a@x> <b@x>", "<a@x>", "c@x"]) == ("a@x", "b@x", "c@x")


def test_an_id_folded_in_the_middle_is_mended() -> None:
    assert ids(["<a\n b@x>"]) == ("ab@x",)


def test_the_first_readable_date_counts() -> None:
    when, wrong = date_of(["nonsense", "Tue, 10 Nov 2026 09:30:00 +0100"])

    assert (when, wrong) == (datetime(2026, 11, 10, 8, 30, tzinfo=UTC), "")


def test_a_date_nobody_can_read_is_none() -> None:
    assert date_of(["99 Foo 99999"]) == (None, "unreadable date")


def test_quick_ids_read_the_head_alone() -> None:
    raw = (
        b"Message-ID: <m@x>\r\nReferences: <a@x>\r\n\t<b@x>\r\nIn-Reply-To: <b@x>\r\n\r\n"
        b"Message-ID: <no@x>\r\n"
    )

    assert quick_ids(raw) == ("m@x", ("a@x", "b@x"))


def test_quick_ids_of_nothing_are_empty() -> None:
    assert quick_ids(b"") == ("", ())
