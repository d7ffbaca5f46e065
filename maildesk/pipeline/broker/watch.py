"""Whether the broker is there. A desk starts and works without it, only slower, and
says so until it is back.

A kick is a hint: while the broker is away the doors take mail, and every worker process looks for
itself every few seconds (`fallback_poller`). So its absence is a line in the log and in `maildesk
health`, and no reason to end; a broker that can be reached and must not be used (its passwords, its
settings) is one at the start.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

from maildesk.errors import PermanentFailure, TransientFailure
from maildesk.log import log

PAUSE = 3.0  # seconds between two looks


class BrokerWatch:
    """Looks at the start, and whenever a kick was lost, until `check` finds the broker in order.

    `check` raises TransientFailure where it cannot be reached, and PermanentFailure
    where it cannot be used.
    """

    def __init__(self, check: Callable[[], None], pause: float = PAUSE) -> None:
        self._check, self._pause = check, pause
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._words = ""

    def __str__(self) -> str:
        """What is the matter with it; nothing where it is well."""
        return self._words

    def begin(self) -> None:
        """The first look. PermanentFailure where it must not be used; one that is away is waited
        for in a thread."""
        try:
            self._check()
        except TransientFailure as problem:
            self._is_away(problem)
            self.suspect()

    def suspect(self) -> None:
        """A kick did not get through: look what is the matter, unless that is being done."""
        with self._lock:
            if self._thread is None and not self._stop.is_set():
                self._thread = threading.Thread(target=self._run, name="broker-watch", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._check()
            except TransientFailure as problem:
                self._is_away(problem)
            except PermanentFailure as problem:
                # it came back as another; the operator hears of it, the desk goes on without
                self._says("broker_unfit", f"must not be used: {problem}")
            else:
                break
            self._stop.wait(self._pause)
        with self._lock:
            self._thread = None
            if self._words and not self._stop.is_set():
                self._words = ""
                log.info("broker_back")

    def _is_away(self, problem: TransientFailure) -> None:
        if not self._words.startswith("is away"):
            self._says("broker_unavailable", f"is away since {datetime.now(UTC):%FT%TZ}: {problem}")

    def _says(self, verb: str, words: str) -> None:
        if words != self._words:
            self._words = words
            log.warning(verb, why=words[:300])
