"""The ticker looks anyway: it kicks whatever is due, and renews the leases of what this process holds."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from maildesk.errors import TransientFailure
from maildesk.kick import Stage
from maildesk.log import log
from maildesk.store import due
from maildesk.store.schema import outbox, spool, timers

if TYPE_CHECKING:
    from maildesk.pipeline.station import Station

TABLES: tuple[tuple[Stage, object], ...] = (("receive", spool), ("fire", timers), ("deliver", outbox))
KICKS_A_TICK = 8  # workers drain what is due; a few kicks wake enough of them


class Ticker:
    """A thread that ticks, renews, or both."""

    def __init__(self, station: Station, *, kicks: bool, renews: bool) -> None:
        self._station, self._kicks, self._renews = station, kicks, renews
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)

    def start(self) -> None:
        """Begin to tick."""
        self._thread.start()

    def stop(self) -> None:
        """Tick no more."""
        self._stop.set()
        if self._thread.is_alive():  # not where a door could not be opened, and nothing was started behind it
            self._thread.join(timeout=5)

    def tick(self) -> int:
        """Kick what is due now; how many kicks that were."""
        station, count = self._station, 0
        with station.db.read() as conn:
            found = [(stage, due.due_ids(conn, table, now=station.now(), limit=KICKS_A_TICK)) for stage, table in TABLES]  # type: ignore[arg-type]
        for stage, ids in found:
            for row_id in ids:
                station.kick(stage, row_id)
            count += len(ids)
        return count

    def renew(self) -> None:
        """What is worked on here stays ours for another lease; what was dropped on the way does not."""
        station = self._station
        held = [(table, ids) for table in (spool, timers, outbox) if (ids := station.in_hand.of(table.name))]
        if not held:
            return
        until = station.now() + station.lease
        with station.db.write(durable=False) as conn:
            for table, ids in held:
                due.renew(conn, table, owner=station.owner, until=until, ids=ids)

    def _run(self) -> None:
        pause = self._station.settings.pipeline.tick.total_seconds()
        renewal = self._station.lease.total_seconds() / 3
        next_renewal = time.monotonic() + renewal
        while not self._stop.wait(pause):
            try:
                if self._kicks:
                    self.tick()
                if self._renews and time.monotonic() >= next_renewal:
                    next_renewal = time.monotonic() + renewal
                    self.renew()
            except TransientFailure as problem:
                log.warning("store_away", why=str(problem)[:200])
            except Exception as problem:  # the net must not tear
                log.exception("ticker_stumbled", problem=type(problem).__name__)
