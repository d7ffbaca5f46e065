"""What somebody writes on the page, as the message that they might have mailed: to their own reply
address, in answer to what was said last, spooled like any other.

Its Message-ID comes from the form: a form that is sent twice is one message.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from maildesk.desk.threads import links, reference, subject_tokens
from maildesk.desk.threads.links import Purpose
from maildesk.mail.compose.outgoing import File, Outgoing, compose
from maildesk.mail.message import Envelope, Mailbox
from maildesk.mail.mime import attachments
from maildesk.pipeline.classification.page_score import DOOR, OPEN_FOR
from maildesk.store import spool
from maildesk.store.desk import conversation
from maildesk.store.queries import page as rows_of_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maildesk.intake import Intake
    from maildesk.pipeline.pages.visitors import Visitor
    from maildesk.pipeline.services import Services
    from maildesk.web.forms import Once

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


def rated(
    services: Services,
    intake: Intake,
    visitor: Visitor,
    score: int,
    comment: str,
    once: Once,
    client: str,
) -> int:
    """Spool a score, as the mail that a star opens otherwise; its spool id. The same sent twice is
    one message, and another star after going back is another."""
    policy, now, ticket = services.keeper.current.policy, services.now(), visitor.ticket
    until = (now + policy.periods.reply_address).date()
    to, number, subject = ticket.address, visitor.number, f"{score}/5"

    def signed(place: str) -> str:
        return links.signature(services.ring, place, Purpose.SURVEY, number, visitor.address, until)

    if policy.has_sub_addresses(to):
        to = links.in_address(to, signed(to), policy.plus)
        subject = f"{subject} [{ticket.reference}]"
    else:
        subject = subject_tokens.write(subject, ticket.reference, "", signed(links.IN_SUBJECT))
    what = sha256(f"{score}\n{comment}".encode("utf-8", "replace")).hexdigest()[:10]
    raw = compose(
        Outgoing(
            message_id=f"{once.unique}.{what}.survey@{ticket.address.rpartition('@')[2].lower()}",
            sender=Mailbox(visitor.person.name, visitor.address),
            to=(Mailbox("", to),),
            subject=subject,
            date=now,
            text=f"{score}/5\n\n{comment}".rstrip(),
            headers=((OPEN_FOR, str(max(0, once.age))),),
        )
    )
    return intake.accept(raw, Envelope(visitor.address, (to,), via=DOOR, peer=client))


def is_done(services: Services, spool_id: int) -> bool:
    """Whether somebody has looked at this row by now."""
    with services.db.read() as conn:
        row = spool.by_id(conn, spool_id)
    return row is None or row.state not in ("due", "claimed")
