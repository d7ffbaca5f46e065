"""Messages of a conversation as mails show them: what an act said, and what was said last."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from maildesk.desk.mails.views import FileView, MessageView, PersonView
from maildesk.desk.senders.imitation import imitated
from maildesk.desk.threads.thread import is_blind, others_in
from maildesk.mail.mime import attachments
from maildesk.pipeline.letters.template_variables import local
from maildesk.pipeline.letters.ticket_view import colleague
from maildesk.pipeline.transaction import NOTHING, PassedOn, TicketChange
from maildesk.store import tickets

if TYPE_CHECKING:
    from maildesk.mail.message import Message


def message_view(change: TicketChange, passed: PassedOn = NOTHING) -> MessageView | None:
    """What this act said, as it is shown to others; it need not have come by mail."""
    if not change.kept:
        return None
    row = change.kept[0]
    apart = {replace(one, reason=()) for one in passed.refused}  # named once, with the reason
    found = change.message.attachments if change.message else ()
    files = (FileView(a.filename, a.size) for a in found if not attachments.is_logo(a))
    owner = change.policy.agent(row["agent"]) if row["agent"] else None
    came = change.situation.arrived_at
    return MessageView(
        colleague(owner) if owner else _sender(change, row["from_name"], row["from_address"]),
        local(change, came or change.now),
        row["reply"] or row["text"],
        html=passed.page.html,
        held=passed.page.held,
        attachments=tuple(one for one in files if one not in apart),
        note=row["kind"] == "note",
        number=row["number"],
        age=change.now - came if came is not None else None,
        also_to=_had_openly(change) if row["direction"] == "in" and not row["agent"] else (),
    )


def _had_openly(change: TicketChange) -> tuple[PersonView, ...]:
    """Who stands in To and Cc of a message that the desk had a blind copy of, and takes no part."""
    message, ticket = change.message, change.subject
    if message is None or not is_blind(message, change.policy):
        return ()
    found = others_in(message, change.policy)
    return tuple(PersonView(name, at) for at, name in found if not ticket.has_part(at))


def previous(change: TicketChange) -> MessageView | None:
    """What the customer said last, if anything is kept of it."""
    for row in tickets.last_public(change.conn, change.subject.id, 4):
        if row.direction == "in" and not row.automatic:
            sender = _sender(change, row.from_name, row.from_address)
            return MessageView(sender, local(change, row.at), row.reply or row.text)
    return None


def files_listed(message: Message) -> list[dict[str, Any]]:
    """The message's files as its row remembers them; the bytes stay in the raw message."""
    names = ("index", "filename", "content_type", "size", "inline")
    return [{name: getattr(file, name) for name in names} for file in message.attachments]


def _sender(change: TicketChange, name: str, address: str) -> PersonView:
    """Somebody outside, with whom the name imitates."""
    return PersonView(name, address, imitates=imitated(name, address, change.policy))
