"""The policy in force: swapped whole when the desk's files change, or kept as it was when
they have a mistake.

A handful of files is looked at twice a second; that is cheaper than a watcher's
threads and works on every file system. A change is read once the files have been
still for a moment, so a half-written file is seldom seen, and never mailed about.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from maildesk.config.check import load_templates
from maildesk.config.policy import load_policy, policy_files
from maildesk.config.templates.engine import Templates
from maildesk.desk.policy import Policy
from maildesk.errors import BadPolicy, Mistake
from maildesk.log import log

SETTINGS = "settings.yaml"
INTERVAL = 0.4  # seconds from look to look
STILL = 0.3  # seconds without a change before files are read
CERTAIN = 2.0  # seconds without a change before anybody is told of a mistake

Signs = tuple[tuple[str, int, int, int], ...]  # path, time of change, size, inode of each file


@dataclass(frozen=True)
class InForce:
    """What the desk goes by: a policy and the templates that were loaded with it."""

    policy: Policy
    templates: Templates


class PolicyKeeper:
    """Holds what is in force in `current`. The first load raises BadPolicy: there
    is no last good one yet.

    With `fixed` nothing is read: that is in force, for a dry run under another policy.
    """

    def __init__(
        self,
        desk: Path,
        on_mistake: Callable[[tuple[Mistake, ...]], None] | None = None,
        on_change: Callable[[InForce], None] | None = None,
        *,
        fixed: InForce | None = None,
    ) -> None:
        self.desk = desk
        self._on_mistake = on_mistake
        self._on_change = on_change
        self._loaded = self._seen = _signs(policy_files(desk))
        self._settings = _signs([desk / SETTINGS])
        self._seen_at = float("-inf")
        self._mistakes: tuple[Mistake, ...] = ()  # of the last reading
        self._told: tuple[Mistake, ...] = ()  # what `on_mistake` was last called with
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.current = fixed or load_in_force(desk)

    def start(self) -> None:
        """Looks for changes in a thread of its own until `stop`."""
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, name="policy", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ends the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None

    def reload_now(self) -> bool:
        """Reads the files as they are and tells of mistakes at once; whether what
        they say is in force."""
        with self._lock:
            self._loaded = self._seen = _signs(policy_files(self.desk))
            self._read()
            self._tell()
            return not self._mistakes

    def look(self, now: float) -> None:
        """One look at the files. `now` counts seconds, from anywhere."""
        with self._lock:
            signs = _signs(policy_files(self.desk))
            if signs != self._seen:
                self._seen, self._seen_at = signs, now
            still = now - self._seen_at
            if signs != self._loaded and still >= STILL:
                self._loaded = signs
                self._read()
            if self._mistakes and still >= CERTAIN:
                self._tell()
            settings = _signs([self.desk / SETTINGS])
            if settings != self._settings:
                self._settings = settings
                log.warning(
                    "not_taken_up",
                    file=SETTINGS,
                    why="settings are read at the start: restart the desk",
                )

    def _read(self) -> None:
        """Swaps in what the files say, whole, or notes their mistakes."""
        try:
            found = load_in_force(self.desk)
        except BadPolicy as bad:
            if bad.mistakes != self._mistakes:
                for mistake in bad.mistakes:
                    log.error("refused", policy=str(mistake))
            self._mistakes = bad.mistakes
            return
        changed = found.policy.fingerprint != self.current.policy.fingerprint
        if self._mistakes or changed:
            log.info(
                "loaded", policy=found.policy.fingerprint, before=self.current.policy.fingerprint
            )
        self.current = found
        self._mistakes = self._told = ()
        if changed and self._on_change is not None:
            self._on_change(found)

    def _tell(self) -> None:
        """Tells of the present mistakes, once."""
        if self._mistakes and self._mistakes != self._told:
            self._told = self._mistakes
            if self._on_mistake is not None:
                self._on_mistake(self._mistakes)

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL):
            try:
                self.look(time.monotonic())
            except Exception:  # a callback that fails must not end the watch
                log.exception("policy_not_looked_at", desk=str(self.desk))


def load_in_force(desk: Path) -> InForce:
    """Policy and templates together. Templates with mistakes are no reason to stay silent about the
    policy's."""
    mistakes: list[Mistake] = []
    policy = None
    try:
        policy = load_policy(desk)
    except BadPolicy as bad:
        mistakes += bad.mistakes
    try:
        templates = load_templates(desk, policy.default_language if policy else "en")
    except BadPolicy as bad:
        raise BadPolicy([*mistakes, *bad.mistakes]) from None
    if policy is None:
        raise BadPolicy(mistakes)
    return InForce(policy, templates)


def _signs(files: Iterable[Path]) -> Signs:
    """What changes when a file does. A file that is not there has no sign."""
    found = []
    for path in files:
        try:
            stat = path.stat()
        except OSError:
            continue
        found.append((str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return tuple(found)
