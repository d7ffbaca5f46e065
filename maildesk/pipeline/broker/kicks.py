"""Dramatiq: three actors that take an id each and are only kicks. What matters is a row.

In-process for the embedded desk, Redis or RabbitMQ by URL. No retries and no delays: a lost kick is
found by the ticker, a failed row says itself when it is due.

Theory of operation. A kick says "look now". Its id is a hint: whoever hears it takes whatever is
due, oldest first. So a kick may be lost, come twice or come late, and four things wake a stage:

    a commit     whoever has committed a due row kicks its stage; `Kicker` sends no more while
                 enough of them are under way in memory, and says now and then how many were lost
    a worker     what a stage kicks while it runs, its own thread runs next (`_work_off`), for a few
                 rounds: on a quiet desk a mail goes from spool to relay on one thread and one kick
    the ticker   once a second (role `tick`) it kicks what is due
    the poller   `FallbackPoller`, a thread beside the workers, looks without any kick

Why the poller exists: (1) a broker may be away for hours, and then the ticker's kicks are lost as
well; after a few seconds without hearing one it runs every stage itself. (2) Through Redis or
RabbitMQ a kick is heard by whichever process is first, and letters that this one holds in memory
(`ClaimedLetters`) are for this one to send: what its workers leave over is left to the poller.
(3) A slow relay can keep every worker at `deliver`; mail is taken in and clocks ring meanwhile.
Nor is a kick for `deliver` passed on while as many threads are there as there are workers: they
look again before they leave.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import dramatiq
from dramatiq.brokers.stub import StubBroker

from maildesk.errors import PermanentFailure, TransientFailure
from maildesk.kick import Kicker, Stage
from maildesk.log import log
from maildesk.pipeline.broker.fallback_poller import ALONE, FallbackPoller
from maildesk.pipeline.broker.watch import BrokerWatch
from maildesk.pipeline.broker.worker_log import in_plain_words

NAME = "maildesk"  # of the queue, and of what we keep in a broker
STAGES: tuple[Stage, ...] = ("receive", "fire", "deliver")
ROUNDS = 4  # stages that one kick may run in a row
REDIS = ("redis://", "rediss://", "unix://")
PAUSE = 250  # milliseconds after which a thread that waits for a kick looks whether it shall end


class Stages:
    """The broker, its actors, and the worker threads that run them, where this process has any."""

    def __init__(self, url: str, threads: int, *, alone: float = ALONE) -> None:
        self.is_memory = url == "memory"
        self._broker, check = _broker(url)
        self.watch = BrokerWatch(check)
        self.watch.begin()
        self._threads = threads
        self._worker: dramatiq.Worker | None = None
        self._is_closed = False
        self._poller = FallbackPoller(self._unkicked, alone)
        self._at = dict.fromkeys(STAGES, 0)  # how many threads are at each stage now
        self._lock = threading.Lock()
        self._handlers: dict[str, Callable[[], int]] = {}
        self._own = threading.local()
        self.kick = Kicker(self._send, window=2 * threads if self.is_memory else 0)
        self._actors = {stage: self._actor(stage) for stage in STAGES}

    def start(self, handlers: Mapping[str, Callable[[], int]]) -> None:
        """Run these handlers in worker threads from now on."""
        self._handlers = dict(handlers)
        in_plain_words(NAME, self.watch.suspect)
        self._broker.emit_after("process_boot")
        self._worker = dramatiq.Worker(
            self._broker, worker_timeout=PAUSE, worker_threads=self._threads
        )
        self._worker.start()
        self._poller.start()

    def stop(self, seconds: float) -> None:
        """Let what runs come to its end, for so long."""
        until = time.monotonic() + seconds
        self._poller.stop(0)  # begin nothing new
        if self._worker is not None:
            self._worker.stop(timeout=int(seconds * 1000))
            self._worker = None
        self._poller.stop(max(0.0, until - time.monotonic()))
        self.close()

    def close(self) -> None:
        """Hang up; once more does nothing."""
        if not self._is_closed:
            self._is_closed = True
            self.watch.stop()
            self._broker.close()

    def _actor(self, stage: Stage) -> Any:
        # a hint: whoever looks takes what is due, oldest first
        def look(row_id: int) -> None:  # noqa: ARG001
            self.kick.arrived(stage)
            self._poller.heard()
            try:
                self._work_off(stage)
            except TransientFailure as problem:
                # the ticker kicks again in a second; Dramatiq would write forty lines each time
                log.warning("database_unavailable", stage=stage, why=str(problem)[:200])

        look.__name__ = stage
        declare: Any = dramatiq.actor
        return declare(look, actor_name=stage, queue_name=NAME, broker=self._broker)

    def _unkicked(self, stage: Stage) -> None:
        """What no kick brings about. In one process none is lost: there it is work only while every
        thread is kept."""
        if self.is_memory and sum(self._at.values()) < self._threads:
            return
        self._work_off(stage)

    def _work_off(self, stage: Stage) -> None:
        """Run a stage, and then what its own kicks ask for: this thread looks itself, no message
        has to travel for it."""
        raised = self._own.raised = {stage: 0}
        try:
            for _ in range(ROUNDS):
                next_one = next((one for one in raised if not self._would_wait_too(one)), None)
                if next_one is None:
                    break
                del raised[next_one]
                self._run(next_one)
        finally:
            self._own.raised = None
        for left, row_id in raised.items():  # others wait for a thread as well
            if self._would_wait_too(left):
                continue  # the threads that wait look again as soon as they are through
            # Letters in memory are this process's to send, whoever hears the kick.
            if self._poller.is_current_thread or (left == "deliver" and not self.is_memory):
                self._poller.request(left)
            self.kick(left, row_id)

    def _would_wait_too(self, stage: Stage) -> bool:
        """Whether this is mail out, and as many threads as there are workers are at that: a relay
        may be slow with all of them."""
        return stage == "deliver" and self._at["deliver"] >= self._threads

    def _run(self, stage: Stage) -> None:
        with self._lock:
            self._at[stage] += 1
        try:
            self._handlers[stage]()
        finally:
            with self._lock:
                self._at[stage] -= 1

    def _send(self, stage: Stage, row_id: int) -> None:
        raised: dict[Stage, int] | None = getattr(self._own, "raised", None)
        if raised is not None:
            raised[stage] = row_id
            self.kick.arrived(stage)
        else:
            try:
                self._actors[stage].send(row_id)
            except Exception:
                self.watch.suspect()
                raise


def _broker(url: str) -> tuple[Any, Callable[[], None]]:
    """The broker, and how to look whether it is there and can be used."""
    if url == "memory":
        return StubBroker(middleware=[]), lambda: None
    if url.startswith(REDIS):
        from maildesk.pipeline.broker.redis_list import KickList

        kicks = KickList(url, f"{NAME}:kicks")
        return kicks, kicks.check
    if url.startswith(("amqp://", "amqps://")):
        from maildesk.pipeline.broker.rabbitmq import KickCarrier

        carrier = KickCarrier(url)
        return carrier, lambda: carrier.check(NAME)
    raise PermanentFailure(
        f"the broker {url.partition(':')[0]}: is none of memory, redis://, amqp://"
    )
