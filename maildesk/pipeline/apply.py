"""Carry out effects: rows, in the one transaction that also finishes the spool row or the timer.

What an effect does to the ticket is `evolve`'s to say; the difference between the first ticket
and the last is written once, at the end. One short function per effect writes the rest: its line
of history, and rows that are not the ticket's own. Mails are composed last: every mail of an act
shows the ticket as it is after the whole act.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from maildesk.desk import effects as fx
from maildesk.desk import promises
from maildesk.desk.customers import campaign_effects as cfx
from maildesk.desk.deletion.values import EraseTicket
from maildesk.desk.evolve import evolve, field_of, opened
from maildesk.desk.facts import ARRIVED, BY_PROGRAM, TYPED
from maildesk.desk.filters import documents
from maildesk.desk.mails.readers import UNPROVED
from maildesk.desk.notices import notice_effects as nfx
from maildesk.desk.reason import stored
from maildesk.desk.senders.strangers import PROVED
from maildesk.desk.sla import wanted_timers as desk_timers
from maildesk.desk.threads import reference
from maildesk.desk.ticket import Ticket
from maildesk.mail.owners import mailbox_of
from maildesk.pipeline.deletion import erasing
from maildesk.pipeline.letters.messages import files_listed
from maildesk.pipeline.letters.post import post
from maildesk.pipeline.mails_of_act import compose, plan
from maildesk.pipeline.notices.chosen import choose
from maildesk.pipeline.notices.timers_kept import set_digest
from maildesk.pipeline.transaction import Target, TicketChange, Transaction
from maildesk.pipeline.undo import keep
from maildesk.store import automatic, spool, timers
from maildesk.store.desk import assignments, conversation, participants, tickets
from maildesk.store.queries import search
from maildesk.store.rows.prepared import together

if TYPE_CHECKING:
    from sqlalchemy import Connection
from maildesk.desk.merging import merge_effects as mfx
from maildesk.desk.pages.form_effects import SendFormCode
from maildesk.desk.pages.page_effects import SendLogIn
from maildesk.desk.verbs.verb_effects import AskForStars, TellPerson
from maildesk.pipeline.apply_decisions import (
    _absent,
    _ask_for_stars,
    _drop,
    _follow,
    _hold,
    _join_address,
    _lift,
    _part_address,
    _record,
    _release,
    _renew,
    _resend,
    _score,
    _snooze,
    _spend,
    _suppress,
    _unsubscribe,
)
from maildesk.pipeline.merging.apply_merges import MERGES


def apply(tx: Transaction, decided: Sequence[tuple[Target, fx.Effect]]) -> list[int]:
    """Carry out these effects, each on its ticket, and write whatever the transaction has begun.

    The ids of the outbox rows to look at; the caller commits, then kicks. Refused, in words, where
    what shall be decided was decided by another meanwhile.
    """
    tx.second_act = apply
    for target, one in decided:
        effect = one.effect if isinstance(one, mfx.On) else one
        change = tx.begin(one.ticket, beside=True) if isinstance(one, mfx.On) else tx.begin(target)
        if change.erases:  # whatever else was decided about it goes with it
            continue
        before = change.ticket
        if before is not None and not isinstance(effect, fx.OpenTicket):
            change.ticket = evolve(before, effect, tx.policy, tx.now)
        _TABLE[type(effect)](change, effect, before)
        tx.effects.append(effect)
    return [row_id for change in tx.take_begun() for row_id in _finish(change)]


def _finish(change: TicketChange) -> list[int]:
    """Write what was gathered for one ticket and compose its mails; the ids of their rows."""
    if change.erases:
        return erasing.finish(change)
    if change.ticket is not None:
        _write(change)
        keep.write(change)
    compose(change)
    if change.ticket is not None:
        with together(change.conn):
            tickets.add_history(change.conn, change.history)
            if change.words:
                number = search.number_of(change.now, change.message_row)
                search.add(change.conn, change.ticket.id, number, change.words)
        _adjust(change)
    return [*change.sent_again, *post(change, change.drafts)]


def _write(change: TicketChange) -> None:
    """Whatever of the ticket is other than its rows have it, its promises, and when it was."""
    before, after = change.before or change.subject, change.subject
    is_changed = bool(change.kept or tickets.columns_changed(before, after))
    after = after.but(**promises.changes(after, change.clocks, change.now))
    if is_changed:
        after = after.but(updated_at=change.now, version=before.version + 1)
    if columns := tickets.columns_changed(before, after):
        tickets.change(change.conn, after.id, columns, is_new=change.opened)
    participants.change_people(change.conn, before, after)
    change.ticket = after


def _adjust(change: TicketChange) -> None:
    """Make the timers of service levels and waiting rules those that the history now wants."""
    ticket = change.subject
    standing = {} if change.opened else change.situation.clocks
    wanted = desk_timers.adjust(
        ticket,
        change.past,
        change.policy,
        change.now,
        standing,
        ringing=change.ringing,
        known=change.clocks,
    )
    write_timers(change.conn, ticket.id, wanted, standing)


def write_timers(
    conn: Connection, ticket_id: int, changes: Sequence[fx.Effect], standing: Mapping[str, datetime]
) -> None:
    """Start and cancel these timers, of which those of `standing` stand, in two statements."""
    stop = [c.kind for c in changes if isinstance(c, fx.CancelClock)]
    start = {c.kind: c.due_at for c in changes if isinstance(c, fx.StartClock)}
    timers.change(
        conn, ticket_id, stop=[*stop, *(kind for kind in start if kind in standing)], start=start
    )


def _open(change: TicketChange, effect: fx.OpenTicket, _before: Ticket | None) -> None:
    ticket = opened(effect, change.policy, change.now)
    requester = ticket.requester
    row: dict[str, Any] = {
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": ticket.priority,
        "type": ticket.type,
        "category": ticket.category,
        "queue": ticket.queue,
        "channel": ticket.channel,
        "requester_address": requester.address,
        "requester_name": requester.name,
        "organisation": requester.organisation,
        "tier": requester.tier,
        "answers_to": requester.answers_to,
        "address": ticket.address,
        "language": ticket.language,
        "created_at": change.now,
        "updated_at": change.now,
        "follows": ticket.follows,
    }
    ticket_id = tickets.open_ticket(change.conn, row, preview=change.explain)
    number = reference.write(change.policy.reference_format, ticket_id)
    for person in ticket.participants[1:]:
        participants.add_participant(change.conn, ticket_id, person)
    change.opened = True
    change.before = ticket.but(id=ticket_id)
    change.ticket = change.before.but(reference=number)
    change.words += documents.about(number, ticket.subject, ticket.participants)
    detail = {"subject": ticket.subject, "by": requester.key}
    change.record("opened", detail | _arrived(change), effect.rule)


def _keep(change: TicketChange, effect: fx.AddMessage, _before: Ticket | None) -> None:
    ticket, message = change.subject, change.message
    row: dict[str, Any] = {
        "ticket_id": ticket.id,
        "at": change.now,
        "kind": effect.kind,
        "direction": effect.direction,
        "automatic": effect.automatic or effect.by_program,
        "from_name": effect.sender.name,
        "from_address": effect.sender.address,
        "agent": effect.agent,
        "subject": message.subject if message else "",
        "text": effect.text.replace("\x00", "\ufffd"),
        "reply": effect.reply.replace("\x00", "\ufffd"),
        "message_id": ""
        if (effect.agent and not effect.is_direct) or message is None
        else message.message_id[: spool.LONGEST_ID],
        "digest": change.digest,
        "trust": change.tx.trust,
        "through": change.tx.through,
        "attachments": files_listed(message) if message and effect.has_files else [],
        "had": list(effect.had),
    }
    change.message_row = conversation.add_message(change.conn, row)
    change.kept.append(row | {"id": change.message_row, "number": ticket.message_count})
    change.words += documents.of_message(row, ticket.subject)
    what = (
        "noted"
        if effect.kind == "note"
        else "stranger_wrote"
        if effect.kind == "stranger"
        else "replied"
        if effect.direction == "out"
        else "automatic"
        if effect.automatic
        else "received"
    )
    detail: dict[str, Any] = {
        "from": effect.sender.address,
        "message": change.message_row,
        "trust": change.tx.trust,
    }
    known = change.situation.acquaintance
    if what == "received" and known.is_proved:
        detail[PROVED] = True
    if what == "received" and change.opened and known.is_typed:
        detail[TYPED] = True
    if what == "received":
        detail |= _arrived(change)
    if effect.mentions:
        detail["mentions"] = list(effect.mentions)
    if effect.by_program:
        detail[BY_PROGRAM] = True
    if what == "received" and known.is_new:
        automatic.remember(change.conn, effect.sender.address, change.now)
    change.record(what, detail, effect.rule)


def _arrived(change: TicketChange) -> dict[str, str]:
    """When an old message arrived: clocks run since then."""
    at = change.situation.clock_from
    return {ARRIVED: at.isoformat()} if at is not None else {}


def _note(change: TicketChange, effect: fx.AddNote, _before: Ticket | None) -> None:
    ticket, text = change.subject, effect.text
    row = {"ticket_id": ticket.id, "at": change.now, "kind": "note", "direction": "in"}
    row |= {"from_name": change.policy.desk_name, "from_address": ticket.address}
    row |= {"text": text, "reply": text, "message_id": "", "automatic": True}
    conversation.add_message(change.conn, row)
    change.words.append(effect.text)
    change.record("noted", {"text": effect.text[:500]}, effect.rule)


def _status(change: TicketChange, effect: fx.SetStatus, before: Ticket | None) -> None:
    was = before.status if before else ""
    change.record(
        "status", {"from": was, "to": change.subject.status, "why": stored(effect.why)}, effect.rule
    )


def _field(change: TicketChange, effect: fx.SetField, before: Ticket | None) -> None:
    if before is None or change.subject is before:
        return
    if effect.name == "subject":
        change.words.append(effect.value)
    change.record(
        effect.name, {"from": field_of(before, effect.name), "to": effect.value}, effect.rule
    )


def _label(change: TicketChange, effect: fx.Label, before: Ticket | None) -> None:
    if change.subject is not before:
        change.record("label", {"label": effect.name, "on": effect.on}, effect.rule)


def _assign(change: TicketChange, effect: fx.Assign, before: Ticket | None) -> None:
    if before is None or change.subject is before:
        return
    change.record(
        "assigned",
        {"from": before.assignee, "to": effect.agent, "why": stored(effect.why)},
        effect.rule,
    )
    if effect.agent:
        assignments.note_assignment(change.conn, effect.agent)


def _join(change: TicketChange, effect: fx.AddParticipant, before: Ticket | None) -> None:
    ticket, key = change.subject, effect.person.key
    if before is None or ticket is before:
        return
    change.words.append(f"{effect.person.name} {effect.person.address}")
    doubt: dict[str, Any] = {} if effect.proved else {UNPROVED: "yes"}
    change.record("joined", {"address": key, **doubt}, effect.rule)
    for message in (
        participants.let_in(change.conn, ticket.id, key) if ticket.waiting != before.waiting else ()
    ):
        change.record("received", {"from": key, "message": message}, effect.rule)


def _set_requester(change: TicketChange, effect: fx.SetRequester, before: Ticket | None) -> None:
    person = effect.person
    change.words.append(f"{person.name} {person.address}")
    detail = {"address": person.key, "name": person.name}
    if before is not None and not before.requester.has_no_address:
        detail["from"] = before.requester.key
    change.record("customer", detail, effect.rule)


def _ask_to_join(change: TicketChange, effect: fx.AskToJoin, _before: Ticket | None) -> None:
    change.record("asks_to_join", {"address": effect.person.key}, effect.rule)


def _keep_out(change: TicketChange, effect: fx.KeepOut, _before: Ticket | None) -> None:
    change.record("kept_out", {"address": mailbox_of(effect.address)}, effect.rule)


def _answers(change: TicketChange, effect: fx.AnswersGoTo, before: Ticket | None) -> None:
    if before is None or change.subject is before:
        return
    change.words.append(effect.to)
    change.record(
        "answers_to", {"address": mailbox_of(effect.address), "to": effect.to}, effect.rule
    )


def _leave(change: TicketChange, effect: fx.RemoveParticipant, _before: Ticket | None) -> None:
    change.record("left", {"address": mailbox_of(effect.address)}, effect.rule)


def _start(change: TicketChange, effect: fx.StartClock, _before: Ticket | None) -> None:
    timers.start(change.conn, change.subject.id, effect.kind, effect.due_at)


def _cancel(change: TicketChange, effect: fx.CancelClock, _before: Ticket | None) -> None:
    timers.cancel(change.conn, change.subject.id, effect.kind)


_TABLE: Mapping[type[Any], Callable[[TicketChange, Any, Ticket | None], None]] = {
    fx.OpenTicket: _open,
    fx.AddMessage: _keep,
    fx.AddNote: _note,
    fx.SetStatus: _status,
    fx.SetField: _field,
    fx.Label: _label,
    fx.Assign: _assign,
    fx.Follow: _follow,
    fx.Snooze: _snooze,
    fx.AddParticipant: _join,
    fx.SetRequester: _set_requester,
    fx.JoinAddress: _join_address,
    fx.PartAddress: _part_address,
    fx.AskToJoin: _ask_to_join,
    fx.KeepOut: _keep_out,
    fx.AnswersGoTo: _answers,
    fx.RemoveParticipant: _leave,
    fx.SendToCustomer: plan,
    fx.NotifyAgents: plan,
    nfx.TellHeld: plan,
    nfx.SendDigest: plan,
    nfx.SetDigest: set_digest,
    nfx.Choose: choose,
    fx.NotifyAdmins: plan,
    fx.AnswerAgent: plan,
    fx.StartClock: _start,
    fx.CancelClock: _cancel,
    fx.RecordScore: _score,
    cfx.Unsubscribe: _unsubscribe,
    fx.SpendTime: _spend,
    fx.Suppress: _suppress,
    fx.Hold: _hold,
    fx.AskToConfirm: plan,
    fx.Release: _release,
    fx.Drop: _drop,
    fx.Resend: _resend,
    fx.Lift: _lift,
    fx.RenewAddresses: _renew,
    fx.SetAbsences: _absent,
    fx.TellOfRenewal: plan,
    fx.SendFiles: plan,
    fx.SendWithoutFiles: plan,
    **keep.TABLE,
    EraseTicket: erasing.begin,
    TellPerson: plan,
    AskForStars: _ask_for_stars,
    SendFormCode: plan,
    SendLogIn: plan,
    fx.Record: _record,
    **MERGES,
}
