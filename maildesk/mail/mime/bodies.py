"""Which leaves of a message are its body, and what they say.

A plain text and an HTML of the same multipart/alternative are one block in
two dresses; blocks that follow each other (a text around pictures, a list's
footer) are read one after the other. What is no body is an attachment.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from maildesk.mail.html.sanitize import text_of
from maildesk.mail.html.source import is_html_source
from maildesk.mail.message import Attachment
from maildesk.mail.mime import attachments, enriched, rtf, tnef, tree
from maildesk.mail.reply.alternatives import says_else

READABLE = frozenset({"text/plain", "text/html"})
# for programs of one kind; nobody would open them
OTHER_DRESS = frozenset({"text/x-amp-html", "text/watch-html"})
RICH = frozenset({"text/rtf", "application/rtf", "text/enriched", "text/richtext"})
SOURCE = frozenset({"text/markdown", "text/x-markdown", "text/x-web-markdown"})
SIGNATURES = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
PAGE_LIMIT = 600_000  # characters of HTML that are read: tags cost more than letters
FILE_LIMIT = 1_000  # attachments that are listed; more are an attack or an accident


@dataclass(slots=True)
class Block:
    """One stretch of body: as plain text, as HTML, or both."""

    text: str = ""
    html: str = ""
    leaves: list[tree.Entity] = field(default_factory=list)
    head: Block | None = None  # where it was joined of several parts, the first of them


@dataclass(slots=True)
class Bodies:
    """The body of a message and the files beside it."""

    blocks: list[Block] = field(default_factory=list)
    # whether what is read as the body is attached to the message, or bears a file's name
    is_file: bool = False
    files: list[Attachment] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    rich: bool = False  # whether the rich text of a winmail.dat was looked at
    # left
    room: dict[str, int] = field(
        default_factory=lambda: {"text/plain": tree.TEXT_LIMIT, "text/html": PAGE_LIMIT}
    )


def read(root: tree.Entity, leaves: list[tree.Entity], whole: bytes | None = None) -> Bodies:
    """The blocks of the body in reading order, and every leaf that is none as an attachment, with
    its place in the `whole`."""
    found = Bodies()
    taken: set[int] = set()
    found.blocks = _blocks(root, found, taken)
    if not found.blocks:
        found.blocks = _named_text(leaves, alone=not root.is_multipart)
    found.is_file = any(
        leaf.disposition == "attachment" or leaf.filename
        for block in found.blocks
        for leaf in block.leaves
    )
    html = "".join(block.html for block in found.blocks)
    for leaf in leaves:
        if leaf.index in taken:
            continue
        if len(found.files) >= FILE_LIMIT:
            found.defects.append("too many attachments")
            break
        if attachments.is_tnef(leaf) and _open_tnef(leaf, found):
            continue
        found.files.append(attachments.described(leaf, html, whole))
    return found


def first(found: Bodies) -> Block | None:
    """The first part of the body as one block, however many follow; None where there is none, or it
    is a file."""
    if found.is_file or not found.blocks:
        return None
    return found.blocks[0].head or found.blocks[0]


def _named_text(leaves: list[tree.Entity], *, alone: bool) -> list[Block]:
    """The first text that is not attached, though it bears a name or is of a rarer kind, where a
    message has no other body.

    What is `alone` may call itself an attachment: there is nothing that it would be attached to.
    """
    for kinds in (READABLE, RICH | SOURCE):
        for leaf in leaves:
            if leaf.content_type in kinds and (alone or leaf.disposition != "attachment"):
                return [_rarer(leaf)]
    return []


def _rarer(leaf: tree.Entity) -> Block:
    if leaf.content_type in ("text/rtf", "application/rtf"):
        text, html = rtf.bodies(leaf.content(rtf.RAW_LIMIT))
        return Block(text, html, [leaf])
    text = leaf.text()[0][: tree.TEXT_LIMIT]
    if leaf.content_type == "text/html":
        return Block(html=text, leaves=[leaf])
    if leaf.content_type in ("text/enriched", "text/richtext"):
        text = enriched.text_of(text, rich=leaf.content_type == "text/richtext")
    return Block(text, leaves=[leaf])


def _open_tnef(leaf: tree.Entity, found: Bodies) -> bool:
    """Take a winmail.dat apart: its files become ours, its text only where the
    message has no other."""
    packed = tnef.unpack(leaf.content())
    if packed is None:
        return False
    found.files.extend(attachment for attachment, _ in attachments.numbered(leaf, packed.files))
    if any(block.text.strip() or block.html.strip() for block in found.blocks):
        return True
    text, html = packed.text.replace("\r\n", "\n"), packed.html
    if packed.rtf and not found.rich and not text.strip() and not html.strip():
        found.rich = True  # one is read, not one of each container: it takes its time
        text, html = rtf.bodies(rtf.decompressed(packed.rtf))
    found.blocks.append(Block(text, html[:PAGE_LIMIT]))
    return True


def _blocks(entity: tree.Entity, found: Bodies, taken: set[int]) -> list[Block]:
    if not entity.is_multipart:
        return _leaf_block(entity, found, taken)
    if entity.content_type == "multipart/alternative":
        return _one_of(entity, found, taken)
    if entity.content_type == "multipart/multilingual":
        return _translation(entity, found, taken)
    if entity.content_type == "multipart/related":
        return _blocks(_start(entity), found, taken)
    blocks = []
    children = entity.children
    if entity.content_type == "multipart/signed" and len(children) > 1:
        taken.update(child.index for child in children[1:] if child.content_type in SIGNATURES)
    for child in children:
        blocks.extend(_blocks(child, found, taken))
    return blocks


def _translation(entity: tree.Entity, found: Bodies, taken: set[int]) -> list[Block]:
    """Of one letter in several languages the original (RFC 8255); the preface only tells programs
    that know no such thing where to look."""
    shown = tree.original_of(entity)
    if shown is None:
        return [block for child in entity.children for block in _blocks(child, found, taken)]
    taken.update(child.index for child in entity.children if child.content_type == "text/plain")
    root, leaves, _ = tree.read(shown.content())
    return read(root, leaves).blocks


def _start(entity: tree.Entity) -> tree.Entity:
    """The root of a multipart/related: its `start`, else the first (RFC 2387, 3.2)."""
    wanted = entity.parameters.get("start", "").strip("<> ")
    if wanted:
        for child in entity.children:
            if child.header("content-id").strip(b"<> ").decode("utf-8", "replace") == wanted:
                return child
    return entity.children[0]


def _one_of(entity: tree.Entity, found: Bodies, taken: set[int]) -> list[Block]:
    """The dresses of a multipart/alternative joined to one block: the first plain text, the last
    HTML, and what another one of the same kind says besides."""
    text, html = "", ""
    head = Block()
    leaves: list[tree.Entity] = []
    for child in entity.children:
        if (
            not child.is_multipart
            and child.content_type in OTHER_DRESS
            and child.disposition != "attachment"
        ):
            taken.add(child.index)
            continue
        blocks = _blocks(child, found, taken)
        plain = "\n".join(block.text for block in blocks if block.text)
        rich = "\n".join(block.html for block in blocks if block.html)
        begins = blocks[0].head or blocks[0] if blocks else head
        if plain.strip() and text.strip():
            text = _with_what_else(text, plain)
        else:
            text, head.text = (text, head.text) if text.strip() else (plain, begins.text)
        if rich.strip() and html.strip() and says_else(text_of(rich), text_of(html)):
            html = f"{html}\n{rich}"
        else:
            html, head.html = (rich, begins.html) if rich.strip() else (html, head.html)
        leaves.extend(leaf for block in blocks for leaf in block.leaves)
    return (
        [Block(text, html, leaves, head if (text, html) != (head.text, head.html) else None)]
        if leaves
        else []
    )


def _with_what_else(text: str, other: str) -> str:
    """A text, and below it another plain one of the same alternative where that has other words
    (RFC 2046, 5.1.4 wants the same ones, and not every program knows)."""
    return f"{text.rstrip()}\n\n{other}" if says_else(other, text) else text


def _leaf_block(leaf: tree.Entity, found: Bodies, taken: set[int]) -> list[Block]:
    if leaf.content_type not in READABLE or leaf.disposition == "attachment":
        return []
    if leaf.filename and (leaf.depth > 0 or leaf.disposition):
        return []  # a named text is a file; where it is all there is, `read` shows it as well
    taken.add(leaf.index)
    is_page = leaf.content_type == "text/html"
    packed = is_page or leaf.octets.find(b"begin ", leaf.start, leaf.end) >= 0
    text, defect = leaf.text(tree.PACKED_LIMIT if packed else tree.TEXT_LIMIT)
    if defect:
        found.defects.append(defect)
    if packed or "begin " in text:
        text, files = (
            attachments.split_data(text, leaf.index) if is_page else attachments.split_uu(text)
        )
        found.files.extend(
            attachment for attachment, _ in attachments.numbered(leaf, files, inline=is_page)
        )
    room = found.room[leaf.content_type]
    if len(text) > room or leaf.end - leaf.start > 4 * (
        tree.PACKED_LIMIT if packed else tree.TEXT_LIMIT
    ):
        text = text[:room]
        found.defects.append("body cut")
    found.room[leaf.content_type] = room - len(text)
    if is_page or (text[:1] in "<\ufeff \n\t\r" and is_html_source(text)):
        return [Block(html=text[:PAGE_LIMIT], leaves=[leaf])]
    return [Block(text, leaves=[leaf])]
