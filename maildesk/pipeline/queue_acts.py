"""What a person decides about mail that failed or is held, by button or command line.

Each names its effect, for the ticket it is about, so the history says who decided. Refused, in
words, where there is nothing to decide: such a thing is decided once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from maildesk.desk.effects import Drop, Effect, Lift, Release, Resend
from maildesk.errors import Refused
from maildesk.pipeline.apply import apply
from maildesk.pipeline.transaction import New, Target, Transaction
from maildesk.store import agents, outbox, quarantine
from maildesk.store.desk import tickets

if TYPE_CHECKING:
    from sqlalchemy import Row

    from maildesk.desk.actor import Actor
    from maildesk.pipeline.services import Services


def act(
    services: Services, actor: Actor, what: Callable[[Transaction, int], list[int]], number: int
) -> None:
    """One of these in a transaction of its own; whoever has to look is kicked behind it."""
    with services.db.write() as conn:
        policy, now = agents.as_said(services.keeper.current.policy, conn), services.now()
        tx = Transaction(conn, services, policy, now, actor)
        kicks = what(tx, number)
    for row_id in kicks:
        services.kick("deliver", row_id)
    for row_id in tx.released:
        services.kick("receive", row_id)


def resend(tx: Transaction, outbox_id: int, *beside: Effect) -> list[int]:
    """Send this mail, which failed or hangs, once more; the outbox rows to look at. `beside`: what
    else is done for its ticket."""
    row = _mail(tx, outbox_id)
    if row.state not in outbox.MAY_BE_SENT_AGAIN:
        raise Refused(f"number {outbox_id} is {row.state}")
    effect = Resend(outbox_id=outbox_id, recipient=row.recipient, purpose=row.purpose)
    return _carry_out(tx, row.ticket_id, effect, *beside)


def lift(tx: Transaction, outbox_id: int, *beside: Effect) -> list[int]:
    """Write to the recipient of this mail again."""
    row = _mail(tx, outbox_id)
    return _carry_out(tx, row.ticket_id, Lift(address=row.recipient), *beside)


def release(tx: Transaction, number: int, *beside: Effect, as_note: bool = False) -> list[int]:
    """Let this held message through the pipeline; `tx.released` says which spool row that is.
    `as_note`: an agent's answer, which only colleagues are to see."""
    row = _held(tx, number)
    if row.spool_id is None:
        raise Refused(f"number {number} cannot be released: only its head was kept")
    effect = Release(number=number, spool_id=row.spool_id, reason=row.reason, as_note=as_note)
    return _carry_out(tx, row.ticket_id, effect, *beside)


def release_as_note(tx: Transaction, number: int, *beside: Effect) -> list[int]:
    """Let this held answer of an agent's through as a note."""
    return release(tx, number, *beside, as_note=True)


def drop(tx: Transaction, number: int, *beside: Effect) -> list[int]:
    """This held message is not wanted."""
    row = _held(tx, number)
    return _carry_out(tx, row.ticket_id, Drop(number=number, reason=row.reason), *beside)


def _mail(tx: Transaction, outbox_id: int) -> Row[Any]:
    row = outbox.by_id(tx.conn, outbox_id)
    if row is None:
        raise Refused(f"there is no number {outbox_id}")
    return row


def _held(tx: Transaction, number: int) -> Row[Any]:
    row = quarantine.by_id(tx.conn, number)
    if row is None:
        raise Refused(f"nothing in quarantine has the number {number}")
    if row.state != "held":
        raise Refused(f"number {number} was {row.state} before")
    return row


def _carry_out(tx: Transaction, ticket_id: int | None, *effects: Effect) -> list[int]:
    ticket = tickets.ticket(tx.conn, ticket_id, tx.policy, lock=True) if ticket_id else None
    target: Target = ticket or New()
    return apply(tx, [(target, effect) for effect in effects])
