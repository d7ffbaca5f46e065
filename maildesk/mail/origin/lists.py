"""Lists and groups: through which of them a message came, and who wrote it.

A list that must not forge its members (DMARC, RFC 7489) puts its own address into From, and the
author somewhere else. Where, as they write it:

    Google Groups      From: 'Uma' via IT <it@…>, X-Original-From, X-Original-Sender, Reply-To
    Mailman 2 and 3    From: Uma via Users <users@…>, the author in Reply-To, or in Cc where answers
                       go to the list; X-MailFrom
    Sympa, RFC 5703    X-Original-From, Original-From
    groups.io, IETF    From: uma=customer.example@…, uma=40customer.example@…

The address of a list stands in List-Post (RFC 2369), X-BeenThere, Mailing-List or X-Mailing-List,
and can be told from List-Id (RFC 2919) where nothing else names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from maildesk.mail.message import Mailbox, Message
from maildesk.mail.mime import headers
from maildesk.mail.origin.addresses import is_usable, member, original
from maildesk.mail.owners import mailbox_of

_ORIGINAL_FROM = ("x-original-from", "original-from")
_ORIGINAL_SENDER = ("x-original-sender", "x-mailfrom")
_MARKS = frozenset((
    "list-id", "list-post", "mailing-list", "x-mailing-list", "x-beenthere", "x-mailman-version",
    "x-google-group-id",
))  # fmt: skip
_MAILTO = re.compile(r"<\s*mailto:([^>?\s]+)", re.IGNORECASE)
_WORDS = re.compile(r"[^\s<>;,]+")  # "list <it@lists.example>; contact owner@…"
_AROUND_ID = re.compile(r"[\s<>@]+")
# as lists write it in the languages that they speak
_VIA = re.compile(
    r"\s*(['\"]?)(.+?)\1\s+(?:via|über|par|tramite|por|przez|přes|kautta)\s+(.+)", re.IGNORECASE
)
_SERVICE = re.compile(r"^owner-|-(?:bounces?|owner|admin|request)(?:\+.*)?$|\+(?:bnc|owners?).*$")


@dataclass(frozen=True, slots=True)
class Passed:
    """A message that came through a list: its address, and who wrote it; None where nothing says
    so."""

    through: str
    author: Mailbox | None


def passed(message: Message, *, is_known: bool = False) -> Passed | None:
    """Through which list this message came; None where it came through none that has an address.

    `is_known`: whoever is in From is known to write for others. Else a field that names an author
    counts only where a list has marked the message: no list writes the one without the other.
    """
    sender = message.sender
    if sender is None:
        return None
    posting, known = _posting(message), addresses(message)
    is_of_list = sender.key in known or bool(member(sender.address))
    if (
        sender.key in posting
        or ((is_known or _is_marked(message)) and _first(message, _ORIGINAL_FROM, sender.key))
        or (_is_marked(message) and _via(sender.name) is not None and is_of_list)
    ):
        return Passed(sender.address, _author(message, sender, known | {sender.key}))
    return Passed(min(posting), sender) if posting else None


def addresses(message: Message) -> frozenset[str]:
    """Every address of the lists that this message came through, folded: none of them is a
    person."""
    if not _is_marked(message):
        return frozenset()
    found = set(_posting(message))
    for value in message.headers.get("list-id", ()):
        if named := _of_id(value):
            found.add(named)
    for box in _read(message, ("sender",)):
        local, _, domain = box.key.rpartition("@")
        found.add(f"{_SERVICE.sub('', local)}@{domain}")
    return frozenset(found)


def _is_marked(message: Message) -> bool:
    return not _MARKS.isdisjoint(message.headers)


def _posting(message: Message) -> frozenset[str]:
    """Where a message goes to all members."""
    found = {
        one for value in message.headers.get("list-post", ()) for one in _MAILTO.findall(value)
    }
    for name in ("x-beenthere", "mailing-list", "x-mailing-list"):
        for value in message.headers.get(name, ()):
            named = next((word for word in _WORDS.findall(value) if "@" in word[1:-1]), "")
            if named and not _SERVICE.search(named.partition("@")[0].lower()):
                found.add(named)
    return frozenset(mailbox_of(one) for one in found if "@" in one)


def _of_id(value: str) -> str:
    """The address that a List-Id stands for: `IT <it.lists.example>` is it@lists.example; "" where
    it is none."""
    words = _AROUND_ID.split(value.rstrip().removesuffix(">"))
    local, _, domain = words[-1].lstrip(".").partition(".")
    return mailbox_of(f"{local}@{domain}") if "." in domain[1:-1] else ""


def _author(message: Message, sender: Mailbox, own: frozenset[str]) -> Mailbox | None:
    """Who wrote a message whose From is the list's; the surest sign first."""
    name = _via(sender.name) or ""
    for box in _read(message, _ORIGINAL_FROM):
        if box.key not in own and is_usable(box.address):
            return Mailbox(box.name or name, box.address)
    reply_to = _outside(message.reply_to, own)
    named = {b.key: b for b in (*reply_to, *_outside(message.cc, own)) if _is(b.name, name)}
    if len({box.key for box in reply_to}) == 1:
        return Mailbox(reply_to[0].name or name, reply_to[0].address)
    if len(named) == 1:
        return next(iter(named.values()))
    for box in _read(message, _ORIGINAL_SENDER):
        address = original(box.address)
        if mailbox_of(address) not in own and is_usable(address):
            return Mailbox(box.name or name, address)
    address = member(sender.address)
    return Mailbox(name or sender.name, address) if is_usable(address) else None


def _via(name: str) -> str | None:
    """Whose name stands before "via" in this one; None where none does."""
    found = _VIA.fullmatch(name)
    return found[2].strip() if found else None


def _is(name: str, wanted: str) -> bool:
    return bool(wanted) and " ".join(name.lower().split()) == " ".join(wanted.lower().split())


def _outside(boxes: Iterable[Mailbox], own: frozenset[str]) -> list[Mailbox]:
    return [box for box in boxes if box.key not in own and is_usable(box.address)]


def _first(message: Message, names: Iterable[str], but: str) -> str:
    return next((box.address for box in _read(message, names) if box.key != but), "")


def _read(message: Message, names: Iterable[str]) -> list[Mailbox]:
    values = (value for name in names for value in message.headers.get(name, ()))
    return list(headers.addresses(value.encode("utf-8", "replace") for value in values))
