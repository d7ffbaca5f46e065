"""Where a score comes from that was given on a page: what `scores` weighs it by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

# Nobody reads a page and presses its button sooner, nor the mail that leads to it.
_SOONEST, _SOONEST_AFTER_MAIL = 5, timedelta(minutes=1)
BY_PAGE, AT_ONCE = "network", "at_once"  # in the history


@dataclass(frozen=True, slots=True)
class PageScore:
    """The browser that it was given in."""

    network: str
    open_for: int = 0  # seconds, until the button was pressed
    theirs: frozenset[str] = field(default_factory=frozenset)  # networks known to be this person's

    def was_at_once(self, resolved_at: datetime | None, now: datetime) -> bool:
        """Whether a program may well have pressed the button."""
        is_after_mail = resolved_at is None or now - resolved_at >= _SOONEST_AFTER_MAIL
        return self.open_for < _SOONEST or not is_after_mail

    def told(self, resolved_at: datetime | None, now: datetime) -> dict[str, str]:
        """What the history keeps of it."""
        at_once = {AT_ONCE: "yes"} if self.was_at_once(resolved_at, now) else {}
        return {BY_PAGE: self.network, **at_once}


def network_of(address: str) -> str:
    """What counts as one network: a /24, of IPv6 a /48."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    found = (isinstance(found, IPv6Address) and found.ipv4_mapped) or found
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False))
