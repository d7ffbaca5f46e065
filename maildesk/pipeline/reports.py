"""Delivery reports find the mail that failed (RFC 3464).

By the return path made for one recipient, else by the original's Message-ID.

A report that names nothing we sent to that address changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from maildesk.desk import links
from maildesk.desk.decide import decide
from maildesk.desk.effects import Record
from maildesk.desk.facts import DeliveryFailed
from maildesk.desk.links import Purpose, Token
from maildesk.mail.message import Kind, Report
from maildesk.pipeline.apply import apply
from maildesk.pipeline.situation import situated
from maildesk.pipeline.work import Work
from maildesk.store import outbox, quarantine, tickets

if TYPE_CHECKING:
    from sqlalchemy import Row

    from maildesk.store.outbox import Letter


def handle(work: Work, token: Token | None) -> tuple[str, list[int]]:
    """What this report says of our mails; the outcome's word, and the outbox rows to look at."""
    message = work.message
    if message is None:
        return "unmatched_report", []
    if message.kind is not Kind.DELIVERY_REPORT and (token is None or message.kind is not Kind.ORDINARY):
        return _noted(work, token)
    reports = message.reports or (Report("", "failed", "", message.reply[:500]),) if token else message.reports
    kicks: list[int] = []
    outcome = "unmatched_report"
    for report in reports:
        row = _ours(work, token, report)
        if row is None or row.state in ("due", "claimed"):
            continue  # what was not sent yet cannot have come back
        outcome = report.action
        if row.state == "failed" and report.action == "failed":
            continue  # said before, and told: one mail that fails is one piece of news
        if report.action in ("failed", "delayed"):
            kicks += _tell(work, row, report)
    if outcome == "unmatched_report":
        _keep(work)
    return outcome, kicks


def _ours(work: Work, token: Token | None, report: Report) -> Row[Any] | None:
    """The outbox row that this line of the report is about, and was really sent to that address."""
    if token is not None and token.purpose is Purpose.BOUNCE:
        row = outbox.by_message_id(work.conn, report.original_message_id) if report.original_message_id else None
        if row is not None and row.ticket_id == token.number and links.whose(token, [row.recipient]):
            return row
        return _latest(work, token)
    row = outbox.by_message_id(work.conn, report.original_message_id) if report.original_message_id else None
    named = (report.final_recipient.lower(), report.original_recipient.lower())  # behind an alias only the second is ours
    return row if row is not None and row.recipient in named else None


def _latest(work: Work, token: Token) -> Row[Any] | None:
    recipient = links.whose(token, outbox.recipients_about(work.conn, token.number))
    return outbox.latest_to(work.conn, token.number, recipient) if recipient else None


def _tell(work: Work, row: Row[Any], report: Report) -> list[int]:
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
    )
    return failed(work, row, fact)


def failed(work: Work, row: Row[Any] | Letter, fact: DeliveryFailed, *, state: str = "failed") -> list[int]:
    """Decide and apply a failure; the row says so from now on."""
    work.ticket = tickets.ticket(work.conn, row.ticket_id, work.policy, lock=True) if row.ticket_id else None
    work.changes, work.history, work.kept, work.drafts = {}, [], [], []
    if fact.permanent:
        outbox.mark_bounced(work.conn, row.id, state, fact.status, fact.words)
    fact = cast(DeliveryFailed, situated(fact, work.ticket, work.conn, work.station, work.policy))
    work.situation = fact.situation
    return apply(work, decide(work.ticket, fact, work.policy, work.now))


def _noted(work: Work, token: Token | None) -> tuple[str, list[int]]:
    """A read receipt or a feedback report: a line in the history of the ticket it is about, and nothing else."""
    message = work.message
    ids = [*(message.in_reply_to if message else ()), *(message.references if message else ())]
    ids += [r.original_message_id for r in (message.reports if message else ()) if r.original_message_id]
    number = next((n for i in ids if (n := links.read_message_id(work.station.ring, i)) is not None), None)
    if number is None and token is not None and token.purpose is Purpose.BOUNCE:
        number = token.number
    work.ticket = tickets.ticket(work.conn, number, work.policy, lock=True) if number is not None else None
    kind = message.kind.value if message else "report"
    if work.ticket is None:
        _keep(work)
        return kind, []
    return kind, apply(work, [Record(what=kind)])


def _keep(work: Work) -> None:
    """Nobody's report: kept where a person can see it, for nothing vanishes."""
    message, job = work.message, work.job
    sender = message.sender.address if message and message.sender else ""
    held = quarantine.hold(
        work.conn,
        now=work.now,
        reason="unmatched_report",
        words="a report that names nothing this desk sent",
        spool_id=job.id if job else None,
        digest=job.digest if job else None,
        sender=sender,
        subject=message.subject if message else "",
    )
    work.held.append(held)
