"""Answers to mails that a relay gave Message-IDs of its own (see `egress.provider_id`).

Where the relay has said the new id, it stands for ours: whatever an answer, or a delivery report,
proves by naming ours, it proves by naming that one. Where it has not, the first answer shows it,
beside the ticket's number and the recipient as sender; such an id leads to the ticket from then
on, and proves nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from maildesk.desk.threads import links
from maildesk.egress.provider_id import spellings
from maildesk.store import provider_ids
from maildesk.store.desk import tickets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from maildesk.desk.threads.links import KeyRing
    from maildesk.desk.ticket import Ticket
    from maildesk.mail.message import Message

_LOOKED_AT = 30  # ids of one message


def restored(conn: Connection, ring: KeyRing, message: Message) -> Message:
    """The message with our own Message-IDs for those that a relay has put in their place."""
    named = _foreign(ring, _named(ring, message))
    if not named:
        return message
    asked = {one: spellings(one) for one in named}
    found = provider_ids.ours(conn, [name for names in asked.values() for name in names])
    ours = {one: found[n] for one, names in asked.items() for n in names if n in found}
    if not ours:
        return message
    return replace(
        message,
        in_reply_to=tuple(ours.get(one, one) for one in message.in_reply_to),
        references=tuple(ours.get(one, one) for one in message.references),
        reports=tuple(
            replace(r, original_message_id=ours.get(r.original_message_id, r.original_message_id))
            for r in message.reports
        ),
    )


def ticket_of(conn: Connection, ring: KeyRing, message_ids: Sequence[str]) -> int | None:
    """The ticket of an id that an earlier answer has shown; None for none."""
    named = _foreign(ring, message_ids)
    return provider_ids.ticket_id(conn, [n for one in named for n in spellings(one)])


def shown(
    conn: Connection, ring: KeyRing, message: Message, ticket: Ticket, sender: str
) -> tuple[int, str] | None:
    """The outbox row of the mail that this answer names by an id nobody knows, and that id; else
    None.

    Only asked where the subject names the ticket and the sender takes part in it.
    """
    answered = (*message.in_reply_to[:1], *message.references[-1:])
    unknown = next(iter(_foreign(ring, answered)), "")
    if not unknown or unknown != answered[0]:
        return None
    if tickets.id_by_message_id(conn, [unknown]) is not None:
        return None
    row_id = provider_ids.unnamed(conn, ticket.id, sender)
    return (row_id, spellings(unknown)[0]) if row_id is not None else None


def _named(ring: KeyRing, message: Message) -> list[str]:
    """The ids to look for: none of an answer that names one of ours anyway."""
    reported = [r.original_message_id for r in message.reports if r.original_message_id]
    answered = [*message.in_reply_to, *reversed(message.references)]
    is_known = len(_foreign(ring, answered)) < len(set(answered[:_LOOKED_AT]))
    return reported if is_known else [*answered, *reported]


def _foreign(ring: KeyRing, ids: Sequence[str]) -> list[str]:
    """Those that no key of the desk has signed."""
    few = list(dict.fromkeys(ids[:_LOOKED_AT]))
    return [one for one in few if links.read_message_id(ring, one) is None]
