"""What waits for a person whom nobody has told: mail held for a reason that no agent hears of. The
admins do, once an hour."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from maildesk.pipeline.admin_alarms import tell_admins
from maildesk.store import quarantine

if TYPE_CHECKING:
    from maildesk.pipeline.services import Services

# Spam, the block list, robots and stray reports are held as well, in numbers: who looks for those
# finds them in the list.
TOLD = ("poison", "unreadable", "oversized", "no_sender", "no_ticket", "refused", "revoked")
SHOWN = 20
_WINDOW = timedelta(minutes=65)  # an hour without a word, and what is needed to look


class Unseen:
    """Remembers what was told; after a restart the same may be told once more."""

    def __init__(self) -> None:
        self._newest = 0
        self._hour = ""

    def look(self, services: Services) -> None:
        """Tell the admins of what was held since the last time, if the last time is
        not in this hour."""
        now = services.now()
        hour = f"{now:%Y%m%d%H}"
        if hour == self._hour:
            return
        with services.db.read() as conn:
            rows = quarantine.held_since(conn, now - _WINDOW, TOLD, after=self._newest)
        if not rows:
            return
        lines = [
            f"{row.id}  {row.reason}  from {row.sender or 'nobody'}: {row.words[:200]}"
            for row in rows[:SHOWN]
        ]
        if len(rows) > SHOWN:
            lines.append(f"and {len(rows) - SHOWN} more")
        words = "This mail was taken, and no ticket came of it. Nobody else knows.\n\n" + "\n".join(
            lines
        )
        words += (
            "\n\n`maildesk quarantine show` has the rest, `release` tries again, `drop` puts "
            "it away.\n"
        )
        number = "1 message waits" if len(rows) == 1 else f"{len(rows)} messages wait"
        if tell_admins(services, f"{number} in quarantine", words, once="held"):
            self._hour, self._newest = hour, max(row.id for row in rows)
