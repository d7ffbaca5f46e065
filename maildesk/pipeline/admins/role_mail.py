"""Mail to postmaster and abuse, which every domain has (RFC 5321, 4.5.1; RFC 2142): the admins get
it, and no ticket comes of it.

It is passed on as it came, as a file. No more in an hour than a person reads: these are the
addresses that robots know. What is beyond that, or too large for a mail, is held, and the admins
hear of it as of all that is held.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from maildesk.desk.effects import Effect, Hold, NotifyAdmins
from maildesk.desk.policy import ROLES
from maildesk.pipeline.apply import apply
from maildesk.pipeline.transaction import New
from maildesk.store import automatic

if TYPE_CHECKING:
    from maildesk.mail.message import Mailbox
    from maildesk.pipeline.transaction import Transaction

MOST = 30  # in an hour
REASON = "postmaster"
_LONGEST = 5000  # characters of its text that stand in the mail itself
_HOUR = timedelta(hours=1)
_ENCODED = 4 / 3  # octets of a file in a mail, for one of its own (base64)


def handle(tx: Transaction, sender: Mailbox) -> tuple[str, list[int]]:
    """Pass it on to the admins; the outcome's word, and the outbox rows to look at."""
    effect = _effect(tx, sender)
    kicks = apply(tx, [(New(), effect)])
    return (f"held {REASON}" if isinstance(effect, Hold) else "passed_on"), kicks


def _effect(tx: Transaction, sender: Mailbox) -> Effect:
    if tx.inbound is None:
        return Hold(reason=REASON, words="there is no message to pass on")
    message, limits = tx.inbound.message, tx.policy.attachments
    largest = min(limits.max_total, tx.services.largest.mail or limits.max_total)
    fits = len(tx.inbound.raw) * _ENCODED <= largest
    if not tx.inbound.job.released_by:
        if not fits:
            return Hold(reason=REASON, words="to the postmaster, and too large to be passed on")
        count = automatic.noticed_since(tx.conn, ROLES[0], tx.now - _HOUR)
        if count >= MOST * len(tx.policy.admins):
            words = f"to the postmaster, beyond the {MOST} messages that are passed on in an hour"
            return Hold(reason=REASON, words=words)
    brought = (
        "The message is attached as it came" if fits else "The message is too large for a mail"
    )
    who, words = f"{sender.name} <{sender.address}>".strip(), message.text.strip()[:_LONGEST]
    subject = message.subject or "no subject"
    if tx.policy.is_for_admins(sender.address):  # an answer would come back to them
        return NotifyAdmins(
            subject=f"Mail from the postmaster: {subject}",
            text=f"{who} wrote to this desk. {brought}. No ticket came of it.\n\n{words}",
            with_message=fits,
        )
    text = (
        f"{who} wrote to the postmaster of this desk. "
        f"{brought}. A reply to this mail goes to the sender, from your own address.\n\n{words}"
    )
    return NotifyAdmins(
        subject=f"Mail to the postmaster: {subject}",
        text=text,
        answers_to=sender.address,
        with_message=fits,
    )
