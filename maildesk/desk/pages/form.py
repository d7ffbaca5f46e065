"""What somebody chose on the web form beside their words: it travels in the message, in a field of
its header, and is believed only of a message that came in by that door.

Nobody is believed for an address that they typed: the ticket is marked until it answers, or a code
that was mailed to it has been typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from maildesk.desk.effects import Effect, SetField
from maildesk.desk.evolve import CUSTOM

if TYPE_CHECKING:
    from maildesk.desk.policy import Policy

DOOR, PROVED_DOOR = "form", "form:proved"  # `via` of an envelope
CHANNEL = "web"  # that of such a ticket


@dataclass(frozen=True, slots=True)
class WebForm:
    """The choices, as they were typed; `is_proved`: the address was, by a code."""

    category: str = ""
    priority: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    is_proved: bool = False

    def category_in(self, policy: Policy) -> str:
        """The category, where the desk has it: what a form offered may be gone by now."""
        return self.category if self.category in policy.categories else ""

    def priority_in(self, policy: Policy) -> str:
        """The priority, likewise."""
        return self.priority if self.priority in policy.priorities else ""


def is_form(via: str) -> bool:
    """Whether a message that came so was written on the web form."""
    return via in (DOOR, PROVED_DOOR)


def fields_set(form: WebForm, policy: Policy) -> list[Effect]:
    """The own fields that were filled in, of those that the desk has."""
    return [
        SetField(name=f"{CUSTOM}{name}", value=form.fields[name])
        for name in policy.custom_fields
        if form.fields.get(name)
    ]
