"""What shall be done to tell an agent of what waited."""

from __future__ import annotations

from dataclasses import dataclass

from maildesk.desk.effects import Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class TellHeld(Effect):
    """This agent is told of these notices (their numbers), which waited, in one mail."""

    agent: str
    held: tuple[int, ...]
