"""What agents chose by mail lies over the files, and only what they chose."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import maildesk
from maildesk.desk.mails.mail import EVENTS
from maildesk.desk.mails.recipients import wanting
from maildesk.desk.notices.choices import heard, laid_over
from maildesk.desk.notices.typed_hours import hours, read_hours
from maildesk.desk.notices.wanted import Notices, Quiet
from tests.desk.stories import BEN, POLICY

NIGHT = Quiet(20 * 60, 7 * 60)
FILES = Notices(quiet=NIGHT, bundle=timedelta(minutes=5), digest=480, digest_empty=True)
ALL = frozenset(EVENTS)
WORDS = {
    **POLICY.wording.moments,
    **dict.fromkeys(POLICY.wording.fillers, "until"),
}


def test_what_was_chosen_counts_and_the_rest_is_as_the_files_have_it() -> None:
    chosen = {"bundle": "600", "remind_after": "14400"}
    assert laid_over(FILES, ALL, chosen) == replace(
        FILES, bundle=timedelta(minutes=10), remind_after=timedelta(hours=4)
    )
    off = {"bundle": "off", "quiet": "off", "remind_after": "off", "digest": "off"}
    assert laid_over(FILES, ALL, off) == Notices(bundle=timedelta(0), digest_empty=True)
    assert laid_over(FILES, ALL, {"quiet": "1080-480"}).quiet == Quiet(18 * 60, 8 * 60)
    assert laid_over(FILES, ALL, {}) is FILES


def test_a_digest_that_is_muted_comes_where_it_was_asked_for_by_mail() -> None:
    muted = ALL - {"digest"}
    assert laid_over(FILES, muted, {}).digest is None
    assert laid_over(FILES, muted, {"digest": "450"}).digest == 450


@pytest.mark.parametrize(
    "chosen",
    [{"bundle": "soon"}, {"quiet": "1500-3"}, {"quiet": "18"}, {"tone": "loud"},
     {"remind_after": "9" * 30}, {"notify:status": "perhaps"}, {"notify:smoke": "off"}],
)  # fmt: skip
def test_what_a_later_version_wrote_chooses_nothing(chosen: dict[str, str]) -> None:
    assert laid_over(FILES, ALL, chosen) == FILES
    assert heard(ALL, chosen) == ALL


def test_events_are_chosen_one_by_one() -> None:
    files = ALL - {"status"}
    assert heard(files, {"notify:status": "on", "notify:note": "off"}) == ALL - {"note"}
    assert heard(files, {}) is files


def test_who_chose_to_be_reminded_hears_of_it_though_the_files_mute_it() -> None:
    files = ALL - {"reminder"}
    assert "reminder" in heard(files, {"remind_after": "3600"})
    assert "reminder" not in heard(files, {"remind_after": "off"})


def test_a_former_address_keeps_what_was_chosen_under_it() -> None:
    ben = replace(BEN, also=("ben@former.example",))
    policy = replace(POLICY, agents=(ben,)).with_said(
        {},
        {
            "ben@former.example": {"bundle": "600", "quiet": "off"},
            BEN.address: {"bundle": "off"},
        },
    )
    assert policy.chosen_by(ben) == {"bundle": "off", "quiet": "off"}


def test_who_wants_no_mail_of_an_event_gets_none() -> None:
    policy = POLICY.with_said({}, {BEN.address: {"notify:status": "off"}})
    names = [agent.address for agent in POLICY.agents]
    assert [*wanting(names, "status", policy)] == [one for one in names if one != BEN.address]
    assert [*wanting(names, "note", policy)] == names


@pytest.mark.parametrize(
    ("written", "quiet"),
    [
        ("20:00-7:00", NIGHT),
        ("20:00 – 7:00", NIGHT),
        ("20-7", NIGHT),
        ("8pm to 7am", NIGHT),
        ("from 8 PM until 7 am", NIGHT),
        ("von 20 Uhr bis 7 Uhr", NIGHT),
        ("20.00 bis 7.00 Uhr", NIGHT),
        ("20h-7h", NIGHT),
        ("de 20 h 00 à 7 h", NIGHT),
        ("18:30-8:15", Quiet(18 * 60 + 30, 8 * 60 + 15)),
        ("12am-12pm", Quiet(0, 12 * 60)),
        ("22:00-24:00", Quiet(22 * 60, 0)),
        ("0:00-24:00", Quiet(0, 0)),
    ],
)
def test_hours_as_people_write_them(written: str, quiet: Quiet) -> None:
    assert read_hours(written, WORDS) == quiet
    assert read_hours(hours(quiet), {}) == quiet


@pytest.mark.parametrize(
    "written",
    ["", "night", "20:00", "20:00-", "-7:00", "25:00-7:00", "20:61-7:00", "8:00-8:00", "20 x - 7",
     "13pm-7am", "24:30-7:00", "monday-friday", "20:00-7:00-9:00"],
)  # fmt: skip
def test_what_are_no_hours_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        read_hours(written, WORDS)


def test_only_the_policy_reads_what_the_files_say_of_an_agents_notices() -> None:
    """Whoever else did so would miss what agents chose."""
    root = Path(maildesk.__file__).parent
    places = {
        str(file.relative_to(root))
        for file in root.rglob("*.py")
        if re.search(r"\bagent\.(?:notices|notify)\b", file.read_text(encoding="utf-8"))
    }
    assert places == {
        "config/notices/heard.py",  # of the files themselves
        "desk/commands/families/digest.py",  # `on`: as the files have it
        "desk/commands/families/notices.py",  # how it would be
        "desk/policy.py",
    }
