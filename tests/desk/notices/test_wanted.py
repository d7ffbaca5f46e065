"""When quiet hours end, on the agent's own clock."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from maildesk.desk.notices.wanted import Quiet, quiet_until

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT, NAP, SMALL = Quiet(20 * 60, 7 * 60), Quiet(13 * 60, 14 * 60), Quiet(20 * 60, 2 * 60 + 30)
LONG = Quiet(3 * 60 + 20, 2 * 60 + 30)  # but for fifty minutes all day


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (NIGHT, "2026-11-20 18:59", None),
        (NIGHT, "2026-11-20 19:00", "2026-11-21 06:00"),
        (NIGHT, "2026-11-21 05:59", "2026-11-21 06:00"),
        (NIGHT, "2026-11-21 06:00", None),
        (NAP, "2026-11-20 12:30", "2026-11-20 13:00"),
        (NAP, "2026-11-20 13:00", None),
        # the clock goes forward: a night of ten hours; and back: of twelve
        (NIGHT, "2026-03-28 19:00", "2026-03-29 05:00"),
        (NIGHT, "2026-10-24 18:00", "2026-10-25 06:00"),
        # 2:30 does not exist, or comes twice
        (SMALL, "2026-03-29 00:10", "2026-03-29 01:00"),
        (LONG, "2026-03-29 00:10", "2026-03-29 01:00"),
        (SMALL, "2026-10-25 00:10", "2026-10-25 00:30"),
        (SMALL, "2026-10-25 01:10", "2026-10-25 01:30"),
    ],
)
def test_they_end_at_the_minute_that_the_agents_clock_shows(
    quiet: Quiet, now: str, until: str | None
) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    ends = datetime.fromisoformat(until).replace(tzinfo=UTC) if until else None
    assert quiet_until(quiet, at, BERLIN) == ends


def test_without_quiet_hours_it_is_never_quiet() -> None:
    assert quiet_until(None, datetime(2026, 11, 20, 3, tzinfo=UTC), BERLIN) is None
