"""What is decided about more than a ticket: held messages, mails that failed, addresses to renew,
addresses of one customer."""

from __future__ import annotations

from collections.abc import Collection

from maildesk.desk import effects as fx
from maildesk.desk.customers import campaign_effects as cfx
from maildesk.desk.reason import stored
from maildesk.desk.senders.contacts import JOINED, PARTED
from maildesk.desk.ticket import KIND_OF_CUSTOMER, Ticket
from maildesk.desk.verbs.verb_effects import AskForStars
from maildesk.errors import Refused
from maildesk.pipeline.transaction import TicketChange
from maildesk.store import (
    agents,
    automatic,
    outbox,
    quarantine,
    spool,
    timers,
)
from maildesk.store.desk import contacts, outreach, surveys, tickets
from maildesk.store.queries.whose import theirs_of
from maildesk.store.relays import lines


def _release(change: TicketChange, effect: fx.Release, _before: Ticket | None) -> None:
    tx = change.tx
    _decide(change, effect, "released")
    by, as_note = tx.actor.name, effect.as_note
    spool.release(tx.conn, effect.spool_id, by, tx.now, as_note=as_note)
    tx.released.append(effect.spool_id)


def _drop(change: TicketChange, effect: fx.Drop, _before: Ticket | None) -> None:
    _decide(change, effect, "dropped")


def _decide(change: TicketChange, effect: fx.Release | fx.Drop, what: str) -> None:
    tx = change.tx
    if not quarantine.decide(tx.conn, effect.number, what, tx.actor.name, tx.now):
        raise Refused(f"number {effect.number} was decided before")
    change.record(what, {"quarantine": effect.number, "reason": effect.reason}, effect.rule)


def _resend(change: TicketChange, effect: fx.Resend, _before: Ticket | None) -> None:
    if not outbox.send_again(change.conn, effect.outbox_id, change.now):
        raise Refused(f"number {effect.outbox_id} was sent meanwhile")
    lines.wake(change.conn, change.now)  # whoever says "again" says it to a relay that stopped, too
    change.sent_again.append(effect.outbox_id)
    detail = {"recipient": effect.recipient, "purpose": effect.purpose}
    change.record("resent", detail, effect.rule)


def _lift(change: TicketChange, effect: fx.Lift, _before: Ticket | None) -> None:
    if not automatic.lift(change.conn, effect.address):
        raise Refused(f"nothing keeps the desk from writing to {effect.address}")
    change.record("lifted", {"address": effect.address}, effect.rule)


def _renew(change: TicketChange, effect: fx.RenewAddresses, _before: Ticket | None) -> None:
    agents.renew(change.conn, effect.agent, change.now, change.tx.actor.who)
    change.tx.forget_generations()
    change.record("renewed", {"agent": effect.agent}, effect.rule)


def _join_address(change: TicketChange, effect: fx.JoinAddress, _before: Ticket | None) -> None:
    contacts.join(
        change.conn,
        effect.address,
        effect.to,
        how=effect.how,
        by=change.tx.actor.who,
        now=change.now,
        ticket_id=change.subject.id,
    )
    _look_anew(change, theirs_of(change.conn, effect.to, change.policy))
    if effect.is_new:
        change.record(JOINED, {"address": effect.address, "to": effect.to}, effect.rule)


def _look_anew(change: TicketChange, addresses: Collection[str]) -> None:
    """The customer's other tickets show what is known of them by now, each in its own time."""
    others = tickets.unfinished_of(change.conn, change.policy, addresses, change.subject.id)
    for ticket_id in others:
        timers.start(change.conn, ticket_id, KIND_OF_CUSTOMER, change.now)


def _part_address(change: TicketChange, effect: fx.PartAddress, _before: Ticket | None) -> None:
    theirs = theirs_of(change.conn, effect.address, change.policy)
    contacts.part(change.conn, effect.address)
    _look_anew(change, theirs)
    change.record(PARTED, {"address": effect.address}, effect.rule)


def _follow(change: TicketChange, effect: fx.Follow, before: Ticket | None) -> None:
    if change.subject is not before:
        what = "followed" if effect.on else "unfollowed"
        change.record(what, {"agent": effect.agent}, effect.rule)


def _snooze(change: TicketChange, effect: fx.Snooze, before: Ticket | None) -> None:
    if change.subject is before:
        return
    until = effect.until.isoformat() if effect.until is not None else ""
    detail = {"until": until} if until else {"why": stored(effect.why)}
    change.record("snoozed" if until else "woke", detail, effect.rule)


def _absent(change: TicketChange, effect: fx.SetAbsences, _before: Ticket | None) -> None:
    agents.set_absences(change.conn, effect.agent, effect.absences, change.now)


def _score(change: TicketChange, effect: fx.RecordScore, _before: Ticket | None) -> None:
    given = {"score": effect.score, "comment": effect.comment[:500]}
    change.record("scored", given | dict(effect.came), effect.rule)


def _unsubscribe(change: TicketChange, effect: cfx.Unsubscribe, _before: Ticket | None) -> None:
    campaign = outreach.campaign_of(change.conn, change.subject.id)
    outreach.unsubscribe(change.conn, effect.address, effect.address, change.now, campaign)
    change.record("unsubscribed", {"address": effect.address}, effect.rule)


def _spend(change: TicketChange, effect: fx.SpendTime, _before: Ticket | None) -> None:
    change.record("spent", {"seconds": effect.seconds}, effect.rule)


def _suppress(change: TicketChange, effect: fx.Suppress, _before: Ticket | None) -> None:
    automatic.suppress(change.conn, effect.address, effect.until, "delivery failed")
    change.record(
        "suppressed", {"address": effect.address, "until": effect.until.isoformat()}, effect.rule
    )


def _hold(change: TicketChange, effect: fx.Hold, _before: Ticket | None) -> None:
    tx, inbound = change.tx, change.tx.inbound
    message = inbound.message if inbound else None
    held = quarantine.hold(
        tx.conn,
        now=tx.now,
        reason=effect.reason,
        words=effect.words,
        spool_id=inbound.job.id if inbound else None,
        digest=inbound.job.digest if inbound else None,
        sender=message.sender.address if message and message.sender else "",
        subject=message.subject if message else "",
        ticket_id=change.ticket.id if change.ticket else None,
        agent=tx.actor.agent,
    )
    tx.held.append(held)
    change.record(
        "held",
        {"reason": effect.reason, "words": effect.words[:500], "quarantine": held},
        effect.rule,
    )


def _record(change: TicketChange, effect: fx.Record, _before: Ticket | None) -> None:
    change.record(effect.what, effect.detail, effect.rule)


def _ask_for_stars(change: TicketChange, effect: AskForStars, _before: Ticket | None) -> None:
    surveys.choose(change.conn, effect.address, wanted=effect.on, now=change.now)
    change.record("surveys", {"address": effect.address, "on": effect.on}, effect.rule)
