"""What two mails of one act have in common is rendered once.

Agents who read one language are told the same; only their buttons lead to addresses of their own.
What a template uses is known when it is compiled (`Sandbox.uses`). Where all of that is as it was
for the mail before, so is what comes out; where nothing but the links of buttons is other, each is
put in the place of the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from jinja2 import Template
from markupsafe import escape

from maildesk.desk.mails.views import ActionView
from maildesk.desk.threads.links import SIGNATURE


class _Made(NamedTuple):
    values: Mapping[str, object]
    words: str


class Alike:
    """What was rendered last of each template, in one act."""

    def __init__(self) -> None:
        self._made: dict[Template, _Made] = {}

    def rendered(
        self,
        template: Template,
        values: dict[str, object],
        run: Callable[[Template, dict[str, object]], str],
    ) -> str:
        """What `run` makes of the template with these values, or has made of the same."""
        before = self._made.get(template)
        words = _again(template, before, values) if before is not None else None
        if words is None:
            words = run(template, values)
            self._made[template] = _Made(values, words)
        return words


def _again(template: Template, before: _Made, values: Mapping[str, object]) -> str | None:
    """The words of before as these values have them; None where the template has to be run."""
    environment: Any = template.environment
    names = environment.uses(template.name)
    used = [name for name in names if name in values and name != "actions"]
    if any(before.values[name] != values[name] for name in used):
        return None
    if "actions" not in names:
        return before.words
    theirs: Any = before.values["actions"]
    ours: Any = values["actions"]
    return _led(before.words, theirs, ours, is_html=environment.autoescape)


def _led(
    words: str, theirs: Sequence[ActionView], ours: Sequence[ActionView], *, is_html: bool
) -> str | None:
    """The words with our links in place of theirs; None where something else of the buttons is
    other, or one of their addresses would be left."""
    if theirs == ours:
        return words
    if [_bare(one) for one in theirs] != [_bare(one) for one in ours]:
        return None
    for one, other in zip(theirs, ours, strict=True):
        here, there = one.mailto, other.mailto
        words = words.replace(*((escape(here), escape(there)) if is_html else (here, there)))
    found = (SIGNATURE.search(one.mailto) for one in theirs)
    macs = {one[0].rpartition("-")[2] for one in found if one}
    is_left = any(form in words for mac in macs for form in (mac, mac.upper()))
    return None if is_left else words


def _bare(action: ActionView) -> tuple[str, str, bool]:
    return action.name, action.label, action.primary
