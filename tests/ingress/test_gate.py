"""Who is let in, and how often."""

from __future__ import annotations

from dataclasses import dataclass

from maildesk.ingress.gate import FORGET_ABOVE, FULL, SLOW, Gate


@dataclass
class Talker:
    """A connection that is so many seconds slower than it should be."""

    peer: str
    late: float = 0.0

    def behind(self, now: float) -> float:
        return self.late


def gate(**changes: int) -> Gate:
    limits = {
        "total": 100,
        "per_peer": 100,
        "per_network": 100,
        "per_minute": 100,
        "octets": 100,
        "octets_per_peer": 50,
    }
    return Gate(**{**limits, **changes}, trusted=["10.0.0.0/8", "::1/128"])


def filled(door: Gate, *places: Talker) -> list[Talker]:
    """These take their places."""
    assert [door.admit(place.peer, 0) for place in places] == [""] * len(places)
    return list(places)


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


def test_one_network_cannot_take_all_places() -> None:
    door = gate(per_network=2)
    assert [door.admit(f"192.0.2.{n}", 0) for n in (1, 2)] == ["", ""]
    assert "network" in door.admit("192.0.2.3", 0)
    assert door.admit("192.0.3.1", 0) == ""
    door.leave("192.0.2.1")
    assert door.admit("192.0.2.3", 0) == ""


def test_where_it_is_full_the_slowest_of_the_largest_network_gives_way() -> None:
    door = gate(total=4)
    slow, slower, fast, other = filled(
        door,
        Talker("192.0.2.1", SLOW),
        Talker("192.0.2.2", SLOW + 1),
        Talker("192.0.2.3"),
        Talker("198.51.100.1", 900),
    )
    assert door.admit("203.0.113.1", 0) == FULL
    assert door.slowest("203.0.113.1", [slow, slower, fast, other], 0) is slower
    door.leave(slower.peer)
    assert door.admit("203.0.113.1", 0) == ""
    assert door.slowest("203.0.113.2", [slow, fast, other], 0) is slow


def test_nobody_gives_way_who_is_quick_or_whose_network_has_no_more_than_the_newcomers() -> None:
    door = gate(total=3)
    quick = filled(door, *(Talker(f"192.0.2.{n}", SLOW - 0.1) for n in range(3)))
    assert door.slowest("203.0.113.1", quick, 0) is None
    door = gate(total=2)
    alone = filled(door, Talker("192.0.2.1", 900), Talker("198.51.100.1", 900))
    assert door.slowest("198.51.100.2", alone[1:], 0) is None
    assert door.slowest("203.0.113.1", alone, 0) is not None


def test_it_is_full_when_mails_take_more_than_they_may() -> None:
    door = gate(octets=10)
    door.hold("10.0.0.1", 10)
    assert not door.is_full("10.0.0.1")
    door.hold("10.0.0.2", 1)
    assert door.is_full("10.0.0.1")
    door.hold("10.0.0.1", -1)
    assert not door.is_full("10.0.0.1")


def test_one_peer_cannot_take_the_memory_of_all() -> None:
    door = gate(octets=100, octets_per_peer=10)
    door.hold("192.0.2.1", 11)
    door.hold("10.0.0.1", 11)
    assert door.is_full("192.0.2.1")
    assert not door.is_full("192.0.2.2")
    assert not door.is_full("10.0.0.1"), "a server of ours brings everybody's mail"
