"""Reading a message: the whole view (parse, classify, cut) beside compat32 and mail-parser, message
by message in one run."""

from __future__ import annotations

import email
import statistics
import time
from collections.abc import Callable, Sequence

import mailparser

from maildesk.mail.parse import parse
from tests.bench.corpus import Mail

ROUNDS = 5


def reading(mails: Sequence[Mail]) -> dict[str, tuple[float, float]]:
    """Milliseconds a message, (median, 95th percentile), for each way of reading; the best of a few
    rounds for each message."""
    ways: dict[str, Callable[[bytes], object]] = {
        "stdlib compat32": email.message_from_bytes,
        "mail-parser": mailparser.parse_from_bytes,
        "maildesk: parse, classify, cut": parse,
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for mail in mails:
        raw = mail.raw.replace(b"{REF}", b"[TKT-0001]")
        for name, way in ways.items():
            times[name].append(min(_timed(way, raw) for _ in range(ROUNDS)))
    return {
        name: (statistics.median(found), sorted(found)[int(len(found) * 0.95)])
        for name, found in times.items()
    }


def _timed(way: Callable[[bytes], object], raw: bytes) -> float:
    began = time.process_time()
    way(raw)
    return (time.process_time() - began) * 1000


def main(mails: Sequence[Mail]) -> None:
    """Print the table."""
    found = reading(mails)
    base = found["mail-parser"][0]
    print("| reading a message | median ms | p95 ms | of mail-parser |\n|---|---|---|---|")
    for name, (median, p95) in found.items():
        print(f"| {name} | {median:.3f} | {p95:.3f} | {median / base:.2f} × |")
    print(flush=True)
