"""A list as CSV (RFC 4180), for spreadsheets: the columns are those of the list's JSON Schema, so
that both have the same names, and an empty list has its header line.

A cell that a spreadsheet would take for a formula is made harmless as OWASP's "CSV Injection" says:
an apostrophe before it, quotation marks around it. Customers choose subjects and names, and
whoever opens the file is an agent. Numbers stay numbers: they are not text to begin with.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from maildesk.views.plain import Json
from maildesk.views.schema import schema

# The wide forms are what a keyboard for Japanese or Chinese makes of these; Excel reads them alike.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def csv_list(whole: Json, shape: str) -> str:
    """The things that this list holds, a line each below the names of the columns."""
    described = schema(shape)
    parts = described.get("$defs", {})
    name = next(key for key, one in described["properties"].items() if one.get("type") == "array")
    columns = list(_columns(described["properties"][name]["items"], parts))
    text = io.StringIO()
    lines = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    lines.writerow(columns)
    lines.writerows([_cell(_value(one, column)) for column in columns] for one in whole[name])
    return text.getvalue()


def harmless(text: str) -> str:
    """The text, with an apostrophe before it where it would be a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _columns(described: Json, parts: Mapping[str, Json], before: str = "") -> Iterator[str]:
    """Names of the columns; what is in an object has its name before it: requester.address."""
    named = described.get("$ref", "").rpartition("/")[2]
    described = parts[named] if named else described
    for name, one in described["properties"].items():
        inside = parts.get(one.get("$ref", "").rpartition("/")[2], one)
        if "properties" in inside:
            yield from _columns(inside, parts, f"{before}{name}.")
        else:
            yield before + name


def _value(one: Any, column: str) -> Any:
    for name in column.split("."):
        one = one.get(name) if isinstance(one, Mapping) else None
    return one


def _cell(value: Any) -> str | int | float:
    """A number as it is; several words with commas between; an object as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
        return harmless(", ".join(value))
    return harmless(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
