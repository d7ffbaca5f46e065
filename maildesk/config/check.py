"""Everything that can be found wrong with a desk folder without running it, and what may stand in
its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from maildesk.config.connections import web_remarks
from maildesk.config.cross_checks import AGENTS, unused_teams
from maildesk.config.customers import outreach_file
from maildesk.config.environment import FILE, load_settings
from maildesk.config.mistakes import nearest, read_part
from maildesk.config.models import AgentsFile, DeskFile
from maildesk.config.policy import OPTIONAL, REQUIRED, TEMPLATES, load_policy
from maildesk.config.rules import remarks as rule_remarks
from maildesk.config.rules.rules_and_sla import RULES
from maildesk.config.rules.rules_schema import rules_schema, sla_schema
from maildesk.config.secret_file import SECRETS, readable_by_others
from maildesk.config.settings import Settings
from maildesk.config.templates.engine import Templates
from maildesk.config.templates.languages import read_languages
from maildesk.config.templates.pages import Pages
from maildesk.config.templates.words import read_wording
from maildesk.config.unread_files import strays
from maildesk.config.yaml import read_bytes, read_document
from maildesk.desk.policy import Policy
from maildesk.desk.sla import working_days
from maildesk.errors import BadPolicy, Mistake

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def check(desk: Path) -> list[Mistake]:
    """Every mistake in settings, policy, templates and the mails of campaigns; every template is
    rendered with sample values."""
    mistakes: list[Mistake] = []
    policy = settings = None
    try:
        settings = load_settings(desk)
    except BadPolicy as bad:
        mistakes += bad.mistakes
    try:
        policy = load_policy(desk)
    except BadPolicy as bad:
        mistakes += bad.mistakes
    if policy:
        mistakes += outreach_file.mistakes_in(desk, policy)
    if policy and settings:
        mistakes += _foreign_relays(desk, settings, [a.address for a in policy.addresses])
    languages, addresses = (
        (policy.languages, [a.key for a in policy.addresses]) if policy else _written(desk)
    )
    own = desk / TEMPLATES
    mistakes += _placed(
        desk,
        Templates.mistakes_in(own if own.is_dir() else None, languages[0] if languages else "en"),
    )
    if own.is_dir():
        mistakes += _placed(desk, Pages.load(own, read_wording(own)[0])[1])
    if desk.is_dir():
        mistakes += strays(desk, languages, addresses)
    return list(dict.fromkeys(mistakes))


def _foreign_relays(desk: Path, settings: Settings, ours: Sequence[str]) -> Iterator[Mistake]:
    """Addresses of a relay that are none of the desk's: no mail would ever go by it."""
    keys = {address.lower() for address in ours}
    keys |= {"@" + key.rpartition("@")[2] for key in keys}
    for number, relay in enumerate(settings.relays):
        for place, one in enumerate(relay.for_):
            if one.lower() not in keys:
                document, _ = read_document(read_bytes(desk / FILE, FILE), FILE)
                at = document.at(("relays", number, "for", place)) if document else (1, 1)
                near = nearest(one, ours)
                yield Mistake(
                    FILE, *at, "an address of desk.yaml, or its @domain", f'"{one}"', near
                )


def remarks(desk: Path) -> list[str]:
    """What is no mistake and may surprise all the same, each with its place: a target that comes to
    more days than it says, secrets that others can read. None where the folder has mistakes."""
    try:
        policy = load_policy(desk)
    except BadPolicy:
        return []
    levels = policy.service_levels.levels if policy.service_levels is not None else ()
    secrets = f"{SECRETS}: others on this machine can read it: chmod 600 {desk / SECRETS}"
    return [
        *[secrets] * readable_by_others(desk),
        *_of_trust(desk, policy),
        *_of_settings(desk, policy),
        *_of_rules(desk, policy),
        *_of_teams(desk, policy),
        *(
            f"{level.place}: {remark}"
            for level in levels
            if level.calendar in policy.calendars
            for remark in working_days.remarks(level, policy.calendars[level.calendar])
        ),
    ]


def _of_trust(desk: Path, policy: Policy) -> Iterator[str]:
    """Without anybody who looks at senders, an agent who begins a conversation is asked each
    time."""
    if policy.trust.can_prove:
        return
    document, _ = read_document(read_bytes(desk / "desk.yaml", "desk.yaml"), "desk.yaml")
    line = document.at_key(("trust",))[0] if document is not None else 1
    has_block = document is not None and "trust" in document.data
    place = "Put below `trust:` there" if has_block else "Add `trust:` and below it, indented,"
    yield (
        f"desk.yaml:{line}: nothing proves who wrote: what an agent forwards, or writes anew, is "
        f"held until they tap once. {place} `authserv_id: mx.example.org`, with the name that "
        "your mail server writes first in Authentication-Results, or, where no server before the "
        "desk looks, `check_dkim: yes`"
    )


def _of_settings(desk: Path, policy: Policy) -> Iterator[str]:
    """A listener for log-ins that nobody can use, and what of the pages nobody can reach."""
    try:
        settings = load_settings(desk)
    except BadPolicy:
        return  # told already
    is_open = any(one.protocol == "submission" for one in settings.listeners)
    if is_open and not any(agent.password for agent in policy.agents):
        yield (
            "settings.yaml: a listener with `protocol: submission` is open, and nobody can log in: "
            "`maildesk agents password NAME` prints a line for agents.yaml"
        )
    yield from web_remarks.remarks(desk, settings.web, has_form=policy.portal.enabled)


def _of_teams(desk: Path, policy: Policy) -> Iterator[str]:
    """A team that no queue has, nor anything else: who is in it may wait for mail."""
    if not any(queue.teams for queue in policy.queues.values()):
        return
    files = [name for name in (*REQUIRED, *OPTIONAL) if (desk / name).is_file()]
    read = {name: read_document(read_bytes(desk / name, name), name)[0] for name in files}
    written = {name: document for name, document in read.items() if document is not None}
    agents, _, _ = read_part(AgentsFile, written[AGENTS])
    for steps, team in unused_teams(agents, written) if agents is not None else ():
        yield (
            f"{AGENTS}:{written[AGENTS].at(steps)[0]}: no queue has the team {team}, and no rule "
            "names it: its agents hear of nothing by it"
        )


def _of_rules(desk: Path, policy: Policy) -> Iterator[str]:
    if (desk / RULES).is_file():
        document, _ = read_document(read_bytes(desk / RULES, RULES), RULES)
        if document is not None:
            yield from rule_remarks.remarks(document, policy)


def _written(desk: Path) -> tuple[tuple[str, ...], list[str]]:
    """The languages and addresses that stand in a desk.yaml with mistakes; none where
    they cannot be told."""
    try:
        document, _ = read_document(read_bytes(desk / "desk.yaml", "desk.yaml"), "desk.yaml")
    except BadPolicy:
        return (), []
    if document is None or not isinstance(document.data, dict):
        return (), []
    found, _, _ = read_part(DeskFile, document)
    if found is None:
        return (), []
    found, _ = read_languages(found, document, desk / TEMPLATES)
    return tuple(found.languages), [a.address.lower() for a in found.addresses]


def load_templates(desk: Path, language: str) -> Templates:
    """The built-in templates with this desk's own over them."""
    own = desk / TEMPLATES
    try:
        return Templates.load(own if own.is_dir() else None, language)
    except BadPolicy as bad:
        raise BadPolicy(_placed(desk, bad.mistakes)) from None


def _placed(desk: Path, mistakes: Iterable[Mistake]) -> list[Mistake]:
    """With the desk's own files named as they lie in its folder, as everywhere."""
    own = f"{desk}/"
    return [replace(one, file=one.file.removeprefix(own)) for one in mistakes]


def schema() -> dict[str, Any]:
    """The JSON Schema of each file by its name, for editors that complete and check."""
    models = (("settings.yaml", Settings), ("desk.yaml", DeskFile), ("agents.yaml", AgentsFile))
    found: dict[str, Any] = {
        name: {"$schema": DRAFT, **model.model_json_schema()} for name, model in models
    }
    return {**found, "rules.yaml": rules_schema(), "sla.yaml": sla_schema()}
