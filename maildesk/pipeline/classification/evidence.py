"""How a message came, as far as anybody but its sender says so: what proves a carrier.

The address that handed it over is our listener's own knowledge. Where that is a mail server of
ours (`trusted_peers`, LMTP, a pipe), it tells where it had the message from in the Received field
that it put on top, and so on from server to server, as long as each is ours. A message that was
read from a mailbox has no such address: nobody knows which of its Received fields are its
provider's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from maildesk.desk.senders import trust
from maildesk.desk.senders.carriers import Evidence

if TYPE_CHECKING:
    from maildesk.config.settings import Listener
    from maildesk.desk.senders.entries import Trust
    from maildesk.mail.message import Message
    from maildesk.store.spool import Spooled

_WE_WROTE_ONE = ("smtp", "lmtp")  # the doors that put a Received field of ours on top
_OURS = ("lmtp", "pipe")
_BY = re.compile(r"\sby\s", re.IGNORECASE)
_LITERAL = re.compile(r"\[(?:IPv6:)?([0-9A-Fa-f.:]{3,45})\]|\(([0-9A-Fa-f.:]{7,45})\)")
# handed in on the server itself: Postfix's and Exim's words for that
_LOCAL = re.compile(r"from userid \d+|\bwith local\b", re.IGNORECASE)
_LOGGED_IN = re.compile(r"\bwith\s+(?:utf8)?(?:e?smtp|lmtp)s?a\b", re.IGNORECASE)  # RFC 3848, 6531


def evidence_of(
    job: Spooled,
    message: Message,
    rules: Trust,
    signed_by: str,
    listeners: Sequence[Listener],
) -> Evidence:
    """Where this message came from, whose signatures passed, whether its sender had logged in."""
    peer, is_submitted = _came_from(job, message, listeners)
    passed = trust.signing_domains(message, rules)
    domains = tuple(dict.fromkeys((*((signed_by,) if signed_by else ()), *passed)))
    return Evidence(peer, domains, is_submitted or trust.is_submitted(message, rules))


def _came_from(job: Spooled, message: Message, listeners: Sequence[Listener]) -> tuple[str, bool]:
    envelope = job.envelope
    if envelope.is_of_a_mailbox:
        return "", False
    own = 1 if envelope.via in _WE_WROTE_ONE or envelope.submitted_by else 0
    fields = message.headers.get("received", ())[own:]
    peer, is_ours = envelope.peer, envelope.via in _OURS
    is_submitted = False
    for field in fields[:10]:
        if not (is_ours or is_trusted(peer, listeners)):
            break
        origin = _origin(field)
        if not origin:
            break
        peer, is_ours = origin, False
        is_submitted = bool(_LOGGED_IN.search(field))
    return peer, is_submitted


def _origin(field: str) -> str:
    """The address that a server had the message from, as its Received field says it."""
    head = _BY.split(" " + field, maxsplit=1)[0]
    found = [one or other for one, other in _LITERAL.findall(head)]
    for literal in found:
        try:
            return str(ip_address(literal))
        except ValueError:
            continue
    return "127.0.0.1" if _LOCAL.search(field) else ""


def is_trusted(peer: str, listeners: Sequence[Listener]) -> bool:
    """Whether a mail server of ours stands at this address."""
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    networks = (_network(peers) for one in listeners for peers in one.trusted_peers)
    return any(address in network for network in networks)


@lru_cache
def _network(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text, strict=False)
