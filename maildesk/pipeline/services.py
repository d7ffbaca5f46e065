"""What every stage of the pipeline needs, in one value."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from maildesk.config.settings import Settings
from maildesk.config.watch import PolicyKeeper
from maildesk.desk.threads.links import KeyRing
from maildesk.egress.stream import Streamed
from maildesk.kick import Kick
from maildesk.lookup.contexts import Contexts
from maildesk.oauth.tokens import Tokens
from maildesk.pipeline.delivery.outcomes import Outcomes
from maildesk.store.blobs import Blobs
from maildesk.store.db import Database
from maildesk.store.outbox import Letter

Sign = Callable[[bytes | Streamed, str], bytes]  # a mail, and the desk address it is from


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


def unsigned(raw: bytes | Streamed, address: str) -> bytes:  # noqa: ARG001 - a `Sign`
    """The mail's own octets as they are, for a desk whose relay signs."""
    return raw if isinstance(raw, bytes) else raw.own


@dataclass(frozen=True)
class Services:
    """A worker's place: the database, the policy in force, the keys, the clock, and a name to hold
    leases by."""

    db: Database
    blobs: Blobs
    keeper: PolicyKeeper
    ring: KeyRing
    settings: Settings
    desk: Path
    owner: str
    kick: Kick
    tokens: Tokens
    now: Callable[[], datetime] = utc_now
    # our DKIM signature, put on when a mail is composed: a row's bytes never change
    sign: Sign = unsigned
    # finish what is in hand, begin nothing new
    stopping: threading.Event = field(default_factory=threading.Event)
    held_rows: HeldRows = field(default_factory=lambda: HeldRows())
    claimed_letters: ClaimedLetters = field(default_factory=lambda: ClaimedLetters())
    outcomes: Outcomes = field(default_factory=lambda: Outcomes())
    contexts: Contexts = field(default_factory=Contexts)
    largest: Largest = field(default_factory=lambda: Largest())
    # a large message is read by one thread at a time
    one_large: threading.Lock = field(default_factory=threading.Lock)

    def close(self) -> None:
        """Hang up on the database."""
        self.db.close()

    @property
    def lease(self) -> timedelta:
        """How long a claim holds unless it is renewed."""
        return self.settings.pipeline.lease


class Largest:
    """The largest mail that the relay takes, as it said when it was last connected (RFC 1870);
    None: no limit that we know of."""

    def __init__(self) -> None:
        self._said: dict[str, int] = {}  # by each relay, in octets

    @property
    def mail(self) -> int | None:
        """Octets; of several relays the smallest: a mail may go by any of them."""
        return min(self._said.values(), default=None)

    def learn(self, octets: int | None, relay: str = "") -> None:
        """This relay says so now."""
        if octets is None:
            self._said.pop(relay, None)
        else:
            self._said[relay] = octets


class TimeSlice:
    """How long one stage may keep a worker while others wait: a flood of mail in must not hold up
    the mail out."""

    LENGTH = 0.05  # seconds

    def __init__(self) -> None:
        self._ends_at = time.monotonic() + self.LENGTH

    def is_over(self) -> bool:
        """Whether it is somebody else's turn."""
        return time.monotonic() >= self._ends_at


class HeldRows:
    """The rows that threads of this process work on now. Only their leases are renewed: what was
    dropped is due again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids: dict[str, dict[int, float]] = {}  # table -> row -> since when

    @contextmanager
    def working(self, table: str, ids: Iterable[int]) -> Iterator[None]:
        """These rows are in hand until the end of the block, however it ends."""
        mine = tuple(ids)
        self.take_up(table, mine)
        try:
            yield
        finally:
            self.lay_down(table, mine)

    def take_up(self, table: str, ids: Iterable[int]) -> None:
        """These rows are in hand from now on."""
        with self._lock:
            self._ids.setdefault(table, {}).update(dict.fromkeys(ids, time.monotonic()))

    def lay_down(self, table: str, ids: Iterable[int]) -> None:
        """These are done with."""
        with self._lock:
            for row_id in ids:
                self._ids[table].pop(row_id, None)

    def of(self, table: str) -> list[int]:
        """The rows of this table that are in hand."""
        with self._lock:
            return sorted(self._ids.get(table, ()))

    def holds(self, table: str, row_id: int) -> bool:
        """Whether this row is."""
        with self._lock:
            return row_id in self._ids.get(table, ())

    def longer_than(self, seconds: float) -> list[tuple[str, int]]:
        """What a thread works on since more than so long: table and row. Such a thread hangs."""
        began_before = time.monotonic() - seconds
        with self._lock:
            return sorted(
                (table, i)
                for table, ids in self._ids.items()
                for i, since in ids.items()
                if since < began_before
            )


class ClaimedLetters:
    """Letters just written down and claimed in the same transaction, on their way to a courier of
    this process.

    They need no look into the outbox. There are never many: what finds no room is written down as
    due, and what is still here when the process dies is due again when its lease is over. Those
    with large files go out one after the other, by one thread, so that the others' mail never waits
    for all of them.
    """

    def __init__(self, most: int = 64, largest: int = 1_000_000) -> None:
        # letters, and octets of those that one message gives rise to
        self.most, self.largest = most, largest
        self._small: deque[Letter] = deque()
        self._large: deque[Letter] = deque()
        self._one_large = threading.Lock()

    def has_room(self, octets: int) -> bool:
        """Whether letters of so many octets may be claimed for it."""
        return octets <= self.largest and len(self._small) + len(self._large) < self.most

    def add(self, letters: Iterable[Letter]) -> None:
        """They are committed, and to be sent."""
        for letter in letters:
            (self._large if letter.shared else self._small).append(letter)

    def put_back(self, letters: Sequence[Letter]) -> None:
        """Nobody has begun to send these after all."""
        for letter in reversed(letters):
            (self._large if letter.shared else self._small).appendleft(letter)
        self.done(letters)

    def take(self, most: int) -> list[Letter]:
        """The next few, oldest first; where there is none a large one, unless another is on its
        way. `done` comes after it."""
        found = self._taken(self._small, most)
        if not found and self._large and self._one_large.acquire(blocking=False):
            found = self._taken(self._large, 1)
            if not found:
                self._one_large.release()
        return found

    def done(self, letters: Sequence[Letter]) -> None:
        """These have been sent, or not."""
        if letters and letters[0].shared:
            self._one_large.release()

    def rest(self, most: int) -> list[Letter]:
        """The next few that nobody will send any more."""
        return self._taken(self._small, most) or self._taken(self._large, most)

    def _taken(self, letters: deque[Letter], most: int) -> list[Letter]:
        found: list[Letter] = []
        with suppress(IndexError):
            while len(found) < most:
                found.append(letters.popleft())
        return found
