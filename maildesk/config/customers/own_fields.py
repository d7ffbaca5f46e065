"""`custom_fields:` of desk.yaml: names, or a name with the pattern that fills the field and the
link that its value leads to.

A link is https:, its host is the file's alone, and only its path and query hold the value: what a
customer writes never chooses where an agent's tap leads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from maildesk.config.kinds import Name, Section
from maildesk.desk.customers.own_field import VALUE, OwnField
from maildesk.desk.rules.patterns import Pattern

_LINK = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?[/?#][^\s\"'<>\\]*")
_EXPECTED = "an address such as https://shop.example/orders/{{ value }}"


def _pattern(value: str) -> str:
    """A pattern that can be used, and that finds something where it is found."""
    if value and Pattern(value).found_in(""):
        raise ValueError("a pattern that is not found in every mail")
    return value


def _link(value: str) -> str:
    if not value:
        return value
    plain, times = VALUE.subn("0", value)
    if times == 0 or len(value) > 1000 or not _LINK.fullmatch(plain) or set(plain) & set("{}"):
        raise ValueError(_EXPECTED)
    host = value.removeprefix("https://")
    if VALUE.search(re.split("[/?#]", host, maxsplit=1)[0]):
        raise ValueError(f"{_EXPECTED}: the value behind the host")
    return value


class FieldSection(Section):
    """A field of the desk's own."""

    name: Name
    pattern: Annotated[str, AfterValidator(_pattern)] = ""
    link: Annotated[str, AfterValidator(_link)] = ""


FieldEntry = Annotated[
    FieldSection,
    BeforeValidator(lambda value: {"name": value} if isinstance(value, str) else value),
    WithJsonSchema({"anyOf": [{"type": "string"}, FieldSection.model_json_schema()]}),
]


def names_of(sections: Iterable[FieldSection]) -> tuple[str, ...]:
    """What the fields are called, in the order of the file."""
    return tuple(one.name for one in sections)


def own_fields(sections: Iterable[FieldSection]) -> dict[str, OwnField]:
    """The fields by their names."""
    return {
        one.name: OwnField(one.name, Pattern(one.pattern) if one.pattern else None, one.link)
        for one in sections
    }
