"""Signed addresses and Message-IDs: what is believed, and how little of a change makes it
nobody's."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from maildesk.config.models import AddressSection
from maildesk.desk.threads import links
from maildesk.desk.threads.links import (
    KeyRing,
    Purpose,
    read_address,
    read_message_id,
    signed_address,
    signed_message_id,
    whose,
)

NEW, OLD = sha256(b"new").digest(), sha256(b"old").digest()
RING = KeyRing({"2": NEW, "1": OLD})
TODAY, UNTIL = date(2026, 11, 20), date(2028, 11, 20)
SUPPORT = "support@desk.example"
ANA, BEN = "ana@harbour.example", "ben@desk.example"
IN_ADDRESSES = [p for p in Purpose if p is not Purpose.MESSAGE_ID]
PRINTABLE = st.characters(min_codepoint=33, max_codepoint=126)


def make(
    purpose: Purpose = Purpose.REQUESTER,
    number: int = 7,
    person: str = ANA,
    *,
    ring: KeyRing = RING,
    mailbox: str = SUPPORT,
) -> str:
    return signed_address(ring, mailbox, purpose, number, person, UNTIL)


@pytest.mark.parametrize("purpose", IN_ADDRESSES)
@pytest.mark.parametrize("number", [0, 1, 31, 32, 9_999, 2**31])
def test_a_signed_address_says_what_it_was_made_for(purpose: Purpose, number: int) -> None:
    token = read_address(RING, make(purpose, number), TODAY)
    assert token is not None
    assert (token.purpose, token.number, token.mailbox, token.expired) == (
        purpose,
        number,
        SUPPORT,
        False,
    )
    assert whose(token, [BEN, "Ana@Harbour.Example"]) == "Ana@Harbour.Example"
    assert whose(token, [BEN]) is None


def test_gateways_may_change_upper_and_lower_case() -> None:
    address = make()
    assert read_address(RING, address.upper(), TODAY) == read_address(RING, address, TODAY)
    assert read_address(RING, address.title(), TODAY) == read_address(RING, address, TODAY)


def test_somebody_who_types_it_may_confuse_o_with_zero_and_i_or_l_with_one() -> None:
    confusable = next(
        a
        for n in range(500)
        if "0" in (a := make(number=n)).split("+")[1][2:] and "1" in a.split("+")[1][2:]
    )
    local, signature = confusable.partition("@")[0].split("+")
    for one in "ilIL":
        typed = signature[:2] + signature[2:].replace("0", "O").replace("1", one)
        assert read_address(RING, f"{local}+{typed}@desk.example", TODAY) == read_address(
            RING, confusable, TODAY
        )


def test_an_old_key_is_believed_until_it_is_taken_out() -> None:
    before = make(ring=KeyRing({"1": OLD}))
    assert read_address(RING, before, TODAY) is not None
    assert make().split("+")[1][1] == "2"
    assert read_address(KeyRing({"2": NEW}), before, TODAY) is None
    assert read_address(KeyRing({"1": NEW}), before, TODAY) is None


def test_it_is_believed_through_its_last_day() -> None:
    tokens = [read_address(RING, make(), UNTIL + timedelta(days=n)) for n in (-1, 0, 1)]
    assert [token and token.expired for token in tokens] == [False, False, True]


@pytest.mark.parametrize("claimed", IN_ADDRESSES)
def test_an_address_made_for_one_purpose_works_for_no_other(claimed: Purpose) -> None:
    local, _, signature = make(Purpose.REQUESTER).partition("+")
    forged = f"{local}+{claimed.value}{signature[1:]}"
    token = read_address(RING, forged, TODAY)
    assert (token is None) == (claimed is not Purpose.REQUESTER)


def test_an_address_of_one_mailbox_works_in_no_other() -> None:
    address = make()
    assert read_address(RING, address.replace("support+", "sales+"), TODAY) is None
    assert read_address(RING, address.replace("@desk.example", "@desk.example.org"), TODAY) is None


@given(number=st.integers(0, 10**7), place=st.integers(0, 200), new=PRINTABLE)
def test_any_change_of_one_character_makes_it_nobodys(number: int, place: int, new: str) -> None:
    address = make(number=number)
    place %= len(address)
    changed = address[:place] + new + address[place + 1 :]
    same = changed.lower().translate(str.maketrans("oil", "011")) == address.translate(
        str.maketrans("oil", "011")
    )
    token = read_address(RING, changed, TODAY)
    if not same:
        assert token is None
    elif token is not None:  # confusable characters are forgiven inside the signature alone
        assert token == read_address(RING, address, TODAY)


@given(number=st.integers(0, 10**7), place=st.integers(0, 200))
def test_a_lost_or_doubled_character_makes_it_nobodys(number: int, place: int) -> None:
    address = make(number=number)
    place %= len(address)
    assert read_address(RING, address[:place] + address[place + 1 :], TODAY) is None
    assert read_address(RING, address[:place] + address[place] + address[place:], TODAY) is None


@given(
    st.one_of(st.text(max_size=90), st.text(max_size=20).map(lambda t: f"support+{t}@desk.example"))
)
def test_anything_else_is_nobodys_and_never_an_error(text: str) -> None:
    assert read_address(RING, text, TODAY) is None
    assert read_message_id(RING, text) is None


@given(st.text(alphabet=st.characters(min_codepoint=128), min_size=16, max_size=16))
def test_letters_outside_ascii_in_a_signature_are_no_error(mac: str) -> None:
    assert read_address(RING, f"{make().rpartition('-')[0]}-{mac}@desk.example", TODAY) is None
    assert read_message_id(RING, f"m27.a-{mac}@desk.example") is None


@pytest.mark.parametrize("local", ["support", "s", "customer-support-north-ame"])
def test_the_local_part_fits_into_64_characters(local: str) -> None:
    assert len(local) <= links.LONGEST_LOCAL
    for purpose in IN_ADDRESSES:
        address = make(purpose, 32**6 - 1, mailbox=f"{local}@desk.example")
        assert len(address.rpartition("@")[0]) <= 64
        assert read_address(RING, address, TODAY) is not None


def test_the_longest_local_part_is_no_longer_than_it_has_to_be() -> None:
    address = make(number=32**6 - 1, mailbox="a" * (links.LONGEST_LOCAL + 1) + "@desk.example")
    assert len(address.rpartition("@")[0]) == 65


def test_an_address_too_long_to_be_signed_is_refused_when_the_files_are_read() -> None:
    local = "a" * links.LONGEST_LOCAL
    assert (
        AddressSection(address=f"{local}@desk.example", queue="support").address
        == f"{local}@desk.example"
    )
    with pytest.raises(ValidationError, match="at most 26 characters before the @"):
        AddressSection(address=f"a{local}@desk.example", queue="support")


def test_another_separator_of_the_mail_server_works_as_well() -> None:
    address = signed_address(RING, SUPPORT, Purpose.SURVEY, 7, ANA, UNTIL, plus="_")
    assert address.startswith("support_s2")
    assert read_address(RING, address, TODAY, plus="_") is not None
    assert read_address(RING, address, TODAY) is None


def test_a_message_id_names_its_ticket_and_cannot_be_made_up() -> None:
    ours = signed_message_id(RING, 7, "a1b2c3", "desk.example")
    assert read_message_id(RING, ours) == 7
    assert read_message_id(RING, f"<{ours.upper()}>") == 7
    assert read_message_id(RING, ours.replace("m27.", "m28.")) is None
    assert read_message_id(RING, ours.replace("desk.example", "evil.example")) is None
    assert read_message_id(RING, ours.replace("a1b2c3", "a1b2c4")) is None
    assert read_message_id(KeyRing({"2": OLD}), ours) is None


@given(place=st.integers(0, 200), new=PRINTABLE)
def test_any_change_of_a_message_id_makes_it_anybodys(place: int, new: str) -> None:
    ours = signed_message_id(RING, 4711, "a1b2c3", "desk.example")
    place %= len(ours)
    changed = ours[:place] + new + ours[place + 1 :]
    if changed.strip("<>").lower() != ours:
        assert read_message_id(RING, changed) is None


def test_a_message_ids_signature_is_no_address() -> None:
    ours = signed_message_id(RING, 7, "a1b2c3", "desk.example")
    assert read_address(RING, f"support+{ours}", TODAY) is None
    assert read_message_id(RING, make().replace("support+", "")) is None
