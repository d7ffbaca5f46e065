"""A thread that looks unkicked, beside the workers.

A kick that a worker leaves for later may be heard by another process, which has
nothing of what this one holds in memory. A broker may be away for hours: then
each process of the role `work` looks for itself every few seconds. And while a
relay keeps every worker waiting, mail is taken in and clocks ring all the same.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from maildesk.errors import TransientFailure
from maildesk.kick import Stage
from maildesk.log import log

ALONE = 5.0  # seconds without any kick after which we look for ourselves
ALL: tuple[Stage, ...] = ("receive", "fire", "deliver")


class FallbackPoller:
    """Does what is left to it; with nobody heard for `alone` seconds, everything."""

    def __init__(self, look: Callable[[Stage], None], alone: float = ALONE) -> None:
        self._look = look
        self._alone = alone
        self._heard_at = time.monotonic()
        self._left: dict[Stage, None] = {}
        self._turn = threading.Condition()
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name="fallback-poller", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Let what runs come to its end, for so long."""
        with self._turn:
            self._is_over = True
            self._turn.notify()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def heard(self) -> None:
        """A kick came through the broker."""
        self._heard_at = time.monotonic()

    def request(self, stage: Stage) -> None:
        """Somebody has to look at this stage in this process, soon."""
        with self._turn:
            self._left[stage] = None
            self._turn.notify()

    @property
    def is_current_thread(self) -> bool:
        """Whether this is the thread that asks."""
        return threading.current_thread() is self._thread

    def _run(self) -> None:
        while stages := self._next():
            for stage in stages:
                try:
                    self._look(stage)
                except TransientFailure as problem:
                    log.warning("database_unavailable", why=str(problem)[:200])
                except Exception as problem:
                    # as a worker thread outlives what goes wrong with one message
                    log.exception("poller_failed", stage=stage, problem=type(problem).__name__)

    def _next(self) -> tuple[Stage, ...]:
        """What to look at, as soon as there is something; nothing at the end."""
        with self._turn:
            while not self._is_over:
                if self._left:
                    stages, self._left = tuple(self._left), {}
                    return stages
                silence = time.monotonic() - self._heard_at
                if silence >= self._alone:
                    self.heard()
                    return ALL
                self._turn.wait(self._alone - silence)
        return ()
