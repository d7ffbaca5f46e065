"""Reading an admin's parsed file: every mistake is noted with its place, and reading goes on.

A reader never raises for what stands in a file. What it could not read is left
out of the value; the mistakes decide whether the value may be used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any

from maildesk.config.mistakes import nearest, shown
from maildesk.desk.filters.lookup import called
from maildesk.desk.mails.wording import Wording
from maildesk.desk.policy import Agent, Periods, Policy
from maildesk.desk.priorities import spelt
from maildesk.desk.sla.periods import parse_written
from maildesk.desk.ticket import Status
from maildesk.errors import Mistake

Path = tuple[str | int, ...]
At = Callable[[Path], tuple[int, int]]


class Reader:
    """Collects the mistakes of one file."""

    def __init__(self, file: str, at: At, at_key: At | None = None) -> None:
        self.file = file
        self.at = at
        self.at_key = at_key or at
        self.mistakes: list[Mistake] = []

    def wrong(
        self,
        path: Path,
        expected: str,
        found: object,
        choices: Iterable[str] = (),
        *,
        key: bool = False,
        meant: str = "",
    ) -> None:
        """Note a mistake at the value (or, with `key`, the key) of `path`; what was `meant` is
        suggested, else the nearest of `choices`."""
        line, column = self.at_key(path) if key else self.at(path)
        near = meant or nearest(found, choices)
        self.mistakes.append(Mistake(self.file, line, column, expected, shown(found), near))

    def place(self, path: Path) -> str:
        """`file:line` of this path, for the history and for explanations."""
        return f"{self.file}:{self.at(path)[0]}"

    def mapping(self, value: object, path: Path, expected: str) -> Mapping[str, Any]:
        """`value` where it is a mapping, else an empty one and a mistake."""
        if isinstance(value, Mapping):
            return {str(key): item for key, item in value.items()}
        self.wrong(path, expected, value)
        return {}

    def keys(self, value: Mapping[str, Any], path: Path, known: Iterable[str]) -> None:
        """Note every key that is not known here."""
        names = tuple(known)
        for key in value:
            if key not in names:
                self.wrong((*path, key), "one of " + ", ".join(names), key, names, key=True)

    def words(
        self, value: object, path: Path, expected: str = "a word or a list of words"
    ) -> tuple[str, ...]:
        """One word or a list of them, as written."""
        if value is None:
            return ()
        items = list(value) if isinstance(value, (list, tuple)) else [value]
        found = []
        for index, item in enumerate(items):
            if isinstance(item, (Mapping, list)) or item is None:
                self.wrong((*path, index), expected, item)
            else:
                found.append(str(item))
        return tuple(found)

    def choice(
        self, value: object, path: Path, choices: Iterable[str], expected: str
    ) -> str | None:
        """`value` where it is one of `choices`, whatever its case; else None and a mistake."""
        written = {choice.lower(): choice for choice in choices}
        found = written.get(str(value).lower())
        if found is None:
            self.wrong(path, expected, value, written.values())
        return found

    def period(self, value: object, path: Path) -> timedelta | None:
        """A period, else None and a mistake."""
        try:
            return parse_written(value)
        except (ValueError, OverflowError):
            self.wrong(path, "a period such as 30s, 15m, 24h or 7d", value)
            return None

    def flag(self, value: object, path: Path) -> bool:
        """yes or no."""
        if isinstance(value, bool):
            return value
        word = str(value).lower()
        if word not in ("yes", "no", "true", "false"):
            self.wrong(path, "yes or no", value)
        return word in ("yes", "true")


def periods_of(periods: Periods) -> Mapping[str, timedelta | None]:
    """The periods of desk.yaml by name; None is `never`."""
    return {one.name: getattr(periods, one.name) for one in fields(periods)}


@dataclass(frozen=True)
class Known:
    """The names that other files know; None where anything goes, or where it cannot be told."""

    calendars: tuple[str, ...] | None = None
    queues: tuple[str, ...] | None = None
    teams: tuple[str, ...] | None = None
    agents: tuple[str, ...] | None = None  # addresses and names
    staff: tuple[Agent, ...] = ()  # those who are called so
    addresses: tuple[str, ...] | None = None  # of the desk
    tiers: tuple[str, ...] | None = None  # of contacts
    organisations: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    labels: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    statuses: tuple[str, ...] | None = None
    fields: tuple[str, ...] | None = None
    templates: tuple[str, ...] | None = None
    skills: tuple[str, ...] | None = None
    priorities: tuple[str, ...] = ("low", "normal", "high", "urgent")
    wording: Wording = field(default_factory=Wording)  # in which a priority may be called otherwise
    # how a status behaves -> the desk's first that does
    behaviours: Mapping[str, str] = field(default_factory=dict)
    periods: Mapping[str, timedelta | None] = field(default_factory=lambda: periods_of(Periods()))

    def priority(self, word: object) -> object:
        """The desk's own name of a priority, whatever it was called; anything else as it is."""
        return spelt(word, self.priorities, self.wording) if isinstance(word, str) else word

    def agents_called(self, word: object) -> tuple[str, ...]:
        """The addresses of the agents who may be meant by this name or address, as behind
        `#assign`."""
        found = called(self.staff, str(word)) if isinstance(word, str) else ()
        return tuple(agent.address for agent in found)

    @classmethod
    def of(cls, policy: Policy, templates: Iterable[str] | None = None) -> Known:
        """What a finished policy knows."""
        return cls(
            calendars=tuple(policy.calendars),
            queues=tuple(policy.queues),
            teams=tuple(sorted(policy.teams)),
            agents=tuple(
                word for agent in policy.agents for word in (agent.address, *agent.also, agent.name)
            ),
            staff=policy.agents,
            addresses=tuple(one.address for one in policy.addresses),
            tiers=tuple(dict.fromkeys(one.tier for one in policy.contacts if one.tier)),
            organisations=tuple(
                dict.fromkeys(one.organisation for one in policy.contacts if one.organisation)
            ),
            categories=policy.categories or None,
            types=policy.types or None,
            labels=tuple(policy.labels) or None,
            languages=policy.languages,
            statuses=tuple(policy.statuses),
            fields=policy.custom_fields,
            templates=None if templates is None else tuple(templates),
            skills=tuple(
                dict.fromkeys(skill.lower() for agent in policy.agents for skill in agent.skills)
            ),
            priorities=policy.priorities,
            behaviours={behaviour.value: policy.status_for(behaviour) for behaviour in Status},
            periods=periods_of(policy.periods),
        )
