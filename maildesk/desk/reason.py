"""Why something was done: a value, which each language says in words of its own.

The sentences stand in templates/mail/<language>/_words.yaml under `reasons`, by code; `{name}` in
them is a value, which may be a reason itself. Words that a person wrote (a rule's name, the text
behind #escalate) are reasons as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, by its code."""

    code: str
    values: Mapping[str, str | Reason] = field(default_factory=dict)


Why = Reason | str


def moment(at: datetime, zone: tzinfo) -> str:
    """A moment as a value of a sentence, `{until:moment}`: as RFC 9557 writes it, for the offset
    alone does not say what the zone is called."""
    local = at.astimezone(zone)
    return f"{local.isoformat()}[{zone.key}]" if isinstance(zone, ZoneInfo) else local.isoformat()


def moment_of(value: str) -> datetime:
    """The moment that such a value is."""
    text, _, zone = value.partition("[")
    at = datetime.fromisoformat(text)
    return at.astimezone(ZoneInfo(zone.rstrip("]"))) if zone else at


def stored(why: Why) -> Any:
    """The reason as the history keeps it (JSON); a text is kept as it is."""
    if isinstance(why, str):
        return why
    return {"code": why.code, "values": {name: stored(one) for name, one in why.values.items()}}


def restored(kept: Any) -> Why:
    """The reason that the history kept so."""
    if not isinstance(kept, Mapping):
        return str(kept)
    return Reason(kept["code"], {name: restored(one) for name, one in kept["values"].items()})


def is_stored(kept: Any) -> bool:
    """Whether this value of a history's line is a reason."""
    return isinstance(kept, Mapping) and kept.keys() == {"code", "values"}
