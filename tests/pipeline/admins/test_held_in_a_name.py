"""How much is held in an agent's name that nothing proves: what counts, and what they are told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pipeline.desk_changes import with_words
from tests.pipeline.place import Place, mail, told, words
from tests.stories.running_desk import address_in

ANA, BEN, CARLA = (f"{name}@desk.example" for name in ("ana", "ben", "carla"))


def in_bens_name(place: Place, number: int) -> Any:
    """A new mail in which nothing but From says that it is Ben's."""
    row = place.receive(mail(f"Number {number}.", From=BEN, Subject=f"Matter {number}"), BEN)
    assert row.outcome == "held unproven_agent"
    return row


def counted(place: Place, agent: str = BEN) -> list[str]:
    """What this agent heard of mails they are not asked about."""
    return [text for one in place.letters(agent) if "in your name of late" in (text := words(one))]


def alarms(place: Place) -> list[str]:
    found = (one for one in place.letters(ANA) if "in the name of" in str(one["Subject"]))
    return [words(one) for one in found]


def test_misspelt_commands_of_their_own_lock_no_agent_out(both: Place) -> None:
    both.receive(mail())
    notice = both.letters(BEN)[-1]
    to = address_in(notice["Reply-To"])
    for number in range(6):
        raw = mail(f"#reslove\nIt is mended {number}.", From=BEN, To=to)
        both.receive(raw, BEN, to)
    assert {row.reason for row in both.rows("quarantine", agent=BEN)} == {"unknown_command"}
    in_bens_name(both, 1)
    assert len(told(both, BEN, "agent_held")) == 1, "they are asked"
    assert counted(both) == alarms(both) == []


def test_the_number_is_that_of_what_nothing_proves(place: Place) -> None:
    place.receive(mail())
    for number in range(3):
        place.answer(BEN, f"#reslove\nNo {number}.")
    for number in range(6):
        in_bens_name(place, number)
    (heard,) = counted(place)
    assert "late: 6 mails" in heard
    (alarm,) = alarms(place)
    assert alarm.startswith("6 mails in the name of Ben Okafor (ben@desk.example) came")


def at_carlas_address(place: Place, number: int) -> None:
    """A mail in which From says that it is Ben's, to an address that was made for Carla."""
    notice = next(one for one in reversed(place.letters(CARLA)) if "+" in str(one["Reply-To"]))
    to = address_in(notice["Reply-To"])
    row = place.receive(mail(f"To Carla {number}.", From=BEN, To=to), BEN, to)
    assert row.outcome == "held spoofed"


def test_what_bears_their_name_at_a_colleagues_address_counts_where_it_came(place: Place) -> None:
    place.receive(mail())
    for number in range(6):
        at_carlas_address(place, number)
    assert len(told(place, BEN, "agent_held")) == 5
    (heard,) = counted(place)
    assert "late: 6 mails" in heard


def test_what_else_the_desk_wrote_to_them_costs_no_question(place: Place) -> None:
    """Automatic mails that they were sent lately say nothing of what is held in their name."""
    for number in range(5):
        row = in_bens_name(place, number)
        button = address_in(place.letters(BEN)[-1]["Reply-To"])
        raw = mail("#confirm", From=BEN, To=button, Message_ID=f"<{button}>")
        place.receive(raw, BEN, button)
        assert place.row("spool", row.id).state != "held"
    at_carlas_address(place, 1)
    assert "came to the reply address of Carla Weiss" in words(place.letters(BEN)[-1])
    assert counted(place) == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "a mail in your name is held, for nothing proves that it is yours"),
        ("de", "in Ihrem Namen wurde eine Mail zurückgehalten"),
        ("fr", "un message en votre nom a été retenu"),
    ],
)
def test_one_mail_is_told_as_one(place: Place, language: str, said: str) -> None:
    with_words(place, "  per_address: 5 ", "  per_address: 0 ")
    with_words(place, "languages: [en, de]", "languages: [en, de, fr]")
    own = "language: {}\n    capacity: 25"  # Ben's, the first of them
    with_words(place, own.format("en"), own.format(language), "agents.yaml")
    in_bens_name(place, 1)
    assert said in words(place.letters(BEN)[-1])
    (alarm,) = alarms(place)
    assert alarm.startswith("1 mail in the name of Ben Okafor")
