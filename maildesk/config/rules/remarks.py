"""What in rules.yaml is no mistake and yet does nothing as the other files stand now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from maildesk.config.mistakes import listed
from maildesk.config.rules.conditions_file import fields_in
from maildesk.config.yaml import Document, Steps
from maildesk.desk.policy import Policy
from maildesk.desk.rules.conditions import SYNONYMS

FILE = "rules.yaml"
_KNOWN_BY = {"requester.tier": "tier", "requester.organisation": "organisation"}


def remarks(document: Document, policy: Policy) -> Iterator[str]:
    """Conditions on a tier or organisation that no contact has: they hold as soon as one has."""
    data = document.data if isinstance(document.data, Mapping) else {}
    for path, name in fields_in_rules(data):
        known = (
            {getattr(one, _KNOWN_BY[name]).casefold() for one in policy.contacts}
            if name in _KNOWN_BY
            else None
        )
        operator = str(path[-1]).partition(" ")[2].strip()
        if known is None or SYNONYMS.get(operator, operator) not in ("", "is"):
            continue
        value = _at(data, path)
        words = [str(word) for word in (value if isinstance(value, list) else [value])]
        if words and known.isdisjoint(word.casefold() for word in words):
            line = document.at(path)[0]
            yield (
                f"{FILE}:{line}: never holds as yet: no contact of desk.yaml has the "
                f"{_KNOWN_BY[name]} {listed(words)}"
            )


def fields_in_rules(data: Mapping[str, object]) -> Iterator[tuple[Steps, str]]:
    """Every field that a rule's conditions name, and where."""
    lists: list[tuple[Steps, object]] = [(("rules",), data.get("rules"))]
    sections = data.get("sections")
    for index, section in enumerate(sections if isinstance(sections, list) else ()):
        if isinstance(section, Mapping):
            lists.append((("sections", index, "rules"), section.get("rules")))
    for steps, rules in lists:
        for index, rule in enumerate(rules if isinstance(rules, list) else ()):
            if isinstance(rule, Mapping) and "if" in rule:
                yield from fields_in(rule["if"], (*steps, index, "if"))


def _at(data: Any, path: Steps) -> object:
    for step in path:
        data = data[step]
    return data
