"""A door open on a real port, and a client that speaks raw octets to it."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType

from maildesk.config.settings import Listener
from maildesk.ingress.smtp import SmtpDoor
from maildesk.ingress.submission.accounts import Account
from maildesk.mail.message import Envelope
from maildesk.store.incoming import Raw

PATIENCE = 60.0  # what takes so long never comes


class OpenDoor:
    """The door in a thread of its own. `accepted` grows; `failure` and `hold` decide
    what accept does."""

    def __init__(
        self,
        listener: Listener | None = None,
        incoming: Path | None = None,
        *,
        account: Callable[[str], Account | None] = lambda _name: None,
    ) -> None:
        self.accepted: list[tuple[bytes, Envelope]] = []
        self.failure: Exception | None = None
        self.began = threading.Event()  # accept has been called
        self._released = asyncio.Event()
        self._released.set()
        self._loop = asyncio.new_event_loop()
        self._passed = 0.0
        self._loop.time = lambda: time.monotonic() + self._passed  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.door = SmtpDoor(
            listener or a_listener(),
            accept=self._accept,
            is_ours=is_ours,
            hostname="desk.example",
            incoming=incoming,
            account=account,
        )
        self.host, self.port = asyncio.run_coroutine_threadsafe(
            self.door.start(), self._loop
        ).result(PATIENCE)

    async def _accept(self, raw: Raw, envelope: Envelope) -> None:
        self.began.set()
        await self._released.wait()
        if self.failure is not None:
            raise self.failure
        self.accepted.append((raw if isinstance(raw, bytes) else raw.path.read_bytes(), envelope))

    def hold(self) -> None:
        """Let accept wait from now on, as a slow database does."""
        self._loop.call_soon_threadsafe(self._released.clear)

    def release(self) -> None:
        """Let it go on."""
        self._loop.call_soon_threadsafe(self._released.set)

    def later(self, seconds: float) -> None:
        """So much time passes for the door, at once; what has its time then is done."""

        async def passes() -> None:
            self._passed += seconds
            for _ in range(3):
                await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(passes(), self._loop).result(PATIENCE)

    def stop(self, grace: float) -> Future[None]:
        """Begin to stop; the result is there once it has."""
        return asyncio.run_coroutine_threadsafe(self.door.stop(grace), self._loop)

    def __enter__(self) -> OpenDoor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
        self.stop(1.0).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()


class Client:
    """Speaks octets and reads whole replies."""

    def __init__(
        self, door: OpenDoor, *, greet: str = "EHLO client.example", source: str = "127.0.0.1"
    ) -> None:
        self.socket = socket.create_connection(
            (door.host, door.port), timeout=PATIENCE, source_address=(source, 0)
        )
        self._unread = b""
        self.banner = self.hear()
        self.greeting = self.say(greet) if greet else ""

    def write(self, octets: bytes) -> None:
        self.socket.sendall(octets)

    def say(self, line: str) -> str:
        """One command, and the reply to it."""
        self.write(line.encode() + b"\r\n")
        return self.hear()

    def hear(self) -> str:
        """One whole reply, or "" when the server has hung up."""
        while not (found := re.match(rb"(?:\d{3}-[^\n]*\n)*\d{3} [^\n]*\n", self._unread)):
            try:
                octets = self.socket.recv(65536)
            except ConnectionResetError:
                octets = b""
            if not octets:
                return ""
            self._unread += octets
        self._unread = self._unread[found.end() :]
        return found[0].decode().rstrip("\r\n")

    def begin(self, *recipients: str, mail_from: str = "ana@customer.example") -> None:
        """MAIL and RCPT, as far as DATA's 354."""
        assert self.say(f"MAIL FROM:<{mail_from}>").startswith("250 2.1.0")
        for recipient in recipients or ("support@desk.example",):
            assert self.say(f"RCPT TO:<{recipient}>").startswith("250 2.1.5")
        assert self.say("DATA").startswith("354")

    def send(self, content: bytes, *recipients: str) -> str:
        """A whole mail; returns the reply to its final dot."""
        self.begin(*recipients)
        self.write(content + b".\r\n")
        return self.hear()

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def a_listener(**changes: object) -> Listener:
    """A listener on a free port, with these settings."""
    return Listener.model_validate({"port": 0, **changes})


def is_ours(address: str) -> bool:
    """What the tests' desk answers to."""
    if address.startswith("broken-file"):
        raise BrokenPipeError("a file or a pipe of ours, not the client's link")
    if address.startswith("broken"):
        raise RuntimeError("the policy is being replaced")
    return address.lower().endswith("@desk.example") and not address.lower().startswith("nobody")
