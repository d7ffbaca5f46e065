"""What agents chose for themselves by mail: it lies over what the files say of when they hear of
things, and of what.

A choice is a name and a word, as the database keeps it. Whatever else the files say goes on to
hold, and is theirs again once a choice is taken back. What a later version wrote, and this one
cannot read, chooses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from maildesk.desk.notices.wanted import Notices, Quiet

Chosen = Mapping[str, str]
BUNDLE, REMIND, QUIET, DIGEST = "bundle", "remind_after", "quiet", "digest"
HEARS = "notify:"  # before the name of an event
ON, OFF = "on", "off"
_DAY = 24 * 60
NOTHING: Chosen = {}


def laid_over(files: Notices, heard: frozenset[str], chosen: Chosen) -> Notices:
    """When they hear of things; `heard`: of what, as the files say it."""
    is_muted = files.digest is not None and DIGEST not in heard
    found: dict[str, Any] = {DIGEST: None} if is_muted else {}
    for name, word in chosen.items():
        try:
            found |= {name: _READ[name](word)} if name in _READ else {}
        except (ValueError, OverflowError):
            continue
    return replace(files, **found) if found else files


def heard(files: frozenset[str], chosen: Chosen) -> frozenset[str]:
    """Of what they hear. Who chose to be reminded hears of that."""
    said = {name.removeprefix(HEARS): w for name, w in chosen.items() if name.startswith(HEARS)}
    if chosen.get(REMIND, OFF) != OFF:
        said["reminder"] = ON
    on = {event for event, word in said.items() if word == ON}
    off = {event for event, word in said.items() if word == OFF}
    return (files | on) - off if said else files


def of_length(length: timedelta) -> str:
    """This length as a choice."""
    return str(round(length.total_seconds()))


def of_quiet(quiet: Quiet) -> str:
    """These hours as a choice."""
    return f"{quiet.begins}-{quiet.ends}"


def _length(word: str) -> timedelta:
    return timedelta(seconds=int(word))


def _hours(word: str) -> Quiet:
    begins, _, ends = word.partition("-")
    return Quiet(_minute(begins), _minute(ends))


def _minute(word: str) -> int:
    if not 0 <= int(word) < _DAY:
        raise ValueError(word)
    return int(word)


def _or_none(read: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda word: None if word == OFF else read(word)


_READ: Mapping[str, Callable[[str], Any]] = {
    BUNDLE: lambda word: timedelta(0) if word == OFF else _length(word),
    REMIND: _or_none(_length),
    QUIET: _or_none(_hours),
    DIGEST: _or_none(_minute),
}
