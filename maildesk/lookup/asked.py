"""Asking another system about a customer, over HTTPS: one question, a small JSON answer, an end to
waiting.

Where the question goes is the admin's word alone: the address of the customer stands in it
percent-encoded, redirects are not followed, and the host's name must lead to a public address
unless `private_network` says otherwise: whoever can change a DNS entry shall not make the desk ask
within its own network (SSRF). What was looked up is what is connected to.
"""

from __future__ import annotations

import ipaddress
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2

from maildesk.desk.customers.context import ContextService, Known, shown

LARGEST = 256 * 1024  # octets of an answer
_ADDRESS = re.compile(r"\{\{ *address *\}\}")


class NoAnswer(Exception):
    """Nothing to be had there, in words that name no customer."""


def ask(service: ContextService, address: str) -> Known:
    """What the other system knows of this customer; nothing where it knows none (404). NoAnswer
    where it cannot be asked."""
    url = _ADDRESS.sub(lambda _: quote(address, safe=""), service.url)
    try:
        status, body = _answer(service, url)
    except httpx2.TimeoutException as problem:
        raise NoAnswer("no answer in time") from problem
    except (httpx2.LocalProtocolError, httpx2.InvalidURL, UnicodeError) as problem:
        # their words quote what was to be sent: a secret, an address
        kind = type(problem).__name__
        raise NoAnswer(f"{kind}: the url or a header cannot be sent as it is written") from problem
    except (httpx2.HTTPError, OSError) as problem:
        raise NoAnswer(f"{type(problem).__name__}: {problem}"[:200]) from problem
    if status in (404, 410):
        return ()
    if status != 200:
        raise NoAnswer(f"HTTP {status}")
    try:
        return read(body, service.shows)
    except (ValueError, RecursionError) as problem:
        raise NoAnswer("an answer that is no JSON object") from problem


def read(body: bytes, shows: tuple[tuple[str, tuple[str, ...]], ...]) -> Known:
    """The values of an answer; of a list its first object. ValueError where it is neither."""
    whole = json.loads(body)
    if isinstance(whole, list):
        whole = whole[0] if whole else {}
    if not isinstance(whole, dict):
        raise ValueError("an object was expected")
    found = shows or tuple((str(name).replace("_", " "), (name,)) for name in whole)
    return shown((name, _words(_at(whole, place))) for name, place in found)


def _at(whole: Any, place: tuple[str, ...]) -> Any:
    for step in place:
        if isinstance(whole, Mapping):
            whole = whole.get(step)
        elif isinstance(whole, list) and step.isdecimal() and int(step) < len(whole):
            whole = whole[int(step)]
        else:
            return None
    return whole


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (str, int, float)):
        return str(value)
    if isinstance(value, list):
        return ", ".join(filter(None, map(_words, value[:20])))
    return ""


def _answer(service: ContextService, url: str) -> tuple[int, bytes]:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    seconds = service.timeout.total_seconds()
    until = time.monotonic() + seconds
    place = _place(host, port, private=service.private_network)
    line = _Line()
    verify = ssl.create_default_context(cafile=service.ca_file or None)
    headers = {**dict(service.headers), "Host": parts.netloc, "Accept": "application/json"}
    with (
        _hung_up_at(until, line),
        httpx2.Client(
            verify=verify, timeout=seconds, follow_redirects=False, trust_env=False
        ) as client,
        client.stream(
            "GET",
            httpx2.URL(url).copy_with(host=place),
            headers={**headers, "Accept-Encoding": "identity", "User-Agent": "maildesk"},
            extensions={"sni_hostname": host, "trace": line.trace},
        ) as answer,
    ):
        return answer.status_code, b"".join(_pieces(answer, until))


class _Line:
    """The connection that is used, so that somebody else can hang up."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self.is_cut = False

    def trace(self, event: str, told: Mapping[str, Any]) -> None:
        """What httpx says of its steps. TLS takes the socket over: a copy stays ours."""
        if event == "connection.connect_tcp.complete":
            self._socket = told["return_value"].get_extra_info("socket").dup()
            if self.is_cut:
                self.cut()

    def cut(self) -> None:
        """Whoever reads or writes there is told that it has ended."""
        self.is_cut = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()


@contextmanager
def _hung_up_at(until: float, line: _Line) -> Iterator[None]:
    """The end of the waiting, whatever is waited for: a time-out of httpx begins anew with each
    octet of a handshake or a head."""
    clock = threading.Timer(until - time.monotonic(), line.cut)
    clock.daemon = True
    clock.start()
    try:
        yield
    except (httpx2.TransportError, OSError) as problem:
        if line.is_cut:
            raise NoAnswer("no answer in time") from problem
        raise
    finally:
        clock.cancel()
        line.close()


def _place(host: str, port: int, *, private: bool) -> str:
    """An address of this host; one within a network of one's own only where that is meant."""
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    fitting = [one for one in found if private or _is_public(one)]
    if not fitting:
        raise NoAnswer(f"{host} is in a network of its own (see private_network)")
    return fitting[0]


def _is_public(address: str) -> bool:
    one = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(one, "ipv4_mapped", None)
    return (mapped or one).is_global and not (mapped or one).is_multicast


def _pieces(answer: httpx2.Response, until: float) -> Iterator[bytes]:
    if answer.status_code != 200:
        return
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise NoAnswer("a packed answer, which nobody asked for")
    size = 0
    for piece in answer.iter_raw():
        size += len(piece)
        if size > LARGEST:
            raise NoAnswer(f"an answer of more than {LARGEST // 1024} KB")
        if time.monotonic() > until:
            raise NoAnswer("no answer in time")
        yield piece
