"""What became of the mails of the last seconds, kept by this process until it is surely written.

A relay says once that it has a mail. The mark "sent" can get lost behind that: the connection
breaks before the commit, the disk is full, a server comes back without its last commits, or another
server takes its place. We live on and know, so we write it again before anything else is sent, and
a row that is claimed although we have sent it is answered from here. Only a process that dies
itself forgets.

    open      never written, or written before a connection was lost: whoever comes next writes it
    recent    written; kept for some seconds, for a server that takes over may not have heard of it

Writing again is harmless: "sent" is written where the row is not finished, and everything else only
while we hold the row. Never much is kept: while anything is open nothing is sent, and of what is
written the oldest goes.

The others have to let us: for one lease after a lost connection nobody claims from the outbox,
since the leases of those who are about to write may have ended while the database was away.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from maildesk.errors import TransientFailure
from maildesk.store.outbox import Letter

if TYPE_CHECKING:
    from maildesk.egress.outcome import Outcome

KEPT = timedelta(seconds=10)  # how long one is kept that was written
MOST = 4096  # of those that were written


@dataclass(frozen=True, slots=True)
class Told:
    """What the relay has said about a letter, and when. The letter is without its octets."""

    letter: Letter
    outcome: Outcome
    at: datetime


class Outcomes:
    """Told, and open or recent."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._open: dict[int, Told] = {}
        self._known: dict[int, tuple[datetime, Told]] = {}  # all of them, the last touched last
        self._losses = 0  # how often the database had lost a connection when we last looked
        self.lost_at = datetime.min.replace(tzinfo=UTC)  # when we last saw that it had

    @contextmanager
    def writing(self, told: Sequence[Told], now: datetime) -> Iterator[None]:
        """These are written in this block; where that fails they are open. TransientFailure is a
        failure of the database.

        Anything else that goes wrong is our own mistake with a mail that was not sent. It must not
        keep all others from being sent, and the row is due again when its lease is over.
        """
        self._touch(told, now)
        try:
            yield
        except BaseException as problem:
            is_away = isinstance(problem, TransientFailure)
            with self._lock:
                self._open |= {
                    one.letter.id: one for one in told if is_away or one.outcome.kind == "sent"
                }
            raise

    @contextmanager
    def again(self, losses: int, now: datetime) -> Iterator[Sequence[Told]]:
        """Everything that is open, to be written in this block; after a loss
        that is all we know."""
        with self._lock:
            if losses != self._losses:
                self._losses, self.lost_at = losses, now
                self._open |= {row_id: one for row_id, (_, one) in self._known.items()}
            found, self._open = list(self._open.values()), {}
        with self.writing(found, now):
            yield found

    def is_anything_open(self, losses: int) -> bool:
        """Whether something has to be written again before anything else is sent."""
        with self._lock:
            return bool(self._open) or losses != self._losses

    def open_rows(self) -> list[int]:
        """The rows of which it is not written what became of them."""
        with self._lock:
            return sorted(self._open)

    def sent(self, row: Letter) -> Told | None:
        """That we have sent this very mail, where we know it. One that somebody wants sent afresh
        has a new `created_at`."""
        with self._lock:
            _, told = self._known.get(row.id, (None, None))
        return (
            told
            if told and told.outcome.kind == "sent" and told.letter.created_at == row.created_at
            else None
        )

    def must_others_come_first(self, losses: int, now: datetime, lease: timedelta) -> bool:
        """Whether a connection was lost less than a lease ago: then whoever holds a row writes what
        became of it first."""
        with self._lock:
            return losses != self._losses or timedelta(0) <= now - self.lost_at < lease

    def is_anything_known(self, now: datetime) -> bool:
        """Whether a loss would mean to write something again."""
        self._touch((), now)
        return bool(self._known)

    def _touch(self, told: Sequence[Told], now: datetime) -> None:
        """These are known from now on, and what was written long enough ago is not."""
        with self._lock:
            for one in told:
                self._known.pop(one.letter.id, None)
                self._known[one.letter.id] = (now, one)
            while self._known:
                row_id, (at, _) = next(iter(self._known.items()))
                if row_id in self._open or (
                    len(self._known) <= self._most and timedelta(0) <= now - at < KEPT
                ):
                    return
                del self._known[row_id]


def told_of(row: Letter, outcome: Outcome, now: datetime) -> Told:
    """What the relay said about this row just now."""
    kept = {name: getattr(row, name) for name in Letter.__slots__ if name != "raw"}
    return Told(Letter(raw=b"", **kept), outcome, now)
