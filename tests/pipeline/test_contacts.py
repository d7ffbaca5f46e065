"""A customer with several addresses is one contact."""

from __future__ import annotations

from tests.pipeline.desk_changes import with_words
from tests.pipeline.place import Place, mail
from tests.stories.running_desk import text_of

HOME, OFFICE, BEN = "eva@home.example", "eva@office.example", "ben@desk.example"
LINE = '  - {match: "@bigcorp.example"'
EVA = f"  - {{addresses: [{HOME}, {OFFICE}], name: Eva Lund, organisation: Lund, tier: vip}}"


def known(place: Place, line: str = EVA) -> None:
    """The desk knows both of Eva's addresses."""
    with_words(place, LINE, f"{line}\n{LINE}")


def test_what_is_known_of_a_contact_holds_for_all_their_addresses(both: Place) -> None:
    known(both)
    for number, address in enumerate((HOME, OFFICE, "Eva+shop@home.example")):
        both.receive(mail(f"{number}.", From=address), address)
    found = {(row.requester_name, row.organisation, row.tier) for row in both.rows("tickets")}
    assert found == {("Eva Lund", "Lund", "vip")}


def test_earlier_tickets_are_those_of_all_their_addresses(both: Place) -> None:
    known(both, EVA.replace(", tier: vip", ""))
    both.receive(mail("One.", From=HOME, Subject="The first"), HOME)
    both.receive(mail("Two.", From=OFFICE, Subject="The second"), OFFICE)
    detail = "eva+shop@home.example"
    both.receive(mail("Three.", From=detail, Subject="The third"), detail)
    told = text_of(both.letters(BEN)[-1])
    assert "The first" in told
    assert "The second" in told


def test_the_earlier_tickets_of_a_detail_are_those_of_the_address(place: Place) -> None:
    place.receive(mail("One.", Subject="The first"))
    place.receive(mail("Two.", From="kim+shop@customer.example", Subject="The second"))
    assert "The first" in text_of(place.letters(BEN)[-1])


def test_the_customer_from_another_address_of_theirs_needs_no_letting_in(both: Place) -> None:
    known(both)
    both.receive(mail("One.", From=HOME), HOME)
    both.receive(mail("Two.", From=OFFICE, Subject="Re: Printer [TKT-0001]"), OFFICE)
    assert len(both.rows("tickets")) == 1
    assert [row.kind for row in both.rows("messages")] == ["public", "public"]
    stranger = "mallory@office.example"
    both.receive(mail("Three.", From=stranger, Subject="Re: Printer [TKT-0001]"), stranger)
    assert len(both.rows("tickets")) == 2
