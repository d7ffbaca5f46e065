"""Acknowledgements that are held back where they may feed a loop: until it is known if they do.

A robot that answers each of our mails under another name, and people who write about one thing one
after the other, look the same. But the robot says nothing more when we are silent, and the people
write on. So the acknowledgement waits, as a timer of its ticket:

    their next message comes though nothing of ours went there   it was people: it goes, at once
    nothing comes for a while                                    one goes, and the others wait
    nobody answers that one                                      it was people: they go
    it is answered, and so is the next                           it is a loop: nothing goes

An agent's answer takes its place.
"""

from __future__ import annotations

from datetime import datetime

from maildesk.desk.effects import Effect, Record, StartClock
from maildesk.desk.facts import ClockRang
from maildesk.desk.mails.loop_limits import HELD, HELD_BACK
from maildesk.desk.rules.actions import carry_out
from maildesk.desk.rules.context import RuleContext
from maildesk.desk.rules.ruleset import Action
from maildesk.desk.ticket import Status

PREFIX = HELD  # of the kinds of timers that are rung here
_ENDED = (Status.CLOSED, Status.SPAM)


def ring(fact: ClockRang, occasion: RuleContext, now: datetime) -> list[Effect]:
    """What becomes of the greeting behind this timer now: it goes, waits on, or never goes."""
    ticket, situation = occasion.ticket, occasion.situation
    held = [entry for entry in situation.history if entry.what == HELD_BACK]
    template = str(held[-1].detail.get("template", "")) if held else ""
    if not template:
        return []
    if ticket.agent_wrote_at is not None or ticket.behaviour in _ENDED:
        return [_not_sent(template, "an agent has dealt with it meanwhile")]
    if situation.free_at is None:
        return [_not_sent(template, "it is a loop: what was held back is answered as well")]
    if situation.free_at > now:
        return [StartClock(kind=fact.kind, due_at=situation.free_at)]
    return list(carry_out(Action("send", name=template), occasion, "").effects)


def _not_sent(template: str, why: str) -> Record:
    return Record(what="not_sent", detail={"template": template, "why": why})
