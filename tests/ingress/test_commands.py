"""What a client may write in MAIL and RCPT."""

from __future__ import annotations

import time

import pytest

from maildesk.ingress.commands import Path, read_line, read_path, safe_name


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("FROM:<ana@customer.example>", Path("ana@customer.example")),
        ("from: <ana@customer.example>", Path("ana@customer.example")),
        ("FROM:<>", Path("")),
        ("FROM:<> size=10 BODY=8bitmime", Path("", {"SIZE": "10", "BODY": "8bitmime"})),
        ("FROM:<a@b> SMTPUTF8", Path("a@b", {"SMTPUTF8": ""})),
        ("FROM:a@b SIZE=1", Path("a@b", {"SIZE": "1"})),
        ("FROM:<@one.example,@two.example:a@b>", Path("a@b")),
        ('FROM:<"a b \\" <>"@c.example>', Path('"a b \\" <>"@c.example')),
        ("FROM:<support+1a2b=c!x#y@desk.example>", Path("support+1a2b=c!x#y@desk.example")),
        ("FROM:<a@[192.0.2.1]>", Path("a@[192.0.2.1]")),
        ("FROM:<a@[IPv6:2001:db8::1]>", Path("a@[IPv6:2001:db8::1]")),
        ("FROM:<Postmaster>", Path("Postmaster")),
        ("FROM:<jörg@größe.example>", Path("jörg@größe.example")),
    ],
)
def test_a_path_is_read(text: str, path: Path) -> None:
    assert read_path(text, "FROM:") == path


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "FROM",
            "FROM:",
            "TO:<a@b>",
            "FROM:a",
            "FROM:<a@b",
            "FROM:a@b>",
            "FROM:<a@b>x",
            "FROM:<a@b>,<c@d>",
            "FROM:Ana <a@b>",
        ),
        *("FROM:<a b@c>", "FROM:<a@b@c>", "FROM:<@b>", "FROM:<a@>", "FROM:<<a@b>>", "FROM:<a,b@c>"),
        *("FROM:<a@b> =", "FROM:<a@b> X=", "FROM:<a@b> X=Y=Z"),
    ],
)
def test_what_is_no_path_is_refused(text: str) -> None:
    assert read_path(text, "FROM:") is None


@pytest.mark.parametrize(
    "text",
    [
        "FROM:<" + "@" * 2000,
        "FROM:<" + '"' * 2000,
        "FROM:<@" + "a," * 1000,
        'FROM:<"' + "\\" * 2000,
        "FROM:" + "a@" * 1000,
    ],
)
def test_a_hostile_line_costs_no_time(text: str) -> None:
    began = time.thread_time()
    assert read_path(text, "FROM:") is None
    assert time.thread_time() - began < 0.1


def test_a_line_is_text_without_control_characters() -> None:
    assert read_line(b"NOOP\r\n") == "NOOP"
    assert read_line(b"NOOP \t\n") == "NOOP"
    assert read_line("RCPT TO:<ü@b>\r\n".encode()) == "RCPT TO:<ü@b>"
    assert read_line(b"NO\rOP\r\n") is None
    assert read_line(b"NO\x00OP\r\n") is None
    assert read_line(b"\xff\r\n") is None


def test_a_name_is_made_fit_for_a_header_field() -> None:
    assert safe_name("client.example") == "client.example"
    assert safe_name("[192.0.2.1]") == "[192.0.2.1]"
    assert safe_name("a b(c)<d>;ü") == "a?b?c??d???"
    assert len(safe_name("x" * 1000)) == 255
    assert safe_name("") == "unknown"
