"""The one door that every mail of the desk goes out by: no address that was signed for somebody
else leaves through it.

A signed address is a key. One that an agent has answers customers in the desk's
name; it may stand in a page that a program quoted, in a file, in words that
somebody pasted. Whatever brought it here, it is taken out, and the admins are told.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from dataclasses import replace
from typing import TYPE_CHECKING

from maildesk.desk.threads import links
from maildesk.desk.threads.links import FOR_CUSTOMERS, IN_LINKS, Purpose
from maildesk.errors import BadMessage
from maildesk.mail.compose.outgoing import File, Outgoing, Shared, Stretch, composed
from maildesk.mail.message import Mailbox
from maildesk.mail.mime import attachments
from maildesk.mail.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maildesk.pipeline.transaction import TicketChange

_AN = "[0-9A-Za-z]"  # written out: ignoring the case of a whole pattern takes twice as long
# a program may have wrapped the line behind a hyphen
_BREAK = r"(?:<[Bb][Rr]>|&[Gg][Tt];|[\s>])*"
# what stands behind most hyphens of a page is ruled out first
_TAIL = re.compile(
    rf"-(?={_AN}{{11}}-|[<&>\s]){_BREAK}({_AN}{{11}})-{_BREAK}({_AN}{{16}})(?!{_AN})"
)
_HEAD = re.compile(r"(?:%2B|%3D|%5F|[+=_-])?([a-z][0-9a-z]{2,15})\Z", re.IGNORECASE)
_LONGEST_HEAD = 20
_TAIL_OCTETS = re.compile(rb"-[0-9A-Za-z]{11}-[0-9A-Za-z]{16}(?![0-9A-Za-z])")
_WORDLESS = (
    "image/",
    "audio/",
    "video/",
    "application/zip",
    "application/vnd.openxmlformats",
    "application/vnd.oasis",
)
_LOOKED_AT = 4096
_THREAD = "the mails it refers to"


def finished(
    change: TicketChange, outgoing: Outgoing, recipient: str, *, to_agent: bool
) -> tuple[bytes, Shared]:
    """The mail's own octets and the large files that belong into it, without a signed address that
    is not this recipient's own."""
    return composed(_guarded(change, outgoing, recipient, to_agent=to_agent))


def _guarded(change: TicketChange, out: Outgoing, recipient: str, *, to_agent: bool) -> Outgoing:
    guard = _Guard(change, recipient, to_agent)
    if guard.passes(out):
        return out
    clean = replace(
        out,
        sender=guard.mailbox(out.sender),
        to=tuple(map(guard.mailbox, out.to)),
        cc=tuple(map(guard.mailbox, out.cc)),
        reply_to=guard.mailbox(out.reply_to) if out.reply_to else None,
        subject=guard.text(out.subject),
        in_reply_to=guard.whole(out.in_reply_to),
        references=tuple(one for one in out.references if guard.whole(one)),
        text=guard.text(out.text),
        html=guard.text(out.html),
        headers=tuple((name, guard.text(value)) for name, value in out.headers),
        attachments=tuple(file for file in out.attachments if guard.may_pass(file)),
    )
    change.leaks.found += guard.taken_out()
    return clean


class _Guard:
    def __init__(self, change: TicketChange, recipient: str, to_agent: bool) -> None:
        self._change = change
        self._recipient = recipient
        self._to_agent = to_agent
        self._removed: dict[str, str] = {}  # signature -> where
        self._own: dict[str, bool] = {}  # signature -> whether it may pass

    def passes(self, out: Outgoing) -> bool:
        """Whether nothing in it is anybody else's, as in nearly every mail: one look at it all."""
        words = [out.subject, out.in_reply_to, *out.references, out.text, out.html]
        words += [value for _, value in out.headers]
        for box in (out.sender, *out.to, *out.cc, *filter(None, (out.reply_to,))):
            words += (box.name, box.address)
        found = {signature for _, _, signature in _signatures("\0".join(words))}
        return all(map(self._is_own, found)) and all(map(self.may_pass, out.attachments))

    def text(self, text: str, where: str = "its words") -> str:
        pieces, at = [], 0
        for start, end, signature in _signatures(text):
            if not self._is_own(signature):
                pieces.append(text[at:start])
                at = end
                self._removed.setdefault(signature, where)
        return "".join((*pieces, text[at:]))

    def whole(self, message_id: str) -> str:
        """The id, or nothing where it is another's private one."""
        return message_id if self.text(message_id, _THREAD) == message_id else ""

    def mailbox(self, box: Mailbox) -> Mailbox:
        return Mailbox(self.text(box.name), self.text(box.address, "its addresses"))

    def may_pass(self, file: File) -> bool:
        """Whether a file holds nobody's address but the recipient's; to agents, who see whole
        tickets, customers' are no secret."""
        name, content_type, content, _ = file
        if self.text(name) != name:
            return False
        key = content if isinstance(content, Stretch) else id(content)
        found = self._change.leaks.looked.get(key)
        if found is None:
            found = self._change.leaks.looked[key] = frozenset(
                self._signatures_in(content_type, content)
            )
        wrong = [
            one
            for one in found
            if not self._is_own(one) and not (self._to_agent and one[0] in _OF_CUSTOMERS)
        ]
        self._removed |= dict.fromkeys(wrong, f"the file {name}, which was left out")
        return not wrong

    def _signatures_in(self, content_type: str, content: bytes | Stretch) -> Iterator[str]:
        """The signatures in a file, wherever it lies; pictures, films and
        archives have no words."""
        if content_type.startswith(_WORDLESS):
            return
        yield from signatures_in_file(
            content if isinstance(content, bytes) else self._octets(content)
        )

    def _octets(self, stretch: Stretch) -> bytes:
        change = self._change
        if stretch.digest == change.digest:
            return a2b_base64(change.raw[stretch.start : stretch.start + stretch.length])
        return a2b_base64(
            b"".join(
                change.services.blobs.stretch(change.conn, stretch.digest)(
                    stretch.start, stretch.length
                )
            )
        )

    def taken_out(self) -> list[str]:
        """What the admins should know; a customer's own address that an agent would
        have seen is no news."""
        told = []
        for signature, where in self._removed.items():
            if not (self._to_agent and signature[0] in _OF_CUSTOMERS):
                told.append(
                    f"a mail to {self._recipient}: in {where}, an address "
                    f"{self._described(signature)}"
                )
        return told

    def _is_own(self, signature: str) -> bool:
        known = self._own.get(signature)
        if known is None:
            known = self._own[signature] = self._is_recipients(signature)
        return known

    def _is_recipients(self, signature: str) -> bool:
        if self._change.tx.made.get(signature) == self._recipient:  # made for this very letter
            return self._to_agent or signature[0] in _OF_CUSTOMERS
        token = self._token(signature)
        if token is None:
            return False
        if token.purpose in _CUSTOMERS:
            return token.person == links.person_code(self._recipient)
        return (
            self._to_agent
            and links.whose(token, (self._recipient,), self._change.generations) is not None
        )

    def _token(self, signature: str) -> links.Token | None:
        """What it says, at whichever place it was made for: an address, a Message-ID, a subject."""
        change, ring = self._change, self._change.services.ring
        for place in self._places():
            token = links.read_signature(ring, place, signature, change.now.date())
            if token is not None:
                return token
        return None

    def _places(self) -> tuple[str, ...]:
        boxes = [one.key for one in self._change.policy.addresses]
        first = self._change.ticket.address if self._change.ticket else ""  # most are made for it
        boxes.sort(key=lambda box: box != first)
        domains = dict.fromkeys(box.rpartition("@")[2] for box in boxes)
        return (*boxes[:1], *domains, *boxes[1:], links.IN_SUBJECT, links.ON_PAGES)

    def _described(self, signature: str) -> str:
        token = self._token(signature)
        if token is None:
            return "that looks like one of this desk"
        generations = self._change.generations
        agent = links.whose(token, (a.address for a in self._change.policy.agents), generations)
        agent = agent or links.formerly_whose(token, generations)
        return f"made for {agent or 'a customer'} ({token.purpose.name.lower().replace('_', ' ')})"


_CUSTOMERS = (*FOR_CUSTOMERS, *IN_LINKS, Purpose.BOUNCE)
_OF_CUSTOMERS = frozenset(purpose.value for purpose in _CUSTOMERS)


def _signatures(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, signature) of everything in this text that has the shape of one; the sign before
    it counts to it."""
    for tail in _TAIL.finditer(text):
        head = _HEAD.search(text, max(0, tail.start() - _LONGEST_HEAD), tail.start())
        if head:
            yield head.start(), tail.end(), f"{head[1]}-{tail[1]}-{tail[2]}".lower()


def signatures_in_file(content: bytes, depth: int = 3) -> Iterator[str]:
    """The signatures in a file: as it is, in two octets a letter (Outlook, "Unicode"), and in what
    is inside."""
    plain = content.replace(b"\0", b"") if b"\0" in content[:_LOOKED_AT] else content
    if _TAIL_OCTETS.search(plain):
        yield from (signature for _, _, signature in _signatures(plain.decode("latin-1")))
    if b"content-t" not in content[:20000].lower():
        return
    try:
        inner = parse(content)
    except BadMessage:
        return
    yield from (signature for _, _, signature in _signatures(f"{inner.text}\n{inner.html}"))
    files = (
        [file.index for file in inner.attachments if not file.content_type.startswith(_WORDLESS)]
        if depth
        else []
    )
    for _, within in attachments.contents_of(content, files) if files else ():
        yield from signatures_in_file(within, depth - 1)
