"""Messages of a conversation as mails show them: what an act said, and what was said last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from maildesk.desk.mails.readers import may_see
from maildesk.desk.mails.shown.parts_in_words import retold, tells_of_parts
from maildesk.desk.mails.views import BY_PROGRAM, FileView, MessageView, PersonView
from maildesk.desk.senders.imitation import imitated
from maildesk.desk.threads.thread import is_blind, others_in
from maildesk.desk.ticket import NO_ADDRESS, NOTED
from maildesk.errors import BadMessage, PermanentFailure
from maildesk.mail.mime import attachments
from maildesk.mail.parse import parse
from maildesk.mail.reply.contact import contact_in, contact_of
from maildesk.pipeline.letters.template_variables import local
from maildesk.pipeline.letters.ticket_view import colleague
from maildesk.pipeline.transaction import NOTHING, PassedOn, TicketChange

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

    from maildesk.desk.mails.wording import Language
    from maildesk.desk.ticket import Person
    from maildesk.mail.message import Message


def message_view(
    change: TicketChange, passed: PassedOn = NOTHING, language: Language | None = None
) -> MessageView | None:
    """What this act said, as it is shown to others; it need not have come by mail. What its parts
    say that are no text is told in this language."""
    if not change.kept:
        return None
    row = change.kept[0]
    apart = {replace(one, reason=()) for one in passed.refused}  # named once, with the reason
    found = change.message.attachments if change.message else ()
    files = (FileView(a.filename, a.size) for a in found if not attachments.is_logo(a))
    owner = change.policy.agent(row["agent"]) if row["agent"] else None
    came = change.situation.arrived_at
    said = row["reply"] or row["text"]
    if language is not None and change.message is not None and change.message.items:
        said = retold(said, change.message.items, change.policy, language)
    return MessageView(
        colleague(owner) if owner else sender_of(change, row["from_name"], row["from_address"]),
        local(change, came or change.now),
        said,
        html=passed.page.html,
        held=passed.page.held,
        attachments=tuple(one for one in files if one not in apart),
        note=row["kind"] == "note",
        number=row["number"],
        age=change.now - came if came is not None else None,
        also_to=_had_openly(change) if row["direction"] == "in" and not row["agent"] else (),
        by_program=bool(row["automatic"]),
        through=row.get("through", ""),
        notes=change.tx.notes,
        signature=_signature(change, row),
    )


def _signature(change: TicketChange, row: Mapping[str, Any]) -> str:
    """What stood below the words, where these are those of the message; never an agent's."""
    message = change.message
    if message is None or row["agent"] or row["direction"] != "in":
        return ""
    is_its_text = row["text"] == message.text.replace("\x00", "\ufffd")
    return contact_in(message.signature) if is_its_text else ""


def _had_openly(change: TicketChange) -> tuple[PersonView, ...]:
    """Who stands in To and Cc of a message that the desk had a blind copy of, and takes no part."""
    message, ticket = change.message, change.subject
    if message is None or change.tx.through or not is_blind(message, change.policy):
        return ()
    found = others_in(message, change.policy)
    return tuple(PersonView(name, at) for at, name in found if not ticket.has_part(at))


def note_beside(change: TicketChange) -> MessageView | None:
    """The agent's note, of an act that kept it beside a customer's message."""
    notes = (row for row in change.kept[1:] if row["kind"] == "note" and row["agent"])
    row = next(notes, None)
    owner = change.policy.agent(row["agent"]) if row is not None else None
    if row is None or owner is None:
        return None
    return MessageView(colleague(owner), local(change, change.now), row["text"], note=True)


def previous(
    change: TicketChange, language: Language | None = None, person: Person | None = None
) -> MessageView | None:
    """What the customer said last, if anything is kept of it; `person`: as far as they had it."""
    for row in change.last_said:
        by_program = BY_PROGRAM in row.trust
        if person is None or may_see(row.had or (), person):
            sender = sender_of(change, row.from_name, row.from_address)
            words = words_of(change, row, language)
            return MessageView(
                sender,
                local(change, row.at),
                words,
                by_program=by_program,
                through=row.through,
                signature="" if row.text == words else contact_of(row.text),
                noted=_noted(change, row.at),
            )
    return None


def _noted(change: TicketChange, at: datetime) -> str:
    """By which way the ticket's first words came, where one of us has written them down."""
    ticket = change.subject
    is_first = at == ticket.created_at and ticket.channel in NOTED
    return ticket.channel if is_first else ""


def words_of(change: TicketChange, row: Row[Any], language: Language | None) -> str:
    """What a message that was kept says, its parts that are no text told in this language.

    They are read anew from the message as it came; where that is gone, they stay in the desk's.
    """
    words: str = row.reply or row.text
    policy = change.policy
    if language is None or language.code == policy.wording.of(policy.default_language).code:
        return words
    if row.direction != "in" or row.digest is None or not tells_of_parts(words, policy):
        return words
    try:
        items = parse(change.services.blobs.get(change.conn, row.digest)).items
    except (PermanentFailure, BadMessage):
        return words
    return retold(words, items, policy, language)


def files_listed(message: Message) -> list[dict[str, Any]]:
    """The message's files as its row remembers them; the bytes stay in the raw message."""
    names = ("index", "filename", "content_type", "size", "inline")
    return [{name: getattr(file, name) for name in names} for file in message.attachments]


def sender_of(change: TicketChange, name: str, address: str) -> PersonView:
    """Somebody outside, with whom the name imitates; a name alone has no address."""
    shown = "" if name and address == NO_ADDRESS else address
    return PersonView(name, shown, imitates=imitated(name, address, change.policy))
