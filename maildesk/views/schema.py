"""The JSON Schema (draft 2020-12) of each shape: files here, printed by `maildesk schema`.

A file names others by their file; what is handed out has them in its `$defs`, so that it stands by
itself.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from maildesk.views.plain import Json, listed

FOLDER = Path(__file__).with_name("schemas")


@cache
def names() -> tuple[str, ...]:
    """Every shape there is."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


def schema(name: str) -> Json:
    """The schema of this shape, whole; KeyError where there is none."""
    if name not in names():
        raise KeyError(name)
    parts: dict[str, Json] = {}
    found: Json = _inside(_read(name), parts)
    return found | ({"$defs": dict(sorted(parts.items()))} if parts else {})


def schema_list() -> Json:
    """Every shape with its title and what it is."""
    found = [(name, _read(name)) for name in names()]
    return listed("schemas", [_line(name, one) for name, one in found])


def _line(name: str, one: Json) -> Json:
    return {"name": name, "title": one["title"], "description": one["description"]}


def _read(name: str) -> Json:
    found: Json = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def _inside(value: Any, parts: dict[str, Json]) -> Any:
    """The same with each file that is named put into `parts`, and named there."""
    if isinstance(value, list):
        return [_inside(one, parts) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: _inside(one, parts) for key, one in value.items()}
    if isinstance(named := found.get("$ref"), str) and named.endswith(".json"):
        name = named.removesuffix(".json")
        found["$ref"] = f"#/$defs/{name}"
        if name not in parts:
            parts[name] = {}  # it may name itself
            whole = _inside(_read(name), parts)
            parts[name] = {key: one for key, one in whole.items() if key != "$schema"}
    return found
