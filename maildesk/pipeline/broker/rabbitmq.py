"""RabbitMQ as a carrier of kicks: what may be lost is not written to disk, kept for
long, or waited for.

Dramatiq's own broker would publish persistent messages, keep what failed for a
week, and try six times: right where a message is the work, wrong where it only
says "look now". The ticker finds what got lost here.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pika
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.errors import ConnectionClosed
from dramatiq.message import Message
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPHeartbeatTimeout, ConnectionBlockedTimeout, StreamLostError

from maildesk.errors import PermanentFailure, TransientFailure

# with every worker away, stale kicks must not pile up
KICKS = {"x-max-length": 10_000, "x-message-ttl": 60_000}
# Unless the URL says otherwise, in seconds. A thread that kicks has better things to do than to
# wait for a broker; and it notices within half a minute that the other end is gone, also where a
# firewall has forgotten the connection.
PATIENCE = {
    "socket_timeout": "2",
    "stack_timeout": "4",
    "blocked_connection_timeout": "5",
    "heartbeat": "20",
    "tcp_options": str(
        {"TCP_KEEPIDLE": 15, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 10_000}
    ),
}


_OUT_OF_REACH = (
    OSError,
    AMQPConnectorException,
    StreamLostError,
    AMQPHeartbeatTimeout,
    ConnectionBlockedTimeout,
)
_Away: Any = ConnectionClosed  # its constructor has no types


class KickCarrier(RabbitmqBroker):
    """Publishes once or not at all, on a kept connection for each thread."""

    def __init__(self, url: str) -> None:
        super().__init__(url=_patient(url), middleware=[], confirm_delivery=False)
        # Threads that publish serve no heartbeats in between: the server would hang
        # up on a quiet desk.
        self._publishing = pika.URLParameters(_patient(url, heartbeat="0"))

    def check(self, queue_name: str) -> None:
        """Look whether it is there, else TransientFailure, and lets us in and takes our queue, else
        PermanentFailure."""
        try:
            self.declare_queue(queue_name, ensure=True)
        except Exception as problem:  # pika fails in many ways, and not all of them are AMQPErrors
            inner = _innermost(problem)
            if isinstance(inner, _OUT_OF_REACH):
                raise TransientFailure(f"RabbitMQ cannot be reached: {_words(inner)}") from problem
            raise PermanentFailure(f"RabbitMQ cannot be used: {_words(inner)}") from problem
        finally:
            del self.connection

    # no kick has one
    def enqueue(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:  # noqa: ARG002
        """Publish it; ConnectionClosed where the broker is away.

        A kept connection may have died unseen: then there is a second attempt, on a fresh one.
        """
        is_kept = hasattr(self.state, "connection")
        try:
            self._publish(message)
        except Exception as problem:
            del self.connection
            if is_kept:
                return self.enqueue(message)
            raise _Away(problem) from None
        return message

    def _publish(self, message: Message[Any]) -> None:
        self.declare_queue(message.queue_name, ensure=True)
        properties = pika.BasicProperties(delivery_mode=1)  # type: ignore[no-untyped-call]
        self.channel.basic_publish("", message.queue_name, message.encode(), properties)

    def _open(self) -> pika.BlockingConnection:
        connection: pika.BlockingConnection | None = getattr(self.state, "connection", None)
        if connection is None:
            connection = self.state.connection = pika.BlockingConnection(self._publishing)
            self.connections.add(connection)
        return connection

    # closing it stays as it is
    connection = RabbitmqBroker.connection.getter(_open)  # type: ignore[attr-defined]

    def _build_queue_arguments(self, queue_name: str) -> dict[str, Any]:  # noqa: ARG002
        return dict(KICKS)

    def _declare_xq_queue(self, queue_name: str) -> None:
        """A kick that failed is not kept."""


def _patient(url: str, **ours: str) -> str:
    """The URL with our patience, where it does not ask for another."""
    parts = urlsplit(url)
    return urlunsplit(
        parts._replace(query=urlencode(PATIENCE | dict(parse_qsl(parts.query)) | ours))
    )


def _innermost(problem: BaseException) -> BaseException:
    """What pika found, which it often hides in what it found around it."""
    while isinstance(
        inner := getattr(problem, "exception", None) or next(iter(problem.args), None),
        BaseException,
    ):
        problem = inner
    return problem


def _words(problem: BaseException) -> str:
    return str(problem) or type(problem).__name__
