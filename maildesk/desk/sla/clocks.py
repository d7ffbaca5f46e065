"""Service-level clocks: how long somebody has been owed a word, and when that becomes a breach.

`clocks(ticket, history, policy, now)` returns every clock that the ticket has had, in the order
they began; equal arguments give equal clocks. No counter is stored anywhere.

Theory of operation. Four steps, each a function of its own:

1. `_courses` walks once through the lines of the history that matter (`CLOCK_EVENTS`) and finds
   spans. A *response* span begins when a person among the customers writes, or when the ticket is
   reopened, unless one runs already. Our next public word ends it; an automatic mail is none, nor
   is a reply that bounced, nor a note, unless a level says `notes_answer`. It also ends when the
   ticket comes to rest (resolved, closed, spam). The first is `first_response`; once we have
   answered, they are `next_response`. The *resolution* span is one for the whole life of the
   ticket: while it rests no time counts, and after a reopening time counts again.
2. `standing_of` says which level holds: that of the ticket as it was when the clock ended, or as
   it is now. The level holds for the whole clock: what is urgent now was urgent from the start.
3. `_intervals` cuts the span where the status changed. Pauses (`pause_while`) do not count; of the
   rest, only the working hours of the level's calendar do (`hours.between`).
4. `_reached` finds when the target was, or will be, used up. While a clock is paused it has no
   deadline, for nobody knows when the pause ends.

Why derived, and not counted: a bounce that comes a day later turns an answer into none, a new
sla.yaml or a moved holiday changes deadlines of the past as well. Derived, all of it comes out
right the next time anybody looks, and `maildesk sla explain` can show every interval. The rows in
`timers` are only reminders to look (`alarms.wanted`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from maildesk.desk.actor import ActorKind
from maildesk.desk.facts import ARRIVED, Entry
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.policy import Policy
from maildesk.desk.sla.hours import Calendar, add, add_business_days, always, between
from maildesk.desk.sla.levels import DEFAULT_LEVELS, Level, Target
from maildesk.desk.ticket import Status, Ticket
from maildesk.desk.undo.history import what_stands

_AT_REST = (Status.RESOLVED, Status.CLOSED, Status.SPAM)
_YES = ("yes", "true", "1")
_BY_ITSELF = ("", ActorKind.DESK.value, ActorKind.RULE.value)  # whose words are no person's
# The lines of the history that clocks are derived from; what else a history tells
# changes none of them.
CLOCK_EVENTS = frozenset((
    "opened", "received", "replied", "noted", "status", "merged", "unmerged", "bounced",
    "took_in", "gave_back", "split", "priority", "queue", "category", "tier", "organisation",
    "withdrawn",
))  # fmt: skip
_ALWAYS = always()
_NEVER = timedelta(days=36500)
_LEAST = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch in which a clock ran, or did not, and why."""

    start: datetime
    end: datetime
    counted: bool
    why: str


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock. `due_at` and the warnings are None while it is paused; `ended_at` is
    None while it runs."""

    kind: str
    level: Level
    calendar: Calendar
    target: Target
    length: timedelta  # the target as working time
    started_at: datetime
    ended_at: datetime | None
    why: str  # what started it
    why_ended: str
    intervals: tuple[Interval, ...]
    consumed: timedelta
    due_at: datetime | None
    warnings: tuple[tuple[int, datetime | None], ...]
    state: str  # on_track, warning, breached, met, stopped
    known_at: datetime  # when we knew of it: later than it began, where a message was old by then

    @property
    def is_running(self) -> bool:
        """Whether time still counts against us, or will once a pause is over."""
        return self.ended_at is None

    @property
    def is_paused(self) -> bool:
        """Whether it runs, but not at the moment."""
        return self.ended_at is None and bool(self.intervals) and not self.intervals[-1].counted


@dataclass
class _Span:
    """One clock as the history tells it, before any calendar."""

    kind: str
    started_at: datetime
    why: str
    known_at: datetime
    ended_at: datetime | None = None
    why_ended: str = ""
    met: bool = True


def clocks(
    ticket: Ticket, history: Sequence[Entry], policy: Policy, now: datetime
) -> tuple[Clock, ...]:
    """Every clock this ticket has had, in the order they began. `history` includes what has just
    happened."""
    told = (entry for entry in history if entry.what in CLOCK_EVENTS)
    entries = what_stands(sorted(told, key=lambda entry: entry.at))
    stands = _statuses(entries, ticket)
    found = []
    for course in _courses(entries, ticket, policy):
        clock = _clock(course, ticket, entries, stands, policy, now)
        if clock is not None:
            found.append(clock)
    return tuple(found)


def standing_of(
    ticket: Ticket, entries: Iterable[Entry] = (), at: datetime | None = None
) -> dict[str, str]:
    """What levels are chosen by, folded, as it stood at `at`: today's values with all
    later changes undone."""
    standing = {
        "priority": ticket.priority, "queue": ticket.queue, "category": ticket.category,
        "tier": ticket.requester.tier, "organisation": ticket.requester.organisation,
    }  # fmt: skip
    if at is not None:
        for entry in reversed(list(entries)):
            if entry.at > at and entry.what in standing and "from" in entry.detail:
                standing[entry.what] = entry.detail["from"]
    return {name: value.lower() for name, value in standing.items()}


def _courses(entries: Sequence[Entry], ticket: Ticket, policy: Policy) -> list[_Span]:
    """The clocks the history tells of, by one walk through it."""
    bounced = _bounced(entries, ticket)
    notes = any(level.notes_answer for level in _levels(policy))
    elsewhere = {str(one.detail.get("message")) for one in entries if one.what == "split"}
    found: list[_Span] = []
    response: _Span | None = None
    resolution: _Span | None = None
    responded = False
    behaviour = Status.OPEN

    def begin(entry: Entry, why: str) -> _Span:
        kind = "next_response" if responded else "first_response"
        course = _Span(kind, entry.since, why, entry.at)
        found.append(course)
        return course

    for index, entry in enumerate(entries):
        if entry.what in ("opened", "received") and _counts(entry):
            if resolution is None:
                resolution = _Span("resolution", entry.since, "the ticket was opened", entry.at)
                found.append(resolution)
            if entry.what == "received" and str(entry.detail.get("message")) in elsewhere:
                continue  # it is a ticket of its own now
            # Stars or a mere thank-you leave a ticket at rest: nothing is owed for them. What
            # reopens it begins a clock below.
            if response is None and entry.what == "received" and behaviour not in _AT_REST:
                response = begin(entry, "the customer wrote")
        elif _answers(entry, notes=notes) and index not in bounced:
            responded = True
            _end(response, entry.at, f"answered by {entry.who}" if entry.who else "answered")
            response = None
        elif entry.what == "status":
            before, behaviour = behaviour, policy.behaves(entry.detail.get("to", ""))
            if behaviour in _AT_REST:
                _end(response, entry.at, behaviour.value, met=behaviour is not Status.SPAM)
                response = None
            elif before in _AT_REST and response is None and resolution is not None:
                response = begin(entry, "the ticket was reopened")
        elif entry.what == "took_in" and _is_in(entry, entries[index:]):
            if resolution is not None:
                resolution.started_at = _earlier(entry, "opened", resolution.started_at)
            if response is not None:
                response.started_at = _earlier(entry, ARRIVED, response.started_at)
            elif ARRIVED in entry.detail and behaviour not in _AT_REST:
                response = begin(entry, "a ticket was merged that nobody had answered")
        elif entry.what == "merged" and not any(
            later.what == "unmerged" for later in entries[index:]
        ):
            for course in (response, resolution):
                _end(course, entry.at, "merged", met=False)
            return found
    if resolution is not None and behaviour in _AT_REST:
        last = next(entry for entry in reversed(entries) if entry.what == "status")
        _end(resolution, last.at, behaviour.value, met=behaviour is not Status.SPAM)
    return found


def _is_in(entry: Entry, later: Sequence[Entry]) -> bool:
    """Whether what this line says was merged is part of the ticket still."""
    other = entry.detail.get("reference")
    back = (one for one in later if one.what == "gave_back")
    return not any(one.detail.get("reference") == other for one in back)


def _earlier(entry: Entry, what: str, at: datetime) -> datetime:
    """The earlier of this moment and that which the line tells, if it tells one."""
    return min(at, datetime.fromisoformat(entry.detail[what])) if what in entry.detail else at


def _levels(policy: Policy) -> tuple[Level, ...]:
    return (policy.service_levels or DEFAULT_LEVELS).levels


def _counts(entry: Entry) -> bool:
    """Whether a person wrote it: out-of-office texts and our own automatic mail say
    nothing (RFC 3834)."""
    return str(entry.detail.get("automatic", "")).lower() not in _YES


def _answers(entry: Entry, *, notes: bool) -> bool:
    """Whether this is a word of ours to the customer; a note is one only where a level says so, and
    never the desk's own."""
    return _counts(entry) and (
        entry.what == "replied" or (notes and entry.what == "noted" and entry.who not in _BY_ITSELF)
    )


def _bounced(entries: Sequence[Entry], ticket: Ticket) -> frozenset[int]:
    """Which replies (by index) never reached the requester: the one a report names, else the last
    before it."""
    found = set()
    for index, entry in enumerate(entries):
        detail = entry.detail
        is_answer = "purpose" not in detail or mail_of(detail["purpose"]).answers
        if (
            entry.what != "bounced"
            or not is_answer
            or not ticket.is_requester(detail.get("recipient", ticket.requester.address))
        ):
            continue
        replies = [
            i
            for i in range(index)
            if entries[i].what == "replied" and _counts(entries[i]) and i not in found
        ]
        named = str(detail.get("message", ""))
        match = (
            [i for i in replies if str(entries[i].detail.get("message")) == named]
            if named
            else replies
        )
        found.update(match[-1:])
    return frozenset(found)


def _end(course: _Span | None, at: datetime, why: str, *, met: bool = True) -> None:
    if course is not None:
        course.ended_at, course.why_ended, course.met = at, why, met


def _statuses(entries: Sequence[Entry], ticket: Ticket) -> list[tuple[datetime, str]]:
    """From when on the ticket had which status, the first from the beginning."""
    changes = [
        (entry.at, entry.detail.get("to", ""), entry.detail.get("from", ""))
        for entry in entries
        if entry.what == "status"
    ]
    began = entries[0].since if entries else ticket.created_at
    first = (changes[0][2] or Status.OPEN.value) if changes else ticket.status
    return [(began, first), *((at, to) for at, to, _ in changes)]


def _clock(
    course: _Span,
    ticket: Ticket,
    entries: Sequence[Entry],
    stands: list[tuple[datetime, str]],
    policy: Policy,
    now: datetime,
) -> Clock | None:
    standing = standing_of(ticket, entries, course.ended_at)
    level = (policy.service_levels or DEFAULT_LEVELS).level_for(standing)
    if level is None or course.kind not in level.targets:
        return None
    calendar = policy.calendars.get(level.calendar, _ALWAYS)
    target = level.targets[course.kind]
    intervals = _intervals(
        course, level, stands, policy, course.ended_at or max(now, course.started_at)
    )
    worked = [between(calendar, i.start, i.end) if i.counted else timedelta(0) for i in intervals]
    consumed = sum(worked, timedelta(0))
    try:
        length = target.from_start(calendar, course.started_at)
        due_at = _reached(calendar, intervals, worked, length)
        if target.business_days and all(interval.counted for interval in intervals):
            # The wall clock is what was promised: the same minute of working time may also be the
            # end of the day before, or the beginning of a break.
            due_at = add_business_days(calendar, course.started_at, target.business_days)
        warnings = tuple(
            (p, _reached(calendar, intervals, worked, length * p / 100)) for p in level.warn_at
        )
    except ValueError:  # years of holidays: nothing is due before the calendar opens again
        length, due_at, warnings = _NEVER, None, ()
    if course.ended_at is None and due_at is not None and now < due_at:
        consumed = min(consumed, length - _LEAST)  # the working time is over, the promise is not
    return Clock(
        course.kind, level, calendar, target, length, course.started_at, course.ended_at,
        course.why, course.why_ended,
        tuple(intervals), consumed, due_at, warnings, _state(course, level, consumed, length),
        course.known_at,
    )  # fmt: skip


def _state(course: _Span, level: Level, consumed: timedelta, length: timedelta) -> str:
    if course.ended_at is not None:
        if consumed > length:
            return "breached"
        return "met" if course.met else "stopped"
    if consumed >= length:
        return "breached"
    return (
        "warning" if level.warn_at and consumed >= length * level.warn_at[0] / 100 else "on_track"
    )


def _intervals(
    course: _Span, level: Level, stands: list[tuple[datetime, str]], policy: Policy, end: datetime
) -> list[Interval]:
    """The clock's time cut where the status changed; neighbours of one kind are joined."""
    found: list[Interval] = []
    for index, (since, status) in enumerate(stands):
        start = max(since, course.started_at)
        stop = min(stands[index + 1][0], end) if index + 1 < len(stands) else end
        if start > stop or (start == stop and stop != end):
            continue
        behaviour = policy.behaves(status)
        paused = status in level.pause_while or behaviour.value in level.pause_while
        rests = course.kind == "resolution" and behaviour in _AT_REST
        if start == stop and found and course.ended_at is not None:
            continue
        found.append(
            Interval(
                start, stop, not (paused or rests), f"paused while {status}" if paused else status
            )
        )
    return found


def _reached(
    calendar: Calendar, intervals: list[Interval], worked: list[timedelta], amount: timedelta
) -> datetime | None:
    """When so much had been, or will be, worked; None where a pause or the end came first."""
    used = timedelta(0)
    for index, (interval, done) in enumerate(zip(intervals, worked, strict=True)):
        last = index == len(intervals) - 1
        if interval.counted and (used + done >= amount or last):
            return add(calendar, interval.start, amount - used)
        used += done
    return None


def waiting_since(ticket: Ticket, history: Sequence[Entry], policy: Policy) -> datetime | None:
    """Since when the customer has been waiting for a word of ours; None where they are not."""
    entries = what_stands(sorted(history, key=lambda entry: entry.at))
    courses = _courses(entries, ticket, policy)
    return next(
        (c.started_at for c in reversed(courses) if c.kind != "resolution" and c.ended_at is None),
        None,
    )


def latest(found: Iterable[Clock]) -> Mapping[str, Clock]:
    """The last clock of each kind: how the ticket stands."""
    return {clock.kind: clock for clock in found}
