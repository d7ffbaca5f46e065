"""What committing in groups is worth at the door: python -m tests.bench group

The same mails over 1, 8 and 48 connections, in turns: all that wait are committed together, or
each by itself. Every mail is on the disk before its 250. Seconds are the wall's, for it is the
disk that is waited for; how many mails shared a commit depends on no clock.
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from tests.bench.wire import pour
from tests.stories.running_desk import ROOT

MAILS, ROUNDS = 960, 3
_BODY = b"The quick brown fox jumps over the lazy dog, again and again.\r\n" * 30
_HEAD = b"From: a@b.example\r\nSubject: x\r\nMessage-ID: <%d@b.example>\r\n\r\n"


def run(folder: Path, kind: str, connections: int) -> tuple[float, float]:
    """Mails a second, and mails a commit."""
    folder.mkdir()
    command = [sys.executable, "-m", "tests.bench.listen", kind, str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert server.stdout is not None
    port = int(server.stdout.readline())
    mails = [("a@b.example", "support@desk.example", _HEAD % n + _BODY) for n in range(MAILS)]
    seconds = asyncio.run(pour(port, mails, connections))
    server.kill()
    server.wait()
    # a group has one moment at which it came
    with closing(sqlite3.connect(folder / "bench.sqlite")) as conn:
        count, groups = conn.execute(
            "SELECT count(*), count(DISTINCT received_at) FROM spool"
        ).fetchone()
    assert count == MAILS
    return MAILS / seconds, MAILS / groups


def main() -> None:
    """A row for each number of connections."""
    print("| connections | alone, mails/s | in groups, mails/s | ratio | mails a commit |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="maildesk-group-") as name:
        for connections in (1, 8, 48):
            found: dict[str, list[tuple[float, float]]] = {"single": [], "durable": []}
            for turn in range(ROUNDS):
                for kind, runs in found.items():
                    folder = Path(name) / f"{kind}-{connections}-{turn}"
                    runs.append(run(folder, kind, connections))
            alone, together = (
                statistics.median(rate for rate, _ in found[kind]) for kind in ("single", "durable")
            )
            pairs = zip(found["single"], found["durable"], strict=True)
            ratio = statistics.median(two[0] / one[0] for one, two in pairs)
            shared = statistics.median(each for _, each in found["durable"])
            print(
                f"| {connections} | {alone:.0f} | {together:.0f} | {ratio:.1f} × | {shared:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
