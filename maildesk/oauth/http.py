"""HTTP for tokens: small answers, no redirects, an end to waiting.

A token endpoint says a few hundred octets. One that says megabytes, sends us elsewhere, packs its
answer or drips it is broken or somebody else's, and none of that may cost more than a few seconds.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

from maildesk.config.connections.oauth import OAuthClient
from maildesk.oauth.outcomes import NoToken, Outcome

LARGEST = 256 * 1024  # octets of an answer
TIMES_THE_TIMEOUT = 4  # for one whole answer, however steadily it drips
LONGEST_WAIT = 86_400.0  # seconds that a Retry-After can make us wait


def client_arguments(client: OAuthClient, url: str) -> dict[str, Any]:
    """What an HTTP client is made with to talk to this endpoint."""
    timeout = client.timeout.total_seconds()
    return {
        "transport": Limited(url, client.ca_file, timeout),
        "timeout": timeout,
        "follow_redirects": False,
        "event_hooks": {"response": [_refuse_odd_answers]},
        "headers": {"Accept-Encoding": "identity", "User-Agent": "maildesk"},
    }


class Limited(httpx2.BaseTransport):
    """A transport, by the environment's proxy where there is one, whose answers end early."""

    def __init__(
        self,
        url: str,
        ca_file: Path | None,
        timeout: float,
        *,
        largest: int = LARGEST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        parts = urlsplit(url)
        proxy = getproxies().get(parts.scheme) if not proxy_bypass(parts.hostname or "") else None
        verify = ssl.create_default_context(cafile=ca_file) if ca_file else True
        self._inner = httpx2.HTTPTransport(verify=verify, proxy=proxy)
        self._within, self._largest, self._clock = timeout * TIMES_THE_TIMEOUT, largest, clock

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer; reading it raises NoToken where there is too much of it or it takes too
        long."""
        until = self._clock() + self._within
        answer = self._inner.handle_request(request)
        stream = _Limited(answer, self._largest, until, self._clock)
        return httpx2.Response(
            answer.status_code,
            headers=answer.headers,
            stream=stream,
            extensions=answer.extensions,
        )

    def close(self) -> None:
        """Hang up."""
        self._inner.close()


class _Limited(httpx2.SyncByteStream):
    """The octets of one answer."""

    def __init__(
        self, answer: httpx2.Response, largest: int, until: float, clock: Callable[[], float]
    ) -> None:
        self._answer, self._largest, self._until, self._clock = answer, largest, until, clock

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        assert isinstance(self._answer.stream, httpx2.SyncByteStream)
        for piece in self._answer.stream:
            size += len(piece)
            if size > self._largest:
                raise NoToken(Outcome.UNREADABLE, f"an answer of more than {self._largest} octets")
            if self._clock() > self._until:
                raise NoToken(Outcome.UNREACHABLE, "the answer takes too long")
            yield piece

    def close(self) -> None:
        self._answer.close()


def _refuse_odd_answers(answer: httpx2.Response) -> None:
    """Before its body is read: too many requests, trouble over there, somewhere else, packed."""
    status = answer.status_code
    if status == 429:
        raise NoToken(Outcome.THROTTLED, "HTTP 429", retry_after(answer))
    if status >= 500:
        raise NoToken(Outcome.UNAVAILABLE, f"HTTP {status}", retry_after(answer))
    if 300 <= status < 400:
        raise NoToken(Outcome.UNREADABLE, f"HTTP {status}, a redirect, which is not followed")
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise NoToken(Outcome.UNREADABLE, "a packed answer, which nobody asked for")


def retry_after(answer: httpx2.Response) -> float:
    """The seconds of Retry-After, from now on where it is a date (RFC 9110, 10.2.3); 0 without."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return min(float(said), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(said)
        since = parsedate_to_datetime(answer.headers.get("date", ""))
        return min(max(0.0, (until - since).total_seconds()), LONGEST_WAIT)
    except (ValueError, TypeError):
        return 0.0
