"""Whether a mail may go now, or has to stand in line (see `store.relays.lines`).

Theory of operation. A relay that refuses *us* (`mail.submission.refusals`) would refuse every mail.
So its refusal stops the relay, or the mail of one sender there, and not the mails:

    stopped    a line is written down; whatever is for that relay stands in it, in its order
    tried      when the line is due, one process takes it, and with it the first mail: the probe
    refused    the probe stands in line again; the next try is later, and later
    goes       the line empties from its head, one mail, two, four; who comes meanwhile stands
               behind; with the last one the line is gone

A mail that cannot go because of a limit stands in a line of the same kind, which is due when there
is room. What a process knows of the lines is a second old at most: a mail sent in that second is a
probe too many, and is not lost by it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from maildesk.config.connections.relay_limits import Limits, read_limits
from maildesk.config.connections.relays import place_of, relay_for, relay_named, relays_of
from maildesk.desk.threads.links import hidden
from maildesk.egress.envelope import envelope_sender
from maildesk.egress.outcome import Outcome
from maildesk.errors import TransientFailure
from maildesk.heartbeat import RelayState
from maildesk.log import log
from maildesk.mail.submission.refusals import ABOUT_THE_SENDER
from maildesk.pipeline.admin_alarms import tell_admins
from maildesk.pipeline.relays import advice
from maildesk.store import due
from maildesk.store.relays import lines as rows
from maildesk.store.relays import usage
from maildesk.store.relays.lines import LIMIT, Line, name_of
from maildesk.store.schema import outbox

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.config.settings import Relay
    from maildesk.pipeline.services import Services
    from maildesk.store.outbox import Letter

FRESH = timedelta(seconds=1)  # how old what we know of the lines may be
MINUTES = (1, 5, 15, 30, 60)
# Minutes from one try to the next; the last one repeats. A log-in that is refused too often is
# locked.
PAUSES: Mapping[str, tuple[float, ...]] = {
    "server": (1 / 60, 5 / 60, 0.5, 2, 5),
    "rate": (0.5, 1, 2, 5, 15, 30),
    "quota": (15, 30, 60),
}
PASSES_BY_ITSELF = ("server", "rate")  # often; the admins hear when it has not after this time
ALARM_AFTER = timedelta(minutes=15)
KEPT_FOR_PEOPLE = 10  # one in so many of a limit per hour or day, for what people write


class Lines:
    """The lines as this process knows them."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._relays: dict[str, Relay] = {}
        self._known: dict[str, Line] = {}
        self._waiting: Mapping[str, int] = {}
        self._read_at = datetime.min.replace(tzinfo=UTC)

    def look(self, *, afresh: bool = False) -> None:
        """Read them, where what we know is old."""
        now = self._services.now()
        if not afresh and timedelta(0) <= now - self._read_at < FRESH:
            return
        with self._services.db.read() as conn:
            known = {line.line: line for line in rows.every(conn)}
            waiting = rows.waiting(conn) if known else {}
        with self._lock:
            self._known, self._waiting, self._read_at = known, waiting, now

    def due(self) -> list[Line]:
        """Those of which a mail may be tried now, and in which one stands."""
        now = self._services.now()
        return [
            one for one in self._known.values() if one.due_at <= now and one.line in self._waiting
        ]

    def states(self) -> list[RelayState]:
        """Every relay, and what is the matter with it; a limit of our own is nothing."""
        found = []
        for relay in relays_of(self._services.settings):
            lines = [
                one for one in self._known.values() if one.relay == relay.name and one.kind != LIMIT
            ]
            zone, waiting = self._services.keeper.current.policy.tz, self._waiting
            words = "; ".join(advice.headline(one, waiting.get(one.line, 0), zone) for one in lines)
            is_alarm = any(one.told_at is not None and not one.pace for one in lines)
            found.append(RelayState(relay.name, place_of(relay), words[:500], is_alarm))
        return found

    def relay(self, letter: Letter) -> Relay:
        """The relay that this mail goes by."""
        return self._relay_of(letter.address)

    def _relay_of(self, address: str) -> Relay:
        """Found once: the settings do not change while we run."""
        if address not in self._relays:
            self._relays[address] = relay_for(self._services.settings, address)
        return self._relays[address]

    def of(self, letter: Letter) -> Line | None:
        """The line in which this mail has to stand."""
        return self._line_of(letter.mail_from, letter.address)

    def _line_of(self, mail_from: str, address: str) -> Line | None:
        if not self._known:
            return None
        name, sender = self._relay_of(address).name, self._sender_of(mail_from, address)
        return self._known.get(name_of(name)) or self._known.get(name_of(name, sender))

    def _sender_of(self, mail_from: str, address: str) -> str:
        """Whom the relay sees as its sender: a desk address, with whatever sub-address, or none."""
        envelope = self._relay_of(address).envelope
        return (
            address.lower() if envelope_sender(envelope, mail_from, address) else advice.NULL_PATH
        )

    def why_not(self, letter: Letter) -> Outcome | None:
        """Why this mail cannot go now; None where it may, and is counted as given to its relay."""
        line = self.of(letter)
        if line is not None and not (line.kind == LIMIT and letter.author):
            return _waits(letter, advice.what(line))
        limits = limits_of(self.relay(letter))
        if not limits:
            return None
        name, now = self.relay(letter).name, self._services.now()
        with self._services.db.write(durable=False) as conn:
            some = limits if letter.author else _but_for_people(limits)
            room, later = usage.reserve(conn, name, some, now, 1)
            if not room:
                rows.begin(conn, Line(name_of(name), name, "", LIMIT, None, "", "", now, later))
        if room:
            return None
        self.look(afresh=True)
        return _waits(letter, advice.what(self._known[name_of(name)]))

    def stop(self, conn: Connection, letter: Letter, outcome: Outcome) -> str:
        """The relay refuses us: from now on its mails stand in this line."""
        now, relay = self._services.now(), self.relay(letter)
        sender = ""
        if outcome.about_us in ABOUT_THE_SENDER:
            sender = self._sender_of(letter.mail_from, letter.address)
        line = name_of(relay.name, sender)
        until = now + pause(outcome.about_us, 0)
        rows.begin(
            conn,
            Line(
                line, relay.name, sender, outcome.about_us, outcome.code or None, outcome.enhanced,
                outcome.text[:500], now, until,
            ),
        )  # fmt: skip
        return line

    def stand_in(
        self, conn: Connection, letter: Letter, line: str, why: str, **told: object
    ) -> None:
        """This mail stands in line; it is looked at again when it would be given up."""
        relay = self.relay(letter)
        until = max(letter.created_at + relay.give_up_after, self._services.now())
        holder = (self._services.owner, letter.attempts)
        due.postpone(
            conn, outbox, letter.id, until, error=why[:500], refund_attempt=True, holder=holder,
            line=line, relay=relay.name, **told,
        )  # fmt: skip

    def tell(self) -> None:
        """Tell the admins, once, of a relay that takes no mail: the log, and mail where another
        goes.
        """
        now = self._services.now()
        for line in list(self._known.values()):
            waits_for_it = line.kind in PASSES_BY_ITSELF and now - line.since < ALARM_AFTER
            if line.told_at is not None or line.kind == LIMIT or line.pace or waits_for_it:
                continue
            with self._services.db.write() as conn:
                ours = rows.tell(conn, line.line, now)
            self.look(afresh=True)
            if not ours:
                continue
            relay = relay_named(self._services.settings, line.relay)
            why, mends = advice.what(line), advice.helps(line, relay)
            log.error(
                "relay_stopped",
                relay=line.relay,
                sender=line.sender,
                why=why,
                said=hidden(line.said),
                helps=mends,
            )
            first = self._services.keeper.current.policy.addresses[0].address
            if self._line_of("", first) is None:
                words = advice.letter(line, relay, self._waiting.get(line.line, 0))
                tell_admins(self._services, advice.subject(line), words)

    def tell_of_relief(self, line: Line) -> None:
        """All that waited has gone; the admins hear of it where they heard that nothing went."""
        if line.told_at is not None:
            tell_admins(
                self._services,
                advice.subject_of_relief(line),
                advice.letter_of_relief(line, self._services.keeper.current.policy.tz),
            )

    def begin(self) -> None:
        """At the start: settings may have mended what was wrong, and mails may have another relay
        now.
        """
        services, now = self._services, self._services.now()
        with services.db.write() as conn:
            rows.wake(conn, now)
            for there in rows.every(conn):
                if relay_named(services.settings, there.relay) is None:
                    rows.end(conn, there.line)
            known = {there.line for there in rows.every(conn)}
            for line, address in rows.senders_in(conn):
                name = self._relay_of(address).name
                is_theirs = line in (
                    name_of(name, one) for one in ("", address.lower(), advice.NULL_PATH)
                )
                if line not in known or not is_theirs:
                    rows.leave(conn, line, now, sender=address)
            usage.forget(conn, now)
        self.look(afresh=True)

    def begin_quietly(self) -> None:
        """The same; where the database is away now, what is wrong is found as mails are sent."""
        with suppress(TransientFailure):
            self.begin()


def limits_of(relay: Relay) -> Limits:
    """How much it may be given."""
    return read_limits(relay.limit)


def pause(kind: str, attempts: int) -> timedelta:
    """How long to wait after so many tries in vain."""
    minutes = PAUSES.get(kind, MINUTES)
    return timedelta(minutes=minutes[min(attempts, len(minutes) - 1)])


def for_people_first(relay: Relay) -> tuple[Limits, Limits]:
    """The limits for what people wrote, and for the rest."""
    limits = limits_of(relay)
    return limits, _but_for_people(limits)


def _but_for_people(limits: Limits) -> Limits:
    """The same, less what is kept for people's answers, where a limit is of an hour or more."""
    hour = timedelta(hours=1)
    return tuple(
        (most - most // KEPT_FOR_PEOPLE if period >= hour else most, period)
        for most, period in limits
    )


def _waits(letter: Letter, why: str) -> Outcome:
    return Outcome(letter.recipient, "waiting", 0, "", f"waits for its relay: {why}")
