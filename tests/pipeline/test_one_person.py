"""One address is one person, however it is spelled, and whatever name stands beside it."""

from __future__ import annotations

import pytest

from tests.pipeline.desk_changes import with_words
from tests.pipeline.place import SUPPORT, Place, mail

U_LABEL, A_LABEL = "info@exämple.example", "info@xn--exmple-cua.example"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (U_LABEL, A_LABEL),
        (A_LABEL, U_LABEL),
        ("Kim.Novak@Customer.example", "kim.novak@customer.EXAMPLE"),
    ],
)
def test_an_answer_from_the_other_spelling_comes_from_the_requester(
    both: Place, first: str, then: str
) -> None:
    both.receive(mail("One.", From=f"Kim <{first}>"), first)
    ours = both.rows("outbox", purpose="acknowledgement")[0]
    both.receive(mail("Two.", From=f"Kim <{then}>", References=f"<{ours.message_id}>"), then)
    assert len(both.rows("tickets")) == 1
    assert both.rows("participants") == []
    assert "takes part" in both.rows("messages")[-1].trust


def test_the_signed_address_of_one_spelling_works_for_the_other(both: Place) -> None:
    both.receive(mail("One.", From=f"Kim <{U_LABEL}>"), U_LABEL)
    (ours,) = both.letters(A_LABEL)
    to = str(ours["Reply-To"]).rpartition("<")[2].rstrip(">")
    both.receive(mail("Two.", From=f"Kim <{A_LABEL}>", To=to), A_LABEL, to)
    assert "From matches" in both.rows("messages")[-1].trust


def test_somebody_in_cc_in_two_spellings_gets_one_mail(both: Place) -> None:
    both.receive(mail("One.", Cc=f"{U_LABEL}, Kim Novak <{A_LABEL}>, INFO@xn--exmple-cua.example"))
    both.answer("ben@desk.example", "An answer.")
    assert [row.address for row in both.rows("participants")] == [A_LABEL]
    assert len(both.rows("outbox", purpose="reply", recipient=A_LABEL)) == 1


def test_an_answer_to_either_spelling_is_known_to_have_reached_them(both: Place) -> None:
    both.receive(mail("One.", From=f"Kim <{U_LABEL}>"), U_LABEL)
    both.answer("ben@desk.example", "An answer.")
    assert both.rows("messages", direction="out")[0].had == [A_LABEL]


def test_names_in_two_scripts_beside_one_address_are_one_person(both: Place) -> None:
    both.receive(mail("One.", From='"Ким Новак" <kim@customer.example>'))
    both.receive(
        mail("Two.", From="Kim Novak <KIM@customer.example>", Subject="Re: Printer [TKT-0001]")
    )
    assert len(both.rows("tickets")) == 1
    assert both.rows("participants") == []


def test_an_agent_is_known_by_either_spelling(place: Place) -> None:
    with_words(place, "ben@home.example", "ben@exämple.example", "agents.yaml")
    policy = place.services.keeper.current.policy
    found = policy.agent("BEN@xn--exmple-cua.example")
    assert found is not None
    assert found.name == "Ben Okafor"
    place.receive(mail("One.", Cc="ben@xn--exmple-cua.example"))
    assert place.rows("participants") == []


def test_the_desks_own_address_in_the_other_spelling_is_no_participant(place: Place) -> None:
    with_words(place, "billing@desk.example", "geld@bücher.example")
    place.receive(mail("One.", Cc="geld@xn--bcher-kva.example"), "kim@customer.example", SUPPORT)
    assert place.rows("participants") == []
