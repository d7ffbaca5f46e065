"""Moments on pages: as somebody would say them, and whole for who points at them and in a file."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from maildesk.config.templates.pages import Pages
from maildesk.config.templates.words import read_wording
from tests.config.test_pages import SHOWN, own
from tests.web.samples import MINE, NOW, TICKET

WORDING = read_wording()[0]
BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 12, 1, 14, 5, tzinfo=BERLIN)
SOON, NEXT, WEEK, YEAR = AT + timedelta(hours=9), AT + timedelta(days=1), 7, 365


def said(folder: Path, language: str, now: datetime, name: str = "day", **more: object) -> str:
    root = own(folder, "told.html", f"{{{{ page.at|{name} }}}}")
    pages, mistakes = Pages.load(root, WORDING)
    assert mistakes == []
    shown = SHOWN | {"page": {"at": AT}, "now": now.astimezone(UTC)} | more
    return pages.render("told", language, **shown)


@pytest.mark.parametrize(
    ("language", "name", "expected"),
    [
        ("en", "day", ["today 14:05", "yesterday 14:05", "Tue 1 Dec", "1 Dec 2026"]),
        (
            "en",
            "on_day",
            ["today at 14:05", "yesterday at 14:05", "on Tue 1 Dec", "on 1 Dec 2026"],
        ),
        ("de", "day", ["heute, 14:05", "gestern, 14:05", "Di., 1. Dez.", "1. Dez. 2026"]),
        (
            "de",
            "on_day",
            ["heute um 14:05", "gestern um 14:05", "am Di., 1. Dez.", "am 1. Dez. 2026"],
        ),
        ("fr", "day", ["aujourd’hui, 14 h 05", "hier, 14 h 05", "mar. 1er déc.", "1er déc. 2026"]),
        (
            "fr",
            "on_day",
            ["aujourd’hui à 14 h 05", "hier à 14 h 05", "le mar. 1er déc.", "le 1er déc. 2026"],
        ),
    ],
)
def test_a_moment_is_said_as_somebody_would(
    tmp_path: Path, language: str, name: str, expected: list[str]
) -> None:
    nows = (AT, SOON, NEXT, AT + timedelta(days=3), AT + timedelta(days=YEAR))
    words = [re.sub(r"<[^>]+>", "", said(tmp_path, language, one, name)) for one in nows]
    assert [one.replace("\u00a0", " ") for one in words] == [expected[0], *expected]


def test_the_whole_of_it_is_there_for_programs_and_in_what_is_kept(tmp_path: Path) -> None:
    html = said(tmp_path, "en", AT)
    assert 'datetime="2026-12-01T14:05+01:00"' in html
    assert 'title="Tuesday, 1 December 2026 at 14:05 CET"' in html
    kept = said(tmp_path, "en", AT, downloaded=True)
    assert ">1 Dec 2026, 14:05</time>" in kept


def test_days_of_a_desk_s_own_that_are_too_few_are_left_out(tmp_path: Path) -> None:
    own(tmp_path, "en/_words.yaml", "short_days: M D M D\nmoment_day: '{weekday}'\n")
    assert ">Tuesday</time>" in said(tmp_path, "en", AT + timedelta(days=WEEK))


def test_the_pages_say_moments_so() -> None:
    pages, _ = Pages.load(None, WORDING)
    ticket = pages.render("ticket", "de", **SHOWN | {"page": TICKET, "now": NOW})
    assert re.search("Eröffnet <time[^>]*>gestern um 08:12</time>", ticket)
    mine = pages.render("mine", "de", **SHOWN | {"page": MINE, "now": NOW})
    assert re.search("eröffnet <time[^>]*>am Mi., 4. Nov.</time>", mine)
