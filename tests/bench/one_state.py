"""What `beside` runs within one state of the repository, an earlier one too: it uses only what each
of them has. Prints a list, the milliseconds of work a mail of each turn."""

from __future__ import annotations

import gc
import os
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from maildesk.log import configure
from maildesk.pipeline.receive import receive
from tests.bench.corpus import Mail, corpus
from tests.pipeline.place import Place

TURNS, EACH, WARM = 8, 30, 60
OCTETS = 2500  # of a mail that is kept
_DAY = 86_400_000_000  # microseconds


def desk(folder: Path, *, tells: bool) -> Any:
    """The example desk; where it tells nobody, agents hear of nothing."""
    place: Any = Place(folder)
    if not tells:
        file = folder / "agents.yaml"
        agents = file.read_text(encoding="utf-8")
        quiet = re.sub(r"\n( +)language:", r"\n\1notify: []\n\1language:", agents)
        file.write_text(quiet, encoding="utf-8")
        place = Place(folder)
    place.now = datetime.now(UTC)
    return place


def keep(folder: Path, count: int) -> None:
    """So many raw mails of forty days ago, written straight into the tables."""
    at = time.time_ns() // 1000 - 40 * _DAY
    with sqlite3.connect(next(folder.rglob("maildesk.sqlite"))) as conn:
        for number in range(count):
            raw = b"%d" % number + os.urandom(OCTETS)
            digest = sha256(raw).digest()
            conn.execute("INSERT INTO blobs VALUES (?, ?, ?, ?)", (digest, len(raw), raw, at))
            conn.execute(
                "INSERT INTO spool (digest, message_id, mail_from, rcpt_to, via, peer, "
                "received_at, outcome, state, attempts) "
                "VALUES (?, ?, '', '[]', 'smtp', '', ?, 'ticket', 'done', 1)",
                (digest, f"old.{number}@old.example", at),
            )
    conn.close()


def turn(place: Any, mails: Sequence[Mail]) -> float:
    """The milliseconds of work that each of these takes."""
    for mail in mails:
        place.spool(mail.raw, mail.sender)
    services = getattr(place, "services", None) or place.station  # its name on 2026-11-21
    began = time.process_time()
    while receive(services):
        pass
    return (time.process_time() - began) / len(mails) * 1000


def main() -> None:
    """`one_state.py told|quiet KEPT`."""
    word, kept = sys.argv[1], int(sys.argv[2])
    configure(quiet=True)
    mails = [mail for mail in corpus(WARM + TURNS * EACH + 1) if mail.position == 0]
    with tempfile.TemporaryDirectory(prefix="maildesk-state-") as name:
        folder = Path(name) / "desk"
        place = desk(folder, tells=word == "told")
        turn(place, mails[:WARM])
        keep(folder, kept)
        gc.collect()
        gc.freeze()
        later = range(WARM, WARM + TURNS * EACH, EACH)
        print([round(turn(place, mails[at : at + EACH]), 3) for at in later])


if __name__ == "__main__":
    main()
