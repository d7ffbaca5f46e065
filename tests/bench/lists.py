"""How long lists and searches take over 100,000 tickets on both engines.

python -m tests.bench lists

MAILDESK_BENCH_TICKETS  how many tickets (default 100000)
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from maildesk.config.policy import load_policy
from maildesk.desk.filters.documents import about, of_message
from maildesk.desk.filters.fields import Asker
from maildesk.desk.filters.parse import parse
from maildesk.desk.filters.visibility import seen_by
from maildesk.desk.ticket import Person
from maildesk.store.db import Database
from maildesk.store.desk import labels
from maildesk.store.migrate import migrate
from maildesk.store.queries import search, ticket_queries
from maildesk.store.schema import ticket_labels, tickets
from tests.servers.postgres import find_postgres
from tests.stories.running_desk import ROOT

TICKETS = int(os.environ.get("MAILDESK_BENCH_TICKETS", "100000"))
POLICY = load_policy(ROOT / "deploy" / "desk")
BEN = next(agent for agent in POLICY.agents if agent.name.startswith("Ben"))
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
WORDS = [
    "printer", "paper", "jam", "tray", "toner", "invoice", "refund", "window", "account",
    "password", "update", "network", "cable", "screen", "light", "roll", "label", "counter",
    "delivery", "order", "number",
]  # fmt: skip
SEARCHES = (
    "printer", "paper jam", '"paper jam"', "zebra", "rare42", "pri", "printer -toner",
    "from:@org7.example", "from:p123",
    ("printer toner invoice "
    "refund"), "subject:zebra", "label:vip", "zebra OR rare42", "printer status:spam", "tkt-077777",
)  # fmt: skip
LISTS = (
    "", "is:open", "status:spam", "status:open assignee:me", ("priority>=high "
        "is:unanswered"), "sla:breached",
    "queue:billing -is:assigned", "is:open sort:updated", "is:open sort:stale",
    "is:open sort:priority", "is:open sort:due", "status:spam sort:priority",
    "category:technical sort:due", "is:duplicate sort:oldest",
)  # fmt: skip


def fill(db: Database, count: int) -> None:
    """So many tickets of the last two years, one in twenty of them open, with a message of about a
    kilobyte each."""
    chance = random.Random(7)
    for start in range(1, count + 1, 5000):
        rows, marks, documents = [], [], []
        for n in range(start, min(start + 5000, count + 1)):
            row = _ticket(n, count, chance)
            rows.append(row)
            marks += [{"ticket_id": n, "label": "vip"}] if n % 50 == 0 else []
            text = " ".join(chance.choices(WORDS, k=150))
            text += (f" rare{n}" if n % 42 == 0 else "") + (" paper jam" if n % 9 == 0 else "")
            parts = about(
                row["reference"], row["subject"], (Person(row["requester_address"], "Somebody"),)
            )
            message = {
                "from_name": "",
                "from_address": "",
                "subject": "",
                "text": text,
                "reply": text,
                "attachments": [],
            }
            documents.append((n, n, [*parts, *of_message(message)]))
        with db.write() as conn:
            conn.execute(insert(tickets), rows)
            if marks:
                conn.execute(insert(ticket_labels), marks)
            search.add_many(conn, documents)
    if not db.is_sqlite:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("VACUUM ANALYZE")


def _ticket(n: int, count: int, chance: random.Random) -> dict[str, Any]:
    at = NOW - timedelta(minutes=10 * (count - n))
    is_open = chance.random() < 0.05
    values: dict[str, Any] = {"id": n, "reference": f"TKT-{n:06d}", "channel": "email"}
    values |= {
        "address": "support@desk.example", "organisation": "",
        "subject": "A zebra at the counter" if n % 997 == 0 else (f"Question {n} about the "
            f"{chance.choice(WORDS)}"),
        "status": "open" if is_open else "spam" if n % 5000 == 0 else "closed",
        "priority": chance.choice(POLICY.priorities), "type": "question",
        "category": chance.choice(POLICY.categories), "queue": chance.choice(tuple(POLICY.queues)),
        "requester_address": f"p{n % 9973}@org{n % 997}.example", "requester_name": "Somebody",
        "tier": "", "assignee": chance.choice((BEN.address, "ana@desk.example", "")),
        "labels": ["vip"] if n % 50 == 0 else [], "created_at": at,
        "updated_at": at + timedelta(hours=chance.randrange(200)), "customer_wrote_at": at,
        "agent_wrote_at": None if is_open else at, "warns_at": None,
        "breaches_at": NOW + timedelta(hours=chance.randrange(-20, 80)) if is_open else None,
    }  # fmt: skip
    return values | labels.derived(values)


class Clock:
    """Milliseconds that this thread and its database have worked: whatever else the machine does
    adds nothing.

    What a backend of PostgreSQL has worked is in its /proc/<pid>/schedstat, in nanoseconds.
    """

    def __init__(self, conn: Connection) -> None:
        is_sqlite = conn.dialect.name == "sqlite"
        found = None if is_sqlite else conn.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        self._backend = None if found is None else Path(f"/proc/{found}/schedstat")

    def __call__(self) -> float:
        own = time.thread_time() * 1000
        return (
            own if self._backend is None else own + int(self._backend.read_text().split()[0]) / 1e6
        )

    def took(self, what: Callable[[], Any], times: int = 7) -> float:
        """The least of so many times: the first ones read what is not in memory yet."""
        found = []
        for _ in range(times):
            began = self()
            what()
            found.append(self() - began)
        return min(found)


def measure(db: Database, name: str) -> None:
    """A row for each list and search: the first page, the second, and the counts."""
    asker = Asker(POLICY, NOW, BEN)
    print(
        f"\n| {name}, {TICKETS} tickets | found | first page, ms CPU | next page | counts "
        "|\n|---|---|---|---|---|"
    )
    with db.read() as conn:
        took = Clock(conn).took
        for title, queries, aim in (("list", LISTS, 30), ("search", SEARCHES, 100)):
            worst = 0.0
            for words in queries:
                query, seen = parse(words, asker), seen_by(BEN, POLICY)
                find = partial(ticket_queries.find, conn, query, seen, POLICY)
                page = find()
                first = took(find)
                then = took(partial(find, after=page.next)) if page.next else 0.0
                counted = took(partial(ticket_queries.counts, conn, query.filter, seen, POLICY), 3)
                total = str(ticket_queries.counts(conn, query.filter, seen, POLICY))
                worst = max(worst, first, then)
                print(
                    f"| {title} `{words}` | {total} | {first:.1f} | {then:.1f} | {counted:.1f} |",
                    flush=True,
                )
            print(f"| worst {title}, aim {aim} | | {worst:.1f} | | |", flush=True)


def main() -> None:
    """Print everything."""
    server = find_postgres()
    try:
        with tempfile.TemporaryDirectory(prefix="maildesk-lists-") as name:
            Path(name).chmod(0o755)
            for engine, url in (
                ("SQLite", f"sqlite:///{name}/lists.db"),
                ("PostgreSQL", server.new_database()),
            ):
                db = Database(url)
                migrate(db)
                fill(db, TICKETS)
                measure(db, engine)
                db.close()
    finally:
        server.remove()


if __name__ == "__main__":
    main()
