"""What mails bring along of the message being handled: its files and, for agents, its page with the
pictures in it.

The page is made once, when the first agent is to see it. Its pictures go with
the mail as inline parts (RFC 2387, RFC 2392); remote ones never do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from maildesk.desk.effects import SendToCustomer
from maildesk.desk.mails import attachment_policy as files
from maildesk.desk.mails.room import fits
from maildesk.desk.mails.views import FileView
from maildesk.mail.compose.encode import base64_lines
from maildesk.mail.compose.outgoing import File, Stretch
from maildesk.mail.html import pasted
from maildesk.mail.html.reply import NOT_SHOWN, shown
from maildesk.mail.html.sanitize import NOTHING as NO_PAGE
from maildesk.mail.html.sanitize import SafeHtml
from maildesk.mail.message import Message
from maildesk.mail.mime import attachments
from maildesk.pipeline.transaction import NOTHING, PassedOn, TicketChange

_SHOWABLE = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp"))


def of(change: TicketChange) -> PassedOn:
    """What agents get of the message, made at the first asking."""
    if change.passed_on is None:
        change.passed_on = _collected(change)
    return change.passed_on


@dataclass(frozen=True, slots=True)
class Along:
    """What goes with an agent's words: the files, those that may not be passed on, with the reason,
    and the page of the words, which leads to the pictures among the files."""

    files: tuple[File, ...] = ()
    refused: tuple[FileView, ...] = ()
    page: SafeHtml = NO_PAGE


def along(change: TicketChange, effect: SendToCustomer) -> Along:
    """What goes along with this mail. Logos and quoted pictures do not."""
    message, page = change.message, effect.html
    if message is None or not (effect.with_message and message.attachments):
        return Along(page=page)
    good, refused = _allowed_and_refused(message, change)
    shown_there = pasted.shown_in(page)
    good -= _quoted_pictures(message) - shown_there
    names = _content_ids(message, change, good)
    named = pasted.wanted(message, effect.text) & names.keys()
    names = {index: name for index, name in names.items() if index in shown_there}
    found = _files(change, {*good, *named, *names}, names)
    return Along(tuple(found.values()), refused, pasted.led_to(page, names))


def _quoted_pictures(message: Message) -> set[int]:
    """The pictures shown below the new words alone: an agent's client sends those of the
    notification back to us."""
    inside = {
        file.content_id: file.index
        for file in message.attachments
        if file.inline and f"cid:{file.content_id}" in message.html
    }
    page = (
        shown(message, {name: f"cid:{index}" for name, index in inside.items()})
        if inside
        else NOT_SHOWN
    )
    return (
        {index for index in inside.values() if f'"cid:{index}"' not in page.html}
        if page.html
        else set()
    )


def _collected(change: TicketChange) -> PassedOn:
    message = change.message
    if message is None:
        return NOTHING
    whole = _text_as_file(message, change)
    good, refused = _allowed_and_refused(
        message,
        change,
        sum(len(content) for _, _, content, _ in whole if isinstance(content, bytes)),
    )
    names = _content_ids(message, change, good)
    addresses = {
        file.content_id: f"cid:{names[file.index]}"
        for file in message.attachments
        if file.index in names
    }
    page = shown(message, addresses) if _is_as_sent(message, change) else NOT_SHOWN
    if not message.attachments:
        return PassedOn(page, whole)
    names = {index: name for index, name in names.items() if f'"cid:{name}"' in page.html}
    found = _files(change, {*good, *names}, names)
    files = tuple(file for index, file in found.items() if index in good)
    return PassedOn(
        page,
        (*whole, *files),
        tuple(file for index, file in found.items() if index not in good),
        refused,
    )


def _text_as_file(message: Message, change: TicketChange) -> tuple[File, ...]:
    """The message's text as a file, where a notification can only show its beginning."""
    if fits(message.text):
        return ()
    octets = message.text.replace("\n", "\r\n").encode("utf-8", "replace")
    return (
        (File("message.txt", "text/plain; charset=utf-8", octets),)
        if len(octets) <= change.policy.attachments.max_size
        else ()
    )


def _is_as_sent(message: Message, change: TicketChange) -> bool:
    """Whether what was kept are the sender's own words: not an agent's, of which commands were
    taken out, nor a forwarded text."""
    if not change.kept:
        return False
    row = change.kept[0]
    said = (message.text.replace("\x00", "\ufffd"), message.shown.replace("\x00", "\ufffd"))
    return not row["agent"] and (row["text"], row["reply"]) == said


def _content_ids(message: Message, change: TicketChange, good: Collection[int]) -> dict[int, str]:
    """The pictures that the page may show, by index, with new Content-IDs: two messages may use the
    same (RFC 2045, 7).

    They are among the files that go with the mail, or logos.
    """
    domain = change.subject.address.rpartition("@")[2]
    limits, room = change.policy.attachments, change.policy.attachments.max_size
    names: dict[int, str] = {}
    for file in message.attachments:
        if not (file.index in good or attachments.is_logo(file)):
            continue
        if (
            file.content_id
            and file.content_type in _SHOWABLE
            and file.size <= room
            and not files.refusal(file, limits)
        ):
            room -= file.size
            names[file.index] = (
                f"picture{file.index}.{change.message_row}.{change.subject.id}@{domain}"
            )
    return names


def _allowed_and_refused(
    message: Message, change: TicketChange, further: int = 0
) -> tuple[set[int], tuple[FileView, ...]]:
    """Which files may be passed on, and the views of those that may not; `further` octets go with
    them in any case."""
    limits, largest = change.policy.attachments, change.situation.largest
    wanted = [file for file in message.attachments if not attachments.is_logo(file)]
    logos = sum(file.size for file in message.attachments if attachments.is_logo(file))
    room = files.Room(
        limits, None if largest is None else max(0, largest - 2 * (further + logos)), message
    )
    beyond = files.beyond(wanted, limits, room)
    how = files.by_command_line(change.subject.reference)
    refused = [
        FileView(file.filename, file.size, why if files.is_program(file, limits) else (*why, how))
        for file, why in files.refused(wanted, limits)
    ]
    for file, why in beyond:
        by_mail = (files.ASK,) if files.Room(limits, largest).takes(file) else ()
        refused.append(FileView(file.filename, file.size, (*why, *by_mail, how)))
    left = {file.index for file, _ in beyond}
    return {
        file.index for file in wanted if not files.refusal(file, limits) and file.index not in left
    }, tuple(refused)


def _files(
    change: TicketChange, indexes: Collection[int], names: Mapping[int, str]
) -> dict[int, File]:
    """These files of the message, in its order, by index. The large ones stay where they are, once
    for everybody."""
    if not indexes or change.message is None or change.digest is None:
        return {}
    found: dict[int, bytes | Stretch] = {}
    wanted = [file for file in change.message.attachments if file.index in indexes]
    for file in wanted:
        if file.place is not None and not _is_a_message(file.content_type):
            found[file.index] = Stretch(change.digest, *file.place)
    others = {file.index for file in wanted} - found.keys()
    for file, content in attachments.contents_of(change.raw, others) if others else ():
        is_large = len(content) > attachments.LARGE and not _is_a_message(file.content_type)
        found[file.index] = kept(change, content) if is_large else content
    files = [(file, found[file.index]) for file in wanted if file.index in found]
    return {
        file.index: File(file.filename, file.content_type, content, names.get(file.index, ""))
        for file, content in files
    }


def kept(change: TicketChange, content: bytes) -> bytes | Stretch:
    """Encoded and kept once for all mails that carry it."""
    if change.explain:  # a dry run keeps nothing
        return content
    lines = base64_lines(content).removesuffix(b"\r\n")
    (digest,) = change.services.blobs.put(change.conn, [lines], change.now)
    return Stretch(digest, 0, len(lines))


def _is_a_message(content_type: str) -> bool:
    """These may not be encoded in base64 (RFC 2046, 5.2.1): they go as they are where that can be,
    see `compose`."""
    return content_type.startswith(("message/", "multipart/"))
