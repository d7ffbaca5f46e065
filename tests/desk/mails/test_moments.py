"""A moment within a sentence: in the desk's zone, by its name, and a day without a time."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from maildesk.config.templates.words import read_wording
from maildesk.desk.reason import Reason, moment

BERLIN = ZoneInfo("Europe/Berlin")
MORNING, DAY = datetime(2026, 12, 4, 8, 0, tzinfo=UTC), datetime(2026, 12, 3, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "at", "said"),
    [
        ("en", MORNING, "You are away until Friday, 4 December 2026 at 09:00 CET."),
        ("de", MORNING, "Sie sind abwesend bis Freitag, 4. Dezember 2026, 09:00 Uhr MEZ."),
        ("en", DAY, "You are away until Friday, 4 December 2026."),
        ("de", DAY, "Sie sind abwesend bis Freitag, 4. Dezember 2026."),
        ("fr", DAY, "Vous êtes absent jusqu'au vendredi 4 décembre 2026."),
    ],
)
def test_a_moment_is_said_as_people_say_it(language: str, at: datetime, said: str) -> None:
    wording, mistakes = read_wording()
    assert mistakes == []
    why = Reason("away_until", {"until": moment(at, BERLIN)})
    assert wording[language].because(why) == said


def test_a_zone_without_a_name_has_its_offset() -> None:
    wording, _ = read_wording()
    why = Reason("away_until", {"until": moment(MORNING, UTC)})
    assert wording["en"].because(why).endswith("at 08:00 UTC.")
    old = Reason("away_until", {"until": "2026-12-04T09:00:00+01:00"})
    assert "09:00" in wording["en"].because(old)
