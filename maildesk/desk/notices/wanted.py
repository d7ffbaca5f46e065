"""When an agent wants to hear of things, and what does not wait for that.

Times of the day are minutes of the agent's own day: in the zone of their calendar, else in that of
the desk's own. A clock change makes a quiet night shorter or longer, and leaves out none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from maildesk.desk.sla.hours import Calendar

DEFAULT_DIGEST = 8 * 60  # `#digest on`, where no file names a time
_WEEK_DAYS = frozenset(range(5))
_MINUTE = timedelta(minutes=1)
_LONGEST = 400  # days that are looked at
URGENT = "urgent"  # of `breaks_through`: tickets of the desk's highest priority


@dataclass(frozen=True, slots=True)
class Quiet:
    """The minutes of a day from which on, and until which, nothing is sent; over midnight, where
    it ends before it begins."""

    begins: int
    ends: int

    def holds(self, minute: int) -> bool:
        """Whether it is quiet in this minute."""
        if self.begins < self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends


@dataclass(frozen=True, slots=True)
class Notices:
    """What one agent wants, as the files say it for them, their team or the desk."""

    quiet: Quiet | None = None
    breaks_through: frozenset[str] = frozenset({"sla", URGENT})  # events, and `urgent`
    bundle: timedelta = timedelta(0)  # of one ticket one mail in so long; 0: each by itself
    remind_after: timedelta | None = None  # how long a ticket of theirs may need a response
    digest: int | None = None  # the minute of their day at which it comes; None: none
    digest_days: frozenset[int] | None = None  # 0 is Monday; None: their working days
    digest_empty: bool = False  # it comes also where it has nothing to say


def quiet_until(quiet: Quiet | None, now: datetime, tz: ZoneInfo) -> datetime | None:
    """When the quiet hours end that hold now; None where none do."""
    if quiet is None:
        return None
    local = now.astimezone(tz)
    minute = local.hour * 60 + local.minute
    if not quiet.holds(minute):
        return None
    day = local.date() + timedelta(days=1 if minute >= quiet.ends else 0)
    # an hour that comes twice may have this minute behind us once
    ends = (_shown_at(quiet.ends, day.toordinal(), tz, fold) for fold in (0, 1))
    return next((at for at in ends if at > now), None)


def _shown_at(minute: int, day: int, tz: ZoneInfo, fold: int) -> datetime:
    """When the clock shows this minute of that day; where it leaves the minute out, when it has
    leapt over it."""
    before, behind = at_minute(minute, day, tz, 1), at_minute(minute, day, tz)
    if before >= behind:  # it shows it once, or twice
        return before if fold else behind
    after = behind.astimezone(tz).utcoffset()
    while behind - before > _MINUTE:
        half = before + (behind - before) // _MINUTE // 2 * _MINUTE
        before, behind = (
            (before, half) if half.astimezone(tz).utcoffset() == after else (half, behind)
        )
    return behind


def next_digest(
    minute: int, days: frozenset[int] | None, calendar: Calendar | None, tz: ZoneInfo, now: datetime
) -> datetime | None:
    """The next time the clock shows this minute on one of these days, or on a working day; None in
    a year without any."""
    today = now.astimezone(tz).date()
    found = (today + timedelta(days=n) for n in range(_LONGEST))
    times = (at_minute(minute, d.toordinal(), tz) for d in found if _is_one(d, days, calendar))
    return next((at for at in times if at > now), None)


def digest_before(
    minute: int, days: frozenset[int] | None, calendar: Calendar | None, tz: ZoneInfo, now: datetime
) -> datetime:
    """The last time that was so; a day ago where none was in a week."""
    today = now.astimezone(tz).date()
    found = (today - timedelta(days=n) for n in range(8))
    times = (at_minute(minute, d.toordinal(), tz) for d in found if _is_one(d, days, calendar))
    return next((at for at in times if at < now), now - timedelta(days=1))


def _is_one(day: date, days: frozenset[int] | None, calendar: Calendar | None) -> bool:
    if days is not None:
        return day.weekday() in days
    return calendar.is_working_day(day) if calendar else day.weekday() in _WEEK_DAYS


def at_minute(minute: int, day: int, tz: ZoneInfo, fold: int = 0) -> datetime:
    """The moment at which the clock shows this minute of that day (its ordinal)."""
    at = datetime.combine(datetime.fromordinal(day), time(minute // 60, minute % 60), tz)
    return at.replace(fold=fold).astimezone(UTC)
