"""The tree of a message, as slices of its octets: nothing is copied before
somebody wants to read it.

A walk of our own, because a helpdesk must read what breaks RFC 2046:
boundaries missing, unknown or never closed, ten thousand parts, a hundred
levels. Depth and number of parts are capped; each octet is looked at a bounded
number of times.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field

from maildesk.mail.mime import charset, cms, headers
from maildesk.mail.mime.parameters import parse_parameters

CR = 13
DEPTH_LIMIT = 32  # levels of multipart; what lies deeper stays one unread part
# levels that opening a signature counts for: its content is a copy, and copies of copies add up
OPENED = 10
PART_LIMIT = 10_000
TEXT_LIMIT = 1_000_000  # characters of a text that are read; the rest stays in the raw message
# as TEXT_LIMIT, where files are uuencoded in the text, or pictures written into the page
PACKED_LIMIT = 2_000_000

ENCODINGS = {  # spellings met, and those that change nothing
    b"base-64": "base64", b"b64": "base64", b"quotedprintable": "quoted-printable",
    b"quoted_printable": "quoted-printable",
    b"7bit": "", b"8bit": "", b"binary": "", b"none": "", b"7-bit": "", b"8-bit": "", b"bit": "",
}  # fmt: skip
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TOKEN = re.compile(rb"[a-z0-9_-]+")
_GUESSED_BOUNDARY = re.compile(
    rb"(?:^|[\r\n])--([^\r\n]{1,200}?)[ \t]*(?:\r\n|\n|\r)(?=content-)", re.IGNORECASE
)


@dataclass(slots=True)
class Entity:
    """One MIME entity: its header fields and where its body lies in `octets`."""

    octets: bytes
    start: int
    end: int
    fields: headers.Fields
    content_type: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    encoding: str = ""
    disposition: str = ""
    disposition_parameters: dict[str, str] = field(default_factory=dict)
    children: list[Entity] = field(default_factory=list)
    index: int = 0  # place in the walk
    depth: int = 0

    def header(self, name: str) -> bytes:
        """The topmost field of this lower-case name, still encoded."""
        return next((value for key, value in self.fields if key == name), b"")

    @property
    def filename(self) -> str:
        """The name the sender gave, decoded, not yet made safe."""
        return self.disposition_parameters.get("filename", "") or self.parameters.get("name", "")

    @property
    def is_multipart(self) -> bool:
        """Whether parts were found in it."""
        return bool(self.children)

    def content(self, limit: int | None = None) -> bytes:
        """The octets with the transfer encoding taken off (RFC 2045, 6); about the
        first `limit` of them."""
        end = self.end if limit is None else min(self.end, self.start + limit * 3)
        return transfer_decoded(self.octets[self.start : end], self.encoding)

    def size(self) -> int:
        """How many octets `content` has, without decoding base64 to count."""
        if self.encoding != "base64":
            return len(self.content()) if self.encoding else self.end - self.start
        blank = sum(
            self.octets.count(octet, self.start, self.end) for octet in (b"\r", b"\n", b" ", b"\t")
        )
        padding = self.octets.count(b"=", max(self.start, self.end - 8), self.end)
        return max(0, (self.end - self.start - blank - padding) * 3 // 4)

    def as_it_stands(self) -> tuple[int, int, int] | None:
        """Where base64 begins, how long it is without its last line end, and how many
        octets it stands for.

        None where no other mail should carry it just so: lines of one length, CR LF behind each,
        nothing that is not of the alphabet (RFC 2045, 6.8).
        """
        if self.encoding != "base64":
            return None
        raw = self.octets
        start, end = self.start, self.end
        while end > start and raw[end - 1] in b"\r\n":
            end -= 1
        first = raw.find(b"\r\n", start, min(end, start + 80))
        width = (first if first >= 0 else end) - start
        if not 0 < width <= 76:
            return None
        step, octets = (width + 2) * 8192, 0
        for at in range(start, end, step):
            lines = raw[at : min(at + step, end)].split(b"\r\n")
            last = lines.pop()  # of all, or nothing: the block ends with a line
            octets += width * len(lines) + len(last)
            is_last = at + step >= end
            if not {*map(len, lines)} <= {width} or len(last) > (width if is_last else 0):
                return None
            if b"".join((*lines, last[:-2], last[-2:].rstrip(b"="))).translate(None, _BASE64):
                return None
        padding = raw.count(b"=", end - 2, end)
        return (start, end - start, octets * 3 // 4 - padding) if octets % 4 == 0 else None

    def text(self, limit: int = TEXT_LIMIT) -> tuple[str, str]:
        """The content as text with \\n line ends, and one word on what was wrong; far beyond
        `limit` it ends at a line."""
        whole = self.end - self.start <= limit * 4
        octets = self.content(None if whole else limit)
        if not whole:
            octets = octets[: max(octets.rfind(b"\n", 0, limit * 2), 0) or limit]
        declared = self.parameters.get("charset", "")
        if self.content_type == "text/html" and not declared:
            declared = _html_charset(octets)
        text, defect = charset.decode(octets, declared)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text.replace("\x00", "") if "\x00" in text else text, defect


def _html_charset(octets: bytes) -> str:
    found = re.search(rb"charset\s*=\s*[\"']?([\w-]{2,40})", octets[:2048], re.IGNORECASE)
    name = found[1].decode("ascii") if found else ""
    return "" if name.lower().startswith("utf-16") else name


def transfer_decoded(octets: bytes, encoding: str) -> bytes:
    """Base64, quoted-printable and uuencode undone as far as they go; anything else as it is."""
    if encoding == "base64":
        return base64_decoded(octets)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(octets)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return uu_decoded(octets)
    return octets


def base64_decoded(octets: bytes) -> bytes:
    """As every mail client reads it: strange characters skipped, a short end
    completed (RFC 2045, 6.8)."""
    try:
        return binascii.a2b_base64(octets)
    except binascii.Error:
        kept = re.sub(rb"[^A-Za-z0-9+/]", b"", octets.split(b"=", 1)[0])
        kept = kept[:-1] if len(kept) % 4 == 1 else kept
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def uu_decoded(octets: bytes) -> bytes:
    """The file between "begin" and "end"; bad lines are read as far as their length allows."""
    out = []
    for line in octets.splitlines():
        if line.startswith(b"begin ") or not line.strip():
            continue
        if line.strip() == b"end":
            break
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                continue
    return b"".join(out)


def entity_of(
    octets: bytes,
    start: int,
    end: int,
    fields: headers.Fields,
    default: str = "text/plain",
    depth: int = 0,
) -> Entity:
    """An entity with its MIME fields read; its parts are found by `walk`."""
    entity = Entity(octets, start, end, fields, content_type=default, depth=depth)
    for name, value in reversed(fields):
        if name == "content-type" and value:
            kind, entity.parameters = parse_parameters(
                headers.decoded(value) if b"=?" not in value else _unfolded(value)
            )
            kind = kind.partition("(")[0].strip()
            if "/" not in kind:
                kind = {
                    "text": "text/plain",
                    "multipart": "multipart/mixed",
                    "html": "text/html",
                }.get(kind, "text/plain")
            entity.content_type = kind.replace(" ", "")
        elif name == "content-transfer-encoding":
            token = _TOKEN.search(value.lower())
            entity.encoding = ENCODINGS.get(token[0], token[0].decode("ascii")) if token else ""
        elif name == "content-disposition":
            text = headers.decoded(value) if b"=?" not in value else _unfolded(value)
            entity.disposition, entity.disposition_parameters = parse_parameters(text)
    return entity


def _unfolded(value: bytes) -> str:
    """Encoded words stay encoded here: decoding before the parameters are cut would let a name
    forge one."""
    return b" ".join(line.strip() for line in value.split(b"\n")).decode("utf-8", "replace")


def read(raw: bytes) -> tuple[Entity, list[Entity], list[str]]:
    """The root, its leaves in the order of the walk, and what was odd."""
    raw = headers.straightened(raw)
    fields, body, defects = headers.split(raw)
    root = entity_of(raw, body, len(raw), fields)
    leaves: list[Entity] = []
    _grow(root, leaves, defects)
    return root, leaves, list(dict.fromkeys(defects))


def _grow(entity: Entity, leaves: list[Entity], defects: list[str]) -> None:
    """Find the parts of a multipart, depth first; whatever is none becomes a leaf."""
    if entity.content_type.startswith("multipart/") and entity.depth < DEPTH_LIMIT:
        _undo_forbidden_encoding(entity)
        spans = _spans(entity, defects)
        default = "message/rfc822" if entity.content_type == "multipart/digest" else "text/plain"
        for start, end in spans:
            if len(leaves) >= PART_LIMIT:
                defects.append("too many parts")
                break
            fields, body = _part_head(entity.octets, start, end)
            child = entity_of(entity.octets, body, end, fields, default, entity.depth + 1)
            entity.children.append(child)
            _grow(child, leaves, defects)
        if entity.children:
            return
    if (
        _may_be_signed(entity)
        and entity.depth < DEPTH_LIMIT
        and _open_signed(entity, leaves, defects)
    ):
        return
    if entity.content_type.startswith("multipart/"):
        defects.append(
            "nested too deeply" if entity.depth >= DEPTH_LIMIT else "multipart without parts"
        )
        entity.content_type = (
            "text/plain" if entity.depth < DEPTH_LIMIT else "application/octet-stream"
        )
    entity.index = len(leaves)
    leaves.append(entity)


def _may_be_signed(entity: Entity) -> bool:
    """Whether it claims to be an opaque signature; by its name where a gateway took its type (RFC
    8551, 3.2.1)."""
    unnamed = (
        entity.content_type == "application/octet-stream"
        and entity.filename.lower().endswith(".p7m")
    )
    return unnamed or entity.content_type in cms.TYPES


def _open_signed(entity: Entity, leaves: list[Entity], defects: list[str]) -> bool:
    """Put the message inside an opaque signature in the place of the part that holds it."""
    inner = cms.signed_content(entity.content())
    if not inner:
        return False
    inner = headers.straightened(inner)
    fields, body, _ = headers.split(inner)
    child = entity_of(inner, body, len(inner), fields, depth=entity.depth + OPENED)
    entity.children.append(child)
    _grow(child, leaves, defects)
    return True


def _undo_forbidden_encoding(entity: Entity) -> None:
    """RFC 2045, 6.4 forbids encoding a multipart; some programs do it all the same."""
    if entity.encoding in ("base64", "quoted-printable"):
        boundary = entity.parameters.get("boundary", "").encode("utf-8", "replace")
        if not boundary or entity.octets.find(b"--" + boundary, entity.start, entity.end) < 0:
            entity.octets = entity.content()
            entity.start, entity.end = 0, len(entity.octets)
        entity.encoding = ""


def _part_head(octets: bytes, start: int, end: int) -> tuple[headers.Fields, int]:
    """The fields of a part and where its body begins; a part may have no head at all."""
    if octets[start : start + 1] in (b"\n", b"\r"):  # an empty head: the body follows at once
        return [], start + (2 if octets[start : start + 2] == b"\r\n" else 1)
    if end - start <= 65536:
        fields, body, _ = headers.split(octets[start:end])
        return fields, start + body
    fields, body, _ = headers.split(octets[start : start + 65536])
    if body >= 65536:
        fields, body, _ = headers.split(octets[start:end])
    return fields, start + body


def _spans(entity: Entity, defects: list[str]) -> list[tuple[int, int]]:
    """Where the parts lie between the delimiter lines (RFC 2046, 5.1.1)."""
    boundary = entity.parameters.get("boundary", "").rstrip().encode("utf-8", "surrogateescape")
    marks = _delimiters(entity, boundary) if boundary else []
    if (
        not marks
        and boundary
        and entity.octets.find(b"\r--" + boundary, entity.start, entity.end) >= 0
    ):
        octets = (
            entity.octets[entity.start : entity.end].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        )
        # LF in the head, CR alone in the body
        entity.octets, entity.start, entity.end = octets, 0, len(octets)
        marks = _delimiters(entity, boundary)
    if not marks:
        guess = _GUESSED_BOUNDARY.search(
            entity.octets, max(0, entity.start - 1), min(entity.end, entity.start + 65536)
        )
        if guess is None:
            return []
        marks = _delimiters(entity, guess[1].rstrip())
        if not marks:
            return []
        defects.append("boundary guessed")
    if not marks[-1][2]:
        defects.append("boundary not closed")
    spans = []
    for number, (_, after, closing) in enumerate(marks):
        end = marks[number + 1][0] if number + 1 < len(marks) else entity.end
        if not closing and (after < end or number + 1 < len(marks)):
            spans.append((after, max(after, end)))
    return spans


def _delimiters(entity: Entity, boundary: bytes) -> list[tuple[int, int, bool]]:
    """(where the part before ends, where the next begins, whether it closes) of
    each delimiter line."""
    octets, end = entity.octets, entity.end
    needle = b"\n--" + boundary
    at = entity.start - 1
    if not octets.startswith(needle[1:], entity.start):
        at = octets.find(needle, entity.start, end)
        if at < 0:
            return []
    marks: list[tuple[int, int, bool]] = []
    while True:
        after = at + len(needle)
        closing = octets[after : after + 2] == b"--"
        line = after + 2 if closing else after
        while line < end and octets[line] in b" \t" and line - after < 100:
            line += 1
        if closing or line >= end or octets[line] in b"\r\n":
            line += 2 if octets[line : line + 2] == b"\r\n" else 1
            before = at - 1 if at > 0 and octets[at - 1] == CR else at
            marks.append((max(entity.start, before), min(line, end), closing))
        at = octets.find(needle, after, end)
        if at < 0 or len(marks) > PART_LIMIT:
            return marks


def original_of(root: Entity) -> Entity | None:
    """The translation that is the original, else the first (RFC 8255, 5)."""
    children = [
        child
        for child in root.children
        if child.content_type in ("message/rfc822", "message/global")
    ]
    for child in children:
        if child.header("content-translation-type").strip().lower().startswith(b"original"):
            return child
    return children[0] if children else None
