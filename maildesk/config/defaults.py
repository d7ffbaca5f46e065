"""The default workflows: rules of this package that are followed behind those of rules.yaml.

A rule of the same name in rules.yaml takes the place of a default one; `defaults: no`,
or a list of names, switches them off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from maildesk.config.rules.rules_file import build
from maildesk.config.yaml import Document, parse
from maildesk.config.yaml_reader import At, Known, Reader
from maildesk.desk.rules.ruleset import RuleSet
from maildesk.errors import Mistake

FILE = "default_rules.yaml"
SECTION = "defaults"
_OFF, _ON = ("no", "false", "off"), ("yes", "true", "on")


@lru_cache(maxsize=1)
def default_bytes() -> bytes:
    """The file itself: part of what a policy's fingerprint is made of."""
    return (Path(__file__).parent / FILE).read_bytes()


@lru_cache(maxsize=1)
def default_names() -> tuple[str, ...]:
    """The names of the default rules, in the order of the file."""
    return tuple(_names(_document().data))


def with_defaults(
    own: RuleSet, document: Document | None, known: Known
) -> tuple[RuleSet, list[Mistake]]:
    """The desk's own rules and behind them the defaults that they leave; a mistake for each name
    that is none."""
    mistakes: list[Mistake] = []
    off: frozenset[str] = frozenset()
    if document is not None and isinstance(document.data, Mapping):
        off, mistakes = _switched_off(document.data, document.file, document.at)
    written = set(_names(document.data)) if document is not None else set()
    source = _document()
    defaults, found = build(source.data, source.at, known=known, file=FILE, at_key=source.at_key)
    kept = tuple(
        replace(rule, section=SECTION) for rule in defaults.rules if rule.name not in written | off
    )
    return RuleSet((*own.rules, *kept), own.first_match), [*mistakes, *found]


@lru_cache(maxsize=1)
def _document() -> Document:
    return parse(default_bytes(), FILE)


def _switched_off(
    data: Mapping[str, object], file: str, at: At
) -> tuple[frozenset[str], list[Mistake]]:
    reader = Reader(file, at)
    value = data.get("defaults")
    if value is None or str(value).lower() in _ON:
        return frozenset(), []
    if str(value).lower() in _OFF:
        return frozenset(default_names()), []
    names = {name.casefold(): name for name in default_names()}
    found = set()
    for index, word in enumerate(
        reader.words(value, ("defaults",), "no, or the names of default rules")
    ):
        name = names.get(word.strip().casefold())
        if name is None:
            path = ("defaults", index) if isinstance(value, (list, tuple)) else ("defaults",)
            reader.wrong(path, "no, or the name of a default rule", word, default_names())
        else:
            found.add(name)
    return frozenset(found), reader.mistakes


def _names(data: object) -> Iterator[str]:
    """Every name a rule has in this file, also those of rules that never come to anything."""
    if not isinstance(data, Mapping):
        return
    sections = data.get("sections")
    lists = [data.get("rules")]
    lists += (
        [section.get("rules") for section in sections if isinstance(section, Mapping)]
        if isinstance(sections, list)
        else []
    )
    for rules in lists:
        for rule in rules if isinstance(rules, list) else ():
            if isinstance(rule, Mapping) and rule.get("name"):
                yield str(rule["name"]).strip()
