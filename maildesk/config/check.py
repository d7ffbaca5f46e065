"""Everything that can be found wrong with a desk folder without running it, and what may stand in its files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from maildesk.config.environment import load_settings
from maildesk.config.models import AgentsFile, DeskFile
from maildesk.config.policy import TEMPLATES, load_policy
from maildesk.config.rules_schema import rules_schema, sla_schema
from maildesk.config.settings import Settings
from maildesk.config.strays import strays
from maildesk.config.templates import Templates
from maildesk.errors import BadPolicy, Mistake

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def check(desk: Path) -> list[Mistake]:
    """Every mistake in settings, policy and templates; every template is rendered with sample values."""
    mistakes: list[Mistake] = []
    policy = None
    try:
        load_settings(desk)
    except BadPolicy as bad:
        mistakes += bad.mistakes
    try:
        policy = load_policy(desk)
    except BadPolicy as bad:
        mistakes += bad.mistakes
    try:
        mistakes += _placed(desk, load_templates(desk, policy.default_language if policy else "en").check())
    except BadPolicy as bad:
        mistakes += bad.mistakes
    if desk.is_dir():
        mistakes += strays(desk, policy.languages if policy else (), (a.key for a in policy.addresses) if policy else ())
    return list(dict.fromkeys(mistakes))


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
    found: dict[str, Any] = {name: {"$schema": DRAFT, **model.model_json_schema()} for name, model in models}
    return {**found, "rules.yaml": rules_schema(), "sla.yaml": sla_schema()}
