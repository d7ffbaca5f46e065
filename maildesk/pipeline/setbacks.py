"""What becomes of a spooled message that cannot be processed now: it waits, is tried again, or is
held for a person. Nothing is lost by it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from maildesk.errors import TransientFailure
from maildesk.log import log
from maildesk.store import due, quarantine
from maildesk.store.schema import spool as spool_table

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.pipeline.services import Services
    from maildesk.store.spool import Spooled

MAX_ATTEMPTS = 6
_A_MOMENT = timedelta(milliseconds=250)


def look_again(conn: Connection, services: Services, job: Spooled) -> None:
    """In a moment, and without an attempt less."""
    until, holder = services.now() + _A_MOMENT, (services.owner, job.attempts)
    due.postpone(conn, spool_table, job.id, until, refund_attempt=True, holder=holder)


def wait(services: Services, job: Spooled, words: str) -> None:
    """The store's trouble is not the message's: it waits as long as that lasts, and no
    attempt is counted."""
    now = services.now()
    pause = min(max((now - job.received_at) / 10, timedelta(seconds=1)), timedelta(minutes=1))
    try:
        with services.db.write() as conn:
            holder = (services.owner, job.attempts)
            due.postpone(
                conn,
                spool_table,
                job.id,
                now + pause,
                error=words[:500],
                refund_attempt=True,
                holder=holder,
            )
        log.warning("postponed", spool=job.id, why=words[:200])
    except TransientFailure as problem:
        log.warning("database_unavailable", spool=job.id, why=str(problem)[:200])


def again(services: Services, job: Spooled, words: str) -> None:
    """Later, or into quarantine when it has been tried often enough. If even that fails, the lease
    runs out by itself."""
    try:
        if job.attempts >= MAX_ATTEMPTS:
            hold(services, job, "poison", words)
            return
        with services.db.write() as conn:
            until = services.now() + due.delay(job.attempts)
            due.postpone(
                conn,
                spool_table,
                job.id,
                until,
                error=words[:500],
                holder=(services.owner, job.attempts),
            )
        log.warning("postponed", spool=job.id, attempt=job.attempts, why=words[:200])
    except TransientFailure as problem:
        log.warning("database_unavailable", spool=job.id, why=str(problem)[:200])


def hold(services: Services, job: Spooled, reason: str, words: str) -> None:
    """A person has to look at it."""
    with services.db.write() as conn:
        sender = job.envelope.mail_from or ""
        quarantine.hold(
            conn,
            now=services.now(),
            reason=reason,
            words=words,
            spool_id=job.id,
            digest=job.digest,
            sender=sender,
        )
        due.finish(
            conn,
            spool_table,
            job.id,
            "held",
            holder=(services.owner, job.attempts),
            outcome=f"held {reason}",
        )
    log.warning("held", spool=job.id, reason=reason, why=words[:200])
