"""What a reply stands for."""

from __future__ import annotations

import pytest

from maildesk.egress.outcome import Outcome, from_reply, may_stand_in_an_envelope


@pytest.mark.parametrize(
    ("code", "reply", "kind", "enhanced", "text"),
    [
        (250, b"2.0.0 queued as 4711", "sent", "2.0.0", "queued as 4711"),
        (250, b"ok", "sent", "2.0.0", "ok"),
        (
            451,
            b"4.7.1 greylisted\n4.7.1 for a minute",
            "deferred",
            "4.7.1",
            "greylisted 4.7.1 for a minute",
        ),
        (450, b"", "deferred", "4.0.0", ""),
        (550, b"5.1.1 <x@y>: unknown", "failed", "5.1.1", "<x@y>: unknown"),
        (
            550,
            b"4.2.2 a status of another class is not believed",
            "failed",
            "5.0.0",
            "4.2.2 a status of another class is not believed",
        ),
        (554, b"5.7.1.1 is no status", "failed", "5.7.1", ".1 is no status"),
        (334, b"what", "deferred", "4.0.0", "what"),
        (-1, b"gibberish \xff", "deferred", "4.0.0", "gibberish \ufffd"),
    ],
)
def test_a_reply_is_read(code: int, reply: bytes, kind: str, enhanced: str, text: str) -> None:
    outcome = from_reply("a@b", code, reply, "rcpt")
    assert (outcome.kind, outcome.enhanced, outcome.text) == (kind, enhanced, text)
    assert outcome.code == max(code, 0)


def test_endless_words_are_cut() -> None:
    outcome = from_reply("a@b", 550, b"x" * 8000, "rcpt")
    assert outcome == Outcome("a@b", "failed", 550, "5.0.0", "x" * 500, stage="rcpt")


@pytest.mark.parametrize(
    "address", ["a@b.example", "", "jörg@größe.example", "support+1a=b!@desk.example"]
)
def test_an_ordinary_address_may_stand_in_an_envelope(address: str) -> None:
    assert may_stand_in_an_envelope(address)


@pytest.mark.parametrize(
    "address", ["a@b\r\nDATA", "a@b\n", "a b@c", "a@b>", "<a@b", "\x00@b", "\udcff@b"]
)
def test_what_could_end_a_command_may_not(address: str) -> None:
    assert not may_stand_in_an_envelope(address)
