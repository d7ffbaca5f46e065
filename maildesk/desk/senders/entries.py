"""What desk.yaml says of senders: whose word counts, who may join, who is known beforehand, and
carriers, which write for others.

See `carriers` for how their entries are read and proved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network

from maildesk.desk.permissions import Levels
from maildesk.desk.rules.patterns import Pattern
from maildesk.mail.owners import is_named, mailbox_of


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


@dataclass(frozen=True)
class Trust:
    """Whose word counts for what (RFC 8601, verdict headers, lists)."""

    authserv_id: str = ""
    spam_filter: str = ""
    allow: tuple[str, ...] = ()  # addresses or @domains
    block: tuple[str, ...] = ()
    check_dkim: bool = False  # look at signatures ourselves, where no server before us does
    # an agent's command that reaches people outside needs proof, or a tap
    confirm_outside: bool = False
    # an answer to an older notification, without proof, is asked about once
    ask_after: timedelta | None = timedelta(days=90)
    ask_new_network: bool = False  # so is one from a network that the agent never wrote from
    # which proof an agent's mail needs, and for what
    levels: Levels = field(default_factory=Levels)

    @property
    def can_prove(self) -> bool:
        """Whether anybody looks at where a sender's mail comes from."""
        return bool(self.authserv_id) or self.check_dkim


@dataclass(frozen=True)
class Joining:
    """Who may join a conversation that others began."""

    # ask: an agent lets them in; open: whoever knows an address or a Message-ID of it joins
    strangers: str = "ask"
    colleagues: bool = True  # of the requester, by a proved address, join unasked
    # when an answer to the requester's own copy, from a proved address that is new, makes that one
    # theirs: same_name, proved, ask (an agent says so, and nobody else)
    other_addresses: str = "same_name"


@dataclass(frozen=True)
class Contact:
    """What the desk's files know of a customer beforehand: by address or by domain."""

    match: str  # an address, or @domain; "" where there are addresses alone
    name: str = ""
    organisation: str = ""
    tier: str = ""
    addresses: tuple[str, ...] = ()  # all of one person's
    sees_organisation: bool = False  # at /mine, the requests of everybody in theirs

    @property
    def keys(self) -> tuple[str, ...]:
        """What it is found by, folded."""
        return tuple(mailbox_of(one) for one in (self.match, *self.addresses) if one)


FIRST, BY_AGENT, BY_ANSWER = "first", "agent", "answer"  # how an address was joined with others


@dataclass(frozen=True, slots=True)
class JoinedAddress:
    """One of a customer's addresses that were learnt beside what the files say."""

    address: str  # folded
    how: str = BY_AGENT


# Each address that is asked for -> all learnt ones of its owner, it too; empty where there are none
Joined = Mapping[str, tuple[JoinedAddress, ...]]
NONE_JOINED: Joined = {}
