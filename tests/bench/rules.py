"""How long deciding takes: 500 rules and 50 agents, a service-level deadline, reading the rules anew.

python -m tests.bench.rules
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from maildesk.config.rules_file import build
from maildesk.config.yaml import parse
from maildesk.desk.clocks import clocks
from maildesk.desk.consequences import follow
from maildesk.desk.decide import decide
from maildesk.desk.facts import Entry, Load, MessageFromRequester, Situation, TrustRecord
from maildesk.desk.hours import add
from maildesk.desk.policy import Agent, Policy
from maildesk.desk.sla import Level, ServiceLevels, Target
from tests.desk.rule_desk import KIM, MESSAGE, NOW, OFFICE, POLICY, TICKET

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
    lines = [f"  - {{name: Rule {i}, {_KINDS[i % len(_KINDS)].format(i=i)}, then: [{{priority: high}}]}}" for i in range(count - 2)]
    lines.insert(count // 2, "  - {name: Hit, if: {subject contains: invoice}, then: [{category: billing}]}")
    lines.append("  - {name: Give, then: [{assign: {by: least_open}}]}")
    return "rules:\n" + "\n".join(lines) + "\n"


def policy(rules: int = 500, agents: int = 50) -> Policy:
    """A desk with so many rules and agents."""
    document = parse(rules_text(rules).encode(), "rules.yaml")
    found, mistakes = build(document.data, document.at)
    assert not mistakes
    people = tuple(Agent(f"Agent {i}", f"a{i}@desk.example", teams=("support",)) for i in range(agents))
    return replace(POLICY, rules=found, agents=people)


def figures() -> list[Figure]:
    """Everything this bench measures."""
    desk = policy()
    loads = {agent.address: Load(n % 7, n) for n, agent in enumerate(desk.agents)}
    words = "The printer at the counter prints every second label blank since this morning. " * 25
    message = replace(MESSAGE, text=words, reply=words)
    fact = MessageFromRequester(message, KIM, desk.addresses[0], TrustRecord(""), Situation(loads=loads))

    def message_in() -> None:
        effects = decide(None, fact, desk, NOW)
        assert follow(None, fact, effects, desk, NOW) is not None

    raw = rules_text().encode()

    def reload() -> None:
        document = parse(raw, "rules.yaml")
        rules, _ = build(document.data, document.at, at_key=document.at_key)
        assert len(rules.by_happening) == 1

    hour = timedelta(hours=1)
    level = Level("Office", {"first_response": Target(4 * hour), "resolution": Target(24 * hour)}, calendar="office")
    office = replace(POLICY, service_levels=ServiceLevels((level,)))
    history = (Entry(NOW, "opened"), Entry(NOW, "received"), Entry(NOW + hour, "replied", "ben@desk.example"))
    return [
        _figure("decide: 500 rules, 50 agents, message in", message_in, 2000, 1000),
        _figure("a deadline of 24 working hours", lambda: add(OFFICE, NOW, 24 * hour), 5000, 50),
        _figure("both clocks of a ticket, whole", lambda: clocks(TICKET, history, office, NOW + 2 * hour), 3000, 200),
        _figure("read 500 rules", reload, 10, 300_000),
    ]


def _figure(name: str, work: Callable[[], object], times: int, aim: float) -> Figure:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1e6)
    return Figure(name, statistics.median(taken), sorted(taken)[int(len(taken) * 0.95)], aim)


if __name__ == "__main__":
    for figure in figures():
        print(f"{figure.name:45} median {figure.median:10.1f} µs   p95 {figure.p95:10.1f} µs   aim {figure.aim:9.0f} µs")
