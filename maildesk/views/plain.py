"""Values as JSON has them, the same way everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from maildesk.desk.ticket import Person

Json = dict[str, Any]


def moment(at: datetime | None) -> str | None:
    """ISO 8601 in UTC, with the offset; null for never."""
    return at.astimezone(UTC).isoformat() if at is not None else None


def minute(at: datetime | str | None, zone: ZoneInfo) -> str:
    """A moment for people in their zone, to the minute; "" for never. A text is `moment`'s."""
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{found.astimezone(zone):%Y-%m-%d %H:%M}" if found is not None else ""


def minute_and_zone(at: datetime | str, zone: ZoneInfo) -> str:
    """The same with the zone's name at that moment: 2026-11-20 11:00 CET."""
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{found.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def person(one: Person) -> Json:
    """Somebody outside the desk. The name may be empty."""
    return {"name": one.name, "address": one.address}


def people(some: Iterable[Person]) -> list[Json]:
    """Several of them."""
    return [person(one) for one in some]


def listed(name: str, items: Sequence[Json], following: str | int | None = None) -> Json:
    """A list under its name: whether it is cut, and what `--after` takes to go on."""
    goes_on = str(following) if following else None
    return {name: list(items), "cut": goes_on is not None, "next": goes_on}


def plain(value: Any) -> Any:
    """Any value of the desk: seconds for a period, a list for a set, an object for a dataclass."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(map(plain, value), key=str)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
