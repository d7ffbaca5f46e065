"""The effect that lets a ticket go."""

from __future__ import annotations

from dataclasses import dataclass

from maildesk.desk.effects import Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseTicket(Effect):
    """The ticket and all that is its own is erased; whatever else the act would do to it goes with
    it, and nobody can take that back."""
