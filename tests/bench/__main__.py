"""`make bench`: accept, the whole way, and the whole way on a full desk; every run
checked for exactness. `make bench ARGS="lists index group"`, or python -m tests.bench …, are

lists   how long lists and searches take over 100,000 tickets on both engines
index   what the search index costs a mail
group   what committing in groups is worth at the door
plays   how many mails crowds and loops make
many    how long `#for` takes for a hundred tickets
receiving  what the work of one mail is, and of composing one notification
beside  what a mail costs beside an earlier state of this repository
pages   how quickly pages are answered, and what people who look at them cost the mail

or names of the parts below.

MAILDESK_BENCH_MAILS   how many conversations a run has (default 600)
MAILDESK_BENCH_ROUNDS  how many interleaved rounds (default 3; medians are printed)
MAILDESK_BENCH_ONLY    reading, deciding, accept, embedded, postgresql, full, large: some of them,
                       separated by commas
"""

from __future__ import annotations

import asyncio
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence, Set
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import (
    beside,
    group,
    index,
    large,
    lists,
    many,
    pages,
    plays,
    reading,
    receiving,
    rules,
)
from tests.bench.corpus import Mail, corpus
from tests.bench.desk import Desk, fill
from tests.bench.wire import Sender, Tally, pour, relay
from tests.servers.postgres import find_postgres
from tests.servers.redis import find_redis
from tests.stories.running_desk import ROOT

MAILS = int(os.environ.get("MAILDESK_BENCH_MAILS", "600"))
ROUNDS = int(os.environ.get("MAILDESK_BENCH_ROUNDS", "3"))
PARTS = ("reading", "deciding", "accept", "embedded", "postgresql", "full", "large")
ONLY = set(os.environ.get("MAILDESK_BENCH_ONLY", ",".join(PARTS)).split(","))
TO = "support@desk.example"


def accept_rates(folder: Path) -> tuple[float, float]:
    """(null handler, durable): mails a second over 8 connections, 10 KB each, in turn."""
    rates: dict[str, list[float]] = {"null": [], "durable": []}
    body = (
        (
            b"From: a@b.example\r\nTo: support@desk.example\r\nSubject: x\r\n"
            b"Message-ID: <%d@b.example>\r\n\r\n"
        )
        + b"0123456789 " * 6
        + b"\r\n"
    )
    mails = [
        (
            "a@b.example",
            TO,
            (body % n)
            + (b"The quick brown fox jumps over the lazy dog, again and again.\r\n" * 155),
        )
        for n in range(3000)
    ]
    for turn in range(ROUNDS):
        for kind in rates:
            place = folder / f"accept-{turn}-{kind}"
            place.mkdir()
            server = subprocess.Popen(
                [sys.executable, "-m", "tests.bench.listen", kind, str(place)],
                stdout=subprocess.PIPE,
                text=True,
                cwd=ROOT,
            )
            assert server.stdout is not None
            port = int(server.stdout.readline())
            rates[kind].append(len(mails) / asyncio.run(pour(port, mails, 8)))
            server.kill()
            server.wait()
    return statistics.median(rates["null"]), statistics.median(rates["durable"])


async def whole_way(
    desk: Desk, tally: Tally, mails: Sequence[Mail], *, agents: int, servers: Sequence[str]
) -> dict[str, float]:
    """One run: all new mails at once, all replies at once, then some one at a time; AssertionError
    unless it was exact."""
    new = [m for m in mails if m.position == 0]
    for mail in new[:20]:  # the first mails load code and templates
        await pour(
            desk.port,
            [
                (
                    "warm@up.example",
                    TO,
                    mail.raw.replace(mail.message_id.encode(), b"w" + mail.message_id.encode()),
                )
            ],
            1,
        )
    assert await asyncio.to_thread(desk.until_idle, 60)
    warm, per_new, before = tally.count, 1 + agents, desk.cpu(servers)
    found: dict[str, float] = {}
    began = time.perf_counter()
    await pour(desk.port, [(m.sender, TO, m.raw) for m in new], 8)
    assert await tally.until(warm + len(new) * per_new, 300), (tally.count, warm, len(new), per_new)
    found["new/s"] = len(new) / (time.perf_counter() - began)
    assert await asyncio.to_thread(desk.until_idle, 60)
    found["ms CPU new"] = (desk.cpu(servers) - before) / len(new) * 1000
    references = await asyncio.to_thread(desk.references)
    firsts = {m.conversation: references[m.message_id] for m in new}
    replies = [m for m in mails if m.position]
    before, began = desk.cpu(servers), time.perf_counter()
    for position in sorted({m.position for m in replies}):
        turn = [m for m in replies if m.position == position]
        await pour(
            desk.port,
            [
                (m.sender, TO, m.raw.replace(b"{REF}", firsts[m.conversation].encode()))
                for m in turn
            ],
            8,
        )
    assert await asyncio.to_thread(desk.until_idle, 300)
    found["reply/s"] = len(replies) / (time.perf_counter() - began)
    found["ms CPU reply"] = (desk.cpu(servers) - before) / len(replies) * 1000
    found["p50 ms"], found["p95 ms"] = await _one_at_a_time(desk, tally, new)
    found["MB"] = desk.memory()
    _exact(desk, tally, mails, firsts)
    return found


async def _one_at_a_time(desk: Desk, tally: Tally, new: Sequence[Mail]) -> tuple[float, float]:
    """Milliseconds from the end of DATA to the acknowledgement at the relay: median and 95th
    percentile."""
    sender, times = await Sender().open(desk.port), []
    for number, mail in enumerate(new[:60]):
        address = f"lone{number}@lone{number}.example"
        raw = mail.raw.replace(mail.sender.encode(), address.encode()).replace(
            mail.message_id.encode(), b"lone." + mail.message_id.encode()
        )
        arrived = tally.expect(address)
        await sender.send(address, TO, raw)
        heard = time.perf_counter()
        await asyncio.wait_for(arrived.wait(), 20)
        times.append((tally.last_at - heard) * 1000)
        await asyncio.sleep(0.01)
    await sender.close()
    times.sort()
    return statistics.median(times), times[int(len(times) * 0.95)]


def _exact(desk: Desk, tally: Tally, mails: Sequence[Mail], firsts: dict[int, str]) -> None:
    """Every Message-ID stored once, in the right ticket; no mail sent twice."""
    rows = desk.query(
        "SELECT m.message_id, t.reference FROM messages m JOIN tickets t ON t.id = m.ticket_id"
    )
    stored: dict[str, list[str]] = {}
    for message_id, reference in rows:
        stored.setdefault(message_id, []).append(reference)
    wrong = [m.message_id for m in mails if stored.get(m.message_id) != [firsts[m.conversation]]]
    assert not wrong, (
        f"{len(wrong)} mails are not stored exactly once in the right ticket, such as {wrong[:3]}"
    )
    assert len({*firsts.values()}) == len(firsts)
    assert max(tally.ids.values()) == 1, "a mail was sent twice"


def run(
    folder: Path,
    mails: Sequence[Mail],
    *,
    agents: int,
    database: str = "",
    broker: str = "",
    stored: int = 0,
) -> dict[str, float]:
    """One desk from its start to its end."""
    servers = ("postgres", "redis-server") if broker else ()

    async def measure() -> dict[str, float]:
        tally = Tally()
        server, port = await relay(tally)
        desk = Desk(
            folder, relay_port=port, agents_told=bool(agents), database=database, broker=broker
        )
        desk.start()
        try:
            if stored:
                fill(desk, stored)
            return await whole_way(desk, tally, mails, agents=agents, servers=servers)
        finally:
            await asyncio.to_thread(desk.stop)
            server.close()

    return asyncio.run(measure())


def yardstick() -> None:
    """The bare job on this machine: rates of different machines are compared by it."""

    async def measure() -> tuple[float, float]:
        server, port = await relay(Tally())
        command = (sys.executable, "-m", "tests.bench.bare", str(port), str(MAILS))
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, cwd=ROOT
        )
        told, _ = await process.communicate()
        server.close()
        rate, cpu = map(float, told.split())
        return rate, cpu

    runs = [asyncio.run(measure()) for _ in range(ROUNDS)]
    rate, cpu = (statistics.median(values) for values in zip(*runs, strict=True))
    print(
        (
            f"the bare job in one process (standard library, SQLite, SQLAlchemy Core): {rate:.0f} "
            f"new/s, {cpu:.1f} ms CPU\n"
        ),
        flush=True,
    )


def table(title: str, runs: Sequence[dict[str, float]]) -> None:
    """Medians of the rounds, and the range of the rate."""
    names = list(runs[0])
    values = {name: statistics.median(r[name] for r in runs) for name in names}
    rates = [r["new/s"] for r in runs]
    cells = " | ".join(f"{values[name]:.1f}" for name in names)
    print(f"| {title} | {cells} | {min(rates):.0f}–{max(rates):.0f} |", flush=True)


ALONE = {
    "lists": lists.main,
    "index": index.main,
    "group": group.main,
    "plays": plays.main,
    "many": many.main,
    "receiving": receiving.main,
    "beside": beside.main,
    "pages": pages.main,
}


def main() -> None:
    """Print the tables that are asked for."""
    wanted = sys.argv[1:]
    for name in wanted:
        if name not in ALONE and name not in PARTS:
            sys.exit(f"there is no {name}; there are {', '.join((*ALONE, *PARTS))}")
    print(f"{_conditions()}\n", flush=True)
    for name in wanted:
        if name in ALONE:
            ALONE[name]()
    only = {name for name in wanted if name in PARTS} if wanted else ONLY
    if only:
        _parts(only)


def _conditions() -> str:
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, load {load}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {machine}, {MAILS} conversations, {ROUNDS} rounds"


def _parts(only: Set[str]) -> None:
    mails = corpus(MAILS)
    with tempfile.TemporaryDirectory(prefix="maildesk-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        if "reading" in only:
            reading.main(mails)
        if "deciding" in only:
            _deciding()
        if "accept" in only:
            null, durable = accept_rates(folder)
            print(
                f"durable accept {durable:.0f}/s, null handler {null:.0f}/s: "
                f"{durable / null:.0%}\n",
                flush=True,
            )
        yardstick()
        print(
            "| run | new/s | ms CPU new | reply/s | ms CPU reply | p50 ms | p95 ms | MB | range "
            "new/s |"
        )
        print("|---|---|---|---|---|---|---|---|---|")
        if "embedded" in only:
            for agents, words in ((0, "acknowledgement only"), (3, "three agents told")):
                table(
                    f"embedded, {words}",
                    [run(folder / f"e{agents}{n}", mails, agents=agents) for n in range(ROUNDS)],
                )
        if "postgresql" in only:
            _distributed(folder, mails)
        if "full" in only:
            for stored in (100, 100_000):
                runs = [
                    run(folder / f"s{stored}-{n}", mails, agents=0, stored=stored)
                    for n in range(ROUNDS)
                ]
                table(f"embedded, {stored} tickets stored", runs)
    if "large" in only:
        print(flush=True)
        large.main()


def _deciding() -> None:
    postgres = find_postgres()
    try:
        rules.main(postgres.new_database())
    finally:
        postgres.remove()
    print(flush=True)


def _distributed(folder: Path, mails: Sequence[Mail]) -> None:
    postgres, redis = find_postgres(), find_redis()
    try:
        for agents, words in ((0, "acknowledgement only"), (3, "three agents told")):
            runs = [
                run(
                    folder / f"p{agents}{n}",
                    mails,
                    agents=agents,
                    database=postgres.new_database(),
                    broker=redis.new_database(),
                )
                for n in range(ROUNDS)
            ]
            table(f"PostgreSQL, Redis, two workers, {words}", runs)
    finally:
        postgres.remove()
        redis.remove()


if __name__ == "__main__":
    main()
