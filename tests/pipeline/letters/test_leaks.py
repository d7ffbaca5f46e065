"""Addresses that were about to leak are told once, as an effect like all others."""

from __future__ import annotations

from maildesk.desk.effects import NotifyAdmins
from maildesk.pipeline.letters.leaks import Leaks


def test_nothing_found_is_nothing_told() -> None:
    assert Leaks().take_notice("TKT-0007") is None


def test_what_was_found_is_told_once_and_each_thing_once() -> None:
    leaks = Leaks(["a mail to kim@x.example"] * 3 + [f"file {n}" for n in range(30)])
    notice = leaks.take_notice("TKT-0007")
    assert isinstance(notice, NotifyAdmins)
    assert "in mail about TKT-0007 to somebody" in notice.text
    assert notice.text.count("kim@x.example") == 1
    assert "- file 18" in notice.text and "- file 19" not in notice.text
    assert leaks.take_notice("TKT-0007") is None
    assert "in mail to somebody" in (Leaks(["x"]).take_notice("") or notice).text
