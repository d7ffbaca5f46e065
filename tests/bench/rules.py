"""How long deciding takes: 500 rules and 50 agents, a service-level deadline, a reload, a sweep
over timers.

python -m tests.bench.rules
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, text

from maildesk.config.policy import load_policy
from maildesk.config.watch import load_in_force
from maildesk.desk.decide import decide
from maildesk.desk.facts import Entry, Load, MessageFromRequester, Situation, TrustRecord
from maildesk.desk.sla.clocks import clocks
from maildesk.desk.sla.hours import add
from maildesk.desk.sla.levels import Level, ServiceLevels, Target
from maildesk.store.db import Database
from maildesk.store.due import due_ids, plan_of_due_ids
from maildesk.store.schema import metadata, tickets, timers
from maildesk.store.timers import change as start_timers
from tests.desk.rule_desk import KIM, MESSAGE, NOW, OFFICE, POLICY, TICKET
from tests.stories.running_desk import ROOT

EXAMPLE = ROOT / "deploy" / "desk"
DESK = """\
addresses: [{address: support@desk.example, queue: support}]
queues: {support: {teams: [support]}}
"""
_KINDS = (
    'if: {{subject contains: ["word{i}", "thing{i}"]}}',
    'if: {{requester.domain: "d{i}.example", priority at least: high}}',
    'if: {{category: "c{i}", text contains: "w{i}"}}',
    'if: {{text contains: ["complaint{i}"], labels: vip}}',
    'if: {{any: [{{to: "x{i}@desk.example"}}, {{subject starts with: "x{i}"}}]}}',
)


@dataclass(frozen=True)
class Figure:
    """One measured figure beside its aim, both in microseconds."""

    name: str
    median: float
    p95: float
    aim: float


def rules_text(count: int = 500) -> str:
    """A file of so many rules of the usual kinds, of which two match."""
    lines = [
        f"  - {{name: Rule {i}, {_KINDS[i % len(_KINDS)].format(i=i)}, then: [{{priority: high}}]}}"
        for i in range(count - 2)
    ]
    lines.insert(
        count // 2, "  - {name: Hit, if: {subject contains: invoice}, then: [{category: billing}]}"
    )
    lines.append("  - {name: Give, then: [{assign: {by: least_open}}]}")
    return "rules:\n" + "\n".join(lines) + "\n"


def write_desk(folder: Path, rules: int = 500, agents: int = 50) -> Path:
    """A desk folder with so many rules, before the default ones, and so many agents."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(EXAMPLE / "sla.yaml", folder / "sla.yaml")
    people = "".join(
        f"  - {{name: Agent {i}, address: a{i}@desk.example, teams: [support]}}\n"
        for i in range(agents)
    )
    (folder / "desk.yaml").write_text(DESK, encoding="utf-8")
    (folder / "agents.yaml").write_text("agents:\n" + people, encoding="utf-8")
    (folder / "rules.yaml").write_text(rules_text(rules), encoding="utf-8")
    return folder


def figures(folder: Path, postgres: str = "") -> list[Figure]:
    """Everything this bench measures; with the URL of an empty PostgreSQL database
    the sweep there too."""
    folder = write_desk(folder / "desk")
    desk = load_policy(folder)
    assert desk.rules is not None
    assert len(desk.rules.rules) > 500
    loads = {agent.address: Load(n % 7, n) for n, agent in enumerate(desk.agents)}
    words = "The printer at the counter prints every second label blank since this morning. " * 25
    message = replace(MESSAGE, text=words, reply=words)
    fact = MessageFromRequester(
        message, KIM, desk.addresses[0], TrustRecord(""), Situation(loads=loads)
    )
    hour = timedelta(hours=1)
    level = Level(
        "Office",
        {"first_response": Target(4 * hour), "resolution": Target(24 * hour)},
        calendar="office",
    )
    office = replace(POLICY, service_levels=ServiceLevels((level,)))
    history = (
        Entry(NOW, "opened"),
        Entry(NOW, "received"),
        Entry(NOW + hour, "replied", "ben@desk.example"),
    )
    found = [
        _figure(
            "decide: 500 rules, 50 agents, message in",
            lambda: decide(None, fact, desk, NOW),
            2000,
            1000,
        ),
        _figure("a deadline of 24 working hours", lambda: add(OFFICE, NOW, 24 * hour), 5000, 50),
        _figure(
            "both clocks of a ticket, whole",
            lambda: clocks(TICKET, history, office, NOW + 2 * hour),
            3000,
            200,
        ),
        _figure(
            "reload: 500 rules, every file and template", lambda: load_in_force(folder), 10, 300_000
        ),
        _sweep("sweep: 100,000 open timers, SQLite", f"sqlite:///{folder / 'timers.sqlite'}"),
    ]
    return (
        [*found, _sweep("sweep: 100,000 open timers, PostgreSQL", postgres)] if postgres else found
    )


def _sweep(name: str, url: str, count: int = 100_000) -> Figure:
    """All of them due, found in one look, from the index alone: AssertionError where the plan says
    otherwise."""
    db = Database(url, pool=2)
    metadata.create_all(db.engine)
    ticket = {
        "subject": "x", "status": "open", "priority": "normal", "queue": "support",
        "channel": "email", "requester_address": "a@b.example", "address": "support@desk.example",
        "created_at": NOW, "updated_at": NOW,
    }  # fmt: skip
    with db.write() as conn:
        one = conn.execute(insert(tickets).returning(tickets.c.id), ticket).scalar_one()
        start_timers(
            conn,
            one,
            stop=(),
            start={f"rule:{n}": NOW - timedelta(seconds=n) for n in range(count)},
        )
    if not db.is_sqlite:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(text("VACUUM ANALYZE timers"))
    with db.read() as conn:
        found = due_ids(conn, timers, now=NOW, limit=count)
        assert len(found) == count
        plan = plan_of_due_ids(conn, timers, now=NOW)
        assert PLANNED[db.is_sqlite] in plan, plan
        figure = _figure(name, lambda: due_ids(conn, timers, now=NOW, limit=count), 5, 1_000_000)
    db.close()
    return figure


PLANNED = {True: "COVERING INDEX ix_timers_due", False: "Index Only Scan using ix_timers_due"}


def _figure(name: str, work: Callable[[], object], times: int, aim: float) -> Figure:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1e6)
    return Figure(name, statistics.median(taken), sorted(taken)[int(len(taken) * 0.95)], aim)


def show(found: Sequence[Figure]) -> None:
    """The table."""
    print("| deciding | median | p95 | aim |\n|---|---|---|---|")
    for figure in found:
        print(
            (
                f"| {figure.name} | {_time(figure.median)} | {_time(figure.p95)} | "
                f"{_time(figure.aim)} |"
            ),
            flush=True,
        )


def _time(microseconds: float) -> str:
    return f"{microseconds:.1f} µs" if microseconds < 1000 else f"{microseconds / 1000:.2f} ms"


def main(postgres: str = "") -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="maildesk-bench-") as name:
        show(figures(Path(name), postgres))


if __name__ == "__main__":
    main()
