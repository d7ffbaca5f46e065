"""What shall be done to tell an agent of what waited, and of what they want to hear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from maildesk.desk.effects import Effect, SetAbsences
from maildesk.desk.notices.choices import DIGEST, OFF

if TYPE_CHECKING:
    from maildesk.desk.policy import Policy


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


def policy_after(policy: Policy, effect: Effect) -> Policy:
    """The policy once this is done, for what is said below it in the same mail."""
    if isinstance(effect, SetAbsences):
        absences = {**policy.absences, effect.agent.lower(): effect.absences}
        return policy.with_said(absences, policy.chosen)
    if not isinstance(effect, Choose | SetDigest):
        return policy
    key = effect.agent.lower()
    theirs = dict(policy.chosen.get(key, {}))
    if isinstance(effect, SetDigest):
        theirs[DIGEST] = OFF if effect.minute is None else str(effect.minute)
    elif effect.value is not None:
        theirs[effect.name] = effect.value
    else:
        theirs.pop(effect.name, None)
    return policy.with_said(policy.absences, {**policy.chosen, key: theirs})
