"""What somebody writes on the page, as the message that they might have mailed: to their own reply
address, in answer to what was said last, spooled like any other.

Its Message-ID comes from the form: a form that is sent twice is one message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maildesk.desk.threads import links, reference
from maildesk.desk.threads.links import Purpose
from maildesk.mail.compose.outgoing import File, Outgoing, compose
from maildesk.mail.message import Envelope, Mailbox
from maildesk.mail.mime import attachments
from maildesk.store.desk import conversation
from maildesk.store.queries import page as rows_of_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maildesk.intake import Intake
    from maildesk.pipeline.pages.visitors import Visitor
    from maildesk.pipeline.services import Services

LONGEST = 100_000  # characters


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that is ours now."""

    message_id: str
    tickets: tuple[int, ...]


def sent(
    services: Services,
    intake: Intake,
    visitor: Visitor,
    text: str,
    files: Sequence[tuple[str, bytes]],
    *,
    unique: str,
    client: str,
    purpose: Purpose = Purpose.REQUESTER,
) -> Sent:
    """Spool these words. TransientFailure where the store cannot take them. `purpose`: what the
    address is for that they go to."""
    policy, now = services.keeper.current.policy, services.now()
    ticket, domain = visitor.ticket, visitor.ticket.address.rpartition("@")[2]
    to = ticket.address
    if policy.has_sub_addresses(to):
        until = (now + policy.periods.reply_address).date()
        to = links.signed_address(
            services.ring,
            ticket.address,
            purpose,
            visitor.number,
            visitor.address,
            until,
            policy.plus,
        )
    with services.db.read() as conn:
        known = conversation.thread_ids(conn, ticket.id)
        had = (one for one, who in known.items() if not who or visitor.person.key in who)
        thread = tuple(had)
    message_id = f"{unique}.page@{domain.lower()}"
    raw = compose(
        Outgoing(
            message_id=message_id,
            sender=Mailbox(visitor.person.name, visitor.address),
            to=(Mailbox("", to),),
            subject=f"Re: {reference.with_reference(ticket.subject, ticket.reference)}",
            date=now,
            text=text.replace("\r\n", "\n").replace("\r", "\n"),
            html="",
            in_reply_to=thread[-1] if thread else "",
            references=thread,
            attachments=tuple(file_of(name, octets, n) for n, (name, octets) in enumerate(files)),
        )
    )
    intake.accept(raw, Envelope(visitor.address, (to,), via="web", peer=client))
    return Sent(message_id, tuple({visitor.number, ticket.id}))


def file_of(name: str, octets: bytes, number: int) -> File:
    """A file that somebody chose, under a name that does no harm."""
    kind = attachments.true_type(octets[:4096], "application/octet-stream", name)
    return File(attachments.safe_name(name, kind, number), kind, octets)


def is_filed(services: Services, one: Sent) -> bool:
    """Whether it stands in its ticket by now."""
    with services.db.read() as conn:
        return rows_of_page.is_kept(conn, one.tickets, one.message_id)
