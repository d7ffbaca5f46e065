"""The mailboxes that are looked into, as one: a connection that is lost is made again, and one that
cannot be had is given up and told as a problem."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from maildesk.config.settings import ImapMailbox
from maildesk.ingress.imap import refusals
from maildesk.ingress.imap.arrivals import Arrivals, Arrived

TRIES = 3  # how often in a row a connection may be lost
T = TypeVar("T")


class Mailboxes:
    """Those of `arrivals` that can be read. `problem` is told of one that cannot, as
    `outcome: words`."""

    def __init__(self, arrivals: Sequence[Arrivals], problem: Callable[[str], None]) -> None:
        self._boxes = list(arrivals)
        self._problem = problem
        self._failures = dict.fromkeys(arrivals, 0)

    def __bool__(self) -> bool:
        return bool(self._boxes)

    def open(self) -> None:
        """Log in everywhere; what lies there already is left out from then on."""
        for box in list(self._boxes):
            self._failures[box] = TRIES  # who cannot log in now does not wait for mail
            self._tried(box, Arrivals.open, None)

    def look(self, is_wanted: Callable[[bytes], bool]) -> list[tuple[Arrivals, Arrived]]:
        """What is wanted of all that has come since the last look."""
        found: list[tuple[Arrivals, Arrived]] = []
        nothing: list[Arrived] = []
        for box in list(self._boxes):
            here = self._tried(box, lambda opened: opened.look(is_wanted), nothing)
            found += [(box, one) for one in here]
        return found

    def wait(self, stop: threading.Event, seconds: float) -> None:
        """Return when something may have come, after so many seconds at the latest."""
        first = next(iter(self._boxes), None)
        if first is None or not first.is_open:
            stop.wait(seconds)
        else:
            self._tried(first, lambda box: box.wait(stop, seconds), None)

    def remove(self, box: Arrivals, one: Arrived) -> bool:
        """Take it away; whether that could be done."""
        return box in self._boxes and self._tried(box, lambda b: b.remove(one), False)

    def close(self) -> None:
        """Hang up everywhere."""
        for box in self._boxes:
            box.close()

    def _tried(self, box: Arrivals, do: Callable[[Arrivals], T], otherwise: T) -> T:
        try:
            if not box.is_open and do is not Arrivals.open:
                box.open()
            done = do(box)
        except Exception as failure:  # whatever a server, a network or a library can think of
            box.close()
            self._failures[box] += 1
            if self._failures[box] >= TRIES:
                self._boxes.remove(box)
                refusal = refusals.read(failure)
                self._problem(f"{refusal.outcome}: {box.mailbox.name}: {refusal.words}")
            return otherwise
        self._failures[box] = 0
        return done


def those_of(boxes: Sequence[ImapMailbox], address: str) -> list[ImapMailbox]:
    """Where mail to this desk address may lie: in the mailbox that is its own, else in any."""
    own = [box for box in boxes if box.address.lower() == address.lower()]
    return own or list(boxes)
