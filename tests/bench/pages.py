"""What the pages cost: how quickly they are answered beside a bare Starlette handler (a ticket's
page, a search of articles, a post of the web form, which is spooled before its answer), how fast
mail is worked while people look, and the memory of a desk with all its roles.

python -m tests.bench pages

MAILDESK_BENCH_STORED  how many tickets stand there, one figure after the other (default 100,100000)
"""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench.browsing import Timed, crowd, readers
from tests.bench.corpus import corpus
from tests.bench.desk import Desk, fill
from tests.bench.large import AGENT
from tests.bench.web_form import posts, prepare, searches
from tests.bench.wire import Tally, pour, relay
from tests.servers.process import free_port
from tests.stories.running_desk import ROOT

TO, KIM = "support@desk.example", "kim@customer.example"
STORED = tuple(map(int, os.environ.get("MAILDESK_BENCH_STORED", "100,100000").split(",")))
ASKS, VISITORS = 1000, 8
READERS, PAUSE = 50, 2.0  # people with a page open, and the seconds after which they look again
MAILS, ROUNDS = 150, 6
AIMS = (
    "aims: the first octet after 30 ms at most; mail at 90 % of its rate while fifty people look; "
    "at most 150 MB resident"
)
_ADDRESS = re.compile(rb"^Reply-To:(?:[^<]|\r\n )*<([^>]+)>", re.MULTILINE)
_LINK = re.compile(rb"http://127\.0\.0\.1:\d+(/ticket/[0-9a-z-]+)")


def _mail(sender: str, to: str, number: int, words: str) -> tuple[str, str, bytes]:
    head = f"From: <{sender}>\r\nTo: <{to}>\r\nSubject: The label printer\r\n"
    head += f"Message-ID: <pages.{number}@bench.example>\r\n"
    head += "Date: Tue, 10 Nov 2026 09:30:00 +0100\r\n"
    return sender, to, f"{head}\r\n{words}\r\n".encode()


async def _link(desk: Desk, tally: Tally) -> str:
    """The path of the page of a ticket with three messages: asked, answered, asked again."""
    await pour(desk.port, [_mail(KIM, TO, 1, "It only blinks.\r\n" * 12)], 1)
    assert await asyncio.to_thread(desk.until_idle, 60)
    found = _ADDRESS.search(tally.heads[AGENT.encode()])
    assert found, tally.heads[AGENT.encode()]
    words = "Please hold the feed button for five seconds.\r\n" * 6
    await pour(desk.port, [_mail(AGENT, found[1].decode(), 2, words)], 1)
    assert await asyncio.to_thread(desk.until_idle, 60)
    heard = tally.heads[KIM.encode()]
    link, back = _LINK.search(heard.replace(b"=\r\n", b"")), _ADDRESS.search(heard)
    assert link, heard
    assert back, heard
    await pour(desk.port, [_mail(KIM, back[1].decode(), 3, "It blinks twice now.")], 1)
    assert await asyncio.to_thread(desk.until_idle, 60)
    return link[1].decode()


def _row(title: str, timed: Timed, bare: float) -> None:
    share = "" if not bare else f"{timed.rate / bare:.0%}"
    print(
        f"| {title} | {timed.rate:.0f} | {timed.median:.1f} | {timed.slow:.1f} | {share} |",
        flush=True,
    )


async def _bare() -> tuple[float, float]:
    """The rates of a handler that does nothing, and of one that reads a form, on the server that
    the pages stand on."""
    port = free_port()
    program = (sys.executable, "-m", "tests.bench.bare_page", str(port))
    server = subprocess.Popen(program, stdout=subprocess.PIPE, cwd=ROOT)
    assert server.stdout is not None
    await asyncio.to_thread(server.stdout.readline)
    try:
        await crowd(port, "/", asks=ASKS // 5, visitors=VISITORS)
        timed = await crowd(port, "/", asks=ASKS, visitors=VISITORS)
        _row("a bare handler", timed, timed.rate)
        read = await posts(port, asks=ASKS // 5, visitors=VISITORS)
        _row("a bare handler that reads a form", read, read.rate)
        return timed.rate, read.rate
    finally:
        server.kill()
        server.wait()


async def _beside(desk: Desk, tally: Tally, port: int, link: str) -> None:
    """New mail alone, and the same while people look, in pairs of turns: each pair had the same
    from whatever else the machine does. The work is that of the desk alone, so it hardly minds."""
    given = iter([m for m in corpus(MAILS * ROUNDS * 2) if m.position == 0])
    rates: list[dict[bool, float]] = []
    work: list[dict[bool, float]] = []
    seen, spent = 0, 0.0
    for number in range(ROUNDS):
        rates.append({})
        work.append({})
        for is_looked_at in (False, True) if number % 2 else (True, False):
            turn = [(m.sender, TO, m.raw) for m, _ in zip(given, range(MAILS), strict=False)]
            people = readers(port, link, visitors=READERS * is_looked_at, pause=PAUSE)
            looking = asyncio.create_task(people)
            wanted, before = tally.count + len(turn) * 4, desk.cpu()
            began = time.perf_counter()
            await pour(desk.port, turn, 8)
            assert await tally.until(wanted, 300), (tally.count, wanted)
            took = time.perf_counter() - began
            rates[-1][is_looked_at] = len(turn) / took
            work[-1][is_looked_at] = (desk.cpu() - before) / len(turn) * 1000
            looking.cancel()
            pages = await looking
            seen, spent = seen + pages, spent + took * is_looked_at
            assert await asyncio.to_thread(desk.until_idle, 60)
    print(
        f"\nnew mail, three agents told, alone and while {READERS} people look at "
        f"{seen / spent:.0f} pages a second; medians of {ROUNDS} pairs of turns:\n"
        f"{_middle(rates, False):.0f}/s, {_middle(rates, True):.0f}/s: {_share(rates):.0%}; work "
        f"of a mail {_middle(work, False):.1f} ms, {_middle(work, True):.1f} ms with the looks",
        flush=True,
    )


def _middle(turns: Sequence[Mapping[bool, float]], is_looked_at: bool) -> float:
    return statistics.median(one[is_looked_at] for one in turns)


def _share(turns: Sequence[Mapping[bool, float]]) -> float:
    return statistics.median(one[True] / one[False] for one in turns)


async def _run(folder: Path, stored: Sequence[int]) -> None:
    print("| page | answers/s | p50 ms | p95 ms | of the bare handler |")
    print("|---|---|---|---|---|")
    bare, bare_form = await _bare()
    for count in stored:
        tally, port = Tally(), free_port()
        server, relay_port = await relay(tally)
        desk = Desk(folder / str(count), relay_port=relay_port, agents_told=True, pages_port=port)
        prepare(desk.folder)
        desk.start()
        try:
            await asyncio.to_thread(fill, desk, count)
            link = await _link(desk, tally)
            await crowd(port, link, asks=ASKS // 5, visitors=VISITORS)
            one = await crowd(port, link, asks=ASKS // 5, visitors=1)
            _row(f"a ticket's page, {count} tickets, one visitor", one, 0)
            many = await crowd(port, link, asks=ASKS, visitors=VISITORS)
            _row(f"a ticket's page, {count} tickets, {VISITORS} visitors", many, bare)
            found = await searches(port, asks=ASKS // 2, visitors=VISITORS)
            _row(f"a search of articles, {count} tickets, {VISITORS} visitors", found, bare)
            sent = await posts(port, asks=ASKS // 5, visitors=VISITORS, desk=desk)
            _row(f"a post of the web form, {count} tickets, {VISITORS} visitors", sent, bare_form)
            assert await asyncio.to_thread(desk.until_idle, 300)
            if count == stored[-1]:
                await _beside(desk, tally, port, link)
                print(f"{desk.memory():.0f} MB resident, all roles in one process", flush=True)
        finally:
            await asyncio.to_thread(desk.stop)
            server.close()
    print(AIMS, flush=True)


def main() -> None:
    """Print everything."""
    with tempfile.TemporaryDirectory(prefix="maildesk-pages-") as name:
        asyncio.run(_run(Path(name), STORED))


if __name__ == "__main__":
    main()
