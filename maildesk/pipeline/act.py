"""Act on tickets, outside of any mail: the same commands and handlers, one transaction a ticket.

Theory of operation. A door says who acts (`Actor`), what (`Command` values and a text) and on which
tickets. Each ticket is locked, read anew, and everything decided on what stands there then: a
caller who saw an older version, and says so, gets a conflict and nothing is done. What comes out
are effects, as of a mail, the rules follow them, and `apply` writes it all with the mails that go
out. So an act is whole or not at all, for each ticket by itself: of twenty, one may be refused.

A dry run does all of it, composes the mails, and takes the transaction back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from maildesk.desk.commands.carry_out import CarriedOut, Content, carry_out
from maildesk.desk.commands.families.delete import is_delete
from maildesk.desk.commands.families.undo import commands_of, is_undo
from maildesk.desk.commands.receipt import Changed, MailOut, Receipt
from maildesk.desk.commands.spec import Command, Request
from maildesk.desk.decide import followed
from maildesk.desk.evolve import changed_fields
from maildesk.desk.facts import AgentActs, TrustRecord
from maildesk.desk.mails.readers import with_later
from maildesk.desk.problem import Problem
from maildesk.desk.ticket import Ticket
from maildesk.desk.undo.kept import kept
from maildesk.desk.undo.undo_effects import TakeBack
from maildesk.mail.message import Kind, Mailbox, Message
from maildesk.pipeline import transaction
from maildesk.pipeline.apply import apply
from maildesk.pipeline.decision_inputs import Loads, situation_for
from maildesk.pipeline.deletion import erasing, looked_up
from maildesk.pipeline.merging import others
from maildesk.pipeline.transaction import Target, Transaction, addressed
from maildesk.pipeline.undo import past
from maildesk.store import agents
from maildesk.store.desk import contacts, conversation, tickets

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from maildesk.desk.actor import Actor
    from maildesk.desk.effects import Effect
    from maildesk.desk.undo.past_act import PastAct
    from maildesk.pipeline.services import Services

_NOT_TOLD = ("updated_at", "version", "message_count", "warns_at", "breaches_at", "behaviour")


_Became = TypeVar("_Became")


class _TakenBack(Exception):
    """A dry run has come to its end."""


def act(
    services: Services,
    actor: Actor,
    commands: Sequence[Command],
    references: Sequence[str],
    *,
    content: Content | None = None,
    seen_version: int | None = None,
    dry: bool = False,
    is_confirmed: bool = False,
) -> list[Receipt]:
    """Carry these out on each ticket, one after the other; a receipt for each, in their order.

    `seen_version`: what the caller had before their eyes; where the ticket is newer, it is a
    conflict. `dry`: everything is tried and nothing is done. `is_confirmed`: what is asked about
    otherwise is wanted.
    """
    asked = _Asked(actor, tuple(commands), content or Content(), seen_version, dry, is_confirmed)
    receipts = []
    for reference in references:
        work = partial(_within, services=services, asked=asked, reference=reference)
        receipt, kicks = in_one_transaction(services, work, dry=dry)
        receipts.append(receipt)
        for row_id in kicks:
            services.kick("deliver", row_id)
    if is_delete(commands) and not dry:
        erasing.look(services)
    return receipts


@dataclass(frozen=True, slots=True)
class _Asked:
    actor: Actor
    commands: tuple[Command, ...]
    content: Content
    seen_version: int | None
    dry: bool
    is_confirmed: bool


def in_one_transaction(
    services: Services, work: Callable[[Connection], tuple[_Became, list[int]]], *, dry: bool
) -> tuple[_Became, list[int]]:
    """Do this; what became of it comes back, and its outbox rows. Of a dry run nothing stays but
    the first."""
    try:
        with services.db.write() as conn:
            receipt, kicks = work(conn)
            if dry:
                raise _TakenBack
    except _TakenBack:
        return receipt, []
    return receipt, kicks


def _within(
    conn: Connection, services: Services, asked: _Asked, reference: str
) -> tuple[Receipt, list[int]]:
    policy, now = services.keeper.current.policy, services.now()
    found = tickets.id_named(conn, reference)
    tickets.lock(conn, others.concerned(conn, policy, asked.commands, found))
    policy = agents.as_said(policy, conn)
    ticket = None if found is None else tickets.ticket(conn, found, policy, lock=True)
    if ticket is None:
        return Receipt(reference, (looked_up.unknown(conn, policy, reference),)), []
    if asked.seen_version is not None and ticket.version > asked.seen_version:
        values = {"reference": ticket.reference, "version": str(ticket.version)}
        return Receipt(ticket.reference, (Problem("conflict", values),), version=ticket.version), []
    tx = Transaction(conn, services, policy, now, asked.actor, explain=asked.dry)
    done, effects = decided(
        tx, ticket, asked.commands, asked.content, is_confirmed=asked.is_confirmed
    )
    if done.problems:
        return Receipt(ticket.reference, done.problems, version=ticket.version), []
    kicks = apply(tx, effects)
    return _receipt(tx, ticket, done), kicks


def decided(
    tx: Transaction,
    ticket: Ticket,
    commands: Sequence[Command],
    content: Content,
    *,
    is_confirmed: bool = False,
    undoes: PastAct | None = None,
) -> tuple[CarriedOut, list[tuple[Target, Effect]]]:
    """What the commands come to for this ticket, which is locked, and every effect of it, those of
    the rules among them; where something stands in the way, none. `undoes`: the act that is taken
    back, else the last of theirs."""
    conn, policy = tx.conn, tx.policy
    learnt = contacts.Asked(conn)
    if undoes is None and is_undo(commands):
        undoes = past.latest(conn, policy, ticket, tx.actor.who)
    about = (*commands, *commands_of(undoes))
    beside = others.others_of(conn, policy, about, ticket, is_confirmed=is_confirmed)
    request = Request(ticket, tx.actor, policy, tx.now, joined=learnt, others=beside)
    request = replace(request, undoes=undoes, loads=Loads(conn, policy))
    said = conversation.last_said(conn, ticket.id) if len(ticket.participants) > 1 else ()
    history = tickets.entries(conn, ticket.id) if said else ()
    had = with_later(said[0].had or (), said[0].at, history) if said else frozenset[str]()
    done = carry_out(request, commands, replace(content, had=had))
    if done.problems:
        return done, []
    situation = situation_for(conn, tx.services, policy, ticket, ticket.requester.address)
    by = request.by
    message = unwritten(ticket, by.name, by.address or ticket.address, request.now, done.text)
    if tx.content is None and message.reply:
        tx.content = transaction.Content(message)
    tx.begin(ticket, situation)
    fact = AgentActs(message, tx.actor, TrustRecord(f"at the {tx.actor.door}"), situation)
    effects = (*done.effects, *kept(request, done, commands))
    found = followed(ticket, fact, effects, policy, tx.now)
    return done, addressed(ticket, found.effects)


def unwritten(ticket: Ticket, name: str, address: str, now: datetime, text: str = "") -> Message:
    """The text as a message that was never mailed."""
    return typed(ticket.subject, name, address, now, text)


def typed(subject: str, name: str, address: str, now: datetime, text: str) -> Message:
    """The same, where there is no ticket yet."""
    sender = Mailbox(name, address)
    return Message(
        message_id="",
        in_reply_to=(),
        references=(),
        date=now,
        sender=sender,
        senders=(sender,),
        reply_to=(),
        to=(),
        cc=(),
        subject=subject,
        text=text,
        html="",
        parts=(),
        reply=text,
        forwarded=None,
        attachments=(),
        kind=Kind.ORDINARY,
        may_answer=True,
        reasons=(),
        reports=(),
        opening=text,
    )


def _receipt(tx: Transaction, before: Ticket, done: CarriedOut) -> Receipt:
    after = (
        next((change.ticket for change in tx.changes if change.before is before), None) or before
    )
    changed = tuple(
        Changed(name, getattr(before, name), getattr(after, name))
        for name in changed_fields(before, after)
        if name not in _NOT_TOLD
    )
    taken_back = [one for one in done.effects if isinstance(one, TakeBack)]
    drafts = [draft for change in tx.changes for draft in change.drafts]
    mails = tuple(MailOut(draft.recipient, draft.purpose) for draft in drafts)
    return replace(
        Receipt(after.reference),
        changed=changed,
        mails=mails,
        undo=done.undo,
        stopped=any(one.withdraws for one in taken_back),
        left=tuple(problem for one in taken_back for problem in one.left),
        remarks=done.remarks,
        version=after.version,
    )
