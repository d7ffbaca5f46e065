"""The role `web`: the customers' pages, in the daemon's event loop.

A port that is taken stops nobody's mail: in a process that does more, the pages stay away and it is
said in words, with a port that is free.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from importlib import import_module
from typing import TYPE_CHECKING

from maildesk.errors import PermanentFailure
from maildesk.intake import Intake
from maildesk.log import log

if TYPE_CHECKING:
    from maildesk.pipeline.services import Services
    from maildesk.web.server import PageServer

_TRIED = 20  # ports behind one that is taken


class Web:
    """The pages' server, where there is one."""

    def __init__(self, intake: Intake, *, is_alone: bool) -> None:
        self._intake, self._is_alone = intake, is_alone
        self._server: PageServer | None = None
        self.place: tuple[str, int] | None = None  # where it listens
        self.said: tuple[str, ...] = ()  # what to tell the operator of it

    async def start(self, desk: Services) -> None:
        """Listen. PermanentFailure where that cannot be and there is nothing else to do here."""
        web = desk.settings.web
        if not web.listen:
            if self._is_alone:
                raise PermanentFailure("there are no pages: settings.yaml says `web: {listen: no}`")
            return
        host, port = web.place
        try:
            listener = _listener(host, port)
        except OSError as problem:
            words = await asyncio.to_thread(_why_not, host, port, problem)
            if self._is_alone:
                raise PermanentFailure(words) from problem
            log.warning("pages_closed", at=web.listen, why=words)
            self.said = (f"closed: {words}",)
            return
        # takes a while, and a desk without pages never needs it
        await asyncio.to_thread(import_module, "maildesk.web.server")
        from maildesk.web.server import PageServer

        self._server = PageServer(listener, desk, self._intake)
        await self._server.start()
        at = listener.getsockname()
        self.place = (str(at[0]), int(at[1]))
        shown = f"[{at[0]}]" if ":" in at[0] else at[0]
        own = f"http://{shown}:{at[1]}"
        to_add = "no mail has a link to them until settings.yaml has web: {public_url: …}"
        at_all = f"{web.public_url}, as mails have it" if web.public_url else to_add
        self.said = (own,) if web.public_url.rstrip("/") == own else (own, at_all)

    async def stop(self, grace: float) -> None:
        """Take no more requests, and let those under way end."""
        if self._server is not None:
            await self._server.stop(grace)


def _listener(host: str, port: int) -> socket.socket:
    """A socket that says it is TCP: asyncio switches Nagle's algorithm off (RFC 9293, 3.7.4) only
    where it does, and else the body of each answer waits 40 ms for the reader's acknowledgement
    of the head."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            found.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        found.bind((host, port))
        found.listen(256)
    except OSError:
        found.close()
        raise
    return found


def _why_not(host: str, port: int, problem: OSError) -> str:
    """Why the pages cannot be served there, and where they could be."""
    if problem.errno != errno.EADDRINUSE:
        return f"{host}:{port} cannot be listened at: {problem.strerror or problem}"
    free = next((one for one in range(port + 1, port + _TRIED) if _is_free(host, one)), 0)
    other = f"; {free} is free: MAILDESK_WEB_PORT={free}" if free else ""
    return f"port {port} is taken{other}"


def _is_free(host: str, port: int) -> bool:
    try:
        _listener(host, port).close()
    except (OSError, OverflowError):
        return False
    return True
