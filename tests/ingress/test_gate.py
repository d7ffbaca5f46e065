"""Who is let in, and how often."""

from __future__ import annotations

from maildesk.ingress.gate import FORGET_ABOVE, Gate


def gate(**changes: int) -> Gate:
    return Gate(**{"total": 100, "per_peer": 100, "per_minute": 100, "octets": 100, **changes}, trusted=["10.0.0.0/8", "::1/128"])


def test_a_place_is_free_again_when_its_holder_leaves() -> None:
    door = gate(total=2)
    assert door.admit("192.0.2.1", 0) == ""
    assert door.admit("192.0.2.2", 0) == ""
    assert door.admit("192.0.2.3", 0).startswith("Too many connections")
    door.leave("192.0.2.1")
    assert door.admit("192.0.2.3", 0) == ""


def test_one_peer_cannot_take_all_places_even_when_trusted() -> None:
    door = gate(per_peer=1)
    assert door.admit("10.1.1.1", 0) == ""
    assert door.admit("10.1.1.1", 0) != ""
    assert door.admit("10.1.1.2", 0) == ""


def test_a_host_with_many_ipv6_addresses_is_one_peer() -> None:
    door = gate(per_peer=1)
    assert door.admit("2001:db8::1", 0) == ""
    assert door.admit("2001:db8::2", 0) != ""
    assert door.admit("2001:db8:0:1::1", 0) == ""
    door.leave("2001:db8::1")
    assert door.admit("2001:db8::3", 0) == ""


def test_an_ipv4_address_in_ipv6_clothes_is_the_same_peer() -> None:
    door = gate(per_peer=1)
    assert door.admit("::ffff:192.0.2.1", 0) == ""
    assert door.admit("192.0.2.1", 0) != ""
    assert door.admit("::ffff:192.0.2.2", 0) == ""


def test_the_allowance_of_a_peer_fills_up_with_time() -> None:
    door = gate(per_minute=2)
    assert [door.admit("192.0.2.1", 0) == "" for _ in range(3)] == [True, True, False]
    assert door.admit("192.0.2.2", 0) == ""
    assert door.admit("192.0.2.1", 29) != ""
    assert door.admit("192.0.2.1", 31) == ""
    assert door.admit("192.0.2.1", 32) != ""


def test_trusted_peers_come_as_often_as_they_like() -> None:
    door = gate(per_minute=1)
    assert [door.admit("10.1.1.1", 0) for _ in range(5)] == [""] * 5
    assert [door.admit("::ffff:10.1.1.1", 0) for _ in range(5)] == [""] * 5
    assert [door.admit("::1", 0) for _ in range(5)] == [""] * 5


def test_peers_are_forgotten_before_they_fill_the_memory() -> None:
    door = gate(total=10**6, per_minute=1)
    for number in range(2 * FORGET_ABOVE):
        door.admit(f"100.{number >> 16}.{number >> 8 & 255}.{number & 255}", number / 1000)
    assert len(door._tokens) <= FORGET_ABOVE + 1


def test_it_is_full_when_mails_take_more_than_they_may() -> None:
    door = gate(octets=10)
    door.held = 10
    assert not door.is_full
    door.held = 11
    assert door.is_full
