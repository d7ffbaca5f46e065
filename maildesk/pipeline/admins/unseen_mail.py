"""What waits for a person whom nobody has told: mail that is held, and no agent was asked about it.

The admins hear of it: once an hour one by one, and once a day, counted, of what comes in numbers
(see `desk.quarantine.reasons`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from maildesk.desk.quarantine.reasons import Told, told
from maildesk.pipeline.admin_alarms import tell_admins
from maildesk.store import desk_state, quarantine

if TYPE_CHECKING:
    from sqlalchemy import Row

    from maildesk.pipeline.services import Services

SHOWN = 20
_WINDOW = timedelta(minutes=65)  # an hour without a word, and what is needed to look
_HOW = "\n\n`maildesk quarantine show` has the rest, `release` tries again, `drop` puts it away.\n"


class Unseen:
    """Remembers what was told; after a restart the same may be told once more."""

    def __init__(self) -> None:
        self._newest = 0
        self._hour = self._day = ""

    def look(self, services: Services) -> None:
        """Tell the admins of what was held since the last time, if the last time is
        not in this hour; and of what comes in numbers, if it is not on this day."""
        now = services.now()
        if (hour := f"{now:%Y%m%d%H}") != self._hour and self._tell_each(services, now):
            self._hour = hour
        day = f"{now.astimezone(services.keeper.current.policy.tz):%Y%m%d}"
        if day != self._day and self._tell_numbers(services, now, day):
            self._day = day

    def _tell_each(self, services: Services, now: datetime) -> bool:
        with services.db.read() as conn:
            rows = quarantine.held_since(
                conn,
                now - _WINDOW,
                after=self._newest,
                but=told(Told.DAILY),
                not_of_agents=told(Told.AGENT),
            )
        if not rows:
            return False
        words = "This mail was taken, and no ticket came of it. Nobody else knows.\n\n"
        words += "\n".join(_listed(rows)) + _HOW
        number = "1 message waits" if len(rows) == 1 else f"{len(rows)} messages wait"
        if not tell_admins(services, f"{number} in quarantine", words, once="held"):
            return False
        self._newest = max(row.id for row in rows)
        return True

    def _tell_numbers(self, services: Services, now: datetime, day: str) -> bool:
        """Of the days before this one; whether that is done for today."""
        zone = services.keeper.current.policy.tz
        midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
        with services.db.read() as conn:
            last_day, _, last = desk_state.get(conn, "held_told").partition(" ")
            if last_day == day:
                return True
            rows = quarantine.numbers_held(conn, told(Told.DAILY), midnight, after=int(last or 0))
        if rows:
            count, lines = sum(row.number for row in rows), map(_counted, rows)
            number = "1 message was" if count == 1 else f"{count} messages were"
            words = (
                f"{number} held for reasons that come in numbers, and nobody was told of each:\n\n"
                + "\n".join(lines)
                + "\n\n`maildesk quarantine list` names them, `show` has one, `release` lets it "
                "through.\n"
            )
            if not tell_admins(services, f"{number} held since the last report", words, once=day):
                return False
        newest = max((row.last for row in rows), default=int(last or 0))
        with services.db.write() as conn:
            desk_state.put(conn, "held_told", f"{day} {newest}")
        return True


def _counted(row: Row[Any]) -> str:
    return f"{row.number:>6}  {row.reason}, the last of them {row.last}"


def _listed(rows: Sequence[Row[Any]]) -> list[str]:
    lines = [
        f"{row.id}  {row.reason}  from {row.sender or 'nobody'}: {row.words[:200]}"
        for row in rows[:SHOWN]
    ]
    return [*lines, f"and {len(rows) - SHOWN} more"] if len(rows) > SHOWN else lines
