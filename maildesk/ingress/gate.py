"""The gate before a listener: how many may talk to us at once, how often one peer may come, how much we hold in memory.

It says yes or no before anything is spent; nothing here waits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

FORGET_ABOVE = 10_000  # peers remembered before those who have been quiet are forgotten


class Gate:
    """Counts the connections of one listener. Peers in `trusted` are spared the rate, not the caps."""

    def __init__(self, *, total: int, per_peer: int, per_minute: int, octets: int, trusted: Sequence[str] = ()) -> None:
        self._total = total
        self._per_peer = per_peer
        self._per_minute = per_minute
        self._octets = octets
        self.held = 0  # octets of mails on their way in
        self._trusted = [ip_network(network, strict=False) for network in trusted]
        self._open: Counter[str] = Counter()
        self._tokens: dict[str, tuple[float, float]] = {}  # peer -> what is left of its allowance, and when that was

    def admit(self, peer: str, now: float) -> str:
        """Why this connection may not be, or an empty string and it is counted until `leave`."""
        key = _peer_key(peer)
        if self._open.total() >= self._total:
            return "Too many connections, try again later"
        if self._open[key] >= self._per_peer:
            return "Too many connections from your address, try again later"
        if not self._within_rate(key, peer, now):
            return "Too many connections in a short time, try again later"
        self._open[key] += 1
        return ""

    def leave(self, peer: str) -> None:
        """The connection is gone."""
        key = _peer_key(peer)
        self._open[key] -= 1
        if self._open[key] <= 0:
            del self._open[key]

    @property
    def is_full(self) -> bool:
        """Do the mails on their way in take all the memory they may?"""
        return self.held > self._octets

    def _within_rate(self, key: str, peer: str, now: float) -> bool:
        """An allowance that fills up again with time: `per_minute` at once, and as many in each minute after."""
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


def _peer_key(peer: str) -> str:
    """One peer: an IPv4 address, or the /64 an IPv6 host can roam in as it likes."""
    address = _address(peer)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address or peer)


def _address(peer: str) -> IPv4Address | IPv6Address | None:
    """The address without its zone; an IPv4 one that came to an IPv6 socket is IPv4 again."""
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
