"""A dry run's outcome as plain data: what `simulate --json` prints and what samples and replays compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

from maildesk.desk.effects import Effect
from maildesk.desk.facts import TrustRecord
from maildesk.desk.rules.engine import Outcome, Verdict
from maildesk.desk.sla.clocks import Clock
from maildesk.pipeline.simulation.dry_run import Foreseen


def whole(found: Foreseen) -> dict[str, Any]:
    """The one object that `maildesk simulate --json` prints."""
    reference = found.ticket.reference if found.ticket is not None and not found.is_new else None
    return {
        "ticket": {"reference": reference, "new": found.is_new, "why": found.why},
        "trust": plain(found.trust),
        "rules": [verdict(one) for one in verdicts(found.outcome)],
        "effects": [effect(one) for one in found.effects],
        "assignment": assignment(found),
        "sla": [promise(clock) for clock in found.clocks],
        "mails": [plain(mail) for mail in found.mails],
    }


def verdicts(outcome: Outcome | None) -> Sequence[Verdict]:
    """One verdict for each rule: that of the round in which it matched, else its first."""
    found: dict[str, Verdict] = {}
    for one in outcome.verdicts if outcome else ():
        if one.matched or one.rule.name not in found:
            found.setdefault(one.rule.name, one)
            found[one.rule.name] = one if one.matched else found[one.rule.name]
    own = "rules.yaml"  # its rules come first, each file in its own order
    return sorted(found.values(), key=lambda one: (one.rule.file != own, one.rule.line))


def verdict(one: Verdict) -> dict[str, Any]:
    """A rule, whether it matched, and why."""
    rule = one.rule
    return {"name": rule.name, "file": rule.file, "line": rule.line, "matched": one.matched, "because": one.because}


def fired(outcome: Outcome | None) -> list[str]:
    """The names of the rules that matched."""
    return [one.rule.name for one in verdicts(outcome) if one.matched]


def effect(one: Effect) -> dict[str, Any]:
    """An effect by its name, with the values that say something."""
    values = {f.name: plain(getattr(one, f.name)) for f in fields(one)}
    return {"effect": type(one).__name__, **{name: value for name, value in values.items() if value not in ("", None, [], {})}}


def assignment(found: Foreseen) -> dict[str, Any]:
    """Who would have it, by which choice, and who else was looked at."""
    assignee = found.ticket.assignee or None if found.ticket is not None else None
    choices = found.outcome.choices if found.outcome else ()
    if not choices:
        return {"assignee": assignee, "why": "no rule assigns it", "reasons": []}
    last = choices[-1]
    return {"assignee": assignee, "why": last.why, "reasons": list(last.reasons)}


def promise(clock: Clock) -> dict[str, Any]:
    """A clock of the service levels, without its intervals."""
    return {
        "clock": clock.kind,
        "policy": clock.level.name,
        "place": clock.level.place,
        "calendar": clock.calendar.name,
        "target": str(clock.target),
        "state": clock.state,
        "started_at": plain(clock.started_at),
        "due_at": plain(clock.due_at),
        "ended_at": plain(clock.ended_at),
        "used_seconds": plain(clock.consumed),
        "warnings": [{"percent": percent, "at": plain(at)} for percent, at in clock.warnings],
    }


def plain(value: Any) -> Any:
    """Values as JSON has them."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, TrustRecord) or (is_dataclass(value) and not isinstance(value, type)):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
