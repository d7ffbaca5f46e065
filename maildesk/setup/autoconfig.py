"""Mozilla's autoconfig: a document at a domain that names its mail servers (config-v1.1.xml).

What comes is a stranger's: it is read from https alone, up to a size, without entities, and what it
names is only a proposal. http, which Thunderbird asks as well, could name anybody's servers.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import ParseError

import httpx2
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from maildesk.setup.outcomes import Outcome, Told
from maildesk.setup.servers import Server, Tls, Use, is_host
from maildesk.setup.world import World

LARGEST = 256 * 1024  # octets of a document; the largest of Mozilla's own database has 5 KB
TIMES_THE_PATIENCE = 3  # for one whole document, however steadily it drips
REDIRECTS = 3
_TLS: dict[str, Tls] = {"ssl": "implicit", "starttls": "starttls"}  # `plain` is not taken


def urls(domain: str, address: str) -> tuple[str, str]:
    """Where a domain keeps it."""
    whom = quote(address, safe="@")
    return (
        f"https://autoconfig.{domain}/mail/config-v1.1.xml?emailaddress={whom}",
        f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
    )


def ask(url: str, address: str, world: World) -> Told:
    """What the document there names for this address."""
    source = url.partition("?")[0]
    try:
        document = _fetched(url, world)
        servers = tuple(replace(one, source=source) for one in read(document, address))
    except _No as problem:
        return Told(source, problem.outcome, more=problem.more)
    if not servers:
        return Told(source, Outcome.NO_SERVERS)
    return Told(source, Outcome.FOUND, servers)


def read(document: bytes, address: str) -> Iterator[Server]:
    """The IMAP and submission servers that the document names, best first. Raises what `ask` tells
    by name."""
    try:
        root = fromstring(document, forbid_dtd=True)
    except DefusedXmlException as problem:
        raise _No(Outcome.FORBIDDEN_XML) from problem
    except (ParseError, ValueError, LookupError) as problem:
        raise _No(Outcome.NOT_XML, str(problem)[:80]) from problem
    for use, tag in (("imap", "incomingServer"), ("smtp", "outgoingServer")):
        for one in root.iterfind(f"./emailProvider/{tag}"):
            if one.get("type", "").strip().lower() == use:
                yield from _server(one, "imap" if use == "imap" else "smtp", address)


def _server(one: Any, use: Use, address: str) -> Iterator[Server]:
    local, _, domain = address.rpartition("@")
    placeholders = {
        "%EMAILADDRESS%": address,
        "%EMAILLOCALPART%": local,
        "%EMAILDOMAIN%": domain,
    }

    def said(tag: str) -> str:
        text = (one.findtext(tag) or "").strip()
        for name, value in placeholders.items():
            text = text.replace(name, value)
        return text

    host, port, tls = said("hostname"), said("port"), _TLS.get(said("socketType").lower())
    is_port = port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) <= 65535
    if tls is None or not is_host(host) or not is_port:
        return
    ways = [(way.text or "").strip().lower() for way in one.iterfind("authentication")]
    has_password = not ways or any(way.startswith("password") for way in ways)
    username = said("username")
    if "%" in username or not username.isprintable():
        username = ""
    yield Server(use, host, int(port), tls, "password" if has_password else "oauth", username)


class _No(Exception):
    """Nothing to be had there: why."""

    def __init__(self, outcome: Outcome, more: str = "") -> None:
        self.outcome, self.more = outcome, more
        super().__init__(outcome)


def _fetched(url: str, world: World) -> bytes:
    """The octets of the document."""
    until = time.monotonic() + world.patience * TIMES_THE_PATIENCE
    for _ in range(REDIRECTS + 1):
        answer, body = _answer(url, world, until)
        if answer.status_code not in (301, 302, 303, 307, 308):
            break
        there = str(httpx2.URL(url).join(answer.headers.get("location", "")))
        if urlsplit(there).scheme != "https":
            raise _No(Outcome.REDIRECTED, there[:120])
        url = there
    else:
        raise _No(Outcome.REDIRECTED, f"more than {REDIRECTS} times")
    if answer.status_code in (404, 410):
        raise _No(Outcome.NOT_THERE)
    if answer.status_code != 200:
        raise _No(Outcome.REFUSED, f"HTTP {answer.status_code}")
    return body


def _answer(url: str, world: World, until: float) -> tuple[httpx2.Response, bytes]:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    try:
        place, name = _place(host, port, world), {"Host": parts.netloc}
        with (
            httpx2.Client(
                verify=world.tls(),
                timeout=world.patience,
                follow_redirects=False,
                trust_env=not world.nameservers,
            ) as client,
            client.stream(
                "GET",
                httpx2.URL(url).copy_with(host=place[0], port=place[1]),
                headers={**name, "Accept-Encoding": "identity", "User-Agent": "maildesk"},
                extensions={"sni_hostname": host},
            ) as answer,
        ):
            return answer, _body(answer, until)
    except socket.gaierror as problem:
        raise _No(Outcome.NOT_THERE) from problem
    except httpx2.TimeoutException as problem:
        raise _No(Outcome.SILENT) from problem
    except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError, OSError) as problem:
        raise _trouble(problem) from problem


def _place(host: str, port: int, world: World) -> tuple[str, int]:
    return world.address_of(host), world.port(port)


def _body(answer: httpx2.Response, until: float) -> bytes:
    if answer.status_code != 200:
        return b""
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise _No(Outcome.NOT_XML, "packed, which nobody asked for")
    found = b""
    for piece in answer.iter_raw():
        found += piece
        if len(found) > LARGEST:
            raise _No(Outcome.TOO_LARGE, f"more than {LARGEST // 1024} KB")
        if time.monotonic() > until:
            raise _No(Outcome.SILENT, "it takes too long")
    return found


def _trouble(problem: BaseException) -> _No:
    """Why nothing could be asked there; a host that does not exist is no trouble."""
    cause: BaseException | None = problem
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _No(Outcome.CERTIFICATE, cause.verify_message)
        if isinstance(cause, socket.gaierror):
            return _No(Outcome.NOT_THERE)
        cause = cause.__cause__ or cause.__context__
    with suppress(AttributeError):
        words = str(problem).lower()
        if "certificate verify failed" in words:
            return _No(Outcome.CERTIFICATE)
        if "name or service not known" in words or "nodename nor servname" in words:
            return _No(Outcome.NOT_THERE)
    return _No(Outcome.UNREACHABLE)
