"""What every stage of the pipeline needs, in one value."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from maildesk.config.settings import Settings
from maildesk.config.watch import PolicyKeeper
from maildesk.desk.links import KeyRing
from maildesk.kick import Kick
from maildesk.store.blobs import Blobs
from maildesk.store.db import Database


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


def unsigned(raw: bytes) -> bytes:
    """The mail as it is, for a desk whose relay signs."""
    return raw


@dataclass(frozen=True)
class Station:
    """A worker's place: the database, the policy in force, the keys, the clock, and a name to hold leases by."""

    db: Database
    blobs: Blobs
    keeper: PolicyKeeper
    ring: KeyRing
    settings: Settings
    desk: Path
    owner: str
    kick: Kick
    now: Callable[[], datetime] = utc_now
    sign: Callable[[bytes], bytes] = unsigned  # our DKIM signature, put on when a mail is composed: a row's bytes never change
    stopping: threading.Event = field(default_factory=threading.Event)  # finish what is in hand, begin nothing new
    in_hand: InHand = field(default_factory=lambda: InHand())
    totals: Totals = field(default_factory=lambda: Totals())

    @property
    def lease(self) -> timedelta:
        """How long a claim holds unless it is renewed."""
        return self.settings.pipeline.lease


class Slice:
    """How long one stage may keep a worker while others wait: a flood of mail in must not hold up the mail out."""

    LENGTH = 0.05  # seconds

    def __init__(self) -> None:
        self._ends_at = time.monotonic() + self.LENGTH

    @property
    def is_over(self) -> bool:
        """Whether it is somebody else's turn."""
        return time.monotonic() >= self._ends_at


class InHand:
    """The rows that threads of this process work on now. Only their leases are renewed: what was dropped is due again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids: dict[str, set[int]] = {}

    @contextmanager
    def working(self, table: str, ids: Iterable[int]) -> Iterator[None]:
        """These rows are in hand until the end of the block, however it ends."""
        mine = set(ids)
        with self._lock:
            self._ids.setdefault(table, set()).update(mine)
        try:
            yield
        finally:
            with self._lock:
                self._ids[table] -= mine

    def of(self, table: str) -> list[int]:
        """The rows of this table that are in hand."""
        with self._lock:
            return sorted(self._ids.get(table, ()))


class Totals:
    """How many automatic mails went out of late, counted afresh every few seconds: a limit on the total need not be exact."""

    def __init__(self) -> None:
        self._count = 0
        self._good_until = 0.0

    def get(self, count: Callable[[], int]) -> int:
        """The number; `count` asks the database when the last answer is old."""
        if time.monotonic() >= self._good_until:
            self._count = count()
            self._good_until = time.monotonic() + 5
        return self._count
