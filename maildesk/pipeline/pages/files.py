"""One file of a conversation, for somebody who may see its message. A program is nobody's, and a
file with somebody else's key in it is not theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maildesk.desk.threads import links
from maildesk.errors import PermanentFailure
from maildesk.mail.mime import attachments
from maildesk.pipeline.letters.outgoing import signatures_in_file
from maildesk.pipeline.pages.conversation import is_refused, messages_of
from maildesk.pipeline.pages.letters import PICTURES

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.desk.policy import Policy
    from maildesk.pipeline.pages.visitors import Visitor
    from maildesk.pipeline.services import Services


@dataclass(frozen=True, slots=True)
class Found:
    """A file, and what it is known by."""

    name: str
    content_type: str
    octets: bytes
    tag: str


def file_of(
    services: Services,
    conn: Connection,
    policy: Policy,
    visitor: Visitor,
    message: int,
    index: int,
) -> Found | None:
    """This file of a message that they may see; None where there is none for them."""
    row = next((one for one in messages_of(services, conn, visitor) if one.id == message), None)
    if row is None or row.digest is None:
        return None
    kept = next((one for one in row.attachments if int(one["index"]) == index), None)
    if kept is None or is_refused(kept, policy):
        return None
    try:
        raw = services.blobs.get(conn, row.digest)
    except PermanentFailure:
        return None
    for file, octets in attachments.contents_of(raw, {index}):
        if not _is_for(visitor, row, file.content_type, octets):
            return None
        name = attachments.safe_name(str(kept["filename"]), file.content_type, index)
        kind = file.content_type if file.content_type in PICTURES else "application/octet-stream"
        return Found(name, kind, octets, f'"{row.digest.hex()[:20]}-{index}"')
    return None


def _is_for(visitor: Visitor, row: Any, content_type: str, octets: bytes) -> bool:
    """Whether no key of somebody else stands in it; what they have sent themselves is theirs."""
    own = links.person_code(visitor.address)
    is_theirs = visitor.ticket.part_of(row.from_address) == visitor.person
    if row.from_address and is_theirs and not visitor.is_looking_on:
        return True
    if content_type.startswith(("image/", "audio/", "video/", "application/zip")):
        return True
    return all(one.split("-")[1][:8] == own for one in signatures_in_file(octets))
