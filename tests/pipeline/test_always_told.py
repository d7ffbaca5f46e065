"""An agent whose own mail is held always hears of it; what strangers forge is limited by itself,
and the admins hear of that."""

from __future__ import annotations

import pytest

from tests.pipeline.place import SUPPORT, Place, mail

BEN = "ben@desk.example"


def forged(place: Place, number: int) -> None:
    """Somebody writes in Ben's name to the desk's own address."""
    place.receive(mail(f"Pay here {number}.", From=BEN), BEN, SUPPORT)


def from_ben(place: Place, to: str, text: str) -> str:
    """A mail of Ben's to this reply address of his; what became of it."""
    return str(place.receive(mail(text, From=BEN, To=to), BEN, to).outcome)


def address(place: Place) -> str:
    """Ben's reply address for a new ticket of Kim's."""
    place.receive(mail())
    return str(place.letters(BEN)[-1]["Reply-To"]).rpartition("<")[2].rstrip(">")


def about(place: Place, purpose: str) -> int:
    """How many mails of this purpose Ben was sent."""
    return len(place.rows("outbox", recipient=BEN, purpose=purpose))


def test_forged_mails_do_not_use_up_what_an_agent_hears_of_their_own(place: Place) -> None:
    to = address(place)
    for number in range(8):
        forged(place, number)
    assert about(place, "agent_held") == 5
    assert from_ben(place, to, "#reslove\n\nDone.") == "held"
    assert about(place, "agent_unknown_command") == 1
    place.later(731 * 86_400 - 60)
    for number in range(8):
        forged(place, 10 + number)
    place.later(120)
    before = about(place, "agent_held")
    for number in range(7):
        assert from_ben(place, to, f"Late {number}.") == "held expired"
    assert about(place, "agent_held") == before + 7


def test_the_admins_hear_once_an_hour_that_an_agent_is_told_no_more(place: Place) -> None:
    for number in range(9):
        forged(place, number)
    (told,) = [
        row
        for row in place.rows("outbox", purpose="admin_alarm")
        if b"ben@desk.example" in place.raw_of(row)
    ]
    words = " ".join(place.raw_of(told).decode().split())
    assert "mail in quarantine" in words or "is held" in words
    place.later(3600)
    for number in range(20, 29):
        forged(place, number)
    assert len(place.rows("outbox", purpose="admin_alarm")) == 2


def test_no_mistyped_command_goes_without_an_answer(place: Place) -> None:
    to = address(place)
    for number in range(9):
        assert from_ben(place, to, f"#reslove\n\nDone {number}.") == "held"
    assert about(place, "agent_unknown_command") == 9


def test_a_program_that_answers_what_an_agent_is_asked_comes_to_rest(place: Place) -> None:
    to = address(place)
    for number in range(60):
        from_ben(place, to, f"#reslove\n\nI am a robot {number}.")
    assert about(place, "agent_unknown_command") < 40
    assert len(place.rows("outbox", purpose="admin_alarm")) == 1


@pytest.mark.parametrize("sender", ["mallory@evil.example", "ben@private.example"])
def test_mail_from_elsewhere_to_an_agents_own_address_is_always_told(
    place: Place, sender: str
) -> None:
    to = address(place)
    for number in range(7):
        assert (
            place.receive(mail(f"Hello {number}.", From=sender, To=to), sender, to).outcome
            == "held spoofed"
        )
    assert about(place, "agent_held") == 7
