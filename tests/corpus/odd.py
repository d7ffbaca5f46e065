"""The shape of an odd message and the small builders it is made with."""

from __future__ import annotations

import base64
import quopri
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Odd:
    """A message and what should be read in it; what is left out is not looked at."""

    name: str
    raw: bytes
    subject: str | None = None
    sender: str | None = None
    sender_name: str | None = None
    text: str | None = None  # stands in the text
    lacks: str | None = None  # does not
    files: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    kind: str | None = None
    may_answer: bool | None = None
    reports: tuple[tuple[str, str, str], ...] | None = None  # recipient, action, status
    original: str | None = None
    defect: str | None = None
    reply: str | None = None  # the new words
    forwarded: str | None = None  # subject of the message inside
    more: dict[str, object] = field(default_factory=dict)


HEAD = (
    b"From: Ana Lind <ana@customer.example>\nTo: support@desk.example\n"
    b"Date: Tue, 10 Nov 2026 09:30:00 +0100\n"
)
ID = b"Message-ID: <odd@customer.example>\n"


def plain(
    body: bytes,
    *,
    charset: str = "utf-8",
    encoding: str = "8bit",
    subject: bytes = b"A question",
    head: bytes = b"",
) -> bytes:
    """A text/plain message; the body is octets as they go over the wire."""
    kind = (
        f"MIME-Version: 1.0\nContent-Type: text/plain; charset={charset}\n"
        f"Content-Transfer-Encoding: {encoding}\n"
    )
    return HEAD + ID + b"Subject: " + subject + b"\n" + head + kind.encode() + b"\n" + body + b"\n"


def typed(
    content_type: bytes, body: bytes, *, subject: bytes = b"A question", head: bytes = b""
) -> bytes:
    """A message with this Content-Type field and body."""
    return (
        HEAD
        + ID
        + b"Subject: "
        + subject
        + b"\n"
        + head
        + b"MIME-Version: 1.0\nContent-Type: "
        + content_type
        + b"\n\n"
        + body
    )


def part(content_type: bytes, body: bytes, *fields: bytes) -> bytes:
    """One part of a multipart, its boundary line before it."""
    return (
        b"--cut\nContent-Type: "
        + content_type
        + b"\n"
        + b"".join(line + b"\n" for line in fields)
        + b"\n"
        + body
        + b"\n"
    )


def mixed(
    *parts: bytes,
    subtype: bytes = b"mixed",
    subject: bytes = b"A question",
    head: bytes = b"",
    close: bytes = b"--cut--\n",
) -> bytes:
    """A multipart message of these parts."""
    return typed(
        b"multipart/" + subtype + b'; boundary="cut"',
        b"".join(parts) + close,
        subject=subject,
        head=head,
    )


def attached(
    name: bytes, octets: bytes, content_type: bytes = b"application/octet-stream"
) -> bytes:
    """A part with a file, base64."""
    return part(
        content_type, base64.encodebytes(octets).rstrip(), b"Content-Transfer-Encoding: base64",
        b'Content-Disposition: attachment; filename="' + name + b'"',
    )  # fmt: skip


def b64(octets: bytes) -> bytes:
    """Base64 in lines."""
    return base64.encodebytes(octets).rstrip()


def qp(octets: bytes) -> bytes:
    """Quoted-printable."""
    return quopri.encodestring(octets)


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
ZIP = b"PK\x03\x04" + bytes(40)
EXE = b"MZ" + bytes(80)
HELLO = part(b"text/plain; charset=utf-8", b"Hello from the body")
