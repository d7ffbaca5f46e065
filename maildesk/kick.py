"""Wake a worker: "look now", with one id. A failure is logged, never raised: the ticker finds what a lost kick forgot."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal, Protocol

from maildesk.log import log

Stage = Literal["receive", "fire", "deliver"]

QUIET = 30.0  # seconds between two lines about kicks that were lost


class Kick(Protocol):
    """How the doors and the pipeline wake each other."""

    def __call__(self, stage: Stage, row_id: int) -> None:
        """Somebody should look at this row now."""


class Kicker:
    """Kicks through a broker. While `window` kicks of a stage are on their way, more say nothing new."""

    def __init__(self, send: Callable[[Stage, int], None], window: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self._send = send
        self._clock = clock
        self._lost, self._quiet_until = 0, float("-inf")
        self._window = window
        self._under_way = {"receive": 0, "fire": 0, "deliver": 0}
        self._lock = threading.Lock()

    def __call__(self, stage: Stage, row_id: int) -> None:
        """Send it, or leave it to those under way."""
        if self._window:
            with self._lock:
                if self._under_way[stage] >= self._window:
                    return
                self._under_way[stage] += 1
        try:
            self._send(stage, row_id)
        except Exception as problem:  # a broker may fail in any way; the ticker is the net
            self.arrived(stage)
            self._say_lost(stage, problem)

    def _say_lost(self, stage: Stage, problem: Exception) -> None:
        """Once in a while, with how many it were: the ticker kicks many times a second, and a broker may be away for hours."""
        with self._lock:
            self._lost += 1
            now, lost = self._clock(), self._lost
            if now < self._quiet_until:
                return
            self._quiet_until, self._lost = now + QUIET, 0
        log.warning("kick_lost", stage=stage, lost=lost, problem=type(problem).__name__)

    def arrived(self, stage: Stage) -> None:
        """A worker has begun to look: later kicks mean something again."""
        if self._window:
            with self._lock:
                self._under_way[stage] = max(0, self._under_way[stage] - 1)
