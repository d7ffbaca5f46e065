"""What shall be done to tell an agent of what waited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maildesk.desk.effects import Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class TellHeld(Effect):
    """This agent is told of these notices (their numbers), which waited, in one mail."""

    agent: str
    held: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SendDigest(Effect):
    """This agent gets the digest of what happened since then; `asked`: they want it now, whatever
    it has to say."""

    agent: str
    since: datetime | None = None  # None: since the last one
    asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDigest(Effect):
    """This agent gets a digest at this minute of their day from now on; None: none."""

    agent: str
    minute: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose(Effect):
    """This agent hears of things so from now on; None: as the files say. `before`: what they had
    chosen, in the same words (see `choices`)."""

    agent: str
    name: str
    value: str | None
    before: str | None = None


OF_AGENTS = (TellHeld, SendDigest, SetDigest, Choose)
