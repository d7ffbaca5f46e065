"""What desk.yaml says of carriers: senders that write for others.

See `carriers` for how these entries are read and proved.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from maildesk.desk.rules.patterns import Pattern
from maildesk.mail.owners import is_named


@dataclass(frozen=True)
class Place:
    """Where something stands in a message: a header field, the first of these labels that its text
    has, or the first line in which a pattern is found."""

    header: str = ""
    labels: tuple[str, ...] = ()
    pattern: Pattern | None = None

    @property
    def words(self) -> str:
        """As an admin would call it."""
        if self.labels:
            return " ".join(f'"{label}:"' for label in self.labels)
        return self.pattern.text if self.pattern else self.header


@dataclass(frozen=True)
class CarrierProof:
    """What proves that a message is of a carrier: each of these alone is enough."""

    peers: tuple[IPv4Network | IPv6Network, ...] = ()
    dkim: str = ""  # a domain whose signature passed
    submission: bool = False  # who handed it in had logged in (RFC 6409)


@dataclass(frozen=True)
class Carrier:
    """A sender that writes for others: a form, a shop, a scanner, a list, another desk."""

    sender: str  # an address, or @domain
    person: Place
    name: Place | None = None  # None: beside the address
    has_name: bool = True  # whether there is a name to be had at all
    proof: CarrierProof | None = None  # None: nothing is asked for
    line: int = 0  # of desk.yaml

    def is_of(self, address: str) -> bool:
        """Whether this address is the carrier's."""
        return is_named(address, self.sender)
