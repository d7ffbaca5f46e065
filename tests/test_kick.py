"""Kicks: hints that may be lost, never an error, and no more of them than say something new."""

from __future__ import annotations

import threading

from structlog.testing import capture_logs

from maildesk.kick import Kicker, Stage


class Broker:
    """A broker that remembers, and fails when told to."""

    def __init__(self) -> None:
        self.got: list[tuple[str, int]] = []
        self.is_away = False

    def send(self, stage: Stage, row_id: int) -> None:
        if self.is_away:
            raise ConnectionError("no route to broker")
        self.got.append((stage, row_id))


def test_every_kick_goes_out_where_there_is_no_window() -> None:
    broker = Broker()
    kick = Kicker(broker.send)
    for row_id in range(100):
        kick("receive", row_id)
    assert broker.got == [("receive", n) for n in range(100)]


def test_a_lost_kick_is_no_error_and_the_next_one_goes_out() -> None:
    for window in (0, 1):
        broker = Broker()
        kick = Kicker(broker.send, window=window)
        broker.is_away = True
        kick("deliver", 1)
        broker.is_away = False
        kick("deliver", 2)
        assert broker.got == [("deliver", 2)]


def test_what_is_lost_while_the_broker_is_away_is_said_once_in_a_while() -> None:
    broker, now = Broker(), [0.0]
    kick = Kicker(broker.send, clock=lambda: now[0])
    broker.is_away = True
    with capture_logs() as logged:
        for second in range(61):
            now[0] = float(second)
            kick("receive", 1)
            kick("fire", 2)
    assert [entry["lost"] for entry in logged] == [1, 60, 60]


def test_a_broker_that_is_slow_to_fail_is_left_alone_for_twice_the_time() -> None:
    broker, now = Broker(), [0.0]

    def send(stage: Stage, row_id: int) -> None:
        if broker.is_away:
            now[0] += 2.0  # nothing is said until a time limit
        broker.send(stage, row_id)

    kick = Kicker(send, window=5, clock=lambda: now[0])
    broker.is_away = True
    for row_id in range(9):
        kick("receive", row_id)
    assert now[0] == 2.0  # only the first has waited
    broker.is_away = False
    now[0] = 5.9
    kick("receive", 10)
    now[0] = 6.0
    kick("receive", 11)
    assert broker.got == [("receive", 11)]


def test_a_full_window_keeps_back_what_says_nothing_new() -> None:
    broker = Broker()
    kick = Kicker(broker.send, window=2)
    for row_id in range(5):
        kick("receive", row_id)
    kick("fire", 9)
    assert broker.got == [("receive", 0), ("receive", 1), ("fire", 9)]


def test_once_somebody_looks_a_kick_means_something_again() -> None:
    broker = Broker()
    kick = Kicker(broker.send, window=1)
    kick("receive", 1)
    kick("receive", 2)
    kick.arrived("receive")
    kick("receive", 3)
    assert [row_id for _, row_id in broker.got] == [1, 3]


def test_more_arrivals_than_kicks_open_the_window_no_further() -> None:
    broker = Broker()
    kick = Kicker(broker.send, window=1)
    for _ in range(5):
        kick.arrived("receive")
    kick("receive", 1)
    kick("receive", 2)
    assert [row_id for _, row_id in broker.got] == [1]


def test_eight_threads_never_overfill_the_window() -> None:
    broker = Broker()
    kick = Kicker(broker.send, window=3)

    def many() -> None:
        for n in range(200):
            kick("receive", n)

    threads = [threading.Thread(target=many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(broker.got) == 3
