"""What the work of one new mail is without doors and couriers: python -m tests.bench receiving

One process receives the bench's mail in two desks in turns, one that acknowledges alone and one
that tells three agents. The figures are milliseconds of work (user and system) of this process: the
least and the median of the rounds. A notification's composing is told apart: all of it, from the
effect to the finished octets.

MAILDESK_BENCH_TURNS   how many rounds (default 24) of thirty mails
"""

from __future__ import annotations

import gc
import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

from maildesk.log import configure
from maildesk.pipeline.letters import to_agents
from maildesk.pipeline.receive import receive
from tests.bench.corpus import Mail, corpus
from tests.pipeline.place import Place

TURNS = int(os.environ.get("MAILDESK_BENCH_TURNS", "24"))
_EACH, _WARM = 30, 4
_AIM = 1.2  # ms for composing a notification


def desk(folder: Path, *, tells: bool) -> Place:
    """The example desk; where it tells nobody, agents hear of nothing."""
    place = Place(folder)
    if not tells:
        file = folder / "agents.yaml"
        agents = file.read_text(encoding="utf-8")
        quiet = re.sub(r"\n( +)language:", r"\n\1notify: []\n\1language:", agents)
        file.write_text(quiet, encoding="utf-8")
        place.services.close()
        place = Place(folder)
    place.now = datetime.now(UTC)
    return place


def turn(place: Place, mails: Sequence[Mail]) -> float:
    """The milliseconds of work that each of these takes."""
    for mail in mails:
        place.spool(mail.raw, mail.sender)
    began = time.process_time()
    while receive(place.services):
        pass
    return (time.process_time() - began) / len(mails) * 1000


def timed(compose: Callable[..., list[Any]], into: list[float]) -> Callable[..., list[Any]]:
    """The same; what each notification takes is noted."""

    @wraps(compose)
    def composed(*given: Any) -> list[Any]:
        began = time.process_time()
        drafts = compose(*given)
        if drafts:
            into.append((time.process_time() - began) / len(drafts) * 1000)
        return drafts

    return composed


def main() -> None:
    """A row for each desk, and one for the notifications."""
    configure(quiet=True)
    mails = [mail for mail in corpus((TURNS + _WARM) * _EACH + 1) if mail.position == 0]
    kinds = {"acknowledgement only": False, "three agents told": True}
    found: dict[str, list[float]] = {name: [] for name in kinds}
    each: list[float] = []
    plain, to_agents.letters = to_agents.letters, timed(to_agents.letters, each)
    try:
        with tempfile.TemporaryDirectory(prefix="maildesk-receiving-") as name:
            desks = {
                kind: desk(Path(name) / str(tells), tells=tells) for kind, tells in kinds.items()
            }
            for number in range(_WARM + TURNS):
                if number == _WARM:
                    gc.collect()
                    gc.freeze()
                    each.clear()
                for kind, place in desks.items():
                    work = turn(place, mails[number * _EACH : (number + 1) * _EACH])
                    if number >= _WARM:
                        found[kind].append(work)
            for place in desks.values():
                place.services.close()
    finally:
        to_agents.letters = plain
        gc.unfreeze()
    print("| receiving alone, embedded, one process | least ms CPU | median |")
    print("|---|---|---|")
    for kind, works in found.items():
        print(f"| {kind} | {min(works):.2f} | {statistics.median(works):.2f} |")
    quick = statistics.quantiles(each, n=20)[0]
    print(
        f"| of that, composing a notification (aim {_AIM}; least but one in twenty) "
        f"| {quick:.2f} | {statistics.median(each):.2f} |\n",
        flush=True,
    )


if __name__ == "__main__":
    main()
