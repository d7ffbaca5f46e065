"""Wake a worker: "look now", with one id. A failure is logged, never raised: the ticker finds what
a lost kick forgot."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal, Protocol

from maildesk.log import log

Stage = Literal["receive", "fire", "deliver"]

QUIET = 30.0  # seconds between two lines about kicks that were lost
SLOW = 0.1  # seconds after which a failure has kept somebody waiting


class Kick(Protocol):
    """How the doors and the pipeline wake each other."""

    def __call__(self, stage: Stage, row_id: int) -> None:
        """Somebody should look at this row now."""


class Kicker:
    """Kicks through a broker. While `window` kicks of a stage are on their way,
    more say nothing new.

    Where a broker took its time to fail, twice that time passes before the next kick is tried: mail
    is not to wait for a broker that says nothing.
    """

    def __init__(
        self,
        send: Callable[[Stage, int], None],
        window: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._send = send
        self._clock = clock
        self._lost, self._quiet_until = 0, float("-inf")
        self._left_alone_until = float("-inf")
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
        began = self._clock()
        if began < self._left_alone_until:
            self._is_lost(stage, "left alone")
            return
        try:
            self._send(stage, row_id)
        except Exception as problem:  # a broker may fail in any way; the ticker is the net
            ended = self._clock()
            if ended - began > SLOW:
                self._left_alone_until = ended + 2 * (ended - began)
            self._is_lost(stage, type(problem).__name__)

    def _is_lost(self, stage: Stage, why: str) -> None:
        self.arrived(stage)
        self._say_lost(stage, why)

    def _say_lost(self, stage: Stage, why: str) -> None:
        """Once in a while, with how many it were: the ticker kicks many times a second, and a
        broker may be away for hours."""
        with self._lock:
            self._lost += 1
            now, lost = self._clock(), self._lost
            if now < self._quiet_until:
                return
            self._quiet_until, self._lost = now + QUIET, 0
        log.warning("kick_lost", stage=stage, lost=lost, problem=why)

    def arrived(self, stage: Stage) -> None:
        """A worker has begun to look: later kicks mean something again."""
        if self._window:
            with self._lock:
                self._under_way[stage] = max(0, self._under_way[stage] - 1)
