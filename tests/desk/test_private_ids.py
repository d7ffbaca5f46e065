"""The Message-ID that proves an agent: bound to person, ticket, purpose and day."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256

import pytest

from maildesk.desk.threads import links
from maildesk.desk.threads.links import (
    KeyRing,
    Purpose,
    private_message_id,
    read_address,
    read_message_id,
    read_private_id,
    signed_address,
    signed_message_id,
    whose,
)

RING = KeyRing({"2": sha256(b"new").digest()})
TODAY, UNTIL = date(2026, 11, 20), date(2028, 11, 20)
BEN, CARLA = "ben@desk.example", "carla@desk.example"
DOMAIN = "desk.example"


def make(purpose: Purpose = Purpose.AGENT_REPLY, number: int = 7, unique: str = "0a1b2c") -> str:
    return private_message_id(RING, DOMAIN, purpose, number, BEN, UNTIL, unique)


@pytest.mark.parametrize("purpose", [Purpose.AGENT_REPLY, Purpose.AGENT_NOTE, Purpose.CONFIRM])
@pytest.mark.parametrize("number", [0, 1, 9_999, 2**31])
def test_it_says_what_it_was_made_for(purpose: Purpose, number: int) -> None:
    token = read_private_id(RING, f"<{make(purpose, number)}>", TODAY)
    assert token is not None
    assert (token.purpose, token.number, token.expired) == (purpose, number, False)
    assert whose(token, [CARLA, BEN]) == BEN
    assert whose(token, [CARLA]) is None


def test_gateways_may_change_upper_and_lower_case() -> None:
    assert read_private_id(RING, make().upper(), TODAY) == read_private_id(RING, make(), TODAY)


def test_it_is_believed_through_its_last_day() -> None:
    days = [read_private_id(RING, make(), UNTIL + timedelta(days=n)) for n in (0, 1)]
    assert [token.expired for token in days if token] == [False, True]


def test_two_mails_of_one_day_have_two_ids_and_one_proof() -> None:
    first, second = make(unique="aa"), make(unique="bb")
    assert first != second
    assert read_private_id(RING, first, TODAY) == read_private_id(RING, second, TODAY)


@pytest.mark.parametrize(
    "changed",
    [
        lambda one: one.replace("@desk.example", "@evil.example"),
        lambda one: one.replace(".a27-", ".n27-"),
        lambda one: one.replace(".a27-", ".a28-"),
        lambda one: one[:-14] + ("0" if one[-14] != "0" else "1") + one[-13:],
        lambda one: one.partition(".")[2].replace("-", "", 1),
    ],
)
def test_any_change_makes_it_nobodys(changed) -> None:  # type: ignore[no-untyped-def]
    assert read_private_id(RING, changed(make()), TODAY) is None


def test_an_address_proves_nothing_as_a_message_id_and_the_other_way_round() -> None:
    address = signed_address(RING, "support@desk.example", Purpose.AGENT_REPLY, 7, BEN, UNTIL)
    signature = address.partition("+")[2]
    assert read_private_id(RING, f"0a.{signature}", TODAY) is None
    own = make().partition(".")[2]
    assert read_address(RING, f"support+{own}", TODAY) is None
    assert links.read_signature(RING, links.IN_SUBJECT, own.partition("@")[0], TODAY) is None


def test_it_leads_to_its_ticket_as_every_message_id_of_ours_does() -> None:
    assert read_message_id(RING, make()) == 7
    assert read_message_id(RING, make(Purpose.AGENT_NOTE)) == 7
    assert read_message_id(RING, make(Purpose.CONFIRM, 3)) is None, "the number is no ticket's"


def test_the_message_ids_of_customers_mails_prove_nobody() -> None:
    assert read_private_id(RING, signed_message_id(RING, 7, "a1b2c3", DOMAIN), TODAY) is None
    root = signed_message_id(RING, 7, links.agents_nonce(BEN), DOMAIN)
    assert read_private_id(RING, root, TODAY) is None


def test_who_renewed_their_addresses_renewed_these_too() -> None:
    renewed = private_message_id(
        RING, DOMAIN, Purpose.AGENT_REPLY, 7, BEN, UNTIL, "aa", generation=1
    )
    token = read_private_id(RING, renewed, TODAY)
    assert token is not None
    assert whose(token, [BEN], {BEN: 1}) == BEN
    assert whose(token, [BEN]) is None


def test_what_is_logged_does_not_give_it_away() -> None:
    said = links.hidden(f"sent message_id=<{make()}> to ben")
    assert links.SIGNATURE.search(said) is None
    assert "a27" in said
    assert links.hidden("support@desk.example") == "support@desk.example"
