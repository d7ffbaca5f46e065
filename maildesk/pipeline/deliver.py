"""An outbox row goes to the relay: sent, later, failed, or uncertain.

The row says "claimed" before the first byte goes out. When the link is lost after
the final dot, or the process dies in between, the relay may have the mail: it is
tried once more with the same bytes and Message-ID, and after that a person is asked.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Protocol

from maildesk.desk.facts import DeliveryFailed
from maildesk.egress.courier import courier_for
from maildesk.egress.outcome import Outcome
from maildesk.errors import TransientFailure
from maildesk.log import log
from maildesk.pipeline import reports
from maildesk.pipeline.station import Slice
from maildesk.pipeline.work import Work
from maildesk.store import due
from maildesk.store.schema import outbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

    from maildesk.pipeline.station import Station
    from maildesk.store.outbox import Letter

MAX_UNCERTAIN = 1
FEW = 4  # letters between two commits of what became of them: what a killed process may have sent twice


class Carries(Protocol):
    """Hands a finished message to the world."""

    def send(self, mail_from: str, rcpt_to: Sequence[str], raw: bytes) -> list[Outcome]:
        """One outcome for each recipient."""

    def close(self) -> None:
        """Hang up."""


class Deliverer:
    """Empties the outbox; each worker thread keeps a courier, and so a connection, of its own."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._own = threading.local()
        self._couriers: list[Carries] = []

    def __call__(self) -> int:
        """Send what is due, for a slice of time; how many mails that were. What is left is kicked again.

        0 means that nothing is due: however slow the machine, a slice is never over before something was done.
        """
        slice_ = Slice()
        sent = self._send_fresh(slice_)
        return sent + self._send_due(slice_, sent)

    def _send_fresh(self, slice_: Slice) -> int:
        """Send what this process wrote down a moment ago, claimed already, a few at a time; how many mails that were."""
        station, count = self._station, 0
        while not (station.stopping.is_set() or (count and slice_.is_over())) and (letters := station.fresh.take(FEW)):
            try:
                told = [(letter, self._send(letter)) for letter in letters]
                with station.db.mark() as conn:
                    for letter, outcome in told:
                        if outcome.kind == "sent":
                            self._settle(conn, letter, outcome)
                for letter, outcome in told:
                    if outcome.kind != "sent":  # each by itself: what goes wrong here must not undo the others' "sent"
                        with station.db.write(durable=False) as conn:
                            kicks = self._settle(conn, letter, outcome)
                        for row_id in kicks:
                            station.kick("deliver", row_id)
            finally:
                station.in_hand.lay_down(outbox.name, [letter.id for letter in letters])
            count += len(letters)
        return count

    def _send_due(self, slice_: Slice, before: int) -> int:
        """Send what the outbox has, however it got there; `before`: how many mails this slice has sent already."""
        station, count = self._station, 0
        if before and slice_.is_over():
            station.kick("deliver", 0)
            return 0
        with station.db.read() as conn:
            if not due.due_ids(conn, outbox, now=station.now(), limit=1):
                return 0
        with ExitStack() as held:
            row: Row[Any] | None = None
            outcome: Outcome | None = None
            while True:
                with station.db.write(durable=False) as conn:  # lost with the power: sent again, with the same Message-ID
                    kicks = self._settle(conn, row, outcome) if row is not None and outcome is not None else []
                    over = (before or count) and slice_.is_over()
                    rows = () if over or station.stopping.is_set() else self._claim(conn)
                held.close()
                for row_id in kicks:
                    station.kick("deliver", row_id)
                if not rows:
                    if over:
                        station.kick("deliver", 0)
                    return count
                row, count = rows[0], count + 1
                held.enter_context(station.in_hand.working(outbox.name, [row.id]))
                outcome = self._send(row)

    def give_back(self) -> None:
        """The letters that were written down for this process and that nobody has begun to send are due, for anybody."""
        station = self._station
        while left := station.fresh.take(FEW):
            with station.db.write() as conn:
                for letter in left:
                    due.postpone(conn, outbox, letter.id, station.now(), counted=False, holder=(station.owner, letter.attempts))

    def close(self) -> None:
        """Hang up everywhere."""
        for courier in self._couriers:
            courier.close()

    def _claim(self, conn: Connection) -> Sequence[Row[Any]]:
        """The next mail that is due, now ours. One at a time: what a killed process leaves uncertain is what it was sending."""
        station = self._station
        now = station.now()
        return due.claim(conn, outbox, owner=station.owner, now=now, lease=station.lease, taken_over=outbox.c.uncertain)

    def _send(self, row: Row[Any] | Letter) -> Outcome:
        """Hand the mail over; nothing that goes wrong here stops the next."""
        if row.uncertain > MAX_UNCERTAIN:
            return Outcome(row.recipient, "uncertain", 0, "", "it may have been delivered; the link was lost twice")
        try:
            return self._courier().send(row.mail_from, [row.recipient], row.raw)[0]
        except Exception as problem:  # a courier says what happened; anything else is ours to mend, later
            log.exception("stumbled", outbox=row.id, problem=type(problem).__name__)
            return Outcome(row.recipient, "deferred", 0, "", f"{type(problem).__name__}: {problem}"[:500])

    def _courier(self) -> Carries:
        courier: Carries | None = getattr(self._own, "courier", None)
        if courier is None:
            courier = self._own.courier = courier_for(self._station.settings, self._station.desk)
            self._couriers.append(courier)
        return courier

    def _settle(self, conn: Connection, row: Row[Any] | Letter, outcome: Outcome) -> list[int]:
        """Write down what became of it; the outbox rows that follow from that."""
        now = self._station.now()
        told: dict[str, Any] = {"code": outcome.code or None, "enhanced": outcome.enhanced, "reply": outcome.text[:1000]}
        facts = {"to": row.recipient, "code": outcome.code, "attempt": row.attempts, "message_id": row.message_id}
        if outcome.kind == "sent":
            due.finish(conn, outbox, row.id, "sent", sent_at=now, **told)
            log.info("sent", outbox=row.id, purpose=row.purpose, **facts)
            return []
        try:
            return self._unsent(conn, row, outcome, told, facts)
        except TransientFailure:  # we slept past the lease: what the next one did counts, or it would be sent once more
            log.warning("overslept", outbox=row.id, **facts)
            return []

    def _unsent(
        self, conn: Connection, row: Row[Any] | Letter, outcome: Outcome, told: dict[str, Any], facts: dict[str, Any]
    ) -> list[int]:
        """Failed, uncertain or later. TransientFailure where somebody else has taken the row up meanwhile."""
        now, holder = self._station.now(), (self._station.owner, row.attempts)
        too_old = now - row.created_at > self._station.settings.relay.give_up_after
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
        due.postpone(conn, outbox, row.id, until, error=outcome.text[:500], holder=holder, uncertain=lost, **told)
        log.info("deferred", outbox=row.id, why=outcome.text[:200], **facts)
        return []

    def _tell(self, conn: Connection, row: Row[Any] | Letter, outcome: Outcome) -> list[int]:
        fact = DeliveryFailed(
            recipient=row.recipient,
            status=outcome.enhanced,
            words=f"{outcome.code} {outcome.enhanced} {outcome.text}".strip() if outcome.code else outcome.text,
            permanent=True,
            outbox_id=row.id,
            purpose=row.purpose,
            author=row.author,
            message_row=row.message_row,
        )
        work = Work(conn, self._station, self._station.keeper.current.policy, self._station.now(), None)
        state = "failed" if outcome.kind != "uncertain" else "uncertain"
        return reports.failed(work, row, fact, state=state)


def hang_up_quietly(deliverer: Deliverer) -> None:
    """Close at the end of a run; a dead link is no news then."""
    try:
        deliverer.close()
    except (OSError, TransientFailure) as problem:
        log.info("hung_up", problem=type(problem).__name__)
