"""Which relay a mail goes by: by the desk address that it is from.

The first relay takes the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from maildesk.config.settings import Dkim, Relay, Settings

Steps = tuple[str | int, ...]


def relays_of(settings: Settings) -> tuple[Relay, ...]:
    """All of them, each with a name; one at least, which may be a Maildir."""
    return tuple(_named(relay) for _, relay in written(settings))


def relay_for(settings: Settings, address: str) -> Relay:
    """The one for mail from this desk address: that names it, else its domain, else the first."""
    key = address.lower()
    relays = relays_of(settings)
    for wanted in (key, "@" + key.rpartition("@")[2]):
        for relay in relays:
            if any(one.lower() == wanted for one in relay.for_):
                return relay
    return relays[0]


def relay_named(settings: Settings, name: str) -> Relay | None:
    """The one of this name, where the settings still have it."""
    return next((relay for relay in relays_of(settings) if relay.name == name), None)


def dkim_for(settings: Settings, address: str) -> Dkim | None:
    """The key that signs mail from this desk address: its relay's own, else the desk's."""
    return relay_for(settings, address).dkim or settings.dkim


def place_of(relay: Relay) -> str:
    """Where it is, for people."""
    if relay.kind == "graph":
        return f"Microsoft Graph, from {relay.username}"
    return f"{relay.host}:{relay.port}" if relay.host else f"the Maildir {relay.maildir}"


def ways_of(settings: Settings, addresses: Iterator[str]) -> list[tuple[str, Relay]]:
    """Each desk address with the relay that its mail goes by."""
    return [(address, relay_for(settings, address)) for address in addresses]


def written(settings: Settings) -> list[tuple[Steps, Relay]]:
    """Each relay with its place in settings.yaml."""
    if not settings.relays:
        return [(("relay",), settings.relay)]
    return [(("relays", number), relay) for number, relay in enumerate(settings.relays)]


def disagreements(settings: Settings, data: Mapping[str, Any]) -> Iterator[tuple[Steps, str, str]]:
    """What does not fit together: its place, what was expected there, what was found."""
    if "relay" in data and settings.relays:
        yield ("relays",), "relay or relays, not both", "both"
    names = Counter(_named(relay).name for relay in settings.relays)
    theirs = Counter(one.lower() for relay in settings.relays for one in relay.for_)
    for number, relay in enumerate(settings.relays):
        name = _named(relay).name
        if names[name] > 1:
            yield ("relays", number), "a name of its own for each relay", f'"{name}" twice'
        if number and not relay.for_:
            wanted = "for: the addresses or @domains whose mail it takes (the first takes the rest)"
            yield ("relays", number), wanted, "none"
        for place, one in enumerate(relay.for_):
            if theirs[one.lower()] > 1:
                yield ("relays", number, "for", place), "one relay for an address", f'"{one}" twice'


def _named(relay: Relay) -> Relay:
    if relay.name:
        return relay
    otherwise = "graph" if relay.kind == "graph" else "maildir"
    return relay.model_copy(update={"name": relay.host or otherwise})
