"""What large mail costs: the peak of resident memory, the time, what the disk keeps, and how long
others wait meanwhile.

python -m tests.bench.large

Beside it what a ticket of one short mail keeps in the database, with an acknowledgement and three
agents told.
"""

from __future__ import annotations

import asyncio
import base64
import os
import random
import re
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.corpus import corpus
from tests.bench.desk import Desk
from tests.bench.wire import Sender, Tally, pour, relay

TO = "support@desk.example"
AGENT = "ana@desk.example"
SHORT_MAILS = 200
PLAIN = (6, 7)  # of ten conversations of the corpus: text alone
PEOPLE = 51  # who take part in the ticket with an answer for everybody
AIMS = (
    "aims: at most 250 MB resident, the disk grows by 1.5 × the mail, others wait 1 s; a "
    "short mail's ticket keeps 15 KB"
)
_REPLY_TO = re.compile(rb"^Reply-To:(?:[^<]|\r\n )*<([^>]+)>", re.MULTILINE)


@dataclass
class Case:
    """One desk and its relay; `waits` is how long each of the others' short mails took from its end
    to its acknowledgement."""

    desk: Desk
    tally: Tally
    waits: list[float] = field(default_factory=list)
    number: int = 0

    async def short(self) -> None:
        """A short mail of somebody else, until the acknowledgement arrives."""
        self.number += 1
        sender = f"other{self.number}@other{self.number}.example"
        arrived = self.tally.expect(sender)
        link = await Sender().open(self.desk.port)
        began = time.perf_counter()
        await link.send(
            sender, TO, _mail(sender, f"short.{self.number}", "Where is my parcel?", b"")
        )
        await arrived.wait()
        self.waits.append(time.perf_counter() - began)
        await link.close()

    async def others(self) -> None:
        """Short mails, one after the other, until cancelled."""
        while True:
            await self.short()
            await asyncio.sleep(0.1)

    def disk(self) -> int:
        """Octets of everything the desk keeps: database, its log, files."""
        found = 0
        for path in (self.desk.folder / "var").rglob("*"):
            with suppress(FileNotFoundError):
                found += path.stat().st_size if path.is_file() else 0
        return found

    def forget_peaks(self) -> None:
        """The peak of resident memory counts from here on (proc(5), clear_refs)."""
        for process in self.desk.processes:
            Path(f"/proc/{process.pid}/clear_refs").write_text("5", encoding="ascii")

    def peak(self) -> float:
        """Megabytes of the largest process at its peak."""
        status = [
            Path(f"/proc/{p.pid}/status").read_text(encoding="ascii") for p in self.desk.processes
        ]
        return max(int(re.findall(r"VmHWM:\s+(\d+) kB", text)[0]) for text in status) / 1024

    def settled(self) -> None:
        """The log of the database is written back, as it is sooner or later by itself."""
        with sqlite3.connect(self.desk.folder / "var" / "maildesk.sqlite") as conn:
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _mail(sender: str, name: str, subject: str, files: bytes, cc: str = "", to: str = TO) -> bytes:
    head = (
        f"From: <{sender}>\r\nTo: <{to}>\r\n{cc}Subject: {subject}\r\n"
        f"Message-ID: <{name}@bench.example>\r\n"
    )
    head += "Date: Tue, 10 Nov 2026 09:30:00 +0100\r\nMIME-Version: 1.0\r\n"
    words = f"{subject}\r\n\r\nPlease have a look.\r\n"
    if not files:
        return f"{head}Content-Type: text/plain\r\n\r\n{words}".encode()
    kind = 'Content-Type: multipart/mixed; boundary="cut"\r\n\r\n'
    return (
        f"{head}{kind}--cut\r\nContent-Type: text/plain\r\n\r\n{words}\r\n".encode()
        + files
        + b"--cut--\r\n"
    )


def _file(name: str, octets: int, seed: int) -> bytes:
    content = base64.encodebytes(random.Random(seed).randbytes(octets)).replace(b"\n", b"\r\n")
    head = (
        f'--cut\r\nContent-Type: application/pdf; name="{name}"\r\n'
        f'Content-Disposition: attachment; filename="{name}"\r\n'
    )
    return f"{head}Content-Transfer-Encoding: base64\r\n\r\n".encode() + content + b"\r\n"


def _large(number: int) -> tuple[str, str, bytes]:
    """A mail of 24 MB with two files."""
    sender = f"large{number}@large.example"
    files = _file("plans.pdf", 8_700_000, number) + _file("photos.pdf", 8_700_000, number + 100)
    return sender, TO, _mail(sender, f"large.{number}", "The plans", files)


async def _measured(
    title: str, case: Case, octets: int, mails: int, work: Callable[[], Awaitable[object]]
) -> None:
    """Run it while others write short mails, until so many mails more than theirs arrived; print
    the line."""
    assert await asyncio.to_thread(case.desk.until_idle, 60)
    await asyncio.to_thread(case.settled)
    case.waits.clear()
    case.forget_peaks()
    disk, sent, began, theirs = case.disk(), case.tally.octets, time.perf_counter(), case.number
    others = asyncio.create_task(case.others())
    wanted = case.tally.count + mails
    await work()
    while case.tally.count < wanted + (case.number - theirs) * 4:
        await asyncio.sleep(0.01)
        assert time.perf_counter() - began < 300, (case.tally.count, wanted)
    took = time.perf_counter() - began
    others.cancel()
    with suppress(asyncio.CancelledError):
        await others
    assert await asyncio.to_thread(case.desk.until_idle, 60)
    peak, log = case.peak(), case.disk() - disk
    await asyncio.to_thread(case.settled)
    grown, sent = case.disk() - disk, case.tally.octets - sent
    print(
        f"| {title} | {peak:.0f} | {took:.1f} | {sent / 1e6:.0f} | {grown / 1e6:.0f} | "
        f"{grown / octets:.2f} × | {log / octets:.2f} × | {max(case.waits, default=0):.2f} |",
        flush=True,
    )


async def _run(folder: Path) -> None:
    tally = Tally()
    server, port = await relay(tally)
    desk = Desk(folder, relay_port=port, agents_told=True).start()
    case = Case(desk, tally)
    try:
        for _ in range(5):
            await case.short()
        one = _large(0)
        await _measured(
            "a mail of 24 MB, three agents told",
            case,
            len(one[2]),
            4,
            lambda: pour(desk.port, [one], 1),
        )
        five = [_large(n) for n in range(1, 6)]
        size = sum(len(mail[2]) for mail in five)
        await _measured("five of them at once", case, size, 20, lambda: pour(desk.port, five, 5))
        answer = await _asked_by_many(case)
        await _measured(
            f"an answer with a file of 9.5 MB to {PEOPLE} people",
            case,
            len(answer[2]),
            PEOPLE,
            lambda: pour(desk.port, [answer], 1),
        )
    finally:
        await asyncio.to_thread(desk.stop)
        server.close()


async def _asked_by_many(case: Case) -> tuple[str, str, bytes]:
    """A ticket in which so many people take part; the agent's answer to all of them."""
    sender = "asks@many.example"
    copies = ",\r\n ".join(f"<copy{n}@many.example>" for n in range(PEOPLE - 1))
    arrived = case.tally.expect(sender)
    await pour(
        case.desk.port,
        [(sender, TO, _mail(sender, "many", "A question of ours", b"", f"Cc: {copies}\r\n"))],
        1,
    )
    await arrived.wait()
    assert await asyncio.to_thread(case.desk.until_idle, 60)
    found = _REPLY_TO.search(case.tally.heads[AGENT.encode()])
    assert found, case.tally.heads[AGENT.encode()]
    to = found[1].decode()
    raw = _mail(AGENT, "answer", "Re: A question of ours", _file("manual.pdf", 9_500_000, 7), to=to)
    return AGENT, to, raw


async def _short_ones(folder: Path) -> None:
    """What one short mail keeps, told to three agents and acknowledged."""
    tally = Tally()
    server, port = await relay(tally)
    desk = Desk(folder, relay_port=port, agents_told=True).start()
    case = Case(desk, tally)
    try:
        mails = [
            m for m in corpus(SHORT_MAILS * 10) if m.position == 0 and m.conversation % 10 in PLAIN
        ]
        warm, rest = mails[: len(mails) // 2], mails[len(mails) // 2 :]
        sizes = []
        for some in (warm, rest):
            await pour(desk.port, [(m.sender, TO, m.raw) for m in some], 8)
            assert await asyncio.to_thread(desk.until_idle, 120)
            await asyncio.to_thread(case.settled)
            sizes.append(case.disk())
        assert tally.count == 4 * len(mails), (tally.count, len(mails))
        raw = statistics.mean(len(m.raw) for m in rest)
        print(
            f"\na ticket of one short mail ({raw / 1000:.1f} KB), acknowledged, three agents told: "
            f"{(sizes[1] - sizes[0]) / len(rest) / 1000:.1f} KB of database; "
            f"{tally.octets / len(mails) / 1000:.1f} KB sent",
            flush=True,
        )
        if os.environ.get("MAILDESK_BENCH_TABLES"):
            _tables(desk, len(mails))
    finally:
        await asyncio.to_thread(desk.stop)
        server.close()


def _tables(desk: Desk, count: int) -> None:
    """What each table and index takes of that, where SQLite was built to tell
    (sqlite.org/dbstat.html)."""
    rows = desk.query("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC")
    for name, size in rows:
        print(f"  {name:40} {size / count:8.0f} octets a ticket")


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="maildesk-large-") as name:
        print(
            "| large mail | MB resident | s | MB sent | MB kept | of the mail | with the log | "
            "others wait s |"
        )
        print("|---|---|---|---|---|---|---|---|")
        asyncio.run(_run(Path(name) / "large"))
        asyncio.run(_short_ones(Path(name) / "short"))
        print(AIMS, flush=True)


if __name__ == "__main__":
    main()
