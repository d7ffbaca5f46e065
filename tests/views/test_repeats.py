"""What a program says again and again is shown once, with how often it came."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from maildesk.desk.pages.told_scores import message_id_of
from maildesk.views.repeats import folded

UTC = ZoneInfo("UTC")


def told(text: str, minute: int, **more: Any) -> dict[str, Any]:
    return {
        "automatic": True, "direction": "in", "agent": None, "message_id": None,
        "from": {"name": "", "address": "a@b.example"},
        "reply": text, "text": text, "attachments": [], "at": f"2026-11-20T10:{minute:02}:00+00:00",
    } | more  # fmt: skip


def test_the_same_but_for_numbers_from_the_same_program_is_one() -> None:
    found = folded([told("Disk 81 % full", 1), told("disk 82 % full", 2), told("Disk 9 % full", 3)])
    assert [(one.place, len(one.more)) for one in found] == [(0, 2)]
    assert found[0].told(UTC) == "3 times, last 2026-11-20 10:03 UTC"


def test_other_words_other_senders_people_and_files_stand_for_themselves() -> None:
    other = {"name": "", "address": "c@d.example"}
    found = folded(
        [
            told("Disk full", 1),
            told("Disk mended", 2),
            told("Disk mended", 3, **{"from": other}),
            told("Disk mended", 4, automatic=False),
            told("Disk mended", 5, direction="out"),
            told("Disk mended", 6, attachments=[{}]),
            told("Disk mended", 7),
        ]
    )
    assert [one.place for one in found] == [0, 1, 2, 3, 4, 5, 6]
    assert {one.told(UTC) for one in found} == {""}


def test_a_rating_that_was_changed_is_told_once_as_it_stands() -> None:
    page = {"automatic": False, "message_id": message_id_of("a" * 16, 0, "b" * 10, "desk.example")}
    found = folded([told("It jams", 0), told("2/5", 1, **page), told("5/5\n\nGood", 2, **page)])
    assert [(one.place, one.first["text"]) for one in found] == [(0, "It jams"), (2, "5/5\n\nGood")]
    assert found[1].told(UTC) == "changed from 2"
    mail = {"automatic": False, "subject": "Survey"}
    messages = [told("5", 0, **mail), told("2, slow", 1, **mail), told("4", 2, **mail)]
    assert len(folded(messages)) == 3  # how many licences? five
    by_mail = folded(messages, counted={1, 2})
    assert [(one.place, one.told(UTC)) for one in by_mail] == [(0, ""), (2, "changed from 2")]
