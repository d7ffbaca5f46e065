"""From nothing to the first ticket: how long `maildesk setup` takes in the box, and its parts.

python -m tests.bench.setting_up

MAILDESK_BENCH_ROUNDS  how many times each (default 3; medians are printed)
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.servers.dovecot import Dovecot, find_dovecot
from tests.setup.box import make_box

ROUNDS = int(os.environ.get("MAILDESK_BENCH_ROUNDS", "3"))
_KINDS: dict[str, dict[str, bool]] = {
    "sub-addresses arrive": {},
    "they do not, and the log-in sends as itself alone": {
        "sub_addresses": False,
        "own_sender_only": True,
    },
}


def once(dovecot: Dovecot, kind: dict[str, bool]) -> tuple[float, float, float]:
    """Seconds from the command to its end, until the first ticket behind the mail, and for a mail
    to come back; AssertionError where it did not come to a ticket."""
    with tempfile.TemporaryDirectory() as folder:
        box = make_box(Path(folder), dovecot, **kind)
        try:
            began = time.monotonic()
            done = box.run(*box.options("--json"))
            took = time.monotonic() - began
        finally:
            box.remove()
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return took, told["ticket"]["seconds"], told["replies"]["plain_seconds"]


def main() -> None:
    """Print the table."""
    dovecot = find_dovecot()
    busy = os.getloadavg()[0]
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, load {busy:.1f}, {dovecot.used}")
    print("| the hoster's box | seconds in all | of them mail to ticket | a mail came back in |")
    print("| --- | --- | --- | --- |")
    try:
        for name, kind in _KINDS.items():
            found = [once(dovecot, kind) for _ in range(ROUNDS)]
            whole, ticket, back = (statistics.median(one) for one in zip(*found, strict=True))
            print(f"| {name} | {whole:.1f} | {ticket:.1f} | {back:.2f} |", flush=True)
    finally:
        dovecot.remove()


if __name__ == "__main__":
    main()
