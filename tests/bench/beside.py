"""What a mail costs beside an earlier state of this repository: python -m tests.bench beside

Both states receive the same mail in turns, each time in a process of its own, in desks that keep
more and more raw mail: an earlier one may cost less as long as there is none. The figures are
milliseconds of work (user and system) a mail, the median of all turns; embedded, without doors and
couriers.

MAILDESK_BENCH_BESIDE  the other state, as git names it (default: that of 2026-11-21)
MAILDESK_BENCH_ROUNDS  how often each of them has its turn (default 3)
"""

from __future__ import annotations

import ast
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

OTHER = os.environ.get("MAILDESK_BENCH_BESIDE", "75e1340e")
ROUNDS = int(os.environ.get("MAILDESK_BENCH_ROUNDS", "3"))
ROOT = Path(__file__).parents[2]
KEPT = (0, 1_000, 3_000, 10_000, 100_000)
KINDS = {"acknowledgement only": "quiet", "three agents told": "told"}
_MEASURE = Path(__file__).with_name("one_state.py")


def main() -> None:
    """A table for each kind of desk, a row for each number of mails that are kept."""
    with tempfile.TemporaryDirectory(prefix="maildesk-beside-") as name:
        other = Path(name)
        archive = subprocess.run(
            ("git", "archive", OTHER), cwd=ROOT, capture_output=True, check=False
        )
        if archive.returncode:
            print(f"git knows no {OTHER} here: {archive.stderr.decode().strip()}")
            return
        subprocess.run(("tar", "-x", "-C", str(other)), input=archive.stdout, check=True)
        for kind, word in KINDS.items():
            print(f"| {kind}: raw mails kept | {OTHER}: ms CPU | now | ratio |")
            print("|---|---|---|---|")
            for kept in KEPT:
                works: dict[Path, list[float]] = {other: [], ROOT: []}
                for number in range(ROUNDS):
                    for state in (other, ROOT) if number % 2 else (ROOT, other):
                        works[state] += measured(state, word, kept)
                then, now = (statistics.median(works[state]) for state in (other, ROOT))
                print(f"| {kept:,} | {then:.2f} | {now:.2f} | {now / then:.2f} |", flush=True)
            print(flush=True)


def measured(state: Path, word: str, kept: int) -> list[float]:
    """The milliseconds a mail of each turn of this state."""
    done = subprocess.run(
        (sys.executable, "-P", str(_MEASURE), word, str(kept)),
        cwd=state,
        env={**os.environ, "PYTHONPATH": str(state)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(one) for one in ast.literal_eval(done.stdout.splitlines()[-1])]


if __name__ == "__main__":
    main()
