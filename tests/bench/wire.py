"""The two ends of a measurement: senders that speak SMTP with as little work as can be, and a relay
that counts."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from collections import Counter
from collections.abc import Iterable, Sequence

_MESSAGE_ID = re.compile(rb"^Message-ID: *<([^>]+)>", re.IGNORECASE | re.MULTILINE)
HEAD = 8192  # octets of a mail that are kept


class Counting(asyncio.Protocol):
    """A relay's session; what it counts lies in `tally`. Of a mail it keeps the head alone: it is
    the desk that is measured."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._buffer = b""
        self._mail: _Mail | None = None
        self._recipient = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._socket = transport.get_extra_info("socket")
        transport.write(b"220 relay ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        if hasattr(socket, "TCP_QUICKACK"):
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        while data:
            if self._mail is not None:
                rest = self._mail.feed(data)
                if rest is None:
                    return
                self._tally.note(self._recipient, self._mail.head, self._mail.size)
                self._mail, data = None, rest
                self._transport.write(b"250 ok\r\n")
                continue
            line, end, data = (self._buffer + data).partition(b"\r\n")
            self._buffer = b"" if end else line
            if end:
                self._answer(line[:4].upper(), line)

    def _answer(self, verb: bytes, line: bytes) -> None:
        if verb == b"EHLO":
            self._transport.write(
                b"250-relay\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 SIZE 50000000\r\n"
            )
        elif verb == b"DATA":
            self._mail = _Mail()
            self._transport.write(b"354 go\r\n")
        elif verb == b"QUIT":
            self._transport.write(b"221 bye\r\n")
            self._transport.close()
        else:
            if verb == b"RCPT":
                self._recipient = line[line.find(b"<") + 1 : line.rfind(b">")].lower()
            self._transport.write(b"250 ok\r\n")


class _Mail:
    """One DATA on its way in."""

    def __init__(self) -> None:
        self.head = b""
        self.size = 0
        self._tail = b"\r\n"

    def feed(self, data: bytes) -> bytes | None:
        """Take this; None while the end has not come, then what follows it."""
        seen = self._tail + data
        end = seen.find(b"\r\n.\r\n")
        if len(self.head) < HEAD:
            self.head += data[: HEAD - len(self.head)]
        self.size += len(data)
        self._tail = seen[-4:]
        return None if end < 0 else seen[end + 5 :]


class Tally:
    """What arrived at the relay."""

    def __init__(self) -> None:
        self.count = 0
        self.ids: Counter[bytes] = Counter()
        self.recipients: Counter[bytes] = Counter()
        self._wanted: dict[bytes, asyncio.Event] = {}
        self.heads: dict[bytes, bytes] = {}  # the beginning of each recipient's last mail
        self.octets = 0
        self.last_at = 0.0

    def note(self, recipient: bytes, raw: bytes, size: int) -> None:
        """One more."""
        self.count += 1
        self.octets += size
        self.heads[recipient] = raw
        self.last_at = time.perf_counter()
        found = _MESSAGE_ID.search(raw)
        self.ids[found.group(1) if found else b""] += 1
        self.recipients[recipient] += 1
        if event := self._wanted.pop(recipient, None):
            event.set()

    def expect(self, recipient: str) -> asyncio.Event:
        """Set when the next mail for this recipient arrives."""
        return self._wanted.setdefault(recipient.lower().encode(), asyncio.Event())

    async def until(self, count: int, seconds: float) -> bool:
        """Whether so many arrived in time."""
        end = time.perf_counter() + seconds
        while self.count < count and time.perf_counter() < end:
            await asyncio.sleep(0.005)
        return self.count >= count


async def relay(tally: Tally) -> tuple[asyncio.Server, int]:
    """The counting relay and its port."""
    server = await asyncio.get_running_loop().create_server(
        lambda: Counting(tally), "127.0.0.1", 0, backlog=256
    )
    return server, int(server.sockets[0].getsockname()[1])


class Sender:
    """One SMTP connection."""

    async def open(self, port: int) -> Sender:
        """Connect and greet."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        self._writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self._reader.readline()
        await self._say(b"EHLO bench.example\r\n", b"250")
        return self

    async def send(self, sender: str, recipient: str, raw: bytes) -> None:
        """One mail; AssertionError unless it heard 250."""
        await self._say(b"MAIL FROM:<%s>\r\n" % sender.encode(), b"250")
        await self._say(b"RCPT TO:<%s>\r\n" % recipient.encode(), b"250")
        await self._say(b"DATA\r\n", b"354")
        stuffed = raw.replace(b"\r\n.", b"\r\n..")
        await self._say(stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"), b"250")

    async def close(self) -> None:
        """Say goodbye."""
        self._writer.write(b"QUIT\r\n")
        self._writer.close()

    async def _say(self, words: bytes, wanted: bytes) -> None:
        self._writer.write(words)
        while True:
            line = await self._reader.readline()
            if line[3:4] != b"-":
                break
        assert line.startswith(wanted), (words[:60], line)


async def pour(port: int, mails: Sequence[tuple[str, str, bytes]], connections: int) -> float:
    """Send them all over so many connections; the seconds it took."""
    queue = iter(mails)
    senders = [await Sender().open(port) for _ in range(connections)]
    began = time.perf_counter()

    async def work(sender: Sender, mine: Iterable[tuple[str, str, bytes]]) -> None:
        for mail_from, rcpt_to, raw in mine:
            await sender.send(mail_from, rcpt_to, raw)

    await asyncio.gather(*(work(sender, queue) for sender in senders))
    took = time.perf_counter() - began
    for sender in senders:
        await sender.close()
    return took
