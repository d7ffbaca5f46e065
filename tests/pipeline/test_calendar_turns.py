"""A desk that runs over midnight, both changes of the clocks, the end of a month and of a year.

The desk's clock is told, so nothing sleeps: mail comes, timers ring and lists are asked for just
before and just after the turn. Every zone is a desk's somewhere, also those whose days begin at 1
o'clock, or have no midnight, or are left out altogether.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.desk.filters import moments
from maildesk.desk.filters.fields import Asker
from maildesk.desk.filters.parse import parse
from maildesk.desk.filters.values import EVERYTHING, During
from maildesk.desk.rules.wait_rules import _next_time
from maildesk.desk.sla.hours import ALL_DAY, Calendar, always
from maildesk.desk.sla.hours import add as working_add
from maildesk.pipeline.fire import fire
from maildesk.store.queries import ticket_queries
from tests.pipeline.place import Place, mail

BERLIN = ZoneInfo("Europe/Berlin")  # the example desk's office
RULES = "rules: [{name: Urgent, when: created, then: [{priority: urgent}]}]\n"
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
# Local midnights of the office at which something turns.
MIDNIGHTS = {
    "an ordinary day": date(2026, 11, 18),
    "into the day whose hour is skipped": date(2027, 3, 28),
    "out of the day whose hour is skipped": date(2027, 3, 29),
    "into the day whose hour comes twice": date(2026, 10, 25),
    "out of the day whose hour comes twice": date(2026, 10, 26),
    "into the first of December": date(2026, 12, 1),
    "into a new year": date(2027, 1, 1),
    "into a leap day": date(2028, 2, 29),
}
ZONES = (
    "Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC", "Asia/Kathmandu",
    "Australia/Lord_Howe",  # half an hour of summer time
    "America/Havana",  # changes at midnight: the day begins at 1 o'clock
    "America/Santiago",  # midnight comes twice
    "Africa/Cairo", "Asia/Beirut", "Africa/Casablanca",
    "Pacific/Apia",  # left out 2011-12-30 altogether
    "Pacific/Kiritimati", "Etc/GMT+12",
)  # fmt: skip
MOMENTS = st.datetimes(
    datetime(2011, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2032, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@pytest.fixture(params=MIDNIGHTS.values(), ids=list(MIDNIGHTS))
def midnight(request: pytest.FixtureRequest, place: Place) -> datetime:
    """The turn, with the desk's clock a minute before it."""
    at = datetime.combine(request.param, time(), BERLIN).astimezone(UTC)
    place.now = at - 60 * SECOND
    return at


def listed(place: Place, query: str) -> list[int]:
    """The tickets of a query that is asked now."""
    policy = place.services.keeper.current.policy
    found = parse(query, Asker(policy, place.now))
    with place.services.db.read() as conn:
        page = ticket_queries.find(conn, found, EVERYTHING, policy)
    return sorted(one.id for one in page.tickets)


def counted(place: Place, query: str) -> int:
    """How many there are of it, as a list says it."""
    policy = place.services.keeper.current.policy
    wanted = parse(query, Asker(policy, place.now)).filter
    with place.services.db.read() as conn:
        found = ticket_queries.counts(conn, wanted, EVERYTHING, policy)
    return sum(found.by_status.values())


def kinds(place: Place, ticket_id: int) -> dict[str, datetime]:
    """The timers that stand for a ticket."""
    rows = place.rows("timers", ticket_id=ticket_id, state="due")
    return {row.kind: row.rings_at for row in rows}


def test_lists_by_day_and_by_age_turn_with_the_clock(place: Place, midnight: datetime) -> None:
    place.receive(mail("one"))
    assert listed(place, "created:today") == [1]
    assert listed(place, "created:yesterday") == []
    place.now = midnight + SECOND
    place.receive(mail("two"))
    assert listed(place, "created:today") == [2]
    assert listed(place, "created:yesterday") == [1]
    assert (counted(place, "created:today"), counted(place, "created:yesterday")) == (1, 1)
    assert listed(place, "created<1d") == [1, 2]
    place.now = midnight + 24 * HOUR  # an age is so many hours, however long the day was
    assert listed(place, "created<1d") == [2]
    assert listed(place, "created>1d") == [1]


def test_a_month_and_a_year_hold_what_came_in_them(place: Place) -> None:
    turn = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)  # midnight in the office
    for number, at in enumerate((turn - 31 * DAY - SECOND, turn - 31 * DAY, turn - SECOND, turn)):
        place.now = at
        place.receive(mail(f"question {number}"))
    assert listed(place, "created:2026-11") == [1]
    assert listed(place, "created:2026-12") == [2, 3]
    assert listed(place, "created:2026") == [1, 2, 3]
    assert listed(place, "created>=2027-01-01") == [4]
    assert listed(place, "created:2026-11-30..2026-12-01") == [1, 2]


def test_numbers_and_threads_go_on_as_if_nothing_turned(place: Place, midnight: datetime) -> None:
    place.receive(mail("one"))
    place.now = midnight - timedelta(microseconds=1)
    place.receive(mail("two"))
    place.now = midnight
    row = place.answer("kim@customer.example", "And one thing more.")
    assert row.outcome == "threaded"
    place.receive(mail("three"))
    references = [one.reference for one in place.rows("tickets")]
    assert references == ["TKT-0001", "TKT-0002", "TKT-0003"]
    assert place.row("tickets", 2).updated_at == midnight


def test_deadlines_count_hours_and_not_what_the_clock_shows(
    place: Place, midnight: datetime
) -> None:
    (place.folder / "rules.yaml").write_text(RULES)
    assert place.services.keeper.reload_now()
    place.receive(mail("It burns."))
    asked_at = place.now
    standing = kinds(place, 1)
    assert standing["sla:first_response:breach"] == asked_at + HOUR  # `always`, one hour
    assert standing["sla:resolution:breach"] == asked_at + 4 * HOUR
    breach = {"kind": "sla:first_response:breach", "state": "rang"}
    place.now = midnight
    fire(place.services)
    place.now = asked_at + HOUR - SECOND
    fire(place.services)
    assert not place.rows("timers", **breach)
    assert listed(place, "sla:breached") == []
    place.now = asked_at + HOUR
    fire(place.services)
    assert place.rows("timers", **breach)
    assert listed(place, "sla:breached") == [1]


DAILY_RULES = """rules:
  - name: Every morning
    when: {at: "9:00", calendar: daily}
    then: [{note: Good morning.}]
  - name: Every night
    when: {at: "2:30", calendar: daily}
    then: [{note: Good night.}]
"""
EVERY_DAY = """calendars:
  daily:
    time_zone: Europe/Berlin
    hours: {mon-sun: ["0:00-24:00"]}
"""


def at_nine(folder: Path) -> None:
    """Two rules that speak every day, office time: at nine, and at half past two in the night."""
    (folder / "rules.yaml").write_text(DAILY_RULES)
    sla = (folder / "sla.yaml").read_text()
    (folder / "sla.yaml").write_text(sla.replace("calendars:\n", EVERY_DAY, 1))


def test_a_daily_rule_comes_once_a_day_over_each_change_of_the_clocks(tmp_path: Path) -> None:
    Place(tmp_path / "desk").services.close()
    at_nine(tmp_path / "desk")
    place = Place(tmp_path / "desk")
    for first in (date(2026, 10, 24), date(2027, 3, 27), date(2026, 11, 30), date(2026, 12, 31)):
        place.now = datetime.combine(first, time(12), BERLIN).astimezone(UTC)
        row = place.receive(mail(f"since {first}"))
        assert row.outcome == "opened"
        ticket_id = max(one.id for one in place.rows("tickets"))
        rang: list[datetime] = []
        while len(rang) < 6:
            daily = [at for kind, at in kinds(place, ticket_id).items() if "Every" in kind]
            place.now = min(daily)
            rang.append(place.now)
            fire(place.services)
        local = [one.astimezone(BERLIN) for one in rang]
        assert [one.date() for one in local] == [first + n * DAY for n in (1, 1, 2, 2, 3, 3)]
        assert {one.time() for one in local if one.hour > 3} == {time(9)}
        nights = {one.time() for one in local if one.hour <= 3}
        skipped = {time(3, 30)} if first == date(2027, 3, 27) else set()
        assert nights == {time(2, 30)} | skipped
    place.services.close()


def test_a_limit_for_a_day_counts_twenty_four_hours(place: Place, midnight: datetime) -> None:
    desk = place.folder / "desk.yaml"
    words = desk.read_text().replace(
        "  period: 1h\n  per_address: 5 ", "  period: 1d\n  per_address: 2 "
    )
    assert "period: 1d" in words
    desk.write_text(words)
    assert place.services.keeper.reload_now()
    for number in range(3):
        place.receive(mail(f"question {number}"))
    assert len(place.letters("kim@customer.example")) == 2
    place.now = midnight + HOUR  # another day on the calendar is not another day of the limit
    place.receive(mail("after midnight"))
    assert len(place.letters("kim@customer.example")) == 2
    place.now = midnight + DAY
    place.receive(mail("a day later"))
    assert len(place.letters("kim@customer.example")) == 3


def span(word: str, now: datetime, tz: ZoneInfo) -> tuple[datetime, datetime]:
    """What `created:word` asks for at this moment."""
    found = moments.during("created_at", ":", word, now, tz)
    assert isinstance(found, During)
    assert found.since is not None
    assert found.until is not None
    return found.since, found.until


@given(MOMENTS, st.sampled_from(ZONES))
def test_in_any_zone_days_and_months_follow_each_other_without_gap(
    now: datetime, zone: str
) -> None:
    tz = ZoneInfo(zone)
    yesterday, today, tomorrow = (span(one, now, tz) for one in ("yesterday", "today", "tomorrow"))
    assert today[0] <= now < today[1]
    assert yesterday[1] == today[0]
    assert today[1] == tomorrow[0]
    for since, until in (yesterday, today, tomorrow):
        assert timedelta(0) <= until - since <= 25 * HOUR
    local = now.astimezone(tz)
    month, year = (span(form, now, tz) for form in (f"{local:%Y-%m}", f"{local:%Y}"))
    assert year[0] <= month[0] <= today[0] < today[1] <= month[1] <= year[1]
    following = span(f"{month[1].astimezone(tz):%Y-%m}", now, tz)
    assert following[0] == month[1]


@given(MOMENTS, st.sampled_from(ZONES), st.integers(0, 1439))
def test_in_any_zone_a_daily_time_comes_once_a_day(now: datetime, zone: str, minute: int) -> None:
    tz = ZoneInfo(zone)
    calendar = Calendar("daily", tz, ((ALL_DAY,),) * 7)
    found: list[datetime] = []
    at: Any = now
    for _ in range(4):
        at = _next_time(minute, calendar, at)
        assert at is not None
        found.append(at)
    assert found[0] > now
    for one, other in pairwise(found):
        assert 22 * HOUR <= other - one <= 26 * HOUR or zone == "Pacific/Apia"
        assert other > one


@given(MOMENTS, st.sampled_from(ZONES), st.integers(0, 400_000))
def test_in_any_zone_a_clock_that_never_closes_counts_real_seconds(
    now: datetime, zone: str, seconds: int
) -> None:
    length, tz = timedelta(seconds=seconds), ZoneInfo(zone)
    every_day = Calendar("daily", tz, ((ALL_DAY,),) * 7, frozenset({date(1999, 1, 1)}))
    assert working_add(always(tz=tz), now, length) == now + length
    assert working_add(every_day, now, length) == now + length
