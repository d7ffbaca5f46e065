"""The pages' server: uvicorn in the daemon's own event loop, on a socket that is bound already.

The daemon takes the signals, and asks for the end with `stop`. A client that says nothing, or half
of a request's head, or takes nothing of its answer, is hung up on after a while.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from maildesk.web.app import application

if TYPE_CHECKING:
    from maildesk.intake import Intake
    from maildesk.pipeline.services import Services

MOST_CONNECTIONS = 400  # beyond it 503
LONGEST_HEAD = 16 * 1024
KEPT_ALIVE = 10  # seconds between two requests of a connection


class PageServer:
    """Serves from `start` to `stop`."""

    def __init__(self, listener: socket.socket, desk: Services, intake: Intake) -> None:
        patience = desk.settings.web.timeout.total_seconds()
        config = uvicorn.Config(
            application(desk, intake),
            http=patient(patience),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,  # ours has no tokens in it
            proxy_headers=False,  # we ask ourselves who may say so
            server_header=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_keep_alive=KEPT_ALIVE,
            h11_max_incomplete_event_size=LONGEST_HEAD,
        )
        self._server = _Server(config)
        self._listener = listener
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to serve."""
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        while not (self._server.started or self._serving.done()):
            await asyncio.sleep(0)

    async def stop(self, grace: float) -> None:
        """Listen no more; requests under way have so many seconds."""
        if self._serving is None:
            self._listener.close()
            return
        self._server.config.timeout_graceful_shutdown = max(1, int(grace))
        self._server.should_exit = True
        await self._serving


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The signals are the daemon's."""
        yield


def patient(seconds: float) -> type[asyncio.Protocol]:
    """The protocol, with so much patience for the head of a request, and with who reads nothing."""

    class Patient(H11Protocol):
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._before: object = self
            self._left = 0
            self._look_again()

        def _look_again(self) -> None:
            self._timer = self.loop.call_later(seconds, self._look)

        def _look(self) -> None:
            """Hang up where no request has begun since the last look and none is under way, and
            where nothing of the answer was taken: it stands in memory."""
            left = self.transport.get_write_buffer_size()
            is_same = self._before is self.cycle
            if left:
                if is_same and 0 < self._left <= left:
                    self.transport.abort()
                    return
            else:
                is_idle = self.cycle is None or self.cycle.response_complete
                if (is_idle and is_same) or self.transport.is_closing():
                    self.transport.close()
                    return
            self._before, self._left = self.cycle, left
            self._look_again()

        def connection_lost(self, exc: Exception | None) -> None:
            self._timer.cancel()
            super().connection_lost(exc)

    return Patient
