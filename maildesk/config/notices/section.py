"""`notices` of desk.yaml, of a team and of an agent: when agents hear of things."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, WithJsonSchema

from maildesk.config.kinds import Section, YesNo
from maildesk.desk.mails.mail import Event
from maildesk.desk.notices.wanted import Quiet
from maildesk.desk.sla.hours import WEEKDAYS
from maildesk.desk.sla.periods import parse_written

_TIME = r"(\d{1,2})(?:[:.](\d{2}))?"
_SPAN = re.compile(rf"{_TIME}\s{{0,3}}[-–]\s{{0,3}}{_TIME}")
_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEK = {name: day for names in (WEEKDAYS, _LONG) for day, name in enumerate(names)}
_NO = (False, "no", "off", "never")
_MINUTES = re.compile(r"\b(?:min(?:ute)?s?)\b")
_LONGEST = timedelta(days=1)


def _minute(hour: str, minute: str | None) -> int:
    found = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or found > 24 * 60:
        raise ValueError
    return found % (24 * 60)


def _is_no(value: object) -> bool:
    return value is False or str(value).strip().lower() in _NO


def _quiet(value: object) -> object:
    """From one time of the day to another, or none."""
    if value is None or isinstance(value, (Quiet, Off)):
        return value
    if _is_no(value):
        return Off()
    found = _SPAN.fullmatch(str(value).strip())
    try:
        if found is None:
            raise ValueError
        quiet = Quiet(_minute(found[1], found[2]), _minute(found[3], found[4]))
        if quiet.begins == quiet.ends and int(found[3]) != 24:  # 0:00-24:00 is the whole day
            raise ValueError
    except ValueError:
        raise ValueError("quiet hours such as 20:00-7:00, or no") from None
    return quiet


def _bundle(value: object) -> object:
    """How long the notices of a ticket are gathered; 0: not at all."""
    if value is None:
        return None
    if _is_no(value) or str(value).strip() == "0":
        return timedelta(0)
    try:
        found = parse_written(_MINUTES.sub("m", str(value).lower()))
        if found > _LONGEST:
            raise ValueError
    except ValueError:
        raise ValueError("a period such as 10m or 1h, of no more than 1d, or no") from None
    return found


def _remind(value: object) -> object:
    """How long a ticket may need a response before its agent is reminded."""
    if value is None or isinstance(value, (timedelta, Off)):
        return value
    if _is_no(value):
        return Off()
    try:
        found = parse_written(_MINUTES.sub("m", str(value).lower()))
        if not found:
            raise ValueError
    except ValueError:
        raise ValueError("a period of working time such as 30m or 4h, or no") from None
    return found


def _digest(value: object) -> object:
    """The minute of the day at which it comes, or none."""
    if value is None or (isinstance(value, (int, Off)) and not isinstance(value, bool)):
        return value
    if _is_no(value):
        return Off()
    found = re.fullmatch(_TIME, str(value).strip())
    try:
        if found is None:
            raise ValueError
        return _minute(found[1], found[2])
    except ValueError:
        raise ValueError("a time such as 8:00, or no") from None


def _days(value: object) -> object:
    """Days of the week; `working` are those of the agent's calendar."""
    if value is None or isinstance(value, (frozenset, Off)):
        return value
    written = value if isinstance(value, list) else str(value).split(",")
    words = [str(one).strip().lower() for one in written]
    if words in (["working"], ["working days"]):
        return Off()
    if words == ["daily"]:
        return frozenset(range(7))
    found: set[int] = set()
    try:
        for word in words:
            first, dash, last = word.partition("-")
            begin = _WEEK[first.strip()]
            end = _WEEK[last.strip()] if dash else begin
            found |= {day % 7 for day in range(begin, (end if end >= begin else end + 7) + 1)}
    except KeyError:
        raise ValueError("days such as mon-fri or [mon, thu], daily, or working") from None
    return frozenset(found)


class Off:
    """None, said on purpose: what the desk or the team has is not meant."""


_TIME_SCHEMA = {"type": ["string", "boolean"], "examples": ["8:00", "no"]}
_DAYS_SCHEMA = {
    "type": ["string", "array"],
    "examples": ["working", "mon-fri", "daily"],
    "items": {"type": "string"},
}
_REMIND_SCHEMA = {"type": ["string", "boolean"], "examples": ["4h", "no"]}
_SPAN_SCHEMA = {"type": ["string", "boolean"], "examples": ["20:00-7:00", "no"]}
_BUNDLE_SCHEMA = {"type": ["string", "boolean"], "examples": ["10m", "no"]}


class NoticesSection(Section):
    """What holds where nobody nearer says otherwise: an agent, before a team, before the desk."""

    quiet: Annotated[Quiet | Off | None, BeforeValidator(_quiet), WithJsonSchema(_SPAN_SCHEMA)] = (
        None
    )
    breaks_through: list[Literal[Event, "urgent"]] | None = None
    bundle: Annotated[
        timedelta | None, BeforeValidator(_bundle), WithJsonSchema(_BUNDLE_SCHEMA)
    ] = None

    remind_after: Annotated[
        timedelta | Off | None, BeforeValidator(_remind), WithJsonSchema(_REMIND_SCHEMA)
    ] = None
    digest: Annotated[int | Off | None, BeforeValidator(_digest), WithJsonSchema(_TIME_SCHEMA)] = (
        None
    )
    digest_days: Annotated[
        frozenset[int] | Off | None, BeforeValidator(_days), WithJsonSchema(_DAYS_SCHEMA)
    ] = None
    digest_empty: YesNo | None = None

    model_config = Section.model_config | {"arbitrary_types_allowed": True}
