"""Addresses that servers on the way wrote over, and those in a piece of text."""

from __future__ import annotations

import pytest

from maildesk.mail.message import Mailbox
from maildesk.mail.origin.addresses import member, named_in, original

UMA = "uma@customer.example"


@pytest.mark.parametrize(
    "written",
    [
        UMA,
        "SRS0=aB1c=XY=customer.example=uma@fwd.example",
        "srs0+aB1c=XY=customer.example=uma@fwd.example",
        "SRS1=zz=fwd.example==aB1c=XY=customer.example=uma@second.example",
        "SRS1=zz=fwd.example=+aB1c=XY=customer.example=uma@second.example",
        "bounces+SRS=44ldt=IX=customer.example=uma@fwd.example",
        "prvs=1234567890=uma@customer.example",
        "prvs=uma=12345678ab@customer.example",
        "btv1==12ab==uma@customer.example",
        "SRS0=aB1c=XY=customer.example=prvs=1234567890=uma@fwd.example",
    ],
)
def test_whose_address_it_was(written: str) -> None:
    assert original(written) == UMA


@pytest.mark.parametrize("plain", ["a=b@x.example", "srs0@x.example", "prvs=x@y.example", "", "@"])
def test_what_nobody_wrote_over_stays(plain: str) -> None:
    assert original(plain) == plain


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("uma=customer.example@groups.example", UMA),
        ("uma=40customer.example@dmarc.example", UMA),
        ("it@lists.example", ""),
        ("a=b@x.example", ""),
    ],
)
def test_a_member_in_a_list_s_address(written: str, found: str) -> None:
    assert member(written) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (UMA, [Mailbox("", UMA)]),
        (f"Uma Lind <{UMA}>", [Mailbox("Uma Lind", UMA)]),
        (f"[{UMA}](mailto:{UMA})", [Mailbox("", UMA)]),
        (f"<mailto:{UMA}>", [Mailbox("", UMA)]),
        (f"**{UMA}**.", [Mailbox("", UMA)]),
        (f"{UMA}, lea@post.example", [Mailbox("", UMA), Mailbox("", "lea@post.example")]),
        ("nobody at home", []),
        ("@", []),
    ],
)
def test_the_addresses_in_a_line(words: str, found: list[Mailbox]) -> None:
    assert list(named_in(words)) == found
