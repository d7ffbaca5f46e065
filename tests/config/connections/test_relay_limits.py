"""What a relay may be given, as an admin writes it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from maildesk.config.connections.relay_limits import PRESETS, read_limits

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("written", "limits"),
    [
        ("", ()),
        ("30/minute", ((30, MINUTE),)),
        ("2000/day, 30/minute", ((30, MINUTE), (2000, DAY))),
        ("100 per hour; 5 / second", ((5, timedelta(seconds=1)), (100, HOUR))),
        ("30/minute, 20/minute", ((20, MINUTE),)),
        ("Microsoft", ((30, MINUTE), (10000, DAY))),
        ("google", ((2000, DAY),)),
    ],
)
def test_limits_are_read_the_shortest_time_first(written: str, limits: object) -> None:
    assert read_limits(written) == limits


@pytest.mark.parametrize(
    "written", ["many", "30", "30/fortnight", "0/day", "-1/day", "30/minute 2000/day"]
)
def test_what_is_none_is_told_with_an_example(written: str) -> None:
    with pytest.raises(ValueError, match="such as 30/minute, 2000/day"):
        read_limits(written)


def test_every_preset_can_be_read() -> None:
    assert all(read_limits(written) for written in PRESETS.values())
