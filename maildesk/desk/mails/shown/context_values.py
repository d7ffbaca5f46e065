"""The variables of a mail, filled in without making a `Context`: a frozen value of fifty fields,
made for each letter and read out again, takes three times as long."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from maildesk.desk.mails.room import fits, fitting
from maildesk.desk.mails.views import FILES_SHOWN, Context

# what a stranger has written or sent, which is of a size that a mail can have: see `Context`
_BOUNDED = ("text", "reason", "comment", "files", "attached", "lines")
_DEFAULTS: dict[str, object] = {one.name: one.default for one in fields(Context)}


def mapped(**given: Any) -> dict[str, object]:
    """The mapping of a context with these values. TypeError for a variable that there is not."""
    if unknown := given.keys() - _DEFAULTS.keys():
        raise TypeError(f"no variables of templates: {', '.join(sorted(unknown))}")
    found = {**_DEFAULTS, **given}
    for name in _BOUNDED:
        found[name] = _bounded(found[name])
    return found


def _bounded(value: object) -> object:
    if isinstance(value, str):
        return value if fits(value) else fitting(value)
    return value[:FILES_SHOWN] if isinstance(value, tuple) else value
