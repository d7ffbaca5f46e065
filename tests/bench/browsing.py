"""Those who look at pages while they are measured: HTTP/1.1 with as little work as can be."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass


@dataclass(frozen=True)
class Timed:
    """What a crowd saw: answers a second of all, milliseconds of each from asking to its last
    octet."""

    rate: float
    waits: Sequence[float]

    @property
    def median(self) -> float:
        """Half of them took no longer."""
        return statistics.median(self.waits)

    @property
    def slow(self) -> float:
        """Nineteen of twenty took no longer."""
        return sorted(self.waits)[int(len(self.waits) * 0.95)]


class Visitor:
    """One connection that is kept."""

    async def open(self, port: int) -> Visitor:
        """Connect."""
        self._place = f"127.0.0.1:{port}"
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        return self

    async def get(self, path: str) -> bytes:
        """The page there; AssertionError unless the answer is 200."""
        asked = f"GET {path} HTTP/1.1\r\nHost: {self._place}\r\nAccept: text/html\r\n\r\n"
        return (await self._answer(asked.encode(), b"200"))[1]

    async def form(self, path: str) -> tuple[str, bytes]:
        """The page there, and the cookie that comes with it."""
        asked = f"GET {path} HTTP/1.1\r\nHost: {self._place}\r\nAccept: text/html\r\n\r\n"
        fields, page = await self._answer(asked.encode(), b"200")
        return fields.get(b"set-cookie", b"").partition(b";")[0].decode(), page

    async def post(self, path: str, cookie: str, kind: str, body: bytes) -> None:
        """Send this form; AssertionError unless it is taken (303)."""
        head = f"POST {path} HTTP/1.1\r\nHost: {self._place}\r\nCookie: {cookie}\r\n"
        head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        await self._answer(head.encode() + body, b"303")

    async def _answer(self, asked: bytes, wanted: bytes) -> tuple[dict[bytes, bytes], bytes]:
        self._writer.write(asked)
        head = await self._reader.readuntil(b"\r\n\r\n")
        status, *lines = head.split(b"\r\n")
        split = (line.split(b": ", 1) for line in lines if line)
        fields = {name.lower(): value for name, value in split}
        page = await self._reader.readexactly(int(fields.get(b"content-length", b"0")))
        assert status.split()[1] == wanted, (status, page[:300])
        return fields, page

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


Ask = Callable[[Visitor], Awaitable[object]]


async def crowd(port: int, path: str, *, asks: int, visitors: int) -> Timed:
    """So many requests over so many connections, as quickly as they are answered."""
    return await timed(port, [lambda one: one.get(path)] * asks, visitors=visitors)


async def timed(port: int, asks: Sequence[Ask], *, visitors: int) -> Timed:
    """These, each by whoever of so many visitors is free."""
    waits: list[float] = []
    left = iter(asks)

    async def ask(visitor: Visitor) -> None:
        for one in left:
            began = time.perf_counter()
            await one(visitor)
            waits.append((time.perf_counter() - began) * 1000)

    everybody = [await Visitor().open(port) for _ in range(visitors)]
    began = time.perf_counter()
    await asyncio.gather(*map(ask, everybody))
    took = time.perf_counter() - began
    for visitor in everybody:
        visitor.close()
    return Timed(len(asks) / took, waits)


async def readers(port: int, path: str, *, visitors: int, pause: float) -> int:
    """People who look at a page, read for so many seconds and look again, until cancelled; how
    many pages they saw."""
    seen = 0

    async def read(number: int) -> None:
        nonlocal seen
        visitor = await Visitor().open(port)
        try:
            await asyncio.sleep(pause * number / visitors)  # nobody keeps step with the others
            while True:
                await visitor.get(path)
                seen += 1
                await asyncio.sleep(pause)
        finally:
            visitor.close()

    with suppress(asyncio.CancelledError):
        await asyncio.gather(*map(read, range(visitors)))
    return seen
