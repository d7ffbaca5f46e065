"""What becomes of a mail that was not sent: later, in line, failed, or a person is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from maildesk.desk.facts import DeliveryFailed
from maildesk.desk.threads.links import hidden
from maildesk.errors import TransientFailure
from maildesk.log import log
from maildesk.pipeline.delivery import delivery_reports, sent_ids
from maildesk.pipeline.transaction import Transaction
from maildesk.store import agents, due
from maildesk.store.schema import outbox

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from sqlalchemy import Connection

    from maildesk.egress.outcome import Outcome
    from maildesk.pipeline.delivery.outcomes import Told
    from maildesk.pipeline.relays.lines import Lines
    from maildesk.pipeline.services import Services
    from maildesk.store.outbox import Letter

MAX_UNCERTAIN = 1


class Settlement:
    """Writes it down."""

    def __init__(self, services: Services, lines: Lines) -> None:
        self._services, self._lines = services, lines

    def __call__(self, conn: Connection, letter: Letter, outcome: Outcome) -> list[int]:
        """Write down that it was not sent, and why; the outbox rows that follow from that."""
        facts = facts_of(letter, outcome)
        try:
            return self._unsent(conn, letter, outcome, facts)
        except TransientFailure:
            # we slept past the lease: what the next one did counts, or it would be sent once more
            log.warning("lease_lost", outbox=letter.id, **facts)
            return []

    def _unsent(
        self, conn: Connection, row: Letter, outcome: Outcome, facts: dict[str, Any]
    ) -> list[int]:
        """Failed, uncertain, in line or later.

        TransientFailure where somebody else has taken the row up meanwhile.
        """
        now, holder = self._services.now(), (self._services.owner, row.attempts)
        if outcome.kind == "waiting" and (line := self._lines.of(row)) is not None and line.said:
            # what was said of its relay: of the mail nobody has said anything
            code, status = line.code or 0, line.enhanced_status
            outcome = replace(outcome, code=code, enhanced=status, text=line.words)
        told = reply_of(outcome) | {"relay": self._lines.relay(row).name}
        is_old = now - row.created_at > self._patience(row)
        lost = row.uncertain + (outcome.kind == "uncertain")
        if outcome.kind == "failed" or (outcome.kind != "uncertain" and is_old):
            due.finish(conn, outbox, row.id, "failed", holder=holder, line=None, **told)
            log.warning("failed", outbox=row.id, why=outcome.text[:200], **facts)
            return self._tell(conn, row, outcome)
        if lost > MAX_UNCERTAIN:
            told |= {"uncertain": lost}
            due.finish(conn, outbox, row.id, "uncertain", holder=holder, **told)
            log.warning("uncertain", outbox=row.id, **facts)
            return self._tell(conn, row, outcome)
        if outcome.kind in ("stopped", "waiting"):
            self._put_in_line(conn, row, outcome, facts)
            return []
        until = now + due.delay(row.attempts)
        told |= {"uncertain": lost, "error": outcome.text[:500]}
        due.postpone(conn, outbox, row.id, until, holder=holder, **told)
        log.info("deferred", outbox=row.id, why=outcome.text[:200], **facts)
        return []

    def _put_in_line(
        self, conn: Connection, row: Letter, outcome: Outcome, facts: dict[str, Any]
    ) -> None:
        """Its relay refuses us, or is known to; that it was tried is no attempt."""
        if outcome.kind == "stopped":
            line = self._lines.stop(conn, row, outcome)
            self._lines.stand_in(conn, row, line, outcome.text, **reply_of(outcome))
            log.info("waits", outbox=row.id, why=outcome.text[:200], **facts)
            return
        line_there = self._lines.of(row)
        if line_there is not None:
            self._lines.stand_in(conn, row, line_there.line, outcome.text)
            log.info("waits", outbox=row.id, why=outcome.text[:200], **facts)
            return
        holder = (self._services.owner, row.attempts)
        now = self._services.now()
        due.postpone(conn, outbox, row.id, now, refund_attempt=True, holder=holder)

    def _patience(self, row: Letter) -> timedelta:
        return self._lines.relay(row).give_up_after

    def _tell(self, conn: Connection, row: Letter, outcome: Outcome) -> list[int]:
        words = f"{outcome.code} {outcome.enhanced} {outcome.text}".strip()
        fact = DeliveryFailed(
            recipient=row.recipient,
            status=outcome.enhanced,
            words=words if outcome.code else outcome.text,
            permanent=True,
            outbox_id=row.id,
            purpose=row.purpose,
            author=row.author,
            message_row=row.message_row,
        )
        services = self._services
        policy = agents.as_said(services.keeper.current.policy, conn)
        tx = Transaction(conn, services, policy, services.now())
        lost = outcome.kind == "uncertain"
        return delivery_reports.failed(tx, row, fact, state="uncertain" if lost else "failed")


def reply_of(outcome: Outcome) -> dict[str, Any]:
    """The relay's words, as columns."""
    return {
        "code": outcome.code or None,
        "enhanced_status": outcome.enhanced,
        "reply": outcome.text[:1000],
    }


def marks_of(told: Sequence[Told], lines: Lines) -> list[dict[str, Any]]:
    """The columns of those that were sent."""
    return [
        {"row_id": one.letter.id, "sent_at": one.at, **reply_of(one.outcome)}
        | {"relay": lines.relay(one.letter).name, "reply": sent_ids.words(one)[:1000]}
        for one in told
        if one.outcome.kind == "sent"
    ]


def facts_of(letter: Letter, outcome: Outcome) -> dict[str, Any]:
    """What the log says of it."""
    return {
        "to": letter.recipient,
        "code": outcome.code,
        "attempt": letter.attempts,
        "message_id": hidden(letter.message_id),
    }
