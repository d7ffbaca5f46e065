"""Files inside a message: what they are by their content, names that are safe, and logos that are
no evidence.

What the sender declares is a claim; the first octets decide. A name is only
ever a label: it never carries a path, a control character or a trick.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from itertools import islice

from maildesk.mail.invisible import seen
from maildesk.mail.message import Attachment
from maildesk.mail.mime import headers, tnef, tree

NAME_LIMIT = 150  # octets of a file name in UTF-8
# octets: a picture in the body smaller than this is a logo or a social-media button
LOGO_LIMIT = 16_000
INSIDE = 100_000  # indexes of files inside a container: its own plus this times their number
LARGE = 20_000  # octets of a file, still encoded, whose place is told, so that nobody need copy it
SNIFF = 1024
UU_LIMIT = 200  # uuencoded files looked for in one text
DATA_LIMIT = 200  # pictures written into one page that are taken out of it
DATA_LEAST = 200  # characters of such a picture; what is smaller only keeps a place free

SIGNS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftyp", "video/mp4"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"%!PS", "application/postscript"),
    (0, b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (0, b"BEGIN:VCALENDAR", "text/calendar"),
    (0, b"BEGIN:VCARD", "text/vcard"),
    (0, b"#!/", "text/x-script"),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"),
)
FAMILIES = {  # a container sniffed, and what may rightly be declared or named inside it
    "application/zip": (
        "application/vnd.openxmlformats", "application/vnd.oasis", "application/java-archive",
        "application/epub", "application/vnd.ms-", "application/x-zip", "application/vnd.android",
    ),
    "application/x-ole-storage": ("application/msword", "application/vnd.ms-", "application/x-msi",
        "application/vnd.visio"), "video/mp4": ("video/", "audio/", "image/"),
        "audio/ogg": ("audio/", "video/", "application/ogg"),
        "application/rtf": ("text/rtf", "application/msword"),
        "application/gzip": ("application/x-gzip", "application/x-tar", "application/x-compressed"),
}  # fmt: skip
BY_EXTENSION = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "msg": "application/vnd.ms-outlook",
    "odt": "application/vnd.oasis.opendocument.text",
    "csv": "text/csv",
    "txt": "text/plain",
    "eml": "message/rfc822",
    "ics": "text/calendar",
    "vcf": "text/vcard",
    "svg": "image/svg+xml",
}
EXTENSIONS = {
    "application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif",
    "image/webp": "webp", "image/tiff": "tif", "image/bmp": "bmp", "application/zip": "zip",
    "text/plain": "txt", "text/html": "html", "text/calendar": "ics", "text/vcard": "vcf",
    "message/rfc822": "eml", "application/rtf": "rtf", "text/csv": "csv",
    "application/pgp-signature": "asc", "application/pkcs7-signature": "p7s",
    "application/ms-tnef": "dat", "message/delivery-status": "txt", "text/rfc822-headers": "txt",
    "audio/mpeg": "mp3", "video/mp4": "mp4", "application/json": "json", "text/xml": "xml",
    "application/xml": "xml", "image/svg+xml": "svg",
}  # fmt: skip
RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)

_UU_BEGIN = re.compile(r"^begin [0-7]{3,4} (\S[^\n]{0,200})\n", re.MULTILINE)
_DATA = re.compile(
    r"""\bsrc\s{0,3}=\s{0,3}(["']?)data:image/(png|jpe?g|gif|webp)(?:;[\w.=-]{1,80}){0,3};base64,""",
    re.IGNORECASE,
)
_DATA_ENDS = {"": re.compile(r"[\s>]"), '"': re.compile('"'), "'": re.compile("'")}
_BAD = re.compile(
    r'[\x00-\x1f\x7f<>:"|?*/\\\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff]'
)


def contents_of(raw: bytes, indexes: Collection[int]) -> Iterator[tuple[Attachment, bytes]]:
    """The files of these indexes, in the order of the walk; an index that is none gives none. One
    walk for all of them."""
    yield from (
        (file, content) for file, content in _found(raw, indexes, None) if content is not None
    )


def contents_or_places(
    raw: bytes, indexes: Collection[int]
) -> Iterator[tuple[Attachment, bytes | None]]:
    """The same; of a large file that lies in the message as another mail may carry
    it, the place alone."""
    return _found(raw, indexes, raw)


def _found(
    raw: bytes, indexes: Collection[int], whole: bytes | None
) -> Iterator[tuple[Attachment, bytes | None]]:
    _, leaves, _ = tree.read(raw)
    containers = {index % INSIDE for index in indexes if index >= INSIDE}
    for leaf in leaves:
        if leaf.index in indexes:
            file = described(leaf, whole=whole)
            yield file, leaf.content() if file.place is None else None
        if leaf.index in containers:
            yield from (one for one in inside(leaf) if one[0].index in indexes)


def described(leaf: tree.Entity, html: str = "", whole: bytes | None = None) -> Attachment:
    """A leaf as an attachment: true type, safe name, and whether the page shows it, by which name;
    its place in the `whole` message."""
    stands = leaf.as_it_stands() if leaf.octets is whole and leaf.end - leaf.start > LARGE else None
    size = leaf.size() if stands is None else stands[2]
    start = leaf.content(SNIFF)
    content_type = true_type(start, leaf.content_type, leaf.filename)
    content_id = headers.decoded(leaf.header("content-id")).strip("<> ")
    name = safe_name(leaf.filename, content_type, leaf.index)
    shown_as = _shown_as(leaf, content_id, html) if content_type.startswith("image/") else ""
    inline, content_id = bool(shown_as), shown_as or content_id
    return Attachment(
        leaf.index, name, content_type, size, inline, content_id, stands and stands[:2]
    )


def is_logo(attachment: Attachment) -> bool:
    """Whether it is a small picture shown in the body: a signature's logo, not something sent to be
    looked at."""
    return (
        attachment.inline
        and attachment.content_type.startswith("image/")
        and attachment.size <= LOGO_LIMIT
    )


def _shown_as(leaf: tree.Entity, content_id: str, html: str) -> str:
    """By which name the page shows this picture: its Content-ID (RFC 2392), its Content-Location
    (RFC 2557), or the name of its file where that stands as the source. "": it does not."""
    if not html:
        return ""
    page = html.lower()
    if content_id and f"cid:{content_id.lower()}" in page:
        return content_id
    names = (content_id, headers.decoded(leaf.header("content-location")).strip(), leaf.filename)
    return next((one for one in names if one and _is_source(one.lower(), page)), "")


def _is_source(name: str, page: str) -> bool:
    """Whether this stands behind a `src=` of the page, in quotes or without."""
    at = page.find(name)
    while at >= 0:
        before = page[max(0, at - 12) : at].rstrip("\"' ")
        ends = page[at + len(name) : at + len(name) + 1]
        if before.endswith("=") and before.rstrip("= ").endswith("src") and ends in "\"' >":
            return True
        at = page.find(name, at + 1)
    return False


def true_type(start: bytes, declared: str, filename: str) -> str:
    """What the first octets say; the declared type where they say nothing, or
    only name its family."""
    seen = sniff(start)
    extension = filename.rpartition(".")[2].lower().strip()
    if not seen:
        if declared in (
            "application/octet-stream",
            "",
            "application/x-unknown",
            "binary/octet-stream",
        ):
            return BY_EXTENSION.get(extension, "application/octet-stream")
        return declared
    if declared == seen or (declared.startswith(FAMILIES.get(seen, ())) and seen in FAMILIES):
        return declared
    named = BY_EXTENSION.get(extension, "")
    if named and seen in FAMILIES and named.startswith(FAMILIES[seen]):
        return named
    return seen


def sniff(start: bytes) -> str:
    """The type that these first octets prove; empty when they prove none."""
    for at, sign, content_type in SIGNS:
        if start.startswith(sign, at):
            return content_type
    if start[:2] == b"BM" and start[6:10] == b"\x00\x00\x00\x00":
        return "image/bmp"
    head = start[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        return "text/html"
    if head.startswith((b"<?xml", b"<svg")) and b"<svg" in start[:SNIFF].lower():
        return "image/svg+xml"
    return ""


def safe_name(name: str, content_type: str = "", index: int = 0) -> str:
    """A name that is only a name: no path, no control or direction marks, no reserved word, of
    bounded length."""
    name = unicodedata.normalize("NFC", name[:2000])
    name = re.split(r"[/\\]", name.rstrip("/\\ "))[-1]
    name = seen(
        " ".join(_BAD.sub("_" if _BAD.sub("", name).strip(". ") else "", name).split())
    ).strip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    if not name:
        suffix = EXTENSIONS.get(content_type, "bin")
        return f"attachment-{index}.{suffix}"
    if stem.split(".")[0].strip().lower() in RESERVED:
        stem = "_" + stem
    room = NAME_LIMIT - len(extension.encode("utf-8", "replace")) - 1
    if room < 20:
        stem, extension, dot, room = name, "", "", NAME_LIMIT
    stem = stem.encode("utf-8", "replace")[:room].decode("utf-8", "ignore")
    return stem + dot + extension


def inside(leaf: tree.Entity) -> Iterator[tuple[Attachment, bytes]]:
    """The files in a container leaf: winmail.dat, uuencoded ones standing in a text, pictures
    written into a page."""
    if leaf.content_type == "text/html":
        return numbered(
            leaf, split_data(leaf.text(tree.PACKED_LIMIT)[0], leaf.index)[1], inline=True
        )
    if leaf.content_type.startswith("text/"):
        return numbered(leaf, split_uu(leaf.text(tree.PACKED_LIMIT)[0])[1])
    packed = tnef.unpack(leaf.content())
    return numbered(leaf, packed.files if packed else [])


def numbered(
    leaf: tree.Entity, files: list[tnef.PackedFile], *, inline: bool = False
) -> Iterator[tuple[Attachment, bytes]]:
    """Files out of a container as attachments of their own, each with its octets."""
    for number, file in enumerate(files, start=1):
        index = leaf.index + INSIDE * number
        content_type = true_type(
            file.octets[:SNIFF], file.content_type.lower() or "application/octet-stream", file.name
        )
        name = safe_name(file.name, content_type, index)
        yield (
            Attachment(
                index, name, content_type, len(file.octets), inline, file.content_id.strip("<>")
            ),
            file.octets,
        )


def is_tnef(leaf: tree.Entity) -> bool:
    """Whether a leaf claims to be Outlook's container; its signature decides when it is opened."""
    return (
        leaf.content_type in ("application/ms-tnef", "application/vnd.ms-tnef")
        or leaf.filename.lower() == "winmail.dat"
    )


def split_uu(text: str) -> tuple[str, list[tnef.PackedFile]]:
    """The text without uuencoded files, and those files. A "begin" that no uuencoded line follows
    is prose."""
    if "begin " not in text:
        return text, []
    kept: list[str] = []
    files: list[tnef.PackedFile] = []
    at = 0
    for found in islice(_UU_BEGIN.finditer(text), UU_LIMIT * 10):
        if found.start() < at or len(files) >= UU_LIMIT:
            continue
        if not _is_uu_line(text[found.end() : found.end() + 100].partition("\n")[0]):
            continue
        end = text.find("\nend", found.end() - 1)
        body = text[found.end() : end if end >= 0 else len(text)]
        kept.append(text[at : found.start()])
        files.append(
            tnef.PackedFile(
                name=found[1].strip(), octets=tree.uu_decoded(body.encode("ascii", "replace"))
            )
        )
        at = min(len(text), end + 4) if end >= 0 else len(text)
    kept.append(text[at:])
    return "".join(kept), files


def split_data(html: str, index: int) -> tuple[str, list[tnef.PackedFile]]:
    """The page with its `data:` pictures (RFC 2397) named by Content-IDs, and the pictures: many
    programs show no others."""
    if "data:image/" not in html:
        return html, []
    kept: list[str] = []
    named: dict[str, tnef.PackedFile] = {}
    at = 0
    for found in _DATA.finditer(html):
        end = _DATA_ENDS[found[1]].search(html, found.end())
        if end is None or len(named) >= DATA_LIMIT:
            break
        if found.start() < at or end.start() - found.end() < DATA_LEAST:
            continue
        written = html[found.end() : end.start()]
        if written not in named:
            kind = found[2].lower().replace("jpg", "jpeg")
            name, octets = (
                f"picture-{len(named) + 1}.{kind}",
                tree.base64_decoded(written.encode("ascii", "replace")),
            )
            named[written] = tnef.PackedFile(
                name, f"image/{kind}", f"data.{index}.{len(named) + 1}", octets
            )
        kept.append(f'{html[at : found.start()]}src="cid:{named[written].content_id}"')
        at = end.start() + len(found[1])
    kept.append(html[at:])
    return "".join(kept), list(named.values())


def _is_uu_line(line: str) -> bool:
    if not line or not 32 <= ord(line[0]) <= 96:
        return False
    needed = (((ord(line[0]) - 32) & 63) + 2) // 3 * 4
    return needed - 3 <= len(line) - 1 <= needed + 2 and all(32 <= ord(c) <= 96 for c in line)
