"""The gate before a listener: how many may talk to us at once, how often one peer may come, how
much we hold in memory.

It says yes or no before anything is spent; nothing here waits. When every place is
taken, whoever is slow loses theirs to a newcomer, first of the network that has
most of them: a few hosts that keep their connections open lock nobody else out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Protocol, TypeVar

FORGET_ABOVE = 10_000  # peers remembered before those who have been quiet are forgotten
FULL = "Too many connections, try again later"
SLOW = 5.0  # seconds behind, then a sender may lose its place


class Place(Protocol):
    """What a connection tells of itself."""

    peer: str

    def behind(self, now: float) -> float:
        """By how many seconds it is slower than a sender should be; 0 where it waits for us."""


P = TypeVar("P", bound=Place)


class Gate:
    """Counts the connections of one listener. Peers in `trusted` are spared the rate and their
    share of memory, not the caps."""

    def __init__(
        self,
        *,
        total: int,
        per_peer: int,
        per_network: int,
        per_minute: int,
        octets: int,
        octets_per_peer: int,
        trusted: Sequence[str] = (),
    ) -> None:
        self._total = total
        self._per_peer = per_peer
        self._per_network = per_network
        self._per_minute = per_minute
        self._octets = octets
        self._octets_per_peer = octets_per_peer
        self._held: Counter[str] = Counter()  # octets of mails on their way in
        self._trusted = [ip_network(network, strict=False) for network in trusted]
        self._open: Counter[str] = Counter()
        self._networks: Counter[str] = Counter()
        # peer -> what is left of its allowance, and when that was
        self._tokens: dict[str, tuple[float, float]] = {}

    def admit(self, peer: str, now: float) -> str:
        """Why this connection may not be, or an empty string and it is counted until `leave`."""
        key, network = peer_key(peer), _network_key(peer)
        if self._open[key] >= self._per_peer:
            return "Too many connections from your address, try again later"
        if self._networks[network] >= self._per_network:
            return "Too many connections from your network, try again later"
        if self._open.total() >= self._total:
            return FULL
        if not self._within_rate(key, peer, now):
            return "Too many connections in a short time, try again later"
        self._open[key] += 1
        self._networks[network] += 1
        return ""

    def leave(self, peer: str) -> None:
        """The connection is gone."""
        for counter, key in ((self._open, peer_key(peer)), (self._networks, _network_key(peer))):
            counter[key] -= 1
            if counter[key] <= 0:
                del counter[key]

    def slowest(self, peer: str, places: Iterable[P], now: float) -> P | None:
        """Who gives way to this peer: the slowest of the network that has most places, and more
        than the peer's own has."""
        own = self._networks[_network_key(peer)]
        found = [
            (self._networks[_network_key(place.peer)], place.behind(now), place) for place in places
        ]
        slow = [one for one in found if one[0] > own and one[1] >= SLOW]
        return max(slow, key=lambda one: one[:2])[2] if slow else None

    def hold(self, peer: str, octets: int) -> None:
        """So many more octets of this peer's mails are held, or fewer."""
        key = peer_key(peer)
        self._held[key] += octets
        if self._held[key] <= 0:
            del self._held[key]

    @property
    def held(self) -> int:
        """Octets of all mails on their way in."""
        return self._held.total()

    def is_full(self, peer: str) -> bool:
        """Do the mails on their way in, or this peer's alone, take all the memory they may?"""
        mine = self._held[peer_key(peer)]
        return self.held > self._octets or (
            mine > self._octets_per_peer and not self._is_trusted(peer)
        )

    def _within_rate(self, key: str, peer: str, now: float) -> bool:
        """An allowance that fills up again with time: `per_minute` at once, and as many in each
        minute after."""
        if self._is_trusted(peer):
            return True
        left, since = self._tokens.get(key, (float(self._per_minute), now))
        left = min(float(self._per_minute), left + (now - since) * self._per_minute / 60)
        if len(self._tokens) > FORGET_ABOVE:
            recent = {k: (n, at) for k, (n, at) in self._tokens.items() if now - at < 60}
            self._tokens = recent if len(recent) <= FORGET_ABOVE // 2 else {}
        self._tokens[key] = (max(left - 1, 0.0) if left >= 1 else left, now)
        return left >= 1

    def _is_trusted(self, peer: str) -> bool:
        address = _address(peer)
        return address is not None and any(address in network for network in self._trusted)


def peer_key(peer: str) -> str:
    """One peer: an IPv4 address, or the /64 an IPv6 host can roam in as it likes."""
    address = _address(peer)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address or peer)


def _network_key(peer: str) -> str:
    """One network: an IPv4 /24, the least that is given to anybody, or an IPv6 /64."""
    address = _address(peer)
    if isinstance(address, IPv4Address):
        return str(ip_network((address, 24), strict=False))
    return peer_key(peer)


def _address(peer: str) -> IPv4Address | IPv6Address | None:
    """The address without its zone; an IPv4 one that came to an IPv6 socket is IPv4 again."""
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
