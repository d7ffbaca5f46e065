"""Dramatiq: three actors that take an id each and are only kicks. What matters is a row; nothing waits here.

In-process for the embedded desk, Redis or RabbitMQ by URL. No retries and no
delays: a lost kick is found by the ticker, a failed row says itself when it is due.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import dramatiq
from dramatiq.brokers.stub import StubBroker

from maildesk.errors import PermanentFailure
from maildesk.kick import Kicker, Stage

QUEUE = "maildesk"
STAGES: tuple[Stage, ...] = ("receive", "fire", "deliver")
ROUNDS = 4  # stages that one kick may run in a row
_POLL = 16  # milliseconds between two looks into an empty Redis queue: the latency of a lone mail


class Stages:
    """The broker, its actors, and the worker threads that run them, where this process has any."""

    def __init__(self, url: str, threads: int) -> None:
        self.is_memory = url == "memory"
        self._broker = _broker(url)
        self._threads = threads
        self._worker: dramatiq.Worker | None = None
        self._handlers: dict[str, Callable[[], int]] = {}
        self._own = threading.local()
        self.kick = Kicker(self._send, window=2 * threads if self.is_memory else 0)
        self._actors = {stage: self._actor(stage) for stage in STAGES}

    def start(self, handlers: Mapping[str, Callable[[], int]]) -> None:
        """Run these handlers in worker threads from now on."""
        self._handlers = dict(handlers)
        self._broker.emit_after("process_boot")
        self._worker = dramatiq.Worker(self._broker, worker_timeout=100 if self.is_memory else _POLL, worker_threads=self._threads)
        self._worker.start()

    def stop(self, seconds: float) -> None:
        """Let what runs come to its end, for so long."""
        if self._worker is not None:
            self._worker.stop(timeout=int(seconds * 1000))
            self._worker = None
        self._broker.close()

    def _actor(self, stage: Stage) -> Any:
        def look(row_id: int) -> None:  # noqa: ARG001 - a hint: whoever looks takes what is due, oldest first
            self.kick.arrived(stage)
            self._work_off(stage)

        look.__name__ = stage
        declare: Any = dramatiq.actor
        return declare(look, actor_name=stage, queue_name=QUEUE, broker=self._broker)

    def _work_off(self, stage: Stage) -> None:
        """Run a stage, and then what its own kicks ask for: this thread looks itself, no message has to travel for it."""
        raised = self._own.raised = {stage: 0}
        try:
            for _ in range(ROUNDS):
                if not raised:
                    return
                stage = next(iter(raised))
                del raised[stage]
                self._handlers[stage]()
        finally:
            self._own.raised = None
        for left, row_id in raised.items():  # others wait for a thread as well
            self.kick(left, row_id)

    def _send(self, stage: Stage, row_id: int) -> None:
        raised: dict[Stage, int] | None = getattr(self._own, "raised", None)
        if raised is not None:
            raised[stage] = row_id
            self.kick.arrived(stage)
        else:
            self._actors[stage].send(row_id)


def _broker(url: str) -> Any:
    if url == "memory":
        return StubBroker(middleware=[])
    if url.startswith(("redis://", "rediss://", "unix://")):
        return _redis(url)
    if url.startswith(("amqp://", "amqps://")):
        from dramatiq.brokers.rabbitmq import RabbitmqBroker

        return RabbitmqBroker(url=url, middleware=[], confirm_delivery=False)
    raise PermanentFailure(f"the broker {url.partition(':')[0]}: is none of memory, redis://, amqp://")


def _redis(url: str) -> Any:
    import redis
    from dramatiq.brokers.redis import RedisBroker

    connect: Any = RedisBroker
    broker = connect(url=url, middleware=[], namespace="maildesk", heartbeat_timeout=15_000, maintenance_chance=1000)
    try:
        policy = broker.client.config_get("maxmemory-policy")
    except redis.ResponseError:
        return broker  # a hosted Redis may forbid CONFIG; it documents its own policy
    except redis.RedisError as problem:
        raise PermanentFailure(f"Redis cannot be reached: {problem}") from problem
    found = {_word(k): _word(v) for k, v in policy.items()}.get("maxmemory-policy", "noeviction")
    if found != "noeviction":
        raise PermanentFailure(
            f'Redis may throw kicks away: its maxmemory-policy is "{found}". Set "maxmemory-policy noeviction" in redis.conf, '
            "and give maildesk a database of its own."
        )
    return broker


def _word(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
