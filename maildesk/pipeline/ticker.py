"""The ticker looks anyway: it kicks whatever is due, and renews the leases of
what this process holds.

Once a minute it looks further: for mail that is held and nobody knows of, and for rows that a wrong
clock has put off.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from maildesk.errors import TransientFailure
from maildesk.kick import Stage
from maildesk.log import log
from maildesk.pipeline.admin_alarms import tell_admins
from maildesk.pipeline.admins.unseen_mail import Unseen
from maildesk.pipeline.notices import timers_kept
from maildesk.store import clock_repair, due, migrate
from maildesk.store.erasing import sweep
from maildesk.store.schema import agent_timers, outbox, spool, timers
from maildesk.store.secrets import page_codes, page_sessions, proved_networks, waiting_forms

if TYPE_CHECKING:
    from maildesk.pipeline.services import Services

TABLES: tuple[tuple[Stage, object], ...] = (
    ("receive", spool),
    ("fire", timers),
    ("fire", agent_timers),
    ("deliver", outbox),
)
# seconds after which a thread that still works on one row is told about: no relay takes so long
HANGS = 600.0
FURTHER = 60.0  # seconds between two looks further
KICKS_A_TICK = 8  # workers drain what is due; a few kicks wake enough of them


class Ticker:
    """A thread that ticks, renews, or both."""

    def __init__(
        self,
        services: Services,
        *,
        kicks: bool,
        renews: bool,
        hangs: float = HANGS,
        beat: Callable[[], None] | None = None,
        settle: Callable[[], None] | None = None,
    ) -> None:
        self._services, self._kicks, self._renews, self._hangs = services, kicks, renews, hangs
        self._beat, self._settle = beat, settle
        self._told: set[tuple[str, int]] = set()
        self._unseen = Unseen()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)

    def start(self) -> None:
        """Begin to tick."""
        self._thread.start()

    def stop(self) -> None:
        """Tick no more."""
        self._stop.set()
        # not where a door could not be opened, and nothing was started behind it
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def tick(self) -> int:
        """Kick what is due now; how many kicks that were."""
        services, count = self._services, 0
        with services.db.read() as conn:
            now = services.now()
            found = [
                (stage, due.due_ids(conn, table, now=now, limit=KICKS_A_TICK))  # type: ignore[arg-type]
                for stage, table in TABLES
            ]
        for stage, ids in found:
            for row_id in ids:
                services.kick(stage, row_id)
            count += len(ids)
        return count

    def renew(self) -> None:
        """What is worked on here stays ours for another lease; what was dropped on
        the way does not."""
        services = self._services
        held = [
            (table, ids)
            for table in (spool, timers, agent_timers, outbox)
            if (ids := services.held_rows.of(table.name))
        ]
        if not held:
            return
        until = services.now() + services.lease
        with services.db.autocommit() as conn:
            for table, ids in held:
                due.renew(conn, table, owner=services.owner, until=until, ids=ids)

    def look_for_hanging(self) -> None:
        """Tell the admins, once, of a row that a thread here does not come to an end with.

        Its lease is renewed all the same: another worker would hang on it as well, and then there
        is one less again.
        """
        hanging = set(self._services.held_rows.longer_than(self._hangs))
        found, self._told = sorted(hanging - self._told), hanging
        if not found:
            return
        for table, row_id in found:
            log.error(
                "hangs",
                table=table,
                row=row_id,
                minutes=round(self._hangs / 60),
                owner=self._services.owner,
            )
        rows = ", ".join(f"{table} {row_id}" for table, row_id in found)
        words = (
            f"A worker of {self._services.owner} has not come to an end with this in "
            f"{self._hangs / 60:.0f} minutes: {rows}."
        )
        tell_admins(
            self._services,
            "A worker hangs",
            f"{words}\nRestart that process; what it held is then taken up again.\n",
        )

    def look_further(self) -> None:
        """Tell the admins of mail that waits for them, bring back what a clock that was wrong has
        put off, keep the timers of agents, remove what is left of deleted tickets, and what the
        pages need no more."""
        services = self._services
        with services.db.write(durable=False) as conn:
            found = clock_repair.bring_back(conn, services.now())
            for kept in (page_codes, page_sessions, proved_networks, waiting_forms):
                kept.drop_old(conn, services.now())
        if found:
            log.warning(
                "requeued",
                rows=found,
                why="they were put off for a time that the clock is no longer near",
            )
        self._unseen.look(services)
        timers_kept.look(services)
        sweep.sweep(services.db, services.blobs, services.now())

    def _run(self) -> None:
        pause = self._services.settings.pipeline.tick.total_seconds()
        renewal = self._services.lease.total_seconds() / 3
        next_renewal = time.monotonic() + renewal
        next_look = time.monotonic()
        while not self._stop.wait(pause):
            try:
                self._look_at_the_tables()
                self._settle_first()
                if self._kicks:
                    self.tick()
                if self._kicks and time.monotonic() >= next_look:
                    next_look = time.monotonic() + FURTHER
                    self.look_further()
                if self._renews and time.monotonic() >= next_renewal:
                    next_renewal = time.monotonic() + renewal
                    self.renew()
                    self.look_for_hanging()
                if self._beat is not None and not self._services.held_rows.longer_than(self._hangs):
                    self._beat()
            except TransientFailure as problem:
                log.warning("database_unavailable", why=str(problem)[:200])
            except Exception as problem:  # the net must not tear
                log.exception("ticker_failed", problem=type(problem).__name__)

    def _look_at_the_tables(self) -> None:
        """A newer version may have changed them while we run: then we touch nothing any more."""
        if words := migrate.look(self._services.db):
            log.error("newer_tables", why=words, owner=self._services.owner)

    def _settle_first(self) -> None:
        """A row may be due only because nobody wrote down that it was sent. While that cannot be,
        the rest goes on."""
        if self._settle is None:
            return
        try:
            self._settle()
        except TransientFailure as problem:
            log.warning("database_unavailable", why=str(problem)[:200])
