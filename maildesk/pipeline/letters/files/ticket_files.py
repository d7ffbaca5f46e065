"""All files of a ticket for one agent, by mail: as many mails as it takes, each of a size that the
relay takes.

The large ones stay where they lie, and the mails name the place. The messages are
read one after the other; no two of them are in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from maildesk.desk.mails import attachment_policy
from maildesk.desk.mails.attachment_policy import Room, Why
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.mails.views import FileView
from maildesk.desk.problem import Problem
from maildesk.desk.threads.links import Purpose
from maildesk.errors import PermanentFailure
from maildesk.log import log
from maildesk.mail.compose.outgoing import File, Stretch
from maildesk.mail.message import Attachment
from maildesk.mail.mime import attachments
from maildesk.pipeline.letters import addresses
from maildesk.pipeline.letters.files import passed_on
from maildesk.pipeline.letters.letter import write_letter
from maildesk.pipeline.letters.to_agents import spec_to
from maildesk.store.desk import conversation

if TYPE_CHECKING:
    from maildesk.desk.effects import SendFiles
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Draft

MAIL = mail_of("agent_files")


def letters(change: TicketChange, effect: SendFiles) -> tuple[list[Draft], int]:
    """The mails, and how many files they bring.

    What cannot go by mail is named in the first, also where there is no other.
    """
    agent = change.policy.agent(effect.agent)
    if agent is None:
        return [], 0
    left: list[FileView] = []
    parts = _parts(change, left)
    drafts = []
    for number, (attached, views) in enumerate(parts, start=1):
        shown: dict[str, Any] = {"attached": tuple(views), "part": number, "parts": len(parts)}
        shown["files"] = tuple(left) if number == 1 else ()
        own = addresses.of_conversation(change, Purpose.AGENT_REPLY, agent.address)
        spec = spec_to(change, agent, MAIL, own, shown)
        drafts.append(write_letter(change, replace(spec, attached=tuple(attached))))
    return drafts, sum(len(attached) for attached, _ in parts)


def _parts(change: TicketChange, left: list[FileView]) -> list[tuple[list[File], list[FileView]]]:
    """The files of each mail, and what it says of them; what goes in none is named in `left`."""
    limits, largest = change.policy.attachments, change.situation.largest
    parts: list[tuple[list[File], list[FileView]]] = [([], [])]
    room = Room(limits, largest)
    for file, content in _files(change, left):
        if not room.takes(file):
            room = Room(limits, largest)
            if not room.takes(file):
                left.append(_too_large(change, file, room.reason))
                continue
            parts.append(([], []))
        parts[-1][0].append(File(file.filename, file.content_type, content))
        parts[-1][1].append(FileView(file.filename, file.size))
    return [part for part in parts if part[0]] or [([], [])]


def _files(
    change: TicketChange, left: list[FileView]
) -> Iterator[tuple[Attachment, bytes | Stretch]]:
    """The files that may be passed on, in the order in which they came; others go to `left`."""
    limits = change.policy.attachments
    for row in conversation.message_rows(change.conn, change.subject.id):
        wanted: dict[int, Attachment] = {}
        for one in row.attachments if row.digest else ():
            names = ("index", "filename", "content_type", "size", "inline")
            file = Attachment(*(one[name] for name in names))
            if attachments.is_logo(file):
                continue
            why = attachment_policy.refusal(file, limits)
            if why is None:
                wanted[file.index] = file
            elif attachment_policy.is_program(file, limits):
                left.append(FileView(file.filename, file.size, (why,)))
            else:
                left.append(_too_large(change, file, (why,)))
        if wanted:
            yield from _read(change, row.digest, wanted, left)


def _read(
    change: TicketChange,
    digest: bytes,
    wanted: Mapping[int, Attachment],
    left: list[FileView],
) -> Iterator[tuple[Attachment, bytes | Stretch]]:
    """These files of a message that is kept."""
    is_this = digest == change.digest
    try:
        raw = change.raw if is_this else change.services.blobs.get(change.conn, digest)
    except PermanentFailure as gone:  # the others can be sent all the same
        log.error("no_files", ticket=change.subject.reference, why=str(gone))
        why = (Problem("file_unreadable"),)
        left += (FileView(file.filename, file.size, why) for file in wanted.values())
        return
    limits = change.policy.attachments
    for file, content in attachments.contents_or_places(raw, wanted):
        # what it is counts, as it is read now
        if refusal := attachment_policy.refusal(file, limits):
            left.append(FileView(file.filename, file.size, (refusal,)))
        elif content is not None and len(content) <= attachments.LARGE:
            yield file, content
        elif content is not None:
            yield file, passed_on.kept(change, content)
        else:
            yield file, Stretch(digest, *(file.place or (0, 0)))


def _too_large(change: TicketChange, file: Attachment, reason: Why) -> FileView:
    how = attachment_policy.by_command_line(change.subject.reference)
    return FileView(file.filename, file.size, (*reason, how))
