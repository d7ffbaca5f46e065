"""A name that imitates an agent, the desk or one of its addresses is known as such, whatever
letters it is written with."""

from __future__ import annotations

import pytest

from maildesk.desk.senders.imitation import imitated
from tests.desk.stories import POLICY

DESK, SUPPORT = POLICY.desk_name, POLICY.addresses[0].address


@pytest.mark.parametrize(
    ("name", "whom"),
    [
        *((name, "Ben Okafor") for name in ("Ben Okafor", "ben okafor", "Okafor, Ben",
            "BEN  OKAFOR (Support)", "BénÓkafor")),
        *((name, "Ben Okafor") for name in ("Веn Оkаfоr", "𝐁𝐞𝐧 Ｏkafor", "Ben 0kaf0r",
            "B e n Okafor", "B\u200ben O\xadkafor")),
        *((name, SUPPORT) for name in (SUPPORT, SUPPORT.upper(), f"Help ({SUPPORT})",
            SUPPORT.replace("@", " (at) "))),
        (SUPPORT.replace("o", "о"), SUPPORT),
        *((name, DESK) for name in (DESK, DESK.upper(), DESK.replace("e", "е"))),
        ("Ben", ""),
        ("Kim Doe", ""),
        ("Benjamin Okaforson", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_name_that_looks_like_one_of_ours(name: str, whom: str) -> None:
    assert imitated(name, "kim@evil.example", POLICY).casefold() == whom.casefold()


def test_an_address_that_looks_like_one_of_ours() -> None:
    assert imitated("", SUPPORT.replace("e", "е"), POLICY) == SUPPORT
    assert imitated("Kim", "b3n@desk.examp1e", POLICY) == "ben@desk.example"


def test_a_name_is_nobodys_imitation_where_the_address_is_theirs() -> None:
    assert imitated("Ben Okafor", "ben@desk.example", POLICY) == ""
    assert imitated("Ben Okafor", "BEN@home.example", POLICY) == ""
    assert imitated(DESK, SUPPORT, POLICY) == ""
