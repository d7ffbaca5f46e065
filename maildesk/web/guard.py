"""What is true of every request and every answer, whatever page it is.

Asked for by a name that is none of ours: refused (421), so that no page, link or cookie is made for
a host that somebody made up. A body that stops coming is given up (408), and one that is not in
UTF-8 refused (415). Every answer has the headers that keep a page to itself, and one line in the
log, in which a token is not to be read.
"""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse

from maildesk.desk.threads.links import hidden
from maildesk.log import log
from maildesk.web.clients import client_of, networks

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from maildesk.config.connections.web import Web

POLICY = (
    "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
WITH_SCRIPT = f"{POLICY}; script-src 'self'; connect-src 'self'"  # of a page with our script
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
FRAMED = "maildesk.framed"  # in a request's scope: its page says itself who may frame it
SLOWEST = 1024  # octets of a body a second, beyond the time there is for its first
# pages are in UTF-8, and so is what browsers send back; some of Python's codecs take minutes
_UTF_8 = re.compile(r'charset="?utf-8"?(?=\s*(?:;|\Z))', re.IGNORECASE)
_LONGEST = 300  # characters of a path that the log tells


class TooSlow(Exception):
    """The rest of a request does not come."""


class Guard:
    """Around the whole application."""

    def __init__(self, app: ASGIApp, web: Web, room: Callable[[], int]) -> None:
        self._app, self._room = app, room
        self._proxies = networks(web.proxies)
        self._names = web.names
        self._patience = web.timeout.total_seconds()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer this request."""
        if scope["type"] != "http":
            return
        began, status = time.monotonic(), 0
        headers = Headers(scope=scope)
        peer = str((scope.get("client") or ("", 0))[0])
        client = client_of(peer, headers.getlist("x-forwarded-for"), self._proxies)
        scope["client"] = (client, 0)

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    own.setdefault(name, value)
                if "location" in own:
                    own["location"] = _ours(own["location"])
                if FRAMED in scope:  # X-Frame-Options cannot name sites
                    del own["X-Frame-Options"]
            await send(message)

        try:
            await self._answer(scope, self._patient(receive), sent, headers)
        except TooSlow:
            if not status:
                words = PlainTextResponse("The request did not come to its end.\n", 408)
                words.headers["Connection"] = "close"
                await words(scope, receive, sent)
        except Exception as problem:
            if not status:
                raise
            log.error("page_broke_off", problem=repr(problem)[:300])
        finally:
            told = hidden(scope["path"])[:_LONGEST]
            took = round((time.monotonic() - began) * 1000)
            log.info(
                "asked", method=scope["method"], path=told, status=status, ms=took, peer=client
            )

    async def _answer(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        asked_for = headers.getlist("host")
        if len(asked_for) != 1 or _name(asked_for[0]) not in self._names:
            words = PlainTextResponse("There is no such site here.\n", 421)
            await words(scope, receive, send)
            return
        if "transfer-encoding" in headers and "content-length" in headers:
            # a proxy may have found another end of it (RFC 9112, 6.1)
            words = PlainTextResponse("The request says twice how long it is.\n", 400)
            words.headers["Connection"] = "close"
            await words(scope, receive, send)
            return
        if not _is_in_utf_8(headers.get("content-type", "")):
            words = PlainTextResponse("A form is sent in UTF-8 here.\n", 415)
            await words(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _patient(self, receive: Receive) -> Receive:
        """The body, piece by piece, each within the time there is; the whole of it, too, so that
        nobody keeps a place with an octet now and then."""
        is_whole, taken, waited = False, 0, 0.0

        async def received() -> Message:
            nonlocal is_whole, taken, waited
            if is_whole:
                return await receive()
            left, began = self._patience + taken / SLOWEST - waited, time.monotonic()
            try:
                message = await asyncio.wait_for(receive(), min(self._patience, left))
            except TimeoutError:
                raise TooSlow from None
            waited += time.monotonic() - began
            taken += len(message.get("body", b""))
            if taken > self._room():
                raise HTTPException(413)
            is_whole = not message.get("more_body", False)
            return message

        return received


def _is_in_utf_8(content_type: str) -> bool:
    """Whether it is, as far as anybody asks: of this other kind of form nobody does, and programs
    that unsubscribe name some code."""
    if content_type.lower().startswith("application/x-www-form-urlencoded"):
        return True
    return "charset" not in _UTF_8.sub("", content_type).lower()


def _ours(location: str) -> str:
    """Where this leads, as a path: behind a proxy, whether it is https is not known here, nor at
    which port; and a link to a request shall not go by plain http."""
    _, is_whole, more = location.partition("://")
    return "/" + more.partition("/")[2].lstrip("/") if is_whole else location


def _name(host: str) -> str:
    """The name in a Host field, without the port (RFC 9110, 7.2)."""
    name, colon, port = host.strip().lower().rpartition(":")
    return name if colon and port.isdigit() else host.strip().lower()
