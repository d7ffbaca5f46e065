"""A worker's own hand: what is left to it is done here, and where no kick comes, everything is
looked at."""

from __future__ import annotations

import threading

from maildesk.errors import TransientFailure
from maildesk.kick import Stage
from maildesk.pipeline.broker.fallback_poller import ALL, FallbackPoller


class Looks:
    """Remembers what was looked at, and in which thread; stumbles when told to."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.seen: list[Stage] = []
        self.stumbles: Exception | None = None

    def __call__(self, stage: Stage) -> None:
        with self.changed:
            self.seen.append(stage)
            self.changed.notify_all()
        problem, self.stumbles = self.stumbles, None
        if problem is not None:
            raise problem

    def wait_for(self, number: int) -> list[Stage]:
        """So many looks."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.seen) >= number, 20), self.seen
            return self.seen[:number]


def test_what_is_left_to_it_is_done_at_once_and_nothing_else() -> None:
    looks = Looks()
    hand = FallbackPoller(looks, alone=3600)
    hand.start()
    hand.request("deliver")
    assert looks.wait_for(1) == ["deliver"]
    hand.stop(5)
    assert looks.seen == ["deliver"]


def test_where_no_kick_is_heard_it_looks_at_everything_again_and_again() -> None:
    looks = Looks()
    hand = FallbackPoller(looks, alone=0.01)
    hand.start()
    assert looks.wait_for(6) == [*ALL, *ALL]
    hand.stop(5)


def test_what_goes_wrong_once_does_not_end_it() -> None:
    for problem in (TransientFailure("the database is away"), ValueError("odd")):
        looks = Looks()
        looks.stumbles = problem
        hand = FallbackPoller(looks, alone=3600)
        hand.start()
        hand.request("receive")
        looks.wait_for(1)
        hand.request("deliver")
        assert looks.wait_for(2) == ["receive", "deliver"]
        hand.stop(5)


def test_it_may_be_stopped_though_it_never_began() -> None:
    FallbackPoller(Looks()).stop(1)
