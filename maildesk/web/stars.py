"""A score that somebody sends on the page of the stars, as the mail that a star opens otherwise.

A form that is sent twice is one message. Sent again with another star, after going back, it is
another, and so is the first star once more after that: the last choice counts. So a score is told
from one that is on its way or stands, and its Message-ID says how many came before it.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from maildesk.desk.pages import page_score, scores
from maildesk.desk.pages.told_scores import message_id_of
from maildesk.desk.threads import links, subject_tokens
from maildesk.desk.threads.links import Purpose
from maildesk.mail.compose.outgoing import Outgoing, compose
from maildesk.mail.message import Envelope, Mailbox
from maildesk.pipeline.classification.page_score import DOOR, OPEN_FOR
from maildesk.store import spool
from maildesk.store.desk import tickets

if TYPE_CHECKING:
    from maildesk.desk.facts import Entry
    from maildesk.desk.ticket import Ticket
    from maildesk.intake import Intake
    from maildesk.pipeline.pages.visitors import Visitor
    from maildesk.pipeline.services import Services
    from maildesk.web.forms import Once


def rated(
    services: Services,
    intake: Intake,
    visitor: Visitor,
    score: int,
    comment: str,
    once: Once,
    client: str,
) -> int:
    """Spool a score; its spool id, or that of the same one on its way; 0 where it stands."""
    policy, ticket = services.keeper.current.policy, visitor.ticket
    what = sha256(f"{score}\n{comment}".encode("utf-8", "replace")).hexdigest()[:10]
    domain = ticket.address.rpartition("@")[2].lower()
    with services.db.read() as conn:
        waiting = spool.on_their_way(conn, f"{once.unique}.")
        came = scores.came(tickets.entries(conn, ticket.id), policy)
        last = message_id_of(once.unique, len(came) - 1, what, domain)
        is_again = bool(came) and tickets.id_by_message_id(conn, (last,)) is not None
    if waiting and f".{what}." in waiting[-1][1]:
        return waiting[-1][0]
    if not waiting and (is_again or (came and _stands(came[-1], ticket, score, comment, client))):
        return 0
    number = len(came) + len(waiting)
    message_id = message_id_of(once.unique, number, what, domain)
    to, subject = _addressed(services, visitor, score)
    raw = compose(
        Outgoing(
            message_id=message_id,
            sender=Mailbox(visitor.person.name, visitor.address),
            to=(Mailbox("", to),),
            subject=subject,
            date=services.now(),
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


def _stands(last: Entry, ticket: Ticket, score: int, comment: str, client: str) -> bool:
    """Whether the last one said this, from where it comes now, and nothing lets us think that a
    program has given it."""
    told = last.detail
    if page_score.AT_ONCE in told or told.get(page_score.BY_PAGE) != page_score.network_of(client):
        return False
    if last.what == scores.SCORED:  # of a long comment the history keeps the beginning
        return (ticket.score, ticket.comment) == (score, comment)
    return (str(told["score"]), told.get("comment", "")) == (str(score), comment)


def _addressed(services: Services, visitor: Visitor, score: int) -> tuple[str, str]:
    """The address that it goes to, and its subject; the signature stands in either."""
    policy, ticket = services.keeper.current.policy, visitor.ticket
    until = (services.now() + policy.periods.reply_address).date()
    to, subject = ticket.address, f"{score}/5"

    def signed(place: str) -> str:
        about = (Purpose.SURVEY, visitor.number, visitor.address, until)
        return links.signature(services.ring, place, *about)

    if policy.has_sub_addresses(to):
        return links.in_address(to, signed(to), policy.plus), f"{subject} [{ticket.reference}]"
    return to, subject_tokens.write(subject, ticket.reference, "", signed(links.IN_SUBJECT))
