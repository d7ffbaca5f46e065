"""Redis as a carrier of kicks: one list, at whose end every worker process waits.

Dramatiq's own broker would look into its queue many times a second, from every
process, to be as quick; and would keep books about each message, where a kick
that got lost is found by the ticker.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

import redis
from dramatiq.broker import Broker, Consumer, MessageProxy
from dramatiq.errors import ConnectionClosed, DecodeError
from dramatiq.message import Message
from redis.backoff import NoBackoff
from redis.retry import Retry

from maildesk.errors import PermanentFailure, TransientFailure

# kicks that wait at most: with every worker away they would fill a memory that has
# no limit of its own
UNHEARD = 1000
# Unless the URL says otherwise, in seconds. A thread that kicks has better things to do than to
# wait for a broker.
PATIENCE = {"socket_timeout": 2.0, "socket_connect_timeout": 2.0, "socket_keepalive": True}

_Away: Any = ConnectionClosed  # its constructor has no types


class KickList(Broker):
    """Kicks at the end of a list, taken from its head, each once or not at all."""

    def __init__(self, url: str, key: str) -> None:
        super().__init__(middleware=[])
        # A kept connection may have died unseen: a second attempt at once, and no more.
        self._client: Any = redis.Redis.from_url(url, **PATIENCE, retry=Retry(NoBackoff(), 1))
        self._key = key

    def check(self) -> None:
        """Look whether it is there, else TransientFailure, and keeps what it is given, else
        PermanentFailure."""
        try:
            policy = self._client.config_get("maxmemory-policy")
        except redis.ResponseError:
            return  # a hosted Redis may forbid CONFIG; it documents its own policy
        except redis.AuthenticationError as problem:
            raise PermanentFailure(f"Redis does not let us in: {problem}") from problem
        except redis.RedisError as problem:
            raise TransientFailure(f"Redis cannot be reached: {problem}") from problem
        found = {_word(k): _word(v) for k, v in policy.items()}.get(
            "maxmemory-policy", "noeviction"
        )
        if found != "noeviction":
            raise PermanentFailure(
                f'Redis may throw kicks away: its maxmemory-policy is "{found}". Set '
                f'"maxmemory-policy noeviction" in redis.conf, '
                "and give maildesk a database of its own."
            )

    def declare_queue(self, queue_name: str) -> None:
        """There is one list, and Redis makes it."""
        self.queues[queue_name] = None

    # no kick has one
    def enqueue(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:  # noqa: ARG002
        """Push it; ConnectionClosed where Redis is away."""
        try:
            if self._client.rpush(self._key, message.encode()) > UNHEARD:
                self._client.ltrim(self._key, -UNHEARD, -1)
        except redis.RedisError as problem:
            raise _Away(problem) from None
        return message

    def take(self, seconds: float) -> bytes | None:
        """The next kick, waited for so long; ConnectionClosed where Redis is away."""
        try:
            found: tuple[bytes, bytes] | None = self._client.blpop([self._key], timeout=seconds)
        except redis.RedisError as problem:
            raise _Away(problem) from None
        return found[1] if found else None

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 500) -> Consumer:  # noqa: ARG002
        """Where a worker process waits; `timeout` in milliseconds."""
        return _Waiting(self, prefetch, timeout / 1000)

    def close(self) -> None:
        """Hang up."""
        self._client.close()


class _Waiting(Consumer):
    """A worker process at the list: with `prefetch` kicks in hand it leaves the next to others."""

    def __init__(self, kicks: KickList, prefetch: int, seconds: float) -> None:
        self._kicks, self._seconds = kicks, seconds
        self._room = threading.BoundedSemaphore(prefetch)

    def __next__(self) -> MessageProxy | None:
        if not self._room.acquire(timeout=self._seconds):
            return None
        message = None
        try:
            found = self._kicks.take(self._seconds)
            message = Message.decode(found) if found else None
        except DecodeError:
            pass  # not ours, and gone with this
        finally:
            if message is None:
                self._room.release()
        return MessageProxy(message) if message is not None else None

    # nothing is kept that could be forgotten
    def ack(self, message: MessageProxy) -> None:  # noqa: ARG002
        """It was heard."""
        self._room.release()

    nack = ack

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        """Nobody has heard these: for another process."""
        for message in messages:
            self._kicks.enqueue(message._message)


def _word(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
