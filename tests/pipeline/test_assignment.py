"""Round robin is fair however many workers choose at once: each from the truth, never
from a stale state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from maildesk.mail.message import Envelope
from maildesk.pipeline.receive import receive
from maildesk.store import spool
from maildesk.store.db import Database
from tests.pipeline.place import SUPPORT, Place, mail

WORKERS, TICKETS = 8, 1000
NAMES = ("ana", "ben", "carla", "dev", "eva")
AGENTS = "agents:\n" + "".join(
    f"  - {{name: {name.title()}, address: {name}@desk.example, teams: [support], notify: []}}\n"
    for name in NAMES
)
RULES = "defaults: no\nrules:\n  - {name: Give, then: [{assign: round_robin}]}\n"
DESK = (
    "addresses: [{address: support@desk.example, queue: support}]\n"
    "queues: {support: {teams: [support]}}\n"
)


@pytest.fixture
def busy(tmp_path: Path, postgres_url: str) -> Iterator[Place]:
    """A desk of five agents on PostgreSQL, at which every new ticket goes round."""
    folder = tmp_path / "desk"
    folder.mkdir()
    for name, content in (("desk", DESK), ("agents", AGENTS), ("rules", RULES)):
        (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    made = Place(folder, postgres_url)
    yield made
    made.services.db.close()


def fill(place: Place, count: int) -> None:
    """So many questions in the spool."""
    arrivals = [
        (
            mail(
                f"Question {n}.",
                From=f"kim{n}@customer{n}.example",
                Message_ID=f"<{n}@customer.example>",
            ),
            Envelope(f"kim{n}@customer{n}.example", (SUPPORT,)),
        )
        for n in range(count)
    ]
    with place.services.db.write() as conn:
        spool.accept(conn, place.services.blobs, arrivals, place.now)


def work(place: Place, number: int) -> None:
    """A worker with connections of its own, until nothing is left."""
    db = Database(place.services.db.engine.url.render_as_string(hide_password=False), pool=2)
    services = replace(place.beside(f"worker:{number}"), db=db)
    while receive(services):
        pass
    db.close()


def test_a_thousand_tickets_go_round_five_agents_though_eight_workers_choose(busy: Place) -> None:
    fill(busy, TICKETS)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda number: work(busy, number), range(WORKERS)))

    given = Counter(row.assignee for row in busy.rows("tickets"))
    assert sum(given.values()) == TICKETS
    assert set(given) == {f"{name}@desk.example" for name in NAMES}
    assert max(given.values()) - min(given.values()) <= 1, given
    turns = [row.last for row in busy.rows("assignments")]
    # no two ever had the same turn
    assert sorted(turns) == list(range(TICKETS - len(NAMES) + 1, TICKETS + 1))
    outcomes = Counter(row.outcome for row in busy.rows("spool"))
    assert outcomes == {"opened": TICKETS}
