"""An outbox row goes to the relay: sent, later, failed, or uncertain.

The row says "claimed" before the first byte goes out. When the link is lost after
the final dot, or the process dies in between, the relay may have the mail: it is
tried once more with the same bytes and Message-ID, and after that a person is asked.
A database that goes away is no such case: see `outcomes`.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from maildesk.egress.outcome import Outcome
from maildesk.errors import TransientFailure
from maildesk.heartbeat import RelayState
from maildesk.log import log
from maildesk.pipeline.delivery import sent_ids
from maildesk.pipeline.delivery.outcomes import Told, told_of
from maildesk.pipeline.relays.advance import Advance
from maildesk.pipeline.relays.couriers import Couriers
from maildesk.pipeline.relays.lines import Lines
from maildesk.pipeline.relays.settlement import MAX_UNCERTAIN, Settlement, facts_of, marks_of
from maildesk.pipeline.services import TimeSlice
from maildesk.store import due
from maildesk.store import outbox as outbox_rows
from maildesk.store.schema import outbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from maildesk.pipeline.services import Services
    from maildesk.store.outbox import Letter

# letters between two commits of what became of them: what a killed process may have sent twice
FEW = 4


class Deliverer:
    """Empties the outbox; each worker thread keeps a courier, and so a connection, of its own."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._couriers = Couriers(services)
        self._lines = Lines(services)
        self._settle = Settlement(services, self._lines)
        self._advance = Advance(
            services, self._lines, self._send_first, self._write, self._put_back
        )

    def __call__(self) -> int:
        """Send what is due, for a slice of time; how many mails that were. What is
        left is kicked again.

        0 means that nothing is due: however slow the machine, a slice is never over before
        something was done.
        """
        slice_ = TimeSlice()
        self._lines.look()
        sent = self._send_fresh(slice_)
        sent += self._send_due(slice_, sent)
        sent += self._send_lines(slice_)
        return sent

    def begin(self) -> None:
        """At the start: see what the settings may have mended since."""
        self._lines.begin_quietly()

    def relays(self) -> list[RelayState]:
        """Every relay, and what is the matter with it."""
        return self._lines.states()

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
        rest is still there; and whether a relay may be tried that refused us."""
        services = self._services
        self.write_again()
        if services.outcomes.is_anything_known(services.now()):
            services.db.look()
        self._lines.look()
        self._lines.tell()
        if self._lines.due():
            services.kick("deliver", 0)

    def _send_lines(self, slice_: TimeSlice) -> int:
        """Send what a relay has kept waiting, as far as it takes it; how many were tried."""
        services = self._services
        self._lines.tell()
        now = services.now()
        if services.outcomes.must_others_come_first(services.db.losses, now, services.lease):
            return 0
        count = self._advance(slice_)
        if count and self._lines.due():
            services.kick("deliver", 0)
        return count

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
            outbox_rows.mark_sent(conn, marks_of(told, self._lines))
            self._keep_ids(conn, told)
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
        self._learn(told)

    def _learn(self, told: Sequence[Told]) -> None:
        """What a relay refuses us for is known at once to this process, and the next mail waits."""
        if any(one.outcome.kind == "stopped" for one in told):
            self._lines.look(afresh=True)

    def _keep_ids(self, conn: Connection, told: Sequence[Told]) -> None:
        """The Message-IDs that relays have put into these in place of ours."""
        for one in told:
            sent_ids.keep(conn, one, self._lines.relay(one.letter).host)

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
                outbox_rows.mark_sent(conn, marks_of(told, self._lines))
                self._keep_ids(conn, told)
                for one in told:
                    if one.outcome.kind != "sent":
                        kicks += self._settle(conn, one.letter, one.outcome)
                rows = self._claim(conn) if claims else ()
        self._learn(told)
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
        self._couriers.close()

    def _claim(self, conn: Connection) -> Sequence[Letter]:
        """The next mail that is due, now ours."""
        services = self._services
        now = services.now()
        if services.outcomes.must_others_come_first(services.db.losses, now, services.lease):
            return ()
        return outbox_rows.claim(conn, owner=services.owner, now=now, lease=services.lease)

    def _hand_over(self, row: Letter) -> Told:
        """Send it, and say what became of it."""
        return self._told(row, self._send(row))

    def _told(self, row: Letter, outcome: Outcome) -> Told:
        told = told_of(row, outcome, self._services.now())
        if outcome.kind == "sent":
            log.info("sent", outbox=row.id, purpose=row.purpose, **facts_of(told.letter, outcome))
        return told

    def _send(self, row: Letter) -> Outcome:
        """Hand the mail over, if it may go."""
        if row.uncertain > MAX_UNCERTAIN:
            words = "it may have been delivered; the link was lost twice"
            return Outcome(row.recipient, "uncertain", 0, "", words)
        return self._lines.why_not(row) or self._couriers.send(row)

    def _send_first(self, row: Letter) -> Told:
        """The same for one that its line lets go."""
        return self._told(row, self._couriers.send(row))

    def _put_back(self, letter: Letter, line: str) -> None:
        """It stands in line as before."""
        with self._services.db.write(durable=self._services.db.dies_alone) as conn:
            self._lines.stand_in(conn, letter, line, "waits for its relay")


def hang_up_quietly(deliverer: Deliverer) -> None:
    """Close at the end of a run; a dead link is no news then."""
    try:
        deliverer.close()
    except (OSError, TransientFailure) as problem:
        log.info("connection_closed", problem=type(problem).__name__)
