"""JSON Schemas of rules.yaml and sla.yaml, made from the same tables that read them: editors
complete and check with these."""

from __future__ import annotations

from typing import Any

from maildesk.config.defaults import default_names
from maildesk.config.rules.actions_file import BESIDE, action_words
from maildesk.config.rules.rules_file import RULE_KEYS
from maildesk.config.rules.sla_file import LEVEL_KEYS
from maildesk.desk.mails.recipients import TARGETS
from maildesk.desk.rules.assign import WAYS
from maildesk.desk.rules.conditions import OPERATORS
from maildesk.desk.rules.context import FIELDS, PREFIXES
from maildesk.desk.rules.ruleset import DAILY, HAPPENINGS, WAITS
from maildesk.desk.sla.hours import WEEKDAYS
from maildesk.desk.sla.levels import KINDS, NARROWED_BY

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: dict[str, Any] = {"type": "string"}
_PERIOD = {
    "type": ["string", "number"],
    "description": "30s, 15m, 24h, 7d",
    "examples": ["30m", "4h", "24h", "7d"],
}
_WORD_OR_LIST = {
    "anyOf": [
        {"type": ["string", "number", "boolean"]},
        {"type": "array", "items": {"type": ["string", "number", "boolean"]}},
    ]
}
_FLAG = {"enum": [True, False, "yes", "no"]}


def rules_schema() -> dict[str, Any]:
    """The schema of rules.yaml."""
    rules = {"type": "array", "items": {"$ref": "#/$defs/rule"}}
    section = {
        "type": "object",
        "properties": {"name": _TEXT, "match": {"enum": ["first", "all"]}, "rules": rules},
        "additionalProperties": False,
    }
    return {
        "$schema": DRAFT,
        "title": "rules.yaml",
        "type": "object",
        "properties": {
            "rules": rules,
            "sections": {"type": "array", "items": section},
            "defaults": {
                "anyOf": [_FLAG, {"type": "array", "items": {"enum": list(default_names())}}]
            },
        },
        "additionalProperties": False,
        "$defs": {
            "rule": _rule(),
            "when": _when(),
            "condition": _condition(),
            "actions": _actions(),
            "action": _action(),
        },
    }


def sla_schema() -> dict[str, Any]:
    """The schema of sla.yaml."""
    target = {"type": ["string", "number"], "description": "1h, 2d, or 3 business days"}
    step = {
        "type": "object",
        "properties": {"after": _PERIOD, "then": {"$ref": "#/$defs/actions"}},
        "required": ["then"],
        "additionalProperties": False,
    }
    level: dict[str, Any] = {
        "name": _TEXT,
        "if": {
            "type": "object",
            "properties": dict.fromkeys(NARROWED_BY, _WORD_OR_LIST),
            "additionalProperties": False,
        },
        "calendar": _TEXT,
        **dict.fromkeys(KINDS, target),
        "pause_while": _WORD_OR_LIST,
        "warn_at": {
            "anyOf": [
                {"type": ["string", "integer"]},
                {"type": "array", "items": {"type": ["string", "integer"]}},
            ]
        },
        "escalation": {"type": "array", "items": step},
        "ring_at_any_hour": _FLAG,
        "notes_answer": _FLAG,
    }
    assert tuple(level) == LEVEL_KEYS  # the reader and the schema know the same keys
    policy = {
        "type": "object",
        "properties": level,
        "required": ["name"],
        "additionalProperties": False,
    }
    return {
        "$schema": DRAFT,
        "title": "sla.yaml",
        "type": "object",
        "properties": {
            "calendars": {"type": "object", "additionalProperties": _calendar()},
            "policies": {"type": "array", "items": policy},
        },
        "additionalProperties": False,
        "$defs": {"condition": _condition(), "actions": _actions(), "action": _action()},
    }


def _rule() -> dict[str, Any]:
    properties = {
        "name": _TEXT,
        "when": {"$ref": "#/$defs/when"},
        "if": {"$ref": "#/$defs/condition"},
        "then": {"$ref": "#/$defs/actions"},
        "section": _TEXT,
    }
    assert tuple(properties) == RULE_KEYS
    return {
        "type": "object",
        "properties": properties,
        "required": ["name", "then"],
        "additionalProperties": False,
    }


def _when() -> dict[str, Any]:
    waits: dict[str, Any] = {**dict.fromkeys(WAITS, _PERIOD), DAILY: _TEXT, "calendar": _TEXT}
    wait = {
        "type": "object",
        "properties": waits,
        "patternProperties": {"_for$": _PERIOD},
        "additionalProperties": False,
    }
    one = {"anyOf": [{"enum": list(HAPPENINGS)}, _TEXT, wait]}
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


def _condition() -> dict[str, Any]:
    """Every field with every operator it can have, so that an editor offers `subject contains`."""
    properties: dict[str, Any] = {
        name: {"$ref": "#/$defs/condition"} for name in ("all", "any", "not")
    }
    for name, field in FIELDS.items():
        for operator in ("", *OPERATORS[field.kind]):
            properties[f"{name} {operator}".strip()] = {**_WORD_OR_LIST, "description": field.about}
    patterns = {f"^{prefix.replace('.', chr(92) + '.')}": _WORD_OR_LIST for prefix in PREFIXES}
    fields = "|".join(sorted(name.replace(".", r"\.") for name in FIELDS))
    patterns[f"^({fields})( [a-z ]+)?$"] = _WORD_OR_LIST  # the other spellings of the operators
    one = {
        "type": "object",
        "properties": properties,
        "patternProperties": patterns,
        "additionalProperties": False,
    }
    return {"anyOf": [one, {"type": "array", "items": {"$ref": "#/$defs/condition"}}]}


def _actions() -> dict[str, Any]:
    action = {"$ref": "#/$defs/action"}
    return {"anyOf": [action, {"type": "array", "items": action, "minItems": 1}]}


def _action() -> dict[str, Any]:
    assignment = {
        "type": "object",
        "properties": {
            "agent": _TEXT,
            "team": _TEXT,
            "skills": _WORD_OR_LIST,
            "by": {"enum": list(WAYS)},
            "in_hours": _TEXT,
            "reassign": _FLAG,
        },
        "additionalProperties": False,
    }
    special: dict[str, Any] = {
        "assign": {"anyOf": [_TEXT, {"type": "null"}, assignment]},
        "acknowledge": {"enum": [False, "no"]},
        "escalate": {"type": ["string", "null", "boolean"]},
        "fields": {
            "type": "object",
            "additionalProperties": {"type": ["string", "number", "boolean"]},
        },
        "follow": {**_WORD_OR_LIST, "description": "agents, who hear of it as its assignee does"},
        "label": _WORD_OR_LIST,
        "labels": _WORD_OR_LIST,
        "notify": {**_WORD_OR_LIST, "description": f"{', '.join(TARGETS)}, a team or an agent"},
    }
    words = [word for word in action_words() if word != "stop"]
    properties: dict[str, Any] = {
        word: special.get(word, {"type": ["string", "number"]}) for word in words
    }
    for names in BESIDE.values():
        properties |= {name: _FLAG if name == "once" else _TEXT for name in names}
    return {
        "anyOf": [
            {"enum": ["stop", "unassign"]},
            {
                "type": "object",
                "properties": properties,
                "patternProperties": {r"^fields\.": _WORD_OR_LIST},
                "additionalProperties": False,
            },
        ]
    }


def _calendar() -> dict[str, Any]:
    spans = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
    dates = {"type": "array", "items": _TEXT}
    table = {
        "type": "object",
        "properties": {
            "country": _TEXT,
            "region": _TEXT,
            "language": _TEXT,
            "also": dates,
            "except": dates,
        },
        "additionalProperties": False,
    }
    hours = {
        "type": "object",
        "properties": dict.fromkeys(WEEKDAYS, spans),
        "additionalProperties": spans,
    }
    return {
        "type": "object",
        "properties": {
            "time_zone": _TEXT,
            "hours": {"anyOf": [{"const": "always"}, hours]},
            "holidays": {"anyOf": [dates, table]},
        },
        "required": ["hours"],
        "additionalProperties": False,
    }
