"""An SMTP relay that keeps what it is given and answers as the test tells it (RFC 5321)."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from dataclasses import dataclass, field
from typing import Literal

from tests.servers.process import NEVER, free_port

Stage = Literal["mail", "rcpt", "data"]


@dataclass(frozen=True)
class Relayed:
    """One message that heard 250, or (`reply` "drop") whose link we dropped after the final dot."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    raw: bytes
    reply: str = "250"
    at: float = field(default_factory=time.monotonic)


@dataclass
class Answer:
    """What to say to recipients like this one, `times` times (-1: always)."""

    pattern: re.Pattern[str]
    reply: str
    stage: Stage
    times: int


class Relay:
    """The relay in a thread of its own. `messages` grows; wait for it with `wait_for`."""

    def __init__(self) -> None:
        self.host = "127.0.0.1"
        self.port = free_port()
        self.size = 50_000_000  # octets of a mail that it says it takes (RFC 1870)
        self.used = "our own"
        self.messages: list[Relayed] = []
        self.tried: list[tuple[str, str]] = []  # sender and recipient of whatever was begun
        self.connections = 0
        self._answers: list[Answer] = []
        self._senders: list[tuple[re.Pattern[str], str]] = []
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._sessions: set[Session] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="relay", daemon=True)
        self._thread.start()
        self.start()

    def start(self) -> None:
        """Listen (again, on the same port)."""
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(NEVER)

    def stop(self) -> None:
        """Listen no more and drop who is connected: the relay is away."""
        asyncio.run_coroutine_threadsafe(self._unlisten(), self._loop).result(NEVER)

    def remove(self) -> None:
        """End the thread."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def reset(self) -> None:
        """Forget messages and answers, for the next test."""
        with self._changed:
            self.messages = []
            self.tried = []
            self.connections = 0
            self.size = 50_000_000
            self._answers = []
            self._senders = []

    def answer(self, pattern: str, reply: str, *, stage: Stage = "rcpt", times: int = -1) -> None:
        """Say `reply` ("451 4.3.0 later") to recipients that match; "drop" hangs up instead. With
        stage "mail" it is said to senders.

        With stage "data" it is said after the final dot, and "drop" there leaves
        the outcome uncertain.
        """
        with self._changed:
            self._answers.append(Answer(re.compile(pattern, re.IGNORECASE), reply, stage, times))

    def refuse_sender(self, pattern: str, reply: str) -> None:
        """Say `reply` after RCPT where the sender is such a one, as Postfix does."""
        with self._changed:
            self._senders.append((re.compile(pattern), reply))

    def refusal_of(self, sender: str) -> str:
        """What the test wants said of this sender, or ""."""
        with self._changed:
            return next((reply for found, reply in self._senders if found.search(sender)), "")

    def wait_for(self, number: int, *, timeout: float = 30.0) -> list[Relayed]:
        """The messages, as soon as there are so many; AssertionError when there never are."""
        with self._changed:
            enough = self._changed.wait_for(lambda: len(self.messages) >= number, timeout)
            assert enough, f"{len(self.messages)} of {number} messages arrived at the relay"
            return list(self.messages)

    def reply_to(self, recipients: tuple[str, ...], stage: Stage) -> str:
        """What the test wants said to the first of them that matches an answer, or ""."""
        with self._changed:
            for answer in self._answers:
                if (
                    answer.stage == stage
                    and answer.times != 0
                    and any(answer.pattern.search(r) for r in recipients)
                ):
                    answer.times -= 1
                    return answer.reply
        return ""

    def keep(self, message: Relayed) -> None:
        with self._changed:
            self.messages.append(message)
            self._changed.notify_all()

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await self._loop.create_server(
                lambda: Session(self, self._sessions), self.host, self.port, backlog=256
            )

    async def _unlisten(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for session in list(self._sessions):
            session.hang_up()


class Session(asyncio.Protocol):
    """One client's session; pipelining is understood (RFC 2920)."""

    def __init__(self, relay: Relay, sessions: set[Session]) -> None:
        self._relay = relay
        self._sessions = sessions
        self._buffer = b""
        self._in_data = False
        self._mail_from = ""
        self._rcpt_to: tuple[str, ...] = ()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._sessions.add(self)
        self._relay.connections += 1
        self._say("220 relay.example ESMTP")

    def connection_lost(self, exc: Exception | None) -> None:
        self._sessions.discard(self)

    def hang_up(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while not self._transport.is_closing() and (
            self._take_content() if self._in_data else self._take_line()
        ):
            pass

    def _take_line(self) -> bool:
        line, end, rest = self._buffer.partition(b"\r\n")
        if not end:
            return False
        self._buffer = rest
        verb, _, argument = line.decode("utf-8", "surrogateescape").partition(" ")
        self._command(verb.upper(), argument)
        return True

    def _take_content(self) -> bool:
        content, end, rest = (b"\r\n" + self._buffer).partition(b"\r\n.\r\n")
        if not end:
            return False
        self._buffer, self._in_data = rest, False
        raw = (content[2:] + b"\r\n").replace(b"\r\n..", b"\r\n.") if content else b""
        # dot-stuffing of the very first line (4.5.2)
        raw = raw[1:] if raw.startswith(b"..") else raw
        reply = self._relay.reply_to(self._rcpt_to, "data")
        if not reply or reply == "drop" or reply.startswith("2"):
            self._relay.keep(Relayed(self._mail_from, self._rcpt_to, raw, reply or "250"))
        self._say(reply or "250 2.0.0 kept")
        self._rcpt_to = ()
        return True

    def _command(self, verb: str, argument: str) -> None:
        if verb == "EHLO":
            for word in (
                "relay.example",
                "PIPELINING",
                "8BITMIME",
                "SMTPUTF8",
                "ENHANCEDSTATUSCODES",
            ):
                self._say(f"250-{word}")
            self._say(f"250 SIZE {self._relay.size}")
        elif verb == "MAIL":
            self._mail_from, self._rcpt_to = path_in(argument), ()
            declared = re.search(r" SIZE=([0-9]+)", argument)
            is_larger = declared is not None and int(declared[1]) > self._relay.size
            reply = "552 5.3.4 too large" if is_larger else "250 2.1.0 ok"
            self._say(self._relay.reply_to((self._mail_from,), "mail") or reply)
        elif verb == "RCPT":
            recipient = path_in(argument)
            self._relay.tried.append((self._mail_from, recipient))
            reply = self._relay.refusal_of(self._mail_from)
            reply = reply or self._relay.reply_to((recipient,), "rcpt")
            if not reply or reply.startswith("2"):
                self._rcpt_to += (recipient,)
            self._say(reply or "250 2.1.5 ok")
        elif verb == "DATA":
            self._in_data = bool(self._rcpt_to)
            self._say("354 go on" if self._in_data else "554 5.5.1 no valid recipients")
        elif verb == "QUIT":
            self._say("221 2.0.0 bye")
            self._transport.close()
        else:
            self._say("250 2.0.0 ok")

    def _say(self, reply: str) -> None:
        if reply == "drop":
            self.hang_up()
        else:
            self._transport.write(reply.encode() + b"\r\n")


def path_in(argument: str) -> str:
    """The path between the angle brackets of MAIL and RCPT (4.1.2)."""
    found = re.search(r"<([^>]*)>", argument)
    return found[1] if found else ""
