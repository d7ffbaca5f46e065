"""One client's connection: let in at the gate, read, answered, timed and
closed; on top of aiosmtpd.

What is said over it is the matter of `conversation`. Two ways of reading live
here: commands line by line through aiosmtpd's reader, the content of a mail in
whole chunks past it, which is several times faster.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from aiosmtpd.smtp import SMTP

from maildesk.config.settings import Listener
from maildesk.ingress.content import Content
from maildesk.ingress.gate import FULL, Gate
from maildesk.ingress.large import Large
from maildesk.ingress.submission.accounts import LogIn
from maildesk.log import log
from maildesk.mail.message import Envelope
from maildesk.store.incoming import Incoming, Raw

# RFC 5321, 4.5.3.1.4 asks for 512; extensions and UTF-8 addresses need more
COMMAND_LINE_LIMIT = 2048
TLS_HANDSHAKE = 30.0
LAST_WORDS = 10.0
PACE = 8192  # octets a second that a sender should not be slower than: about what a modem did
FEW_OCTETS = 65_536  # a mail that small is never let go for want of memory
GOING_DOWN = "421 4.3.2 Going down, try again later"


class Accept(Protocol):
    """Takes a mail for good: returns after a durable commit. TransientFailure, 452 in its args or
    else 451, leaves it outside."""

    async def __call__(self, raw: Raw, envelope: Envelope) -> None: ...


class Recipients(Protocol):
    """Says whether an address is one of ours, as of now."""

    def __call__(self, address: str) -> bool: ...


@dataclass(frozen=True)
class DoorConfig:
    """What holds for every link at one door."""

    listener: Listener
    hostname: str
    accept: Accept
    is_ours: Recipients
    gate: Gate
    tls: ssl.SSLContext | None
    incoming: Path | None  # where large mails are written as they come; None: they stay in memory
    log_in: LogIn | None = None  # at a door for log-ins
    links: set[Link] = field(default_factory=set)


class _NoHooks:
    """aiosmtpd asks a handler for its hooks; we override the commands themselves."""


def make_pattern(loop: asyncio.AbstractEventLoop) -> SMTP:
    """What every link of a door begins as."""
    return SMTP(_NoHooks(), enable_SMTPUTF8=True, hostname="localhost", loop=loop)


class Link(SMTP, ABC):
    """A connection from its first octet to its last."""

    def __init__(self, terms: DoorConfig, pattern: SMTP) -> None:
        # aiosmtpd finds out by introspection what its class and handler offer, each time anew,
        # which takes as long as a whole mail (0.4 ms). What it found for the `pattern` holds for
        # all links of a door.
        vars(self).update(vars(pattern))
        reader = asyncio.StreamReader(limit=COMMAND_LINE_LIMIT, loop=pattern.loop)
        asyncio.StreamReaderProtocol.__init__(
            self, reader, self._cb_client_connected, loop=pattern.loop
        )
        self.terms = terms
        self.peer = ""
        self.is_secure = False
        self.is_accepting = False  # a whole mail is on its way into the store
        self.is_leaving = False
        self._admitted = False
        self._has_place = False
        self._began_at = pattern.loop.time()  # with the connection, or the mail after the last one
        self._octets_came = 0  # since then
        self.is_shaking_hands = False
        self._held = 0
        self._deadline = 0.0
        self._data_deadline = float("inf")
        self._replies: list[str] = []
        self._content: Content | None = None
        self._content_came: asyncio.Future[bool] | None = None

    @abstractmethod
    async def talk(self) -> None:
        """The whole conversation: what is said on the link, which a `Conversation` knows."""

    @property
    def task(self) -> asyncio.Task[None] | None:
        """What carries the conversation."""
        return self._handler_coroutine

    # Coming and going

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the peer in, or tell it to come back later (421) before it costs anything."""
        assert isinstance(transport, asyncio.Transport)
        peer = transport.get_extra_info("peername")
        self.peer = str(peer[0]) if isinstance(peer, tuple) else ""
        gate, now = self.terms.gate, self.loop.time()
        refusal = gate.admit(self.peer, now)
        if refusal == FULL and (slow := gate.slowest(self.peer, self.terms.links, now)) is not None:
            slow.give_way()
            refusal = gate.admit(self.peer, now)
        if refusal:
            log.info("refused", what="connection", peer=self.peer, code=421, reason=refusal)
            if not self.tls_is_implicit:
                transport.write(f"421 4.7.0 {refusal}\r\n".encode())
            transport.close()
            return
        self._admitted = self._has_place = True
        self.terms.links.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """The link is gone. A commit under way is not disturbed: what came whole is
        kept, heard or not."""
        if not self._admitted:
            return
        self._free_place()
        if self.is_accepting:
            asyncio.StreamReaderProtocol.connection_lost(self, error)
            if self._timeout_handle is not None:
                self._timeout_handle.cancel()
            self.transport = None
            return
        self.terms.links.discard(self)
        super().connection_lost(error)

    def behind(self, now: float) -> float:
        """By how many seconds the client is slower than it should be; 0 while it waits for us, or
        has given way already."""
        if self.is_accepting or self.is_leaving:
            return 0.0
        return now - self._began_at - self._octets_came / PACE

    def give_way(self) -> None:
        """Somebody else gets this place, at once; the sender keeps its mail and comes again."""
        log.info(
            "connection_closed", what="connection", peer=self.peer, code=421, reason="gave way"
        )
        self._free_place()
        self.hang_up(f"421 4.3.2 {FULL}")

    def _free_place(self) -> None:
        if self._has_place:
            self._has_place = False
            self.terms.gate.leave(self.peer)

    def eof_received(self) -> bool | None:
        """The client has said all it has to say but may still listen: it gets its
        answers, then we close."""
        if not self._admitted:
            return False
        if self._content_came is not None and not self._content_came.done():
            self._content_came.set_result(False)
        asyncio.StreamReaderProtocol.eof_received(self)
        return not self.is_secure  # TLS knows no half-closed link

    def leave(self) -> None:
        """Say good-bye: at once when no mail is under way, else after it."""
        self.is_leaving = True
        if self._content_came is None and not self.is_accepting:
            self.hang_up(GOING_DOWN)

    def cut(self) -> None:
        """The grace is over: what is not durable by now has to be sent again."""
        self.hang_up(GOING_DOWN)
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()

    def hang_up(self, reply: str) -> None:
        """A last reply, then close."""
        self.is_leaving = True
        if self.transport is not None and not self._writer.is_closing():
            if not self.is_shaking_hands:  # words in plain text mean nothing there
                self.reply(reply)
            self.flush()
            self._writer.close()
            if self._timeout_handle is not None:
                self._timeout_handle.cancel()
            # A client that does not read would keep the last octets, and so the
            # connection, for ever.
            self._timeout_handle = self.loop.call_later(LAST_WORDS, self._writer.transport.abort)

    async def _handle_client(self) -> None:
        try:
            if self.tls_is_implicit:
                await self.begin_tls()
            await self.talk()
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client is gone; a mail it had not finished is gone with it
        finally:
            self.terms.links.discard(self)
            self.let_go()
            if self.transport is not None:
                self.flush()
                self._writer.close()

    # Reading

    def data_received(self, data: bytes) -> None:
        """Commands go to the reader; the content of a mail is gathered here, without a wake-up for
        each piece."""
        content, came = self._content, self._content_came
        self._octets_came += len(data)
        if content is None or came is None:
            if self._admitted:
                super().data_received(data)
            return
        rest = content.feed(data)
        self._hold(content)
        if rest is None:
            self._deadline = self.loop.time() + self.terms.listener.timeout.total_seconds()
            self._acknowledge_at_once()
            if content.size > 2 * self.terms.listener.max_message_size + 1_000_000:
                self.hang_up("552 5.3.4 Message too big")
            return
        self._content = None
        if rest:
            super().data_received(rest)
        if not came.done():
            came.set_result(True)

    def _hold(self, content: Content) -> None:
        """Count what this mail takes in memory; where all together, or this peer's, take too much,
        this one is let go (452)."""
        gate = self.terms.gate
        gate.hold(self.peer, content.kept - self._held)
        self._held = content.kept
        if gate.is_full(self.peer) and self._held > FEW_OCTETS:
            content.drop()

    def let_go(self) -> None:
        """The mail under way is in the store, or nowhere."""
        self.terms.gate.hold(self.peer, -self._held)
        self._held = 0
        self._began_at, self._octets_came = self.loop.time(), 0

    def begin_large(self, top: Callable[[], bytes]) -> Callable[[], Large] | None:
        """What makes a place in a file for a mail that turns out to be large, with
        these lines on top."""
        folder = self.terms.incoming
        return (
            None
            if folder is None
            else lambda: Large(Incoming(folder), top(), self.terms.listener, self._throttle)
        )

    def _throttle(self, is_enough: bool) -> None:
        """Read no more while the disk is slower than the client."""
        transport = self._writer.transport
        if not transport.is_closing() and isinstance(transport, asyncio.Transport):
            (transport.pause_reading if is_enough else transport.resume_reading)()

    async def read_content(self, content: Content) -> bool:
        """Gather a mail until its end. False when the client went away or was cut before that."""
        self._content = content
        came: asyncio.Future[bool] = self.loop.create_future()
        self._content_came = came
        self._data_deadline = self.loop.time() + self.terms.listener.data_timeout.total_seconds()
        self._reset_timeout()
        self._acknowledge_at_once()
        early = bytes(self._reader._buffer)  # type: ignore[attr-defined]
        if early:
            self._reader._buffer.clear()  # type: ignore[attr-defined]
            self._reader._maybe_resume_transport()  # type: ignore[attr-defined]
            self.data_received(early)
        if self._reader.at_eof() and not came.done():
            came.set_result(False)
        try:
            return await came
        finally:
            self._content = self._content_came = None
            self._data_deadline = float("inf")

    async def next_line(self) -> bytes | None:
        """One command line, or None for one that was too long and has been skipped."""
        too_long = False
        while True:
            try:
                line = await self._reader.readuntil(b"\n")
            except asyncio.LimitOverrunError as overrun:
                too_long = True
                await self._reader.read(overrun.consumed or COMMAND_LINE_LIMIT)
                continue
            return None if too_long else line

    def another_line_waits(self) -> bool:
        """Has the client sent its next command already (RFC 2920)?"""
        waiting: bytearray = self._reader._buffer  # type: ignore[attr-defined]
        return b"\n" in waiting

    def _acknowledge_at_once(self) -> None:
        """A client that writes in small pieces (Nagle) would wait 40 ms for our delayed ACK
        otherwise."""
        connection = self._writer.get_extra_info("socket")
        if connection is not None and hasattr(socket, "TCP_QUICKACK"):
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    # Answering

    def reply(self, reply: str) -> None:
        """Say this with the next `flush`."""
        self._replies.append(reply)

    def flush(self) -> None:
        """Write what is to be said in one segment; a pipelining client gets its answers together
        (RFC 2920, 3.2)."""
        if self._replies and not self._writer.is_closing():
            self._writer.write(("\r\n".join(self._replies) + "\r\n").encode())
        self._replies.clear()

    async def flushed(self) -> None:
        """The same, and wait while the client does not read."""
        self.flush()
        if self._paused:  # type: ignore[attr-defined]
            await self._writer.drain()

    # The clock: one timer a connection, moved by a number rather than made anew with each command

    def _reset_timeout(self, duration: float | None = None) -> None:
        self._deadline = self.loop.time() + (
            duration or self.terms.listener.timeout.total_seconds()
        )
        until = min(self._deadline, self._data_deadline)
        if self._timeout_handle is None:
            self._timeout_handle = self.loop.call_at(until, self._timeout_cb)
        elif self._timeout_handle.when() > until:
            self._timeout_handle.cancel()
            self._timeout_handle = self.loop.call_at(until, self._timeout_cb)

    def _timeout_cb(self) -> None:
        if self.is_accepting:  # the store's time is not the client's
            self._deadline = self.loop.time() + self.terms.listener.timeout.total_seconds()
        until = min(self._deadline, self._data_deadline)
        if self.loop.time() < until:
            self._timeout_handle = self.loop.call_at(until, self._timeout_cb)
            return
        log.info("connection_closed", what="connection", peer=self.peer, code=421, reason="timeout")
        self.hang_up("421 4.4.2 You took too long, try again")

    # TLS

    @property
    def tls_is_implicit(self) -> bool:
        """Does TLS begin before the first word (RFC 8314)?"""
        tls = self.terms.listener.tls
        return tls is not None and tls.mode == "implicit"

    @property
    def tls_is_missing(self) -> bool:
        """Is TLS demanded and not there yet?"""
        tls = self.terms.listener.tls
        return tls is not None and tls.required and not self.is_secure

    async def begin_tls(self) -> None:
        """Hand-shake. Whatever the client said in plain text behind STARTTLS is thrown away (RFC
        3207, 4.2; CVE-2011-0411)."""
        assert self.terms.tls is not None
        self._reader._buffer.clear()  # type: ignore[attr-defined]
        patience = min(TLS_HANDSHAKE, self.terms.listener.timeout.total_seconds())
        assert isinstance(self.transport, asyncio.Transport)
        self.is_shaking_hands = True
        secured = await self.loop.start_tls(
            self.transport, self, self.terms.tls, server_side=True, ssl_handshake_timeout=patience
        )
        if secured is None:  # the client hung up as soon as it had shaken hands
            raise ConnectionResetError
        self.transport = secured
        self._reader._transport = secured  # type: ignore[attr-defined]
        self._writer._transport = secured  # type: ignore[attr-defined]
        self.is_secure, self.is_shaking_hands = True, False
