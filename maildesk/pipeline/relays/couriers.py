"""Handing a mail to its relay: each worker thread keeps a connection of its own to each relay."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from maildesk.config.connections.relays import relay_for
from maildesk.egress.courier import courier_for
from maildesk.egress.envelope import envelope_sender
from maildesk.egress.outcome import Outcome
from maildesk.log import log
from maildesk.oauth import sign_in
from maildesk.pipeline.letters.whole import whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maildesk.config.settings import Relay
    from maildesk.egress.stream import Streamed
    from maildesk.pipeline.services import Services
    from maildesk.store.outbox import Letter


class Carries(Protocol):
    """Hands a finished message to the world."""

    def send(self, mail_from: str, rcpt_to: Sequence[str], raw: bytes | Streamed) -> list[Outcome]:
        """One outcome for each recipient."""

    def close(self) -> None:
        """Hang up."""


class Couriers:
    """All of this process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._own = threading.local()
        self._all: list[Carries] = []

    def send(self, letter: Letter) -> Outcome:
        """Hand the mail over; nothing that goes wrong here stops the next."""
        relay = relay_for(self._services.settings, letter.address)
        sender = envelope_sender(relay.envelope, letter.mail_from, letter.address)
        try:
            courier = self._courier(relay)
            return courier.send(sender, [letter.recipient], self._content(letter))[0]
        except Exception as problem:
            # a courier says what happened; anything else is ours to mend, later
            log.exception("processing_failed", outbox=letter.id, problem=type(problem).__name__)
            words = f"{type(problem).__name__}: {problem}"[:500]
            return Outcome(letter.recipient, "deferred", 0, "", words)

    def close(self) -> None:
        """Hang up everywhere."""
        for courier in self._all:
            courier.close()

    def _content(self, letter: Letter) -> bytes | Streamed:
        if not letter.shared:
            return letter.raw
        with self._services.db.read() as conn:
            return whole(conn, self._services.blobs, letter.raw, letter.shared)

    def _courier(self, relay: Relay) -> Carries:
        if not hasattr(self._own, "couriers"):
            self._own.couriers = {}
        mine: dict[str, Carries] = self._own.couriers
        if relay.name not in mine:
            mine[relay.name] = self._opened(relay)
            self._all.append(mine[relay.name])
        return mine[relay.name]

    def _opened(self, relay: Relay) -> Carries:
        services = self._services
        listeners = services.settings.listeners
        hostname = next((one.hostname for one in listeners if one.hostname), "")
        name, largest = relay.name, services.largest
        return courier_for(
            relay,
            services.desk,
            hostname=hostname,
            learn_size=lambda octets: largest.learn(octets, name),
            token=sign_in.for_relay(services.settings, services.tokens, relay),
        )
