"""Who asks, as far as it can be known: the address at the other end of the connection, or what a
proxy of ours says that it was.

X-Forwarded-For is anybody's to write. It is read from the right, as long as each hop is a proxy of
ours: the first that is not is who asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

Net = IPv4Network | IPv6Network


def networks(written: Sequence[str]) -> tuple[Net, ...]:
    """These networks, to be looked up in."""
    return tuple(ip_network(one, strict=False) for one in written)


def client_of(peer: str, forwarded: Sequence[str], proxies: Sequence[Net]) -> str:
    """The client's address; `forwarded` are the X-Forwarded-For fields in their order."""
    hops = [hop.strip() for field in forwarded for hop in field.split(",")]
    found = peer
    while hops and _is_one_of(found, proxies):
        hop = _bare(hops.pop())
        if hop is None:
            break
        found = str(hop)
    return found


def network_of(address: str) -> str:
    """What counts as one client: an IPv4 address alone, an IPv6 /64."""
    found = _bare(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return address


def peer_of(request: HTTPConnection) -> str:
    """The address of whoever asks; "" where the server does not know it."""
    return request.client.host if request.client else ""


def asking(request: HTTPConnection) -> str:
    """What counts as the one client that asks."""
    return network_of(peer_of(request))


def _is_one_of(address: str, proxies: Sequence[Net]) -> bool:
    found = _bare(address)
    return found is not None and any(found in network for network in proxies)


def _bare(hop: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it: with brackets, a port, a zone."""
    text = hop.strip('" ').partition("%")[0]
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
