"""What one value of the desk's files may be: addresses, names, periods, sizes, and the block that
they stand in.

The text of a ValueError is what was expected, as a mistake says it.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from ipaddress import ip_network
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from maildesk.desk.sla.periods import parse_period, parse_written
from maildesk.desk.threads.links import LONGEST_LOCAL
from maildesk.desk.threads.reference import find_number, is_valid_format, write

PERIOD_SCHEMA = {
    "type": "string",
    "examples": ["30s", "15m", "24h", "7d"],
    "description": "30s, 15m, 24h, 7d",
}


class _Absent(str):
    """Stands for a required value that is missing or wrong, in a file that is read
    as far as it goes."""

    __slots__ = ()


ABSENT = _Absent()  # as empty as a text and as a list can be
# the context in which what is required may be missing; the file has a mistake already
PARTLY = {"partly": True}


class Section(BaseModel):
    """A block of a file: unknown keys are mistakes, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _partly(cls, given: Any, info: ValidationInfo) -> Any:
        if info.context is not PARTLY or not isinstance(given, dict):
            return given
        return {name: ABSENT for name, one in cls.model_fields.items() if one.is_required()} | given

    @field_validator("*", mode="wrap")
    @classmethod
    def _or_absent(cls, given: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        return given if given is ABSENT else handler(given)


def _period_or_never(value: object) -> timedelta | None:
    if value is False or str(value).strip().lower() in ("never", "no", "off"):
        return None
    try:
        return parse_written(value)
    except ValueError as error:
        raise ValueError(f"{error}, or never") from None


_LONGEST_MOMENT = timedelta(hours=1)


def _moment_or_none(value: object) -> timedelta:
    """A moment that somebody may wait; none at all is 0, no or off."""
    if value is False or str(value).strip().lower() in ("0", "no", "off"):
        return timedelta(0)
    expected = "a period such as 10s, 30s or 2m, of no more than 1h, or no"
    try:
        length = parse_written(value)
    except ValueError:
        raise ValueError(expected) from None
    if length > _LONGEST_MOMENT:
        raise ValueError(expected)
    return length


_DOMAIN = r"[^\s@<>\"(),:;\[\]\\.]+(?:\.[^\s@<>\"(),:;\[\]\\.]+)*"
_ADDRESS = re.compile(rf"[^\s@<>\"(),:;\[\]\\]+@{_DOMAIN}")
_AT_DOMAIN = re.compile(rf"@{_DOMAIN}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_NAME = re.compile(r"[^\s,;:#=\"'][^,;\"\n\t]{0,63}")


def matches(pattern: str | re.Pattern[str], expected: str, longest: int = 254) -> AfterValidator:
    """Text of this pattern and no longer than that; else a mistake that names what was
    `expected`."""

    def check(value: str) -> str:
        if len(value) > longest or not re.fullmatch(pattern, value):
            raise ValueError(expected)
        return value

    return AfterValidator(check)


def _line(value: str) -> str:
    """One line. A quotation mark that is not closed takes in the lines below, keys and all."""
    expected = "one line of at most 200 letters"
    if len(value) <= 200 and not re.search(r"[\r\n]", value):
        return value
    is_open = re.search(r"\s[a-z_]+: ", value)
    raise ValueError(f"a closing quotation mark, or {expected}" if is_open else expected)


def _match(value: str) -> str:
    """An address, or every address of a domain."""
    if _ADDRESS.fullmatch(value) or _AT_DOMAIN.fullmatch(value):
        return value
    raise ValueError("an address, or @ and a domain")


def _network(value: str) -> str:
    """An address or a network, as written; ValueError where it is neither."""
    try:
        ip_network(value, strict=False)
    except ValueError:
        raise ValueError("an address or a network such as 192.0.2.7 or 10.0.0.0/8") from None
    return value


def _moment(value: object) -> datetime | None:
    """A date (the agent is back on that day) or a date with a time; without an offset in UTC."""
    if value is None:
        return None
    text = str(value).strip()
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            "a date such as 2026-12-24, or a date and time such as 2026-12-24T09:00+01:00"
        ) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def moment_needed(value: object) -> datetime:
    """A date or a moment; nothing is none of them."""
    found = _moment(value)
    if found is None:
        raise ValueError("a date on which they are back, such as 2026-12-24")
    return found


def reference_format(value: str) -> str:
    """Letters or signs, and one number: every reference must be found again in a subject (T12)."""
    if len(value) > 40 or any(c in value for c in "[]\r\n<>@") or not is_valid_format(value):
        raise ValueError("letters and exactly one number, such as TKT-{:04d}")
    for number in (1, 1234567):
        if any(
            find_number(value, f"Re: {bracketed} my printer") != number
            for bracketed in _written(value, number)
        ):
            raise ValueError("a reference that is found again in a subject, such as TKT-{:04d}")
    return value


def _written(value: str, number: int) -> tuple[str, str, str]:
    reference = write(value, number)
    return reference, f"[{reference}]", reference.lower()


def extension(value: str) -> str:
    return value.strip().lstrip(".").lower()


_UNITS = {"": 1, "kb": 1024, "mb": 1024**2, "gb": 1024**3}


def _size(value: Any) -> int:
    """A number of bytes, or a number with KB, MB or GB."""
    found = re.fullmatch(r"(\d{1,12})\s{0,3}([a-z]{0,2})", str(value).strip().lower())
    if found is None or found[2] not in _UNITS or isinstance(value, bool):
        raise ValueError("a size such as 500 KB or 10 MB")
    return int(found[1]) * _UNITS[found[2]]


def _days(value: Any) -> timedelta:
    """A period of whole days, at least one."""
    found = parse_written(value)
    if found < timedelta(days=1) or found % timedelta(days=1):
        raise ValueError("whole days, such as 30d: links count in days")
    return found


_DAYS = {"type": "string", "examples": ["30d", "12w"], "description": "30d, 12w: whole days"}
Days = Annotated[timedelta, BeforeValidator(_days), WithJsonSchema(_DAYS)]
Period = Annotated[timedelta, BeforeValidator(parse_written), WithJsonSchema(PERIOD_SCHEMA)]
Seconds = Annotated[
    timedelta,
    BeforeValidator(parse_period),
    WithJsonSchema({**PERIOD_SCHEMA, "type": ["string", "number"]}),
]
PeriodOrNever = Annotated[
    timedelta | None, BeforeValidator(_period_or_never), WithJsonSchema(PERIOD_SCHEMA)
]
MomentToWait = Annotated[
    timedelta,
    BeforeValidator(_moment_or_none),
    WithJsonSchema({**PERIOD_SCHEMA, "type": ["string", "number", "boolean"]}),
]
Address = Annotated[str, matches(_ADDRESS, "an address such as ana@desk.example")]
DeskMailbox = Annotated[
    Address,
    matches(
        rf"[^@]{{1,{LONGEST_LOCAL}}}@.*",
        (
            f"an address with at most {LONGEST_LOCAL} characters before the @ (a signature comes "
            f"behind them)"
        ),
    ),
]
Match = Annotated[str, AfterValidator(_match)]
Network = Annotated[str, AfterValidator(_network)]
Language = Annotated[str, matches(_LANGUAGE, "a language such as en, de or pt-BR")]
Colour = Annotated[str, matches(_COLOUR, 'a colour such as "#2f5d8a", in quotes')]
Name = Annotated[str, matches(_NAME, "a name of at most 64 letters, without commas or quotes")]
Text = Annotated[str, Field(max_length=2000)]
Line = Annotated[str, AfterValidator(_line)]
MOMENT_SCHEMA = {"type": "string", "examples": ["2026-12-24"]}
Moment = Annotated[datetime | None, BeforeValidator(_moment), WithJsonSchema(MOMENT_SCHEMA)]
Behaviour = Literal["open", "in_progress", "waiting", "on_hold", "resolved", "closed", "spam"]
Permitted = Literal[
    "answer", "note", "take", "assign", "work", "close", "change", "move", "spam", "escalate",
    "people", "merge", "delete", "see_queues", "see_all", "any_ticket", "manage",
]  # fmt: skip
Proof = Literal["signed", "authenticated", "logged_in"]
YesNo = Annotated[bool, WithJsonSchema({"enum": [True, False, "yes", "no"]})]
Website = Annotated[
    str, matches(r"(?:https?://[^\s\"<>]+)?", "an address such as https://desk.example", 200)
]
Size = Annotated[
    int,
    BeforeValidator(_size),
    WithJsonSchema({"type": ["integer", "string"], "examples": ["500 KB", "10 MB"]}),
]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
