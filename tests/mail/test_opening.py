"""The body's first part: where an agent's commands stand, and nothing that somebody else
may have written."""

from __future__ import annotations

import pytest

from maildesk.mail.parse import parse
from tests.corpus.odd import HELLO, mixed, part, plain, typed

COMMAND = b"#close"
EMPTY = part(b"text/plain", b"")
MAIL = (
    b"From: kim@customer.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain\n\n"
    b"#close\n"
)


def test_a_mail_of_one_part_opens_with_all_its_words() -> None:
    assert parse(plain(b"#close\n\nThank you.")).opening == "#close\n\nThank you."
    both = mixed(
        part(b"text/plain", COMMAND), part(b"text/html", b"<p>#close</p>"), subtype=b"alternative"
    )
    assert parse(both).opening == "#close"
    assert parse(typed(b"text/html", b"<p>#close</p>")).opening == "#close"


def test_what_follows_the_first_part_is_no_opening() -> None:
    message = parse(mixed(HELLO, part(b"text/plain", COMMAND)))
    assert (message.opening, message.reply) == (
        "Hello from the body",
        "Hello from the body\n#close",
    )


NAMED = part(b"text/plain; name=c.txt", COMMAND)
WITH_A_FILE = (
    mixed(part(b"text/html", b"<p></p>"), part(b"text/plain", COMMAND))
    .replace(b'"cut"', b'"in"')
    .replace(b"--cut", b"--in")
)


@pytest.mark.parametrize(
    "raw",
    [
        mixed(NAMED),
        mixed(EMPTY, NAMED),
        mixed(EMPTY, part(b"text/plain", COMMAND)),
        mixed(part(b"text/html", b"<p> </p>"), part(b"text/plain", COMMAND)),
        mixed(part(b"text/plain; name=c.txt", COMMAND, b"Content-Disposition: inline")),
        mixed(part(b"text/plain", COMMAND, b"Content-Disposition: attachment; filename=c.txt")),
        mixed(part(b"text/markdown; name=c.md", COMMAND)),
        typed(b"text/plain; name=c.txt", COMMAND),
        typed(b"text/plain", COMMAND, head=b"Content-Disposition: attachment; filename=c.txt\n"),
        typed(b"text/plain", COMMAND, head=b"Content-Disposition: attachment\n"),
        mixed(EMPTY, part(b"message/rfc822", MAIL)),
        mixed(part(b"message/rfc822", MAIL)),
        typed(b"message/rfc822", MAIL),
        mixed(
            EMPTY,
            part(b"multipart/mixed; boundary=in", WITH_A_FILE.partition(b"\n\n")[2]),
            subtype=b"alternative",
        ),
    ],
)
def test_a_file_and_a_second_part_are_no_opening(raw: bytes) -> None:
    assert "#" not in parse(raw).opening
