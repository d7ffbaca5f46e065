"""All files of a ticket for one agent, by mail: as many mails as it takes, each of a size that the
relay takes.

The large ones stay where they lie, and the mails name the place. The messages are
read one after the other; no two of them are in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from maildesk.desk.mails import attachment_policy
from maildesk.desk.mails.attachment_policy import Room, Why
from maildesk.desk.mails.views import FileView
from maildesk.desk.problem import Problem
from maildesk.errors import PermanentFailure
from maildesk.log import log
from maildesk.mail.compose.outgoing import File, Stretch
from maildesk.mail.message import Attachment
from maildesk.mail.mime import attachments
from maildesk.pipeline.letters import letters, passed_on
from maildesk.store import tickets

if TYPE_CHECKING:
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Draft


def to_agent(work: TicketChange, address: str) -> tuple[list[Draft], int]:
    """The mails, and how many files they bring. What cannot go by mail is named in the first, also
    where there is no other."""
    agent = work.policy.agent(address)
    if agent is None:
        return [], 0
    limits, largest = work.policy.attachments, work.situation.largest
    parts: list[tuple[list[File], list[FileView]]] = [([], [])]
    left: list[FileView] = []
    room = Room(limits, largest)
    for file, content in _files(work, left):
        if not room.takes(file):
            room = Room(limits, largest)
            if not room.takes(file):
                left.append(_left(work, file, room.reason))
                continue
            parts.append(([], []))
        parts[-1][0].append(File(file.filename, file.content_type, content))
        parts[-1][1].append(FileView(file.filename, file.size))
    parts = [part for part in parts if part[0]] or [([], [])]
    drafts = []
    for number, (attached, views) in enumerate(parts, start=1):
        named = tuple(left) if number == 1 else ()
        told: dict[str, Any] = {
            "attached": tuple(views),
            "files": named,
            "part": number,
            "parts": len(parts),
        }
        drafts.append(letters.to_agent(work, agent, "agent_files", told, attached=tuple(attached)))
    return drafts, sum(len(attached) for attached, _ in parts)


def _files(
    work: TicketChange, left: list[FileView]
) -> Iterator[tuple[Attachment, bytes | Stretch]]:
    """The files that may be passed on, in the order in which they came; the others
    are named in `left`."""
    limits = work.policy.attachments
    for row in tickets.message_rows(work.conn, work.subject.id):
        wanted: dict[int, Attachment] = {}
        for one in row.attachments if row.digest else ():
            file = Attachment(
                one["index"], one["filename"], one["content_type"], one["size"], one["inline"]
            )
            if attachments.is_logo(file):
                continue
            if why := attachment_policy.refusal(file, limits):
                left.append(
                    FileView(file.filename, file.size, (why,))
                    if attachment_policy.is_program(file, limits)
                    else _left(work, file, (why,))
                )
            else:
                wanted[file.index] = file
        if wanted:
            yield from _read(work, row.digest, wanted, left)


def _read(
    work: TicketChange, digest: bytes, wanted: Mapping[int, Attachment], left: list[FileView]
) -> Iterator[tuple[Attachment, bytes | Stretch]]:
    """These files of a message that is kept."""
    is_this = digest == work.digest
    try:
        raw = work.raw if is_this else work.services.blobs.get(work.conn, digest)
    except PermanentFailure as gone:  # the others can be sent all the same
        log.error("no_files", ticket=work.subject.reference, why=str(gone))
        why = (Problem("file_unreadable"),)
        left += (FileView(file.filename, file.size, why) for file in wanted.values())
        return
    for file, content in attachments.contents_or_places(raw, wanted):
        # what it is counts, as it is read now
        if refusal := attachment_policy.refusal(file, work.policy.attachments):
            left.append(FileView(file.filename, file.size, (refusal,)))
        elif content is not None and len(content) <= attachments.LARGE:
            yield file, content
        else:
            yield (
                file,
                passed_on.kept(work, content)
                if content is not None
                else Stretch(digest, *(file.place or (0, 0))),
            )


def _left(work: TicketChange, file: Attachment, why: Why) -> FileView:
    return FileView(
        file.filename, file.size, (*why, attachment_policy.by_command_line(work.subject.reference))
    )
