"""The SMTP or LMTP door: one listener of the settings, opened and closed.

    client -> gate (caps, rates) -> link (octets, time, TLS) -> conversation
    (commands) -> accept -> 250

A mail is refused here only for what it is; whatever is our own trouble gets a
4yz, and the sender keeps the mail.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

from maildesk.config.settings import Listener, Tls
from maildesk.errors import PermanentFailure
from maildesk.ingress.conversation import Conversation
from maildesk.ingress.gate import Gate
from maildesk.ingress.link import Accept, DoorConfig, Recipients, make_pattern
from maildesk.ingress.submission.accounts import Account, LogIn
from maildesk.ingress.submission.conversation import Submission
from maildesk.ingress.submission.limits import AT_ONCE, LogInLimits
from maildesk.store.incoming import remove_dead_parts

BACKLOG = 512  # bursts wait in the kernel rather than hear nothing
PORTS_TRIED = 100


class SmtpDoor:
    """One listener inside a running event loop."""

    def __init__(
        self,
        listener: Listener,
        *,
        accept: Accept,
        is_ours: Recipients,
        hostname: str,
        incoming: Path | None = None,
        account: Callable[[str], Account | None] = lambda _name: None,
    ) -> None:
        gate = Gate(
            total=listener.max_connections,
            per_peer=listener.max_connections_per_peer,
            per_network=listener.max_connections_per_network,
            per_minute=listener.connections_per_minute_per_peer,
            octets=listener.max_octets_in_memory,
            octets_per_peer=max(listener.max_octets_in_memory_per_peer, listener.max_message_size),
            trusted=listener.trusted_peers,
        )
        tls = _tls_context(listener.tls) if listener.tls is not None else None
        name, log_in = listener.hostname or hostname, None
        self._speaks: type[Conversation] = Conversation
        if listener.protocol == "submission":
            log_in = LogIn(account, LogInLimits(), asyncio.Semaphore(AT_ONCE))
            self._speaks = Submission
        self._terms = DoorConfig(listener, name, accept, is_ours, gate, tls, incoming, log_in)
        self._server: asyncio.Server | None = None
        # aiosmtpd tells of every connection at INFO, which costs time
        logging.getLogger("mail.log").setLevel(logging.WARNING)

    async def start(self) -> tuple[str, int]:
        """Listen. Returns the bound host and port; PermanentFailure says in words why it cannot,
        with a port that is free."""
        listener = self._terms.listener
        loop = asyncio.get_running_loop()
        if self._terms.incoming is not None:
            remove_dead_parts(self._terms.incoming)
        pattern = make_pattern(loop)
        try:
            self._server = await loop.create_server(
                lambda: self._speaks(self._terms, pattern),
                listener.host,
                listener.port,
                backlog=BACKLOG,
            )
        except OSError as error:
            raise PermanentFailure(_why_not_listening(listener, error)) from error
        host, port = self._server.sockets[0].getsockname()[:2]
        return str(host), int(port)

    async def stop(self, grace: float) -> None:
        """Take no new client, let each mail under way finish within `grace` seconds, tell the
        others 421."""
        if self._server is not None:
            self._server.close()
        for link in list(self._terms.links):
            link.leave()
        await self._quiet(grace)
        for link in list(self._terms.links):
            link.cut()
        await self._quiet(1.0)

    async def _quiet(self, patience: float) -> None:
        """Wait until nobody is talking any more, but no longer than this."""
        tasks = [task for link in self._terms.links if (task := link.task) is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=patience)


def _tls_context(tls: Tls) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(tls.certificate, tls.key)
    except (OSError, ssl.SSLError) as error:
        raise PermanentFailure(
            f"the certificate {tls.certificate} with the key {tls.key} cannot be used: {error}"
        ) from error
    return context


def _why_not_listening(listener: Listener, error: OSError) -> str:
    where = f"{listener.host}:{listener.port}"
    if error.errno == errno.EADDRINUSE:
        free = _free_port_after(listener.host, listener.port)
        offer = (
            f"port {free} is free (MAILDESK_SMTP_PORT={free}, or `port: {free}` in settings.yaml)"
            if free
            else "choose another"
        )
        return f"another program listens on {where} already; {offer}"
    if error.errno == errno.EACCES:
        return (
            f"this user may not listen on {where}: ports below 1024 need the right to "
            f"(CAP_NET_BIND_SERVICE)"
        )
    why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
    return f"cannot listen on {where}: {why or error}"


def _free_port_after(host: str, port: int) -> int | None:
    """The next port nobody listens on; it may of course be taken a moment later."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port + 1, min(port + PORTS_TRIED, 65536)):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            return candidate
    return None
