"""Delivery reports find the mail that failed (RFC 3464).

By the return path made for one recipient: it came there, or brings that address
along, in the head of the mail that comes back (X-Maildesk-Recipient, Return-Path)
or in what it says of the envelope. Others in the conversation know the Message-ID
of a mail, never that address: a report with a Message-ID alone is told and proves
nothing. One that names nothing we sent to that address is merely kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from maildesk.desk.decide import decide
from maildesk.desk.effects import Hold, Record, SendWithoutFiles
from maildesk.desk.facts import DeliveryFailed
from maildesk.desk.threads import links
from maildesk.desk.threads.links import Purpose, Token
from maildesk.mail.message import Kind, Message, Report
from maildesk.mail.owners import mailbox_of
from maildesk.pipeline.apply import apply
from maildesk.pipeline.classification import returned
from maildesk.pipeline.decision_inputs import situated
from maildesk.pipeline.letters.files import without_files
from maildesk.pipeline.transaction import New, Transaction, addressed
from maildesk.store import outbox
from maildesk.store.desk import tickets
from maildesk.store.erasing import deleted
from maildesk.store.erasing.erase import erase_message

if TYPE_CHECKING:
    from sqlalchemy import Row

    from maildesk.store.outbox import Letter


_KEPT = {
    "unmatched_report": "a report that names nothing this desk sent",
    "unproved_report": (
        "a report that did not come back the way the mail went, and does not bring it along"
    ),
}


def handle(tx: Transaction, token: Token | None) -> tuple[str, list[int]]:
    """What this report says of our mails; the outcome's word, and the outbox rows to look at."""
    if tx.inbound is None:
        return "unmatched_report", []
    message = tx.inbound.message
    if message.kind is not Kind.DELIVERY_REPORT and (
        token is None or message.kind is not Kind.ORDINARY
    ):
        return _noted(tx, message, token)
    reports = (
        message.reports or (Report("", "failed", "", message.reply[:500]),)
        if token
        else message.reports
    )
    if _is_of_deleted(tx, token):
        erase_message(tx.conn, tx.inbound.job.id, message.message_id, tx.now)
        return "deleted", []
    kicks: list[int] = []
    outcome = "unmatched_report"
    ring, plus = tx.services.ring, tx.policy.plus
    tokens = returned.tokens_in(ring, tx.inbound.raw, tx.now.date(), plus)
    for report in reports:
        row, proved = _ours(tx, token, report, tokens)
        if row is None or row.state in ("due", "claimed"):
            continue  # what was not sent yet cannot have come back
        if row.state == "failed" and report.action == "failed":
            outcome = report.action
            continue  # said before, and told: one mail that fails is one piece of news
        outcome = report.action
        if report.action in ("failed", "delayed"):
            outcome = report.action if proved else "unproved_report"
            kicks += _tell(tx, row, report, proved=proved)
    if outcome in _KEPT and not _is_released(tx):
        kicks += _keep(tx, outcome)
    return outcome, kicks


def _is_of_deleted(tx: Transaction, token: Token | None) -> bool:
    """Whether it came back to an address that was made for a mail of a ticket that was deleted
    since: it brings words of it along, and there is nobody to tell."""
    if token is None or token.purpose is not Purpose.BOUNCE or token.expired:
        return False
    return deleted.by_id(tx.conn, token.number) is not None


def _ours(
    tx: Transaction, token: Token | None, report: Report, brought: list[Token]
) -> tuple[Row[Any] | None, bool]:
    """The outbox row that this line of the report is about, sent there; whether that is proved, or
    a person released it."""
    row = (
        outbox.by_message_id(tx.conn, report.original_message_id)
        if report.original_message_id
        else None
    )
    if token is not None and token.purpose is Purpose.BOUNCE and not token.expired:
        is_theirs = (
            row is not None
            and row.ticket_id == token.number
            and links.whose(token, [row.recipient])
        )
        return row if is_theirs else _latest(tx, token), True
    if row is not None and any(
        t.number == row.ticket_id and links.whose(t, [row.recipient]) for t in brought
    ):
        return row, True
    # behind an alias only the second is ours
    named = (mailbox_of(report.final_recipient), mailbox_of(report.original_recipient))
    if row is not None and row.recipient in named:
        return row, bool(tx.inbound and tx.inbound.job.released_by)
    theirs = next((t for t in brought if links.whose(t, named)), None)
    return (_latest(tx, theirs), True) if theirs is not None else (None, False)


def _latest(tx: Transaction, token: Token) -> Row[Any] | None:
    recipient = links.whose(token, outbox.recipients_about(tx.conn, token.number))
    return outbox.latest_to(tx.conn, token.number, recipient) if recipient else None


def _tell(tx: Transaction, row: Row[Any], report: Report, *, proved: bool) -> list[int]:
    """Note it on the ticket and tell the one who wrote the mail."""
    fact = DeliveryFailed(
        recipient=row.recipient,
        status=report.status,
        words=report.diagnostic or "no reason was given",
        permanent=report.action == "failed",
        outbox_id=row.id,
        purpose=row.purpose,
        author=row.author,
        message_row=row.message_row,
        proved=proved,
    )
    return failed(tx, row, fact)


def failed(
    tx: Transaction,
    row: Row[Any] | Letter,
    fact: DeliveryFailed,
    *,
    state: Literal["failed", "uncertain"] = "failed",
) -> list[int]:
    """Decide and apply a failure; the row says so from now on."""
    ticket = tickets.ticket(tx.conn, row.ticket_id, tx.policy, lock=True) if row.ticket_id else None
    if fact.permanent and fact.proved:
        outbox.mark_bounced(tx.conn, row.id, state, fact.status, fact.words)
    fact = situated(fact, ticket, tx.conn, tx.services, tx.policy)
    target = ticket or New()
    tx.begin(target, fact.situation)
    if without_files.helps(tx.conn, tx.policy, fact):
        smaller = SendWithoutFiles(outbox_id=row.id, agent=fact.recipient)
        return apply(tx, [(target, smaller)])
    fact = replace(fact, unheard=not outbox.reached_somebody(tx.conn, row.id))
    return apply(tx, addressed(target, decide(ticket, fact, tx.policy, tx.now)))


def _noted(tx: Transaction, message: Message, token: Token | None) -> tuple[str, list[int]]:
    """A read receipt or a feedback report: a line in the history of the ticket it is about, and
    nothing else."""
    ids = [*message.in_reply_to, *message.references]
    ids += [r.original_message_id for r in message.reports if r.original_message_id]
    number = next(
        (n for i in ids if (n := links.read_message_id(tx.services.ring, i)) is not None), None
    )
    if number is None and token is not None and token.purpose is Purpose.BOUNCE:
        number = token.number
    ticket = tickets.ticket(tx.conn, number, tx.policy, lock=True) if number is not None else None
    kind = message.kind.value
    if ticket is None and _is_released(tx):
        return "unmatched_report", []
    if ticket is None:
        return kind, _keep(tx)
    return kind, apply(tx, [(ticket, Record(what=kind))])


def _is_released(tx: Transaction) -> bool:
    return tx.inbound is not None and bool(tx.inbound.job.released_by)


def _keep(tx: Transaction, reason: str = "unmatched_report") -> list[int]:
    """A report that changed nothing: kept where a person can see it, for nothing vanishes. Released
    it is believed."""
    return apply(tx, [(New(), Hold(reason=reason, words=_KEPT[reason]))])
