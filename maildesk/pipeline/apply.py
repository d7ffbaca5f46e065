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
from maildesk.desk.evolve import evolve, field_of, opened
from maildesk.desk.filters import documents
from maildesk.desk.senders.strangers import PROVED
from maildesk.desk.sla import wanted_timers as desk_timers
from maildesk.desk.threads import reference
from maildesk.desk.ticket import Ticket
from maildesk.pipeline.letters import letters, ticket_files
from maildesk.pipeline.letters.post import post
from maildesk.pipeline.transaction import Work
from maildesk.store import agents, automatic, outbox, quarantine, spool, tickets, timers
from maildesk.store.queries import search

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.store.outbox import Draft

    _Composed = tuple[list[Draft], str, dict[str, Any]]  # the mails, and their line: what, detail


def apply(work: Work, effects: Sequence[fx.Effect]) -> list[int]:
    """Carry out these effects; the ids of the new outbox rows. The caller commits, then kicks."""
    work.effects += effects
    work.before = work.before or work.ticket
    for effect in effects:
        before = work.ticket
        if before is not None and not isinstance(effect, fx.OpenTicket):
            work.ticket = evolve(before, effect, work.policy, work.now)
        _TABLE[type(effect)](work, effect, before)
    if work.ticket is not None:
        _write(work)
    _compose(work)
    if work.ticket is not None:
        tickets.add_history(work.conn, work.history)
        _adjust(work)
        if work.words:
            number = search.number_of(work.now, work.message_row)
            search.add(work.conn, work.ticket.id, number, work.words)
            work.words.clear()
    return post(work, work.drafts)


def _write(work: Work) -> None:
    """Whatever of the ticket is other than its rows have it, what its promises have become, and when it was."""
    before, after = work.before or work.subject, work.subject
    is_changed = bool(work.kept or tickets.columns_changed(before, after))
    after = after.but(**promises.changes(after, work.clocks, work.now))
    work.ticket = after.but(updated_at=work.now) if is_changed else after
    if columns := tickets.columns_changed(before, work.ticket):
        tickets.change(work.conn, after.id, columns)
    tickets.change_people(work.conn, before, work.ticket)
    work.before = work.ticket


def _compose(work: Work) -> None:
    """The mails of this act, in the order of their effects; each has kept its line of the history."""
    for effect, line in work.mails:
        drafts, what, detail = _MAILS[type(effect)](work, effect)
        work.drafts += drafts
        if drafts and line is not None:
            line.update(what=what, detail=detail)
    work.mails.clear()
    work.history = [line for line in work.history if line["what"]]


def _adjust(work: Work) -> None:
    """Make the timers of service levels and waiting rules those that the ticket's history now wants."""
    ticket, situation = work.subject, work.situation
    standing = {} if work.opened else situation.clocks
    changes = desk_timers.adjust(ticket, work.past, work.policy, work.now, standing, ringing=work.ringing, known=work.clocks)
    write_timers(work.conn, ticket.id, changes, standing)


def write_timers(conn: Connection, ticket_id: int, changes: Sequence[fx.Effect], standing: Mapping[str, datetime]) -> None:
    """Start and cancel these timers, of which those of `standing` stand: two statements, however many there are."""
    stop = [c.kind for c in changes if isinstance(c, fx.CancelClock)]
    start = {c.kind: c.due_at for c in changes if isinstance(c, fx.StartClock)}
    timers.change(conn, ticket_id, stop=[*stop, *(kind for kind in start if kind in standing)], start=start)


def _open(work: Work, effect: fx.OpenTicket, _before: Ticket | None) -> None:
    ticket = opened(effect, work.policy, work.now)
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
        "address": ticket.address,
        "language": ticket.language,
        "created_at": work.now,
        "updated_at": work.now,
        "follows": ticket.follows,
    }
    ticket_id = tickets.open_ticket(work.conn, row, preview=work.explain)
    number = reference.write(work.policy.reference_format, ticket_id)
    for person in ticket.participants[1:]:
        tickets.add_participant(work.conn, ticket_id, person)
    work.history, work.kept, work.opened = [], [], True
    work.before = ticket.but(id=ticket_id)
    work.ticket = work.before.but(reference=number)
    work.words += documents.about(number, ticket.subject, ticket.participants)
    work.record("opened", {"subject": ticket.subject, "by": requester.key}, effect.rule)


def _keep(work: Work, effect: fx.AddMessage, _before: Ticket | None) -> None:
    ticket, message = work.subject, work.message
    row: dict[str, Any] = {
        "ticket_id": ticket.id,
        "at": work.now,
        "kind": effect.kind,
        "direction": effect.direction,
        "automatic": effect.automatic,
        "from_name": effect.sender.name,
        "from_address": effect.sender.address,
        "agent": effect.agent,
        "subject": message.subject if message else "",
        "text": effect.text.replace("\x00", "\ufffd"),
        "reply": effect.reply.replace("\x00", "\ufffd"),
        "message_id": "" if effect.agent or message is None else message.message_id[: spool.LONGEST_ID],
        "digest": work.job.digest if work.job else None,
        "trust": work.trust,
        "attachments": letters.listed(message) if message else [],
    }
    work.message_row = tickets.add_message(work.conn, row)
    work.kept.append(row | {"id": work.message_row, "number": ticket.message_count})
    work.words += documents.of_message(row, ticket.subject)
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
    detail: dict[str, Any] = {"from": effect.sender.address, "message": work.message_row, "trust": work.trust}
    known = work.situation.acquaintance
    if what == "received" and known.is_proved:
        detail[PROVED] = True
    if what == "received" and known.is_new:
        automatic.remember(work.conn, effect.sender.address, work.now)
    work.record(what, detail, effect.rule)


def _note(work: Work, effect: fx.AddNote, _before: Ticket | None) -> None:
    row = {"ticket_id": work.subject.id, "at": work.now, "kind": "note", "direction": "in", "from_name": work.policy.desk_name}
    row |= {"from_address": work.subject.address, "text": effect.text, "reply": effect.text, "message_id": "", "automatic": True}
    tickets.add_message(work.conn, row)
    work.words.append(effect.text)
    work.record("noted", {"text": effect.text[:500]}, effect.rule)


def _status(work: Work, effect: fx.SetStatus, before: Ticket | None) -> None:
    was = before.status if before else ""
    work.record("status", {"from": was, "to": work.subject.status, "why": effect.why}, effect.rule)


def _field(work: Work, effect: fx.SetField, before: Ticket | None) -> None:
    if before is None or work.subject is before:
        return
    if effect.name == "subject":
        work.words.append(effect.value)
    work.record(effect.name, {"from": field_of(before, effect.name), "to": effect.value}, effect.rule)


def _label(work: Work, effect: fx.Label, before: Ticket | None) -> None:
    if work.subject is not before:
        work.record("label", {"label": effect.name, "on": effect.on}, effect.rule)


def _assign(work: Work, effect: fx.Assign, before: Ticket | None) -> None:
    if before is None or work.subject is before:
        return
    work.record("assigned", {"from": before.assignee, "to": effect.agent, "why": effect.why}, effect.rule)
    if effect.agent:
        tickets.note_assignment(work.conn, effect.agent)


def _join(work: Work, effect: fx.AddParticipant, before: Ticket | None) -> None:
    ticket, key = work.subject, effect.person.key
    if before is None or ticket is before:
        return
    work.words.append(f"{effect.person.name} {effect.person.address}")
    work.record("joined", {"address": key}, effect.rule)
    for message in tickets.let_in(work.conn, ticket.id, key) if ticket.waiting != before.waiting else ():
        work.record("received", {"from": key, "message": message}, effect.rule)


def _ask_to_join(work: Work, effect: fx.AskToJoin, _before: Ticket | None) -> None:
    work.record("asks_to_join", {"address": effect.person.key}, effect.rule)


def _keep_out(work: Work, effect: fx.KeepOut, _before: Ticket | None) -> None:
    work.record("kept_out", {"address": effect.address.lower()}, effect.rule)


def _leave(work: Work, effect: fx.RemoveParticipant, _before: Ticket | None) -> None:
    work.record("left", {"address": effect.address.lower()}, effect.rule)


def _link(work: Work, effect: fx.LinkTicket, _before: Ticket | None) -> None:
    other = tickets.id_by_reference(work.conn, effect.reference)
    if other is not None and other != work.subject.id:
        tickets.link(work.conn, work.subject.id, other, effect.kind)


def _mail(work: Work, effect: fx.Effect, _before: Ticket | None) -> None:
    """Composed when all is done; its line stands here, if it comes to one."""
    who = work.who if isinstance(effect, fx.SendFiles) else "desk"
    if isinstance(effect, fx.SendToCustomer):
        who = effect.author or who
    work.mails.append((effect, work.record("", {}, effect.rule, who=who)))


def _send(work: Work, effect: fx.SendToCustomer) -> _Composed:
    drafts = letters.to_customer(work, effect)
    before = outbox.once_written(work.conn, [draft.once for draft in drafts if draft.once])
    drafts = [draft for draft in drafts if draft.once not in before]  # the history tells of no mail that is not written
    if effect.author and drafts and work.message_row is not None:
        tickets.set_message_id(work.conn, work.message_row, drafts[0].message_id)
    return drafts, "sent", {"template": effect.template, "to": [draft.recipient for draft in drafts]}


def _notify(work: Work, effect: fx.NotifyAgents) -> _Composed:
    drafts = letters.to_agents(work, effect)
    return drafts, "notified", {"template": effect.template, "agents": [draft.recipient for draft in drafts]}


def _admins(work: Work, effect: fx.NotifyAdmins) -> _Composed:
    return letters.to_admins(work, effect), "", {}


def _start(work: Work, effect: fx.StartClock, _before: Ticket | None) -> None:
    timers.start(work.conn, work.subject.id, effect.kind, effect.due_at)


def _cancel(work: Work, effect: fx.CancelClock, _before: Ticket | None) -> None:
    timers.cancel(work.conn, work.subject.id, effect.kind)


def _score(work: Work, effect: fx.RecordScore, _before: Ticket | None) -> None:
    work.record("scored", {"score": effect.score, "comment": effect.comment[:500]}, effect.rule)


def _spend(work: Work, effect: fx.SpendTime, _before: Ticket | None) -> None:
    work.record("spent", {"seconds": effect.seconds}, effect.rule)


def _suppress(work: Work, effect: fx.Suppress, _before: Ticket | None) -> None:
    outbox.suppress(work.conn, effect.address, effect.until, "delivery failed")
    work.record("suppressed", {"address": effect.address, "until": effect.until.isoformat()}, effect.rule)


def _hold(work: Work, effect: fx.Hold, _before: Ticket | None) -> None:
    sender = work.message.sender.address if work.message and work.message.sender else ""
    held = quarantine.hold(
        work.conn,
        now=work.now,
        reason=effect.reason,
        words=effect.words,
        spool_id=work.job.id if work.job else None,
        digest=work.job.digest if work.job else None,
        sender=sender,
        subject=work.message.subject if work.message else "",
        ticket_id=work.ticket.id if work.ticket else None,
        agent=work.who if "@" in work.who else "",
    )
    work.held.append(held)
    work.record("held", {"reason": effect.reason, "words": effect.words[:500], "quarantine": held}, effect.rule)


def _renew(work: Work, effect: fx.RenewAddresses, _before: Ticket | None) -> None:
    agents.renew(work.conn, effect.agent, work.now, work.who)
    work.forget_generations()
    work.record("renewed", {"agent": effect.agent}, effect.rule)


def _files(work: Work, effect: fx.SendFiles) -> _Composed:
    drafts, count = ticket_files.to_agent(work, effect.agent)
    return drafts, "files_sent", {"to": effect.agent, "files": count, "mails": len(drafts)}


def _record(work: Work, effect: fx.Record, _before: Ticket | None) -> None:
    work.record(effect.what, effect.detail, effect.rule)


_TABLE: Mapping[type[Any], Callable[[Work, Any, Ticket | None], None]] = {
    fx.OpenTicket: _open,
    fx.AddMessage: _keep,
    fx.AddNote: _note,
    fx.SetStatus: _status,
    fx.SetField: _field,
    fx.Label: _label,
    fx.Assign: _assign,
    fx.AddParticipant: _join,
    fx.AskToJoin: _ask_to_join,
    fx.KeepOut: _keep_out,
    fx.RemoveParticipant: _leave,
    fx.LinkTicket: _link,
    fx.SendToCustomer: _mail,
    fx.NotifyAgents: _mail,
    fx.NotifyAdmins: _mail,
    fx.StartClock: _start,
    fx.CancelClock: _cancel,
    fx.RecordScore: _score,
    fx.SpendTime: _spend,
    fx.Suppress: _suppress,
    fx.Hold: _hold,
    fx.RenewAddresses: _renew,
    fx.SendFiles: _mail,
    fx.Record: _record,
}
_MAILS: Mapping[type[Any], Callable[[Work, Any], _Composed]] = {
    fx.SendToCustomer: _send,
    fx.NotifyAgents: _notify,
    fx.NotifyAdmins: _admins,
    fx.SendFiles: _files,
}
