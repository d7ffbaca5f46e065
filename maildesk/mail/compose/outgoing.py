"""Composing: a frozen Outgoing becomes finished RFC 5322 bytes.

What leaves here is 7-bit, CRLF-ended and folded, and nothing a customer or an
agent wrote can start a header line of its own: every value is reduced to one
line before it is folded. The one exception to 7-bit is a non-ASCII local part,
which has no ASCII form and goes out as RFC 6532 allows.

Made by hand rather than with `email.message`, which needs some forty times as
long for the same mail.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal, NamedTuple

from maildesk.mail.compose.encode import (
    NAME,
    address_list,
    base64_lines,
    encoded_body,
    fold,
    one_line,
    parameter,
    plain_ascii,
    unstructured,
)
from maildesk.mail.message import Mailbox
from maildesk.mail.owners import ascii_domain

Auto = Literal["no", "auto-replied", "auto-generated"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A file as it stands in a message that is kept: base64 in clean lines, the last
    one without its end."""

    digest: bytes  # of that message
    start: int
    length: int


# what belongs into a mail of our own octets, and where, in their order
Shared = tuple[tuple[int, Stretch], ...]


class File(NamedTuple):
    """What goes along with a mail. One with a Content-ID (RFC 2392) is shown in the page, where the
    page names it."""

    name: str
    content_type: str
    content: bytes | Stretch
    content_id: str = ""


_CRLF = b"\r\n"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# of References: the root finds the thread, the last ones find the place in it
_KEEP_FIRST, _KEEP_LAST = 2, 12
_OURS = frozenset(
    (
        *(
            "from",
            "to",
            "cc",
            "bcc",
            "reply-to",
            "sender",
            "subject",
            "date",
            "message-id",
            "in-reply-to",
            "references",
        ),
        *(
            "mime-version",
            "content-type",
            "content-transfer-encoding",
            "content-disposition",
            "content-language",
        ),
        *("auto-submitted", "x-auto-response-suppress", "return-path"),
    )
)
_TYPE = re.compile(
    r"[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,60}(?:; ?charset=[A-Za-z0-9_.:-]{1,40})?\Z"
)
_PREFIX = re.compile(
    r"\s*(?:re|aw|antw|antwort|sv|vs|odp|rif|ref|res|fwd?|wg|tr|rv)\s?(?:\[\d{1,3}\])?\s?:\s*",
    re.IGNORECASE,
)
# an arbitrary day: the index of a conversation must not move
_THREADS_BEGAN = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be sent. Ids carry no angle brackets; `date` is aware; an empty `html` leaves
    the HTML part out."""

    message_id: str
    sender: Mailbox
    to: tuple[Mailbox, ...]
    subject: str
    date: datetime
    text: str
    html: str = ""
    cc: tuple[Mailbox, ...] = ()
    reply_to: Mailbox | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    auto_submitted: Auto = "no"
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[File, ...] = ()
    # the same for every message of one conversation with one person; "" leaves Thread-* out
    thread_key: str = ""
    language: str = ""


def new_message_id(domain: str, unique: str, label: str = "") -> str:
    """A Message-ID without its brackets: `label.unique@domain`, reduced to characters every client
    keeps as they are."""
    left = ".".join(
        filter(
            None, (re.sub(r"[^A-Za-z0-9_+=-]+", "-", part).strip("-") for part in (label, unique))
        )
    )
    right = domain.rpartition("@")[2].strip().lower() or "localhost"
    return f"{left or 'message'}@{ascii_domain(right) or 'localhost'}"


def compose(outgoing: Outgoing) -> bytes:
    """The finished message. ValueError for a naive date, no usable id or recipient, or an extra
    header that is not the caller's."""
    raw, shared = composed(outgoing)
    assert not shared, "a file that lies elsewhere"
    return raw


def composed(outgoing: Outgoing) -> tuple[bytes, Shared]:
    """The finished message: its own octets, and what belongs into them of messages that are kept.
    ValueError as `compose`."""
    kind, body = _body(outgoing)
    own: list[bytes] = []
    shared: list[tuple[int, Stretch]] = []
    at = 0
    for piece in (_CRLF.join(_header(outgoing)), _CRLF, kind, _CRLF, _CRLF, *body):
        if isinstance(piece, Stretch):
            shared.append((at, piece))
        else:
            own.append(piece)
            at += len(piece)
    return b"".join(own), tuple(shared)


def woven(raw: bytes, shared: Shared) -> Iterator[bytes | Stretch]:
    """Our own octets and what belongs between them, from the first to the last."""
    done = 0
    for at, stretch in shared:
        yield raw[done:at]
        yield stretch
        done = at
    yield raw[done:]


def _header(out: Outgoing) -> list[bytes]:
    references = _references(out)
    if not _id(out.message_id):
        raise ValueError("a message needs a Message-ID")
    lines = [
        b"Date: " + rfc5322_date(out.date).encode("ascii"),
        address_list("From", (out.sender,)),
        address_list("To", out.to),
    ]
    if out.cc:
        lines.append(address_list("Cc", out.cc))
    if out.reply_to is not None:
        lines.append(address_list("Reply-To", (out.reply_to,)))
    lines.append(unstructured("Subject", out.subject, break_words=True))
    lines.append(fold("Message-ID", [f"<{_id(out.message_id)}>"]))
    if _id(out.in_reply_to):
        lines.append(fold("In-Reply-To", [f"<{_id(out.in_reply_to)}>"]))
    if references:
        lines.append(fold("References", [f"<{one}>" for one in references]))
    if out.auto_submitted != "no":
        lines.append(b"Auto-Submitted: " + out.auto_submitted.encode("ascii"))
        # Exchange looks at this one (RFC 3834 is not enough for it)
        lines.append(b"X-Auto-Response-Suppress: All")
    if plain_ascii(out.language) and NAME.match(out.language):
        lines.append(b"Content-Language: " + out.language.encode("ascii"))
    lines += _thread(out)
    lines += [_extra(name, value) for name, value in out.headers]
    lines.append(b"MIME-Version: 1.0")
    return lines


def rfc5322_date(at: datetime) -> str:
    """The moment as a Date field has it (RFC 5322, 3.3), in the zone it carries. ValueError where
    it carries none."""
    offset = at.utcoffset()
    if offset is None:
        raise ValueError("a Date field needs an aware datetime")
    minutes = round(offset.total_seconds() / 60)
    sign, minutes = ("-", -minutes) if minutes < 0 else ("+", minutes)
    return (
        f"{_DAYS[at.weekday()]}, {at.day:02d} {_MONTHS[at.month - 1]} {at.year:04d} "
        f"{at.hour:02d}:{at.minute:02d}:{at.second:02d} {sign}{minutes // 60:02d}{minutes % 60:02d}"
    )


def _id(message_id: str) -> str:
    """The id without brackets, or nothing where it could not stand in a header line as it is."""
    bare = message_id.strip().strip("<>")
    return (
        bare
        if bare and len(bare) < 900 and plain_ascii(bare) and not any(c in bare for c in " <>")
        else ""
    )


def _references(out: Outgoing) -> list[str]:
    """The ancestors, oldest first, each once, the parent last (RFC 5322, 3.6.4), the middle left
    out of long threads."""
    parent = _id(out.in_reply_to)
    ids = [one for one in dict.fromkeys(map(_id, out.references)) if one and one != parent]
    if parent:
        ids.append(parent)
    if len(ids) > _KEEP_FIRST + _KEEP_LAST:
        ids = ids[:_KEEP_FIRST] + ids[-_KEEP_LAST:]
    return ids


def _extra(name: str, value: str) -> bytes:
    if not NAME.match(name) or name.lower() in _OURS:
        raise ValueError(f"a header named {name!r} cannot be added")
    return unstructured(name, value)


def _thread(out: Outgoing) -> list[bytes]:
    """Thread-Topic and Thread-Index, by which Outlook and Exchange group a conversation.

    A caller that answers Outlook hands the conversation's own fields in `headers` instead.
    """
    if not out.thread_key or any(name.lower() == "thread-index" for name, _ in out.headers):
        return []
    index = binascii.b2a_base64(thread_index(out), newline=False)
    return [
        unstructured("Thread-Topic", thread_topic(out.subject), break_words=True),
        b"Thread-Index: " + index,
    ]


def thread_topic(subject: str) -> str:
    """The subject without its Re:, AW:, Fwd: and the like, in any number."""
    while match := _PREFIX.match(subject):
        subject = subject[match.end() :]
    return subject.strip()


def thread_index(out: Outgoing) -> bytes:
    """22 bytes that name the conversation and, in an answer, 5 that place this message in it
    (MS-OXOMSG, 2.2.1.3)."""
    root = (
        b"\x01\xda\x3c\x45\x00\x00"
        + hashlib.blake2s(out.thread_key.encode("utf-8", "replace"), digest_size=16).digest()
    )
    if not out.in_reply_to:
        return root
    ticks = max(0, int((out.date - _THREADS_BEGAN).total_seconds() * 10_000_000))
    code, value = (0, ticks >> 18) if ticks < 1 << 49 else (1, ticks >> 23)
    salt = hashlib.blake2s(out.message_id.encode("utf-8", "replace"), digest_size=1).digest()
    return root + (code << 31 | value & 0x7FFFFFFF).to_bytes(4, "big") + salt


Body = tuple[bytes | Stretch, ...]


def _body(out: Outgoing) -> tuple[bytes, Body]:
    """The Content-* lines of the whole message, and everything below the blank line."""
    seed = out.message_id.encode("utf-8", "replace")
    inline = [
        one for one in out.attachments if one.content_id and f"cid:{one.content_id}" in out.html
    ]
    files = [one for one in out.attachments if one not in inline]
    part = _alone(_encoded_text(out.text))
    if out.html:
        html = _alone(encoded_body("text/html", out.html))
        if inline:
            html = _multipart("related", [html, *(_file(one, inline=True) for one in inline)], seed)
        part = _multipart("alternative", [part, html], seed)
    return _multipart("mixed", [part, *(_file(one) for one in files)], seed) if files else part


# the mails of one act say the same, but for their links
@lru_cache(maxsize=4)
def _encoded_text(text: str) -> tuple[bytes, bytes]:
    return encoded_body("text/plain", text)


def _alone(part: tuple[bytes, bytes]) -> tuple[bytes, Body]:
    return part[0], (part[1],)


def _multipart(subtype: str, parts: list[tuple[bytes, Body]], seed: bytes) -> tuple[bytes, Body]:
    boundary = _boundary(subtype, parts, seed)
    pieces: list[bytes | Stretch] = []
    for kind, body in parts:
        last = body[-1]
        ends = isinstance(last, bytes) and last.endswith(_CRLF)
        pieces += (b"--", boundary, _CRLF, kind, _CRLF, _CRLF, *body, b"" if ends else _CRLF)
    pieces += (b"--", boundary, b"--", _CRLF)
    return b'Content-Type: multipart/%s;\r\n boundary="%s"' % (
        subtype.encode("ascii"),
        boundary,
    ), tuple(pieces)


def _boundary(subtype: str, parts: list[tuple[bytes, Body]], seed: bytes) -> bytes:
    """A boundary that stands in no part. `=_` occurs in neither quoted-printable nor base64 (RFC
    2045, 6.7)."""
    for attempt in range(100):
        digest = hashlib.blake2s(
            b"%s %d %s" % (subtype.encode("ascii"), attempt, seed), digest_size=12
        ).hexdigest()
        boundary = b"=_" + digest.encode("ascii")
        if not any(
            boundary in piece for _, body in parts for piece in body if isinstance(piece, bytes)
        ):
            return boundary
    raise ValueError("no boundary is free")  # pragma: no cover - a hundred collisions of 96 bits


def _file(one: File, *, inline: bool = False) -> tuple[bytes, Body]:
    filename, content_type, content, content_id = one
    kind = content_type if _TYPE.match(content_type) else "application/octet-stream"
    if kind.lower().startswith(("multipart/", "message/")) and not _may_stand_bare(kind, content):
        kind = "application/octet-stream"
    lines = [b"Content-Type: " + kind.encode("ascii")]
    lines.append(
        b"Content-Disposition: "
        + (b"inline" if inline else b"attachment")
        + parameter("filename", one_line(filename))
    )
    if _id(content_id):
        lines.append(fold("Content-ID", [f"<{_id(content_id)}>"]))
    if isinstance(content, bytes) and kind.lower().startswith("message/"):
        lines.append(b"Content-Transfer-Encoding: 7bit")
        return _CRLF.join(lines), (re.sub(rb"\r?\n", _CRLF, content),)
    lines.append(b"Content-Transfer-Encoding: base64")
    return _CRLF.join(lines), (content if isinstance(content, Stretch) else base64_lines(content),)


def _may_stand_bare(kind: str, content: bytes | Stretch) -> bool:
    """An attached message may not be encoded (RFC 2046, 5.2.1), so it must be 7-bit with short
    lines as it is."""
    if (
        isinstance(content, Stretch)
        or kind.lower() != "message/rfc822"
        or not content.isascii()
        or b"\0" in content
    ):
        return False
    return b"\r" not in content.replace(b"\r\n", b"") and all(
        len(line) < 998 for line in content.split(b"\n")
    )
