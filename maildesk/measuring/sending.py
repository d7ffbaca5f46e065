"""Sending a mail at once, by the relay that the desk's mail takes, for a command that opens no desk
otherwise: under the same log-in, counted against the same limit.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from maildesk.config.settings import ImapMailbox, Relay, Settings
from maildesk.egress.courier import courier_for
from maildesk.egress.outcome import Outcome
from maildesk.errors import TransientFailure
from maildesk.oauth.sasl import Token
from maildesk.oauth.tokens import Tokens
from maildesk.pipeline.keyring import open_ring
from maildesk.pipeline.relays.lines import for_people_first
from maildesk.pipeline.services import utc_now
from maildesk.pipeline.simulation.dry_run import own_storage
from maildesk.storage import Storage, open_storage
from maildesk.store.relays import usage

if TYPE_CHECKING:
    from maildesk.egress.courier import Courier
    from maildesk.egress.graph import GraphCourier
    from maildesk.egress.maildir import MaildirCourier


class WayOut:
    """A relay, and what it was given of late. `uncounted` says why that cannot be known, where it
    cannot."""

    def __init__(
        self,
        relay: Relay,
        courier: Courier | GraphCourier | MaildirCourier,
        storage: Storage | None,
        now: Callable[[], datetime],
        uncounted: str = "",
    ) -> None:
        self.relay, self.uncounted = relay, uncounted
        self._courier, self._storage, self._now = courier, storage, now
        # what is kept for people's answers is left to them
        self._limits = for_people_first(relay)[1]

    def send(self, mail_from: str, recipient: str, raw: bytes) -> Outcome:
        """Hand it over, where the relay's `limit` leaves room; else "waiting", and until when."""
        if self._storage is not None and self._limits and (why := self._no_room(self._storage)):
            return Outcome(recipient, "waiting", 0, "", why)
        (outcome,) = self._courier.send(mail_from, [recipient], raw)
        return outcome

    def _no_room(self, storage: Storage) -> str:
        now = self._now()
        try:
            with storage.db.write() as conn:
                room, later = usage.reserve(conn, self.relay.name, self._limits, now, 1)
        except TransientFailure as problem:
            return f"it cannot be counted against `limit` now: {problem}"
        words = f"its `limit` ({self.relay.limit}) leaves no room before {later:%F %H:%M} UTC"
        return "" if room else words


@contextmanager
def way_out(
    desk: Path,
    settings: Settings,
    relay: Relay,
    token: Token | None,
    now: Callable[[], datetime] = utc_now,
) -> Iterator[WayOut]:
    """This relay; at the end it is hung up. PermanentFailure where it needs tokens and there are
    none."""
    hostname = next((one.hostname for one in settings.listeners if one.hostname), "")
    courier = courier_for(relay, desk, hostname=hostname, token=token)
    storage, uncounted = None, ""
    try:
        if relay.limit:
            storage, uncounted = _counted(desk, settings)
        yield WayOut(relay, courier, storage, now, uncounted)
    finally:
        courier.close()
        if storage is not None:
            storage.db.close()


def _counted(desk: Path, settings: Settings) -> tuple[Storage | None, str]:
    """Where mail is counted; a desk that never ran has counted none."""
    try:
        return own_storage(desk, settings), ""
    except TransientFailure as problem:
        return None, f"what counts against `limit` cannot be read: {problem}"


@contextmanager
def tokens_for(
    desk: Path | None, settings: Settings, consumers: Sequence[ImapMailbox | Relay]
) -> Iterator[Tokens | None]:
    """What gives tokens to these, of the desk's own database; None where none of them takes any, or
    there is no desk."""
    if desk is None or all(one.auth != "oauth" for one in consumers):
        yield None
        return
    storage = open_storage(desk, settings)
    try:
        ring = open_ring(storage.db, settings, desk, utc_now())
        owner = f"{socket.gethostname()}:{os.getpid()}"
        yield Tokens(storage.db, ring.keys.values(), desk=desk, owner=owner, now=utc_now)
    finally:
        storage.db.close()
