"""Service levels: which promise holds for which ticket. Values only; `clocks`
counts, `alarms` rings.

The first level of `sla.yaml` whose conditions a ticket meets is the one that holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from maildesk.desk.rules.ruleset import Action
from maildesk.desk.sla.hours import Calendar, add_business_days, between
from maildesk.desk.sla.periods import parse_written, show_hours

KINDS = ("first_response", "next_response", "resolution")
NARROWED_BY = ("priority", "queue", "category", "tier", "organisation")
_BUSINESS_DAYS = re.compile(r"(\d{1,3})\s{0,3}(?:bd|business\s{1,3}days?)")


@dataclass(frozen=True, slots=True)
class Target:
    """How long something may take: a period of working time, or a number of business days."""

    length: timedelta = timedelta(0)
    business_days: int = 0

    def __str__(self) -> str:
        if self.business_days:
            return f"{self.business_days} business day{'s' if self.business_days > 1 else ''}"
        return show_hours(self.length)

    def from_start(self, calendar: Calendar, start: datetime) -> timedelta:
        """The working time this is for a clock that began at `start`. ValueError where the calendar
        has none."""
        if not self.business_days:
            return self.length
        return between(calendar, start, add_business_days(calendar, start, self.business_days))


def parse_target(value: object) -> Target:
    """`1h`, `2d`, `3 business days` or `3bd` as a target. ValueError, in words,
    where it is none."""
    found = _BUSINESS_DAYS.fullmatch(str(value).strip().lower())
    if found:
        target = Target(business_days=int(found[1]))
    else:
        try:
            target = Target(parse_written(value))
        except (ValueError, OverflowError):
            raise ValueError("a period such as 1h, 2d or 3 business days") from None
    if not target.business_days and target.length <= timedelta(0):
        raise ValueError("a period longer than nothing")
    return target


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the ladder: so much working time after the breach, do this."""

    after: timedelta
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Level:
    """One policy of `sla.yaml`. `narrowed` names the values (folded) that a ticket
    must have; none: any."""

    name: str
    targets: Mapping[str, Target]
    calendar: str = "always"
    narrowed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    pause_while: frozenset[str] = frozenset({"waiting", "on_hold"})
    warn_at: tuple[int, ...] = (75,)  # per cent, smallest first
    escalation: tuple[Step, ...] = ()
    any_hour: bool = False  # ring also while the calendar is closed
    notes_answer: bool = False  # a note counts as an answer
    place: str = ""

    def holds_for(self, standing: Mapping[str, str]) -> bool:
        """Whether a ticket that stands so (values folded) has this promise."""
        return all(standing.get(name, "") in values for name, values in self.narrowed.items())


@dataclass(frozen=True)
class ServiceLevels:
    """The levels in the order of the file."""

    levels: tuple[Level, ...]

    def level_for(self, standing: Mapping[str, str]) -> Level | None:
        """The first level that holds, or None."""
        return next((level for level in self.levels if level.holds_for(standing)), None)


def _hours(first: int, resolution: int | None = None) -> Mapping[str, Target]:
    targets = {"first_response": Target(timedelta(hours=first))}
    if resolution is not None:
        targets["resolution"] = Target(timedelta(hours=resolution))
    return targets


DEFAULT_LEVELS = ServiceLevels(
    (
        Level("Urgent", _hours(1, 4), narrowed={"priority": frozenset({"urgent"})}),
        Level("High", _hours(4), narrowed={"priority": frozenset({"high"})}),
        Level("Normal", _hours(24), narrowed={"priority": frozenset({"normal"})}),
        Level("Low", _hours(48), narrowed={"priority": frozenset({"low"})}),
    )
)
