"""What campaigns add to the vocabulary of effects."""

from __future__ import annotations

from dataclasses import dataclass

from maildesk.desk.effects import Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe(Effect):
    """This customer wants no more mails of campaigns."""

    address: str
