"""A message of a ticket becomes a ticket of its own, as if it had just come to it.

It is decided about like any new message: the same rules, the same acknowledgement or none, the same
notifications. What is other: it stands in the database already, and is moved; its clocks run since
it was written; and the two tickets are linked. All of it in the transaction of the command.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from maildesk.desk.decide import decide
from maildesk.desk.effects import Record
from maildesk.desk.facts import MessageFromRequester, TrustRecord
from maildesk.desk.mails.shown.parts_in_words import for_desk
from maildesk.mail.message import Mailbox
from maildesk.mail.parse import parse
from maildesk.pipeline.decision_inputs import situation_for
from maildesk.pipeline.transaction import Content, New, Transaction, addressed
from maildesk.store.desk import conversation, tickets

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Row

    from maildesk.desk.facts import Situation
    from maildesk.desk.merging import merge_effects as mfx
    from maildesk.desk.ticket import Ticket
    from maildesk.pipeline.transaction import TicketChange


def split_off(change: TicketChange, effect: mfx.SplitOff, _before: Ticket | None) -> None:
    """The new ticket, and a line in both histories."""
    tx, ticket = change.tx, change.subject
    row = conversation.message_row(tx.conn, effect.said.number)
    content = _content(change, row)
    other = Transaction(tx.conn, tx.services, tx.policy, tx.now, tx.actor, trust=row.trust)
    other.content, other.explain, other.sends = content, tx.explain, tx.sends
    fact = _fact(change, effect, content)
    origin = Record(what="split_off", detail={"from": ticket.reference})
    decided = [*decide(None, fact, tx.policy, tx.now), origin]
    new = New()
    other.begin(new, fact.situation)
    if tx.second_act is None:
        raise LookupError("a message is split off by `apply` alone")
    change.sent_again += tx.second_act(other, addressed(new, decided))
    tx.letters += other.letters
    opened = other.changes[0]
    if opened.message_row is not None:
        conversation.take_place(tx.conn, opened.message_row, row.id)
    tickets.link(tx.conn, ticket.id, opened.subject.id, "linked")
    detail = {"to": opened.subject.reference, "message": row.id, "from": row.from_address}
    change.record("split", detail)


def _content(change: TicketChange, row: Row[Any]) -> Content:
    """What it said, as the ticket has it."""
    raw = change.services.blobs.get(change.conn, row.digest) if row.digest else b""
    sender = Mailbox(row.from_name, row.from_address)
    message = for_desk(parse(raw), change.policy)
    own = replace(message, sender=sender, subject=row.subject, text=row.text, reply=row.reply)
    return Content(own, raw, row.digest)


def _fact(change: TicketChange, effect: mfx.SplitOff, content: Content) -> MessageFromRequester:
    ticket, policy = change.subject, change.policy
    address = policy.desk_address(ticket.address) or policy.addresses[0]
    sender = effect.said.sender
    trust = TrustRecord(f"split off {ticket.reference} by {change.tx.actor.name}")
    fact = MessageFromRequester(
        content.message, sender, replace(address, queue=ticket.queue), trust
    )
    return replace(fact, situation=_situation(change, effect, fact))


def _situation(change: TicketChange, effect: mfx.SplitOff, fact: MessageFromRequester) -> Situation:
    """As of a message that came when this one did."""
    at, limit = effect.said.at, change.policy.periods.stale_after
    found = situation_for(
        change.conn, change.services, change.policy, None, fact.sender.address, fact
    )
    is_old = limit is not None and change.now - at > limit
    return replace(found, clock_from=at, arrived_at=at if is_old else None)
