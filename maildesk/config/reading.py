"""Reading an admin's parsed file: every mistake is noted with its place, and reading goes on.

A reader never raises for what stands in a file. What it could not read is left
out of the value; the mistakes decide whether the value may be used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from maildesk.desk.periods import parse_period
from maildesk.errors import Mistake

Path = tuple[str | int, ...]
At = Callable[[Path], tuple[int, int]]


class Reader:
    """Collects the mistakes of one file."""

    def __init__(self, file: str, at: At, at_key: At | None = None) -> None:
        self.file = file
        self.at = at
        self.at_key = at_key or at
        self.mistakes: list[Mistake] = []

    def wrong(self, path: Path, expected: str, found: object, choices: Iterable[str] = (), *, key: bool = False) -> None:
        """Note a mistake at the value (or, with `key`, the key) of `path`; the nearest of `choices` is suggested."""
        line, column = self.at_key(path) if key else self.at(path)
        written = {choice.lower(): choice for choice in choices}
        near = get_close_matches(str(found).lower(), written, n=1)
        self.mistakes.append(Mistake(self.file, line, column, expected, _show(found), written[near[0]] if near else ""))

    def place(self, path: Path) -> str:
        """`file:line` of this path, for the history and for explanations."""
        return f"{self.file}:{self.at(path)[0]}"

    def mapping(self, value: object, path: Path, expected: str) -> Mapping[str, Any]:
        """`value` where it is a mapping, else an empty one and a mistake."""
        if isinstance(value, Mapping):
            return {str(key): item for key, item in value.items()}
        self.wrong(path, expected, value)
        return {}

    def keys(self, value: Mapping[str, Any], path: Path, known: Iterable[str]) -> None:
        """Note every key that is not known here."""
        names = tuple(known)
        for key in value:
            if key not in names:
                self.wrong((*path, key), "one of " + ", ".join(names), key, names, key=True)

    def words(self, value: object, path: Path, expected: str = "a word or a list of words") -> tuple[str, ...]:
        """One word or a list of them, as written."""
        if value is None:
            return ()
        items = list(value) if isinstance(value, (list, tuple)) else [value]
        found = []
        for index, item in enumerate(items):
            if isinstance(item, (Mapping, list)) or item is None:
                self.wrong((*path, index), expected, item)
            else:
                found.append(str(item))
        return tuple(found)

    def choice(self, value: object, path: Path, choices: Iterable[str], expected: str) -> str | None:
        """`value` where it is one of `choices`, whatever its case; else None and a mistake."""
        written = {choice.lower(): choice for choice in choices}
        found = written.get(str(value).lower())
        if found is None:
            self.wrong(path, expected, value, written.values())
        return found

    def period(self, value: object, path: Path) -> timedelta | None:
        """A period, else None and a mistake."""
        try:
            return parse_period(value)
        except (ValueError, OverflowError):
            self.wrong(path, "a period such as 30s, 15m, 24h or 7d", value)
            return None

    def flag(self, value: object, path: Path) -> bool:
        """yes or no."""
        if isinstance(value, bool):
            return value
        word = str(value).lower()
        if word not in ("yes", "no", "true", "false"):
            self.wrong(path, "yes or no", value)
        return word in ("yes", "true")


def _show(found: object) -> str:
    if isinstance(found, Mapping):
        return "a mapping"
    if isinstance(found, (list, tuple)):
        return "a list"
    if found is None:
        return "nothing"
    text = str(found)
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'
