"""The mail to one person of an effect `TellPerson`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maildesk.desk.filters.fields import UNFINISHED
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.senders import strangers
from maildesk.desk.threads.links import Purpose
from maildesk.desk.ticket import Status
from maildesk.mail.message import Mailbox
from maildesk.pipeline.letters import addresses, template_variables
from maildesk.pipeline.letters.letter import LetterSpec, write_letter
from maildesk.pipeline.letters.ticket_view import context_of, person_view, signed_desk
from maildesk.pipeline.letters.verbs.offered import offered
from maildesk.pipeline.pages import link
from maildesk.store import automatic

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from maildesk.desk.ticket import Ticket
    from maildesk.desk.verbs.verb_effects import TellPerson
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Draft


def letters(change: TicketChange, effect: TellPerson) -> Sequence[Draft]:
    """The mail; none where this person had enough, or may not be written to."""
    if not _may_be_told(change, effect):
        return []
    ticket, person, told = change.subject, effect.person, effect.context
    wording = change.policy.wording.of(ticket.language)
    said: dict[str, Any] = {
        "lines": told.get("lines", ()),
        "recipient": told.get("recipient", ""),
        "stands": bool(told.get("stands")),
        "what": _status(ticket),
        "answered_at": template_variables.local(change, ticket.agent_wrote_at),
        "waits_since": template_variables.local(change, _waits_since(ticket)),
        "answer_by": template_variables.answer_by(change),
        "actions": offered(change, effect.template, person),
    }
    met = change.situation.acquaintance
    if not (effect.is_new or met.is_stranger or met.is_unproved):
        said["tracking"] = link.of(change, effect.template, person)
    known = ticket.part_of(person.address) or person
    desk = signed_desk(change, None)
    context = context_of(change, desk=desk, person=person_view(known), **said)
    if effect.is_new:
        context = strangers.without_words(context, wording)
    own = addresses.of_conversation(change, Purpose.REQUESTER, person.address)
    message = change.message
    references = (message.message_id,) if message is not None and not effect.is_new else ()
    spec = LetterSpec(
        mail=mail_of(effect.template),
        language=ticket.language,
        context=context,
        addresses=own,
        to=(Mailbox("" if effect.is_new else person.name, person.address),),
        recipient=person.address,
        references=tuple(filter(None, references)),
        auto_submitted="auto-replied" if message is not None else "auto-generated",
        is_counted=True,
        once=f"{ticket.id}:{effect.once}" if effect.once else None,
        ticket_id=ticket.id,
    )
    return [write_letter(change, spec)]


def _status(ticket: Ticket) -> str:
    """How it stands, as its customer is told: that we wait means that they are to write."""
    is_waiting = ticket.status == ticket.behaviour == Status.WAITING
    return "stands_waiting" if is_waiting else ticket.status


def _waits_since(ticket: Ticket) -> datetime | None:
    """When a customer wrote last, of a ticket where that waits for our answer."""
    is_over = ticket.behaviour not in UNFINISHED
    return None if is_over or ticket.turn == "answered" else ticket.customer_wrote_at


def _may_be_told(change: TicketChange, effect: TellPerson) -> bool:
    """Whether one more mail may go to this person by itself."""
    loops, address = change.policy.loops, effect.person.address
    since = change.now - loops.period
    standing = automatic.standing_of(change.conn, address, since=since, now=change.now)
    if standing.is_suppressed or standing.to_person >= loops.per_address:
        return False
    is_stranger = effect.is_new and not standing.is_correspondent
    return not (is_stranger and change.policy.strangers == "no")
