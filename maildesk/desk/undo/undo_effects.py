"""Effects by which an act is remembered, and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maildesk.desk.effects import Effect
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Why
from maildesk.desk.ticket import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepAct(Effect):
    """Remember this act with the ticket before and after it, so that it can be taken back.

    `sets`: what of the ticket it was asked to set, by the names of `desk.undo.facets`; `undo`: the
    commands (name, value) that take back what no field of the ticket shows. `waits_until`: till
    then its mails stay here, so that they can be stopped.
    """

    lines: tuple[str, ...]
    sets: tuple[str, ...] = ()
    undo: tuple[tuple[str, str], ...] = ()
    is_answer: bool = False
    is_undo: bool = False
    waits_until: datetime | None = None
    spent: int = 0  # seconds that its commands noted


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack(Effect):
    """This act is taken back, once. `withdraws`: its mails go to nobody any more, nor does the
    answer that is this `message`; without it we wrote first and last at these times.

    `lines`: how it was asked for. `left`: what somebody has changed since, and stays as it is.
    """

    act: int
    lines: tuple[str, ...] = ()
    withdraws: bool = False
    message: int | None = None
    first_response_at: datetime | None = None
    agent_wrote_at: datetime | None = None
    left: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBack(Effect):
    """The status is what it was before an act of `since`, with the dates that belong to it: no
    move, for nothing has happened to the ticket but that the act is taken back."""

    status: Status
    name: str
    since: datetime
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    surveyed: bool = False
    why: Why = ""
