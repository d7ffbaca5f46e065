"""An outbox row goes to the relay: sent, later, failed, or uncertain.

The row says "claimed" before the first byte goes out. When the link is lost after
the final dot, or the process dies in between, the relay may have the mail: it is
tried once more with the same bytes and Message-ID, and after that a person is asked.
A database that goes away is no such case: see `outcomes`.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any, Protocol

from maildesk.desk.facts import DeliveryFailed
from maildesk.egress.courier import courier_for
from maildesk.egress.outcome import Outcome
from maildesk.errors import TransientFailure
from maildesk.log import log
from maildesk.pipeline import delivery_reports
from maildesk.pipeline.letters.whole import whole
from maildesk.pipeline.outcomes import Told, told_of
from maildesk.pipeline.services import TimeSlice
from maildesk.pipeline.transaction import Transaction
from maildesk.store import due
from maildesk.store import outbox as outbox_rows
from maildesk.store.schema import outbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from maildesk.egress.stream import Streamed
    from maildesk.pipeline.services import Services
    from maildesk.store.outbox import Letter

MAX_UNCERTAIN = 1
# letters between two commits of what became of them: what a killed process may have sent twice
FEW = 4


class Carries(Protocol):
    """Hands a finished message to the world."""

    def send(self, mail_from: str, rcpt_to: Sequence[str], raw: bytes | Streamed) -> list[Outcome]:
        """One outcome for each recipient."""

    def close(self) -> None:
        """Hang up."""


class Deliverer:
    """Empties the outbox; each worker thread keeps a courier, and so a connection, of its own."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._own = threading.local()
        self._couriers: list[Carries] = []

    def __call__(self) -> int:
        """Send what is due, for a slice of time; how many mails that were. What is
        left is kicked again.

        0 means that nothing is due: however slow the machine, a slice is never over before
        something was done.
        """
        slice_ = TimeSlice()
        sent = self._send_fresh(slice_)
        return sent + self._send_due(slice_, sent)

    def write_again(self) -> None:
        """What became of mails before a connection was lost is written before any other is sent.
        TransientFailure: not now."""
        services = self._services
        if not services.outcomes.is_anything_open(services.db.losses):
            return
        with services.outcomes.again(services.db.losses, services.now()) as told:
            self._write(told)
        if told:
            log.warning("written_again", outcomes=len(told))

    def look_after_outcomes(self) -> None:
        """From time to time: write again what is open, and see whether the database that has the
        rest is still there."""
        services = self._services
        self.write_again()
        if services.outcomes.is_anything_known(services.now()):
            services.db.look()

    def _send_fresh(self, slice_: TimeSlice) -> int:
        """Send what this process wrote down a moment ago, claimed already, a few at a time; how
        many mails that were."""
        services, count = self._services, 0
        while not (services.stopping.is_set() or (count and slice_.is_over())):
            self.write_again()
            if not (letters := services.claimed_letters.take(FEW)):
                break
            ours = self._still_ours(letters)
            try:
                told = [self._hand_over(letter) for letter in ours]
                with services.outcomes.writing(told, services.now()):
                    self._write(told)
            finally:
                services.claimed_letters.done(letters)
                services.held_rows.lay_down(outbox.name, [letter.id for letter in letters])
            count += len(letters)
        return count

    def _still_ours(self, letters: Sequence[Letter]) -> Sequence[Letter]:
        """These, without those whose lease ended while they waited here: somebody else
        has taken them up."""
        services = self._services
        now, lease = services.now(), services.lease
        old = [
            one.id
            for one in letters
            if one.created_at <= services.outcomes.lost_at or now - one.created_at > lease / 2
        ]
        if not old:
            return letters
        try:
            with services.db.autocommit(durable=True) as conn:
                kept = due.keep(conn, outbox, owner=services.owner, until=now + lease, ids=old)
        except BaseException:
            services.claimed_letters.put_back(letters)
            raise
        for row_id in sorted({*old} - kept):
            log.warning("lease_lost", outbox=row_id)
        return [one for one in letters if one.id in kept or one.id not in old]

    def _write(self, told: Sequence[Told]) -> None:
        """Write down what became of these, so that no server forgets it; each that was
        not sent by itself."""
        services = self._services
        if not told:
            return
        with services.db.autocommit(durable=True) as conn:
            outbox_rows.mark_sent(conn, _marks(told))
        for one in told:
            if one.outcome.kind == "sent":
                continue
            try:
                with services.db.write(durable=services.db.dies_alone) as conn:
                    kicks = self._settle(conn, one.letter, one.outcome)
            except TransientFailure:
                raise
            except Exception as problem:  # ours to mend: the row is due again when its lease ends
                log.exception(
                    "processing_failed", outbox=one.letter.id, problem=type(problem).__name__
                )
                continue
            for row_id in kicks:
                services.kick("deliver", row_id)

    def _send_due(self, slice_: TimeSlice, before: int) -> int:
        """Send what the outbox has, however it got there; `before`: how many mails this slice has
        sent already."""
        services, count = self._services, 0
        if before and slice_.is_over():
            services.kick("deliver", 0)
            return 0
        with services.db.read() as conn:
            if not due.due_ids(conn, outbox, now=services.now(), limit=1):
                return 0
        with ExitStack() as held:
            told: list[Told] = []
            while True:
                over = (before or count) and slice_.is_over()
                rows, kicks = self._go_on(told, claims=not (over or services.stopping.is_set()))
                held.close()
                for row_id in kicks:
                    services.kick("deliver", row_id)
                if not rows:
                    if over:
                        services.kick("deliver", 0)
                    return count
                (row,), told = rows, []
                # its lease had ended: another thread here has it all the same
                if services.held_rows.holds(outbox.name, row.id):
                    continue
                count += 1
                held.enter_context(services.held_rows.working(outbox.name, [row.id]))
                told = [services.outcomes.sent(row) or self._hand_over(row)]

    def _go_on(self, told: Sequence[Told], *, claims: bool) -> tuple[Sequence[Letter], list[int]]:
        """Write down what became of the last one and claim the next, in one transaction; that row,
        and what is to be kicked."""
        services, kicks = self._services, list[int]()
        with services.outcomes.writing(told, services.now()):
            self.write_again()
            with services.db.write(durable=services.db.dies_alone) as conn:
                outbox_rows.mark_sent(conn, _marks(told))
                for one in told:
                    if one.outcome.kind != "sent":
                        kicks += self._settle(conn, one.letter, one.outcome)
                rows = self._claim(conn) if claims else ()
        return rows, kicks

    def give_back(self) -> None:
        """The letters that were written down for this process and that nobody has begun to send are
        due, for anybody.

        What became of those that were sent is written, for nobody else knows it.
        """
        services = self._services
        for _ in range(2):  # the first may find nothing but a dead connection
            with suppress(TransientFailure):
                self.write_again()
        if lost := services.outcomes.open_rows():
            log.error(
                "unwritten", outbox=lost, why="the database is away; these may go out once more"
            )
        while left := services.claimed_letters.rest(FEW):
            with services.db.write() as conn:
                for letter in left:
                    holder = (services.owner, letter.attempts)
                    due.postpone(
                        conn, outbox, letter.id, services.now(), refund_attempt=True, holder=holder
                    )

    def close(self) -> None:
        """Hang up everywhere."""
        for courier in self._couriers:
            courier.close()

    def _claim(self, conn: Connection) -> Sequence[Letter]:
        """The next mail that is due, now ours."""
        services = self._services
        now = services.now()
        if services.outcomes.must_others_come_first(services.db.losses, now, services.lease):
            return ()
        return outbox_rows.claim(conn, owner=services.owner, now=now, lease=services.lease)

    def _hand_over(self, row: Letter) -> Told:
        """Send it, and say what became of it."""
        told = told_of(row, self._send(row), self._services.now())
        if told.outcome.kind == "sent":
            log.info(
                "sent", outbox=row.id, purpose=row.purpose, **_facts(told.letter, told.outcome)
            )
        return told

    def _send(self, row: Letter) -> Outcome:
        """Hand the mail over; nothing that goes wrong here stops the next."""
        if row.uncertain > MAX_UNCERTAIN:
            return Outcome(
                row.recipient,
                "uncertain",
                0,
                "",
                "it may have been delivered; the link was lost twice",
            )
        try:
            return self._courier().send(row.mail_from, [row.recipient], self._content(row))[0]
        except Exception as problem:
            # a courier says what happened; anything else is ours to mend, later
            log.exception("processing_failed", outbox=row.id, problem=type(problem).__name__)
            return Outcome(
                row.recipient, "deferred", 0, "", f"{type(problem).__name__}: {problem}"[:500]
            )

    def _content(self, letter: Letter) -> bytes | Streamed:
        if not letter.shared:
            return letter.raw
        with self._services.db.read() as conn:
            return whole(conn, self._services.blobs, letter.raw, letter.shared)

    def _courier(self) -> Carries:
        courier: Carries | None = getattr(self._own, "courier", None)
        if courier is None:
            courier = self._own.courier = courier_for(
                self._services.settings, self._services.desk, self._services.largest.learn
            )
            self._couriers.append(courier)
        return courier

    def _settle(self, conn: Connection, letter: Letter, outcome: Outcome) -> list[int]:
        """Write down that it was not sent, and why; the outbox rows that follow from that."""
        facts = _facts(letter, outcome)
        try:
            return self._unsent(conn, letter, outcome, _reply(outcome), facts)
        except TransientFailure:
            # we slept past the lease: what the next one did counts, or it would be sent once more
            log.warning("lease_lost", outbox=letter.id, **facts)
            return []

    def _unsent(
        self,
        conn: Connection,
        row: Letter,
        outcome: Outcome,
        told: dict[str, Any],
        facts: dict[str, Any],
    ) -> list[int]:
        """Failed, uncertain or later. TransientFailure where somebody else has taken the row up
        meanwhile."""
        now, holder = self._services.now(), (self._services.owner, row.attempts)
        too_old = now - row.created_at > self._services.settings.relay.give_up_after
        lost = row.uncertain + (outcome.kind == "uncertain")
        if outcome.kind == "failed" or (outcome.kind == "deferred" and too_old):
            due.finish(conn, outbox, row.id, "failed", holder=holder, **told)
            log.warning("failed", outbox=row.id, why=outcome.text[:200], **facts)
            return self._tell(conn, row, outcome)
        if lost > MAX_UNCERTAIN:
            due.finish(conn, outbox, row.id, "uncertain", holder=holder, uncertain=lost, **told)
            log.warning("uncertain", outbox=row.id, **facts)
            return self._tell(conn, row, outcome)
        until = now + due.delay(row.attempts)
        due.postpone(
            conn,
            outbox,
            row.id,
            until,
            error=outcome.text[:500],
            holder=holder,
            uncertain=lost,
            **told,
        )
        log.info("deferred", outbox=row.id, why=outcome.text[:200], **facts)
        return []

    def _tell(self, conn: Connection, row: Letter, outcome: Outcome) -> list[int]:
        fact = DeliveryFailed(
            recipient=row.recipient,
            status=outcome.enhanced,
            words=f"{outcome.code} {outcome.enhanced} {outcome.text}".strip()
            if outcome.code
            else outcome.text,
            permanent=True,
            outbox_id=row.id,
            purpose=row.purpose,
            author=row.author,
            message_row=row.message_row,
        )
        services = self._services
        tx = Transaction(conn, services, services.keeper.current.policy, services.now())
        lost = outcome.kind == "uncertain"
        return delivery_reports.failed(tx, row, fact, state="uncertain" if lost else "failed")


def _reply(outcome: Outcome) -> dict[str, Any]:
    """The relay's words, as columns."""
    return {
        "code": outcome.code or None,
        "enhanced_status": outcome.enhanced,
        "reply": outcome.text[:1000],
    }


def _marks(told: Sequence[Told]) -> list[dict[str, Any]]:
    """The columns of those that were sent."""
    return [
        {"row_id": one.letter.id, "sent_at": one.at, **_reply(one.outcome)}
        for one in told
        if one.outcome.kind == "sent"
    ]


def _facts(letter: Letter, outcome: Outcome) -> dict[str, Any]:
    return {
        "to": letter.recipient,
        "code": outcome.code,
        "attempt": letter.attempts,
        "message_id": letter.message_id,
    }


def hang_up_quietly(deliverer: Deliverer) -> None:
    """Close at the end of a run; a dead link is no news then."""
    try:
        deliverer.close()
    except (OSError, TransientFailure) as problem:
        log.info("connection_closed", problem=type(problem).__name__)
