"""Header fields: where the head ends, what the fields say, who is named in them.

Addresses and dates are read by mail-parser; what it gives up on is read
leniently here, because a helpdesk has to know a sender even when the
sender's program cannot spell one. Every scan is linear in its input.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice

from mailparser.dates import parse_mail_date
from mailparser.utils import get_addresses

from maildesk.mail.invisible import seen
from maildesk.mail.message import Mailbox
from maildesk.mail.mime import charset

HEAD_LIMIT = 2_000_000  # octets looked at in search of the end of the head
FIELD_LIMIT = 20_000  # fields kept; nobody needs more and a dictionary of a million costs seconds
VALUE_LIMIT = 200_000  # octets of one field that are decoded
REPEAT_LIMIT = 100  # fields of one name in which addresses are looked for
ADDRESS_LIMIT = 60_000  # characters of one field in which addresses are looked for
NAME_LIMIT = 300  # characters of somebody's name
Fields = list[tuple[str, bytes]]  # lower-case name and value, still folded, topmost first

_NAME = re.compile(rb"([!-9;-~]+)[ \t]*:")
_BLANK = re.compile(rb"\n\r?\n")
_LEADING = re.compile(rb"[ \t\r\n]*")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_WORD = re.compile(r"=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_WORD_LENIENT = re.compile(r"=\?([^?\s*]+)(?:\*[^?\s]*)?\?([qQ])\?((?:[^?]|\?(?!=))*)\?=")
_ESCAPED = re.compile(r"[\udc80-\udcff]+")
_SIMPLE = re.compile(
    (
        r'\s*(?:"([^"\\<>]*)"|([\w '
        r".!#$%&\'*+/=?^`{|}~-]*?))\s*<([\w.!#$%&\'*+/=?^`{|}~-]+@[\w.-]+)>\s*"
    ),
    re.ASCII,
)
_BARE = re.compile(r"\s*([\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+)\s*", re.ASCII)
# tried from its first character only
_LOOSE = re.compile(r"(?<![^\s<>,;:\"()\[\]])[^\s<>,;:\"()\[\]]+@[^\s<>,;:\"()\[\]@]+")
_SPECIAL = re.compile(r'[,:;()"@\[\]\\]')
_ID = re.compile(r"<([^<>]*)>")
_QUICK = re.compile(
    rb"(?im)^(message-id|in-reply-to|references)[ \t]*:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)"
)
_QUICK_ID = re.compile(rb"<([^<>\s]+)>")


def split(raw: bytes) -> tuple[Fields, int, list[str]]:
    """The fields, where the body begins, and what was odd about the head.

    Leading blank lines and an mbox "From " line are skipped. A line that is no
    field ends the head (RFC 5322, 2.1), unless known fields follow it: then a
    gateway wrote rubbish between them, and the rubbish is left out.
    """
    defects: list[str] = []
    leading = _LEADING.match(raw)
    start = leading.end() if leading else 0
    if start and start < len(raw) and not _NAME.match(raw, start):
        return [], 0, ["no header fields"]
    if raw.startswith((b"From ", b">From "), start):
        start = _next_line(raw, start)
    end = _BLANK.search(raw, max(0, start - 1), start + HEAD_LIMIT)
    stop, body = (end.start(), end.end()) if end else (len(raw), len(raw))
    if end is None and len(raw) - start > HEAD_LIMIT:
        defects.append("endless head")
        stop = body = start + HEAD_LIMIT
    head = raw[start : max(start, stop)]
    if b"\r" in head:
        head = head.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    fields, left_over = _read_fields(head, defects)
    if left_over is not None:
        body = _find_line(raw, start, left_over)
    return fields, body, defects


def straightened(raw: bytes) -> bytes:
    """The message with line ends a parser can live with: CR alone and CR CR LF are mended,
    all else is left."""
    probe = raw[:65536]
    if b"\r\r\n" in probe:
        raw = raw.replace(b"\r\r\n", b"\r\n")
    if b"\n" not in probe and b"\r" in probe:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return raw


def _next_line(raw: bytes, start: int) -> int:
    found = _LINE_END.search(raw, start, start + HEAD_LIMIT)
    return found.end() if found else len(raw)


def _find_line(raw: bytes, start: int, number: int) -> int:
    """Where line `number` (from 0) after `start` begins."""
    for _ in range(number):
        start = _next_line(raw, start)
    return start


def _read_fields(head: bytes, defects: list[str]) -> tuple[Fields, int | None]:
    """The fields of a head with \\n line ends; the number of the line where it turned into a body,
    if it did."""
    found: list[tuple[str, list[bytes]]] = []
    turned: int | None = None
    lines = head.split(b"\n")
    for number, line in enumerate(lines):
        if line[:1] in (b" ", b"\t"):
            if found and line.strip():
                found[-1][1].append(line)
            continue
        name = _NAME.match(line)
        if name:
            if len(found) >= FIELD_LIMIT:
                defects.append("too many header fields")
                break
            found.append((name[1].decode("ascii").lower(), [line[name.end() :].lstrip(b" \t")]))
            continue
        if not line.strip() or line.startswith((b"From ", b">From ")):
            continue
        if any(_known(later) for later in lines[number + 1 : number + 40]) and not _begins_a_part(
            lines, number
        ):
            defects.append("not a header field")
            continue
        defects.append("body without a blank line")
        turned = number
        break
    return [
        (name, value[0] if len(value) == 1 else b"\n".join(value)) for name, value in found
    ], turned


def _begins_a_part(lines: list[bytes], number: int) -> bool:
    """Whether this is a delimiter line with a part's head under it: the blank line before it is
    what was forgotten."""
    return (
        lines[number].startswith(b"--")
        and number + 1 < len(lines)
        and lines[number + 1][:8].lower() == b"content-"
    )


_KNOWN = (
    b"from:", b"to:", b"subject:", b"date:", b"message-id:", b"mime-version:", b"content-type:",
    b"received:",
    b"reply-to:", b"content-transfer-encoding:", b"return-path:", b"cc:",
)  # fmt: skip


def _known(line: bytes) -> bool:
    return line[:30].lower().startswith(_KNOWN)


def decoded(value: bytes, hint: str = "") -> str:
    """A field's value as text: unfolded, raw 8-bit octets read, encoded words
    decoded (RFC 2047)."""
    value = value[:VALUE_LIMIT]
    if b"\n" in value:
        value = b" ".join(line.strip(b" \t\r") for line in value.split(b"\n"))
    if b"=?" in value:
        text = words(value.decode("ascii", "surrogateescape"), hint)
    elif value.isascii() and b"\x1b" not in value:
        text = value.decode("ascii")
    else:
        text = charset.decode_raw(value, hint)
    return text.replace("\x00", "").strip()


def words(text: str, hint: str = "") -> str:
    """Encoded words decoded; octets of neighbours in one charset are joined first, for some cut
    characters in two.

    Raw octets, inside a word or beside it, may stand in `text` as surrogate escapes.
    """
    out: list[str] = []
    octets, name, at = b"", "", 0
    for found in (_WORD if _WORD.search(text) else _WORD_LENIENT).finditer(text):
        between = text[at : found.start()]
        at = found.end()
        piece = _word_octets(found[2], found[3])
        if octets and (between.strip() or found[1].lower() != name):
            out.append(charset.decode(octets, name)[0])
            octets = b""
        if between.strip() or (not out and not octets):
            out.append(between)
        octets, name = octets + piece, found[1].lower()
    if octets:
        out.append(charset.decode(octets, name)[0])
    out.append(text[at:])
    joined = "".join(out)
    if _ESCAPED.search(joined):
        joined = _ESCAPED.sub(
            lambda found: charset.decode_raw(found[0].encode("ascii", "surrogateescape"), hint),
            joined,
        )
    return joined.replace("\r", " ").replace("\n", " ")  # an encoded line break would forge a field


def _word_octets(encoding: str, encoded: str) -> bytes:
    octets = encoded.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(octets, header=True)
    try:
        return binascii.a2b_base64(octets + b"==")
    except binascii.Error:
        try:
            return base64.b64decode(octets[: len(octets) // 4 * 4])
        except binascii.Error:
            return octets


def addresses(values: Iterable[bytes], hint: str = "") -> tuple[Mailbox, ...]:
    """Every mailbox named in these fields, groups flattened, in order; unreadable ones left out."""
    found: list[Mailbox] = []
    for value in islice(values, REPEAT_LIMIT):
        found.extend(_mailboxes(value, hint))
    return tuple(Mailbox(seen(box.name).strip(), box.address) for box in found)


def _mailboxes(value: bytes, hint: str) -> list[Mailbox]:
    if b"\n" in value:
        value = b" ".join(line.strip(b" \t\r") for line in value.split(b"\n"))
    value = value[:ADDRESS_LIMIT].strip().replace(b"\x00", b"")
    text = charset.decode_raw(value, hint)
    if "=?" not in text:
        simple = _SIMPLE.fullmatch(text)
        if simple:
            return [Mailbox((simple[1] or simple[2] or "").strip()[:NAME_LIMIT], simple[3])]
        bare = _BARE.fullmatch(text)
        if bare:
            return [Mailbox("", _unquoted(bare[1]))]
    if (
        "=?" in text
        and (plain := _WORD.sub(_without_specials, text)) != text
        and (boxes := _read(plain))
    ):
        return boxes
    return _read(text) or _lenient(text)


def _read(text: str) -> list[Mailbox]:
    try:
        read = get_addresses(text, decode_names=True)
    except Exception:  # a crafted field may break any parser; the lenient reading follows
        read = []
    return [
        Mailbox(_name(name, address), _unquoted(address))
        for name, address in read
        if "@" in address
    ]


def _without_specials(word: re.Match[str]) -> str:
    """The encoded word with its commas and colons encoded, too: there they part nothing (RFC 2047,
    5, rule 3), and programs write them all the same. One that holds a whole mailbox is left."""
    if word[2] in "bB" or "<" in word[3]:
        return word[0]
    said = _SPECIAL.sub(lambda found: f"={ord(found[0]):02X}", word[3])
    return f"=?{word[1]}?{word[2]}?{said}?="


def _unquoted(address: str) -> str:
    """The address without the single quotes that Outlook puts around one it takes for a name."""
    return address[1:-1] if len(address) > 4 and address[0] == address[-1] == "'" else address


def _name(name: str, address: str) -> str:
    name = words(name) if "=?" in name else name
    name = " ".join(name[: 10 * NAME_LIMIT].split())[:NAME_LIMIT]
    return "" if name == address else name


def _lenient(text: str) -> list[Mailbox]:
    """Addresses picked out of a field that follows no grammar; a lone word in
    brackets is a local name."""
    boxes = []
    at = 0
    for found in _LOOSE.finditer(text):
        before = text[at : found.start()].strip(" \t<>,;:\"'()")
        boxes.append(Mailbox(_name(before, found[0]), found[0].strip("'.")))
        at = found.end()
    if boxes or ":" in text or not text:
        return boxes
    name, bracket, local = text.partition("<")
    local = (local.split(">")[0] if bracket else name).strip()
    if not local:
        return []
    return [
        Mailbox(
            _name(name.strip(' "') if bracket else "", local),
            local if bracket or " " not in local else "",
        )
    ]


def ids(values: Iterable[str]) -> tuple[str, ...]:
    """Message ids without brackets, in order, each once; words with an @ where somebody forgot the
    brackets."""
    found: dict[str, None] = {}
    for value in values:
        bracketed = ["".join(inner.split()) for inner in _ID.findall(value)]
        for one in bracketed or [word.strip(",;\"'<>") for word in value.split() if "@" in word]:
            if one:
                found[one] = None
    return tuple(found)


def date_of(values: Iterable[str]) -> tuple[datetime | None, str]:
    """The first date that can be read, aware, and what was wrong when none could."""
    wrong = ""
    for value in values:
        result = parse_mail_date(value[:200]).value  # type: ignore[no-untyped-call]
        if isinstance(result, datetime):
            return result, ""
        try:
            lenient = parsedate_to_datetime(value[:200])
        except (ValueError, TypeError, IndexError, OverflowError):
            wrong = "unreadable date"
            continue
        try:
            return lenient.astimezone(UTC) if lenient.tzinfo else lenient.replace(tzinfo=UTC), ""
        except (ValueError, OverflowError):
            wrong = "unreadable date"
    return None, wrong


def gathered(fields: Fields) -> Mapping[str, list[bytes]]:
    """Values by lower-case name, topmost first."""
    by_name: dict[str, list[bytes]] = {}
    for name, value in fields:
        by_name.setdefault(name, []).append(value)
    return by_name


def quick_ids(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """The Message-ID, and In-Reply-To plus References, from the head alone: cheap
    enough for the door."""
    head = straightened(raw[:65536])
    end = _BLANK.search(head)
    if end:
        head = head[: end.start()]
    message_id = ""
    earlier: dict[str, None] = {}
    for name, value in _QUICK.findall(head):
        found = [one.decode("utf-8", "replace") for one in _QUICK_ID.findall(value)]
        if name[0] in b"mM":
            message_id = message_id or (
                found[0] if found else value.strip().decode("utf-8", "replace")
            )
        else:
            earlier.update(dict.fromkeys(found))
    return message_id, tuple(earlier)
