"""`sla.yaml` and `rules.yaml` beside the desk: both may be missing; the default rules are there in
any case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from maildesk.config.defaults import with_defaults
from maildesk.config.rules import rules_file, sla_file
from maildesk.config.templates.files import built_in_sources, builtin_root
from maildesk.config.yaml import Document
from maildesk.config.yaml_reader import Known
from maildesk.desk.rules.ruleset import RuleSet
from maildesk.desk.sla.hours import Calendar, always
from maildesk.desk.sla.levels import DEFAULT_LEVELS, ServiceLevels
from maildesk.errors import Mistake

RULES, SLA = "rules.yaml", "sla.yaml"


@dataclass(frozen=True)
class Extras:
    """What the optional files say. `calendar_names` is None where they cannot be known."""

    calendars: Mapping[str, Calendar]
    calendar_names: tuple[str, ...] | None
    service_levels: ServiceLevels
    rules: RuleSet = field(default_factory=lambda: RuleSet(()))


def without_files() -> Extras:
    """What is known before either file is read: one calendar that never closes, and the usual
    service levels."""
    return Extras({"always": always()}, ("always",), DEFAULT_LEVELS)


def read_extras(
    desk: Path, documents: Mapping[str, Document], absent: frozenset[str], known: Known
) -> tuple[Extras, list[Mistake]]:
    """The optional files and their mistakes. `absent` are those that are not there,
    rather than wrong."""
    extras = without_files()
    mistakes: list[Mistake] = []
    if SLA not in absent:
        extras = replace(extras, calendar_names=None)
    if SLA in documents:
        document = documents[SLA]
        year = datetime.now(UTC).year
        sla, mistakes = sla_file.build(
            document.data, document.at, year=year, known=known, at_key=document.at_key
        )
        extras = replace(
            extras,
            calendars=sla.calendars,
            calendar_names=_names(sla.calendars, document),
            service_levels=sla.levels,
        )
    known = replace(known, calendars=extras.calendar_names, templates=_template_names(desk))
    own, rules = documents.get(RULES), RuleSet(())
    if own is not None:
        rules, found = rules_file.build(own.data, own.at, known=known, at_key=own.at_key)
        mistakes += found
    rules, found = with_defaults(rules, own, known)
    return replace(extras, rules=rules), mistakes + found


def _names(calendars: Mapping[str, Calendar], document: Document) -> tuple[str, ...]:
    """Every calendar that is written down, those with a mistake in them included."""
    written = document.data.get("calendars") if isinstance(document.data, dict) else None
    return tuple(dict.fromkeys((*calendars, *(written if isinstance(written, dict) else ()))))


def _template_names(desk: Path) -> tuple[str, ...]:
    """Every template that a rule may send, by the files that are there."""
    built_in = (file for _, _, file in built_in_sources(builtin_root())[0])
    own = (path.name for path in (desk / "templates").rglob("*.txt"))
    names = {file.removesuffix(".txt") for file in (*built_in, *own) if file.endswith(".txt")}
    return tuple(sorted(name for name in names if not name.startswith("_")))
