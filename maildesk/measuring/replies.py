"""Whether answers arrive: the desk sends two mails to itself, one to its address and one to a
sub-address of it (RFC 5233), and looks into its mailbox until both are there or the time is over.

Theory of operation. Each mail holds a secret of its own, by which it is found in whatever folder,
under whatever Message-ID, and in a delivery report that says it was not delivered. All that is
found is taken away again. A desk that reads the same mailbox and is quicker knows the mails as well
(`pipeline.classification.probes`) and lets them be.

What cannot be measured is no exception: it is a problem, `outcome: words`, among those of the
answer.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from maildesk.config.connections.relays import place_of, relay_for
from maildesk.config.keys import keys_there
from maildesk.config.settings import Relay, Settings
from maildesk.desk.threads.links import KeyRing
from maildesk.egress.envelope import Envelope
from maildesk.egress.outcome import Outcome
from maildesk.errors import BadMessage, MaildeskError
from maildesk.ingress.imap.arrivals import Arrivals, Arrived
from maildesk.mail.mime.headers import decoded, gathered, quick_ids, split
from maildesk.mail.parse import parse
from maildesk.measuring.authentication_results import topmost
from maildesk.measuring.mailboxes import Mailboxes, those_of
from maildesk.measuring.probe import Probe, probe
from maildesk.measuring.sending import WayOut, tokens_for, way_out
from maildesk.oauth import sign_in
from maildesk.pipeline.classification.probes import FIELD
from maildesk.pipeline.open_desk import signature
from maildesk.pipeline.relays.advice import what_helps
from maildesk.pipeline.services import Sign, utc_now

LOOK = 5.0  # seconds between two looks, where the server tells of nothing by itself


@dataclass(frozen=True)
class Replies:
    """What came of it.

    `plain` and `sub_address` are the seconds until the mail lay in the mailbox, None where it did
    not come within the time. `authserv_ids` are the servers whose Authentication-Results (RFC 8601)
    stand on top and can be believed. `message_id_kept`: whether what came had the Message-ID that
    it was given; None where nothing came. `problems` are `outcome: words` each.
    """

    plain: float | None = None
    sub_address: float | None = None
    authserv_ids: tuple[str, ...] = ()
    message_id_kept: bool | None = None
    problems: tuple[str, ...] = ()
    spam_folders: tuple[str, ...] = ()  # where it came, that hold what the provider takes for spam

    @property
    def outcomes(self) -> frozenset[str]:
        """The names of the problems."""
        return frozenset(one.partition(":")[0] for one in self.problems)


async def measure_replies(
    settings: Settings,
    address: str,
    *,
    wait: timedelta,
    say: Callable[[str], None],
    desk: Path | None = None,
    plus: str = "+",
) -> Replies:
    """Send both mails from this desk address by its relay, wait for them, and take them away.

    `say` hears, from another thread, what is done as it is done. `desk` is the folder whose keys
    sign the mails, for a desk that runs there, and where OAuth's tokens are kept; `plus` stands
    between an address and its detail. Nothing that a relay or a mailbox does is raised. Cancelled,
    it takes away what has come by then.
    """
    stop = threading.Event()
    measuring = _Measuring(settings, address, wait, say, desk, plus, stop)
    try:
        return await asyncio.to_thread(measuring.run)
    finally:
        stop.set()


@dataclass
class _Sent:
    """A probe, and what has become of it."""

    name: str  # plain, sub_address
    probe: Probe
    at: float = 0.0
    after: float | None = None  # seconds until it lay in the mailbox
    is_answered: bool = False  # it came, or came back, or was not let out
    octets: bytes = b""


@dataclass
class _Measuring:
    settings: Settings
    address: str
    wait: timedelta
    say: Callable[[str], None]
    desk: Path | None
    plus: str
    stop: threading.Event
    problems: list[str] = field(default_factory=list)
    spam_folders: dict[str, None] = field(default_factory=dict)
    left: list[tuple[Arrivals, Arrived]] = field(default_factory=list)

    def run(self) -> Replies:
        """The whole of it, in this thread."""
        settings, relay = self.settings, relay_for(self.settings, self.address)
        wanted = those_of(settings.imap, self.address)
        if not wanted:
            self._problem("no_mailbox: settings.yaml names no IMAP mailbox to look into")
            return self._told([])
        if relay.is_maildir:
            self._problem("no_relay: settings.yaml names no relay, so nothing goes out")
            return self._told([])
        try:
            with tokens_for(self.desk, settings, [*wanted, relay]) as tokens:

                def arrivals() -> list[Arrivals]:
                    if tokens is None:
                        return [Arrivals(box) for box in wanted]
                    ask = sign_in.for_mailbox
                    return [Arrivals(box, ask(settings, tokens, box)) for box in wanted]

                boxes = Mailboxes(arrivals(), self._problem)
                token = sign_in.for_relay(settings, tokens, relay) if tokens else None
                sent = self._probes()
                with way_out(self.desk or Path(), settings, relay, token) as way:
                    try:
                        boxes.open()
                        if boxes:
                            self._measure(boxes, way, sent)
                    finally:
                        boxes.close()
                return self._told(sent)
        except MaildeskError as problem:  # the desk's keys or database, a key of DKIM, a token
            self._problem(f"not_now: {problem}")
            return self._told([])

    def _probes(self) -> list[_Sent]:
        own = keys_there(self.settings, self.desk) if self.desk is not None else ()
        ring, now = KeyRing(dict(own) or {"0": secrets.token_bytes(32)}), utc_now()
        return [
            _Sent(name, probe(ring, self.address, to_itself=to_itself, plus=self.plus, now=now))
            for name, to_itself in (("plain", True), ("sub_address", False))
        ]

    def _measure(self, boxes: Mailboxes, way: WayOut, sent: list[_Sent]) -> None:
        sign, envelope = signature(self.settings), way.relay.envelope
        for one in sent:
            envelope = self._send(way, one, sign, envelope)
        until = time.monotonic() + self.wait.total_seconds()
        if any(not one.is_answered for one in sent):
            self.say(f"waiting for up to {self.wait.total_seconds():.0f} s")
        self._look(boxes, sent)
        while not self.stop.is_set() and not all(one.is_answered for one in sent):
            left = until - time.monotonic()
            if left <= 0 or not boxes:
                break
            boxes.wait(self.stop, min(left, LOOK))
            self._look(boxes, sent)
        # what the desk, or the provider, has put elsewhere meanwhile
        self._look(boxes, sent)
        for box, arrived in self.left:
            if not boxes.remove(box, arrived):
                self._problem(f"not_removed: a mail stays in {box.mailbox.name}, {arrived.folder}")

    def _send(self, way: WayOut, one: _Sent, sign: Sign, envelope: Envelope) -> Envelope:
        """Hand it over; with which envelope the next may go."""
        mail_from = one.probe.mail_from(envelope, self.address)
        outcome = way.send(mail_from, one.probe.to, sign(one.probe.raw, self.address))
        if outcome.about_us == "sender" and envelope != "plain":
            self._refused("envelope_refused", outcome, way.relay)
            return self._send(way, one, sign, "plain")
        one.at = time.monotonic()
        if outcome.kind in ("sent", "uncertain"):
            self.say(f"sent to {one.probe.to} by {place_of(way.relay)}")
            return envelope
        one.is_answered = True
        if outcome.kind == "failed":
            self._refused(f"{one.name}_refused", outcome, way.relay)
        elif outcome.kind == "stopped":
            self._refused(f"relay_{outcome.about_us}", outcome, way.relay)
        else:
            name = "limit_reached" if outcome.kind == "waiting" else "relay_deferred"
            self._refused(name, outcome, way.relay)
        return envelope

    def _refused(self, name: str, outcome: Outcome, relay: Relay) -> None:
        said = f"{outcome.code or ''} {outcome.enhanced} {outcome.text}".strip()
        helps = what_helps(outcome.about_us, relay, self.address)
        self._problem(f"{name}: {said}" + (f"; what helps: {helps}" if helps else ""))

    def _look(self, boxes: Mailboxes, sent: list[_Sent]) -> None:
        probes = [one.probe for one in sent]
        found = boxes.look(lambda octets: any(one.stands_in(octets) for one in probes))
        for box, arrived in found:
            for one in sent:
                if one.probe.stands_in(arrived.octets) and not arrived.is_sent:
                    self._learn(one, arrived)
            if not boxes.remove(box, arrived):
                self.left.append((box, arrived))

    def _learn(self, one: _Sent, arrived: Arrived) -> None:
        if not _is_itself(one.probe, arrived.octets):
            self._learn_of_report(one, arrived.octets)
            return
        if one.after is None:
            one.after, one.is_answered = time.monotonic() - one.at, True
            one.octets = arrived.octets
            self.say(f"{one.probe.to} came after {one.after:.1f} s, into {arrived.folder}")
            if arrived.is_junk:
                words = f"the mail to {one.probe.to} came into the spam folder {arrived.folder}"
                self._problem(f"spam_folder: {words}")
                self.spam_folders[arrived.folder] = None

    def _learn_of_report(self, one: _Sent, octets: bytes) -> None:
        try:
            reports = parse(octets).reports
        except BadMessage:
            return
        failed = next((report for report in reports if report.action == "failed"), None)
        if failed is not None and not one.is_answered:
            one.is_answered = True
            words = f"{failed.status} {failed.diagnostic}".strip() or "no reason was given"
            self._problem(f"{one.name}_bounced: {words}")

    def _told(self, sent: list[_Sent]) -> Replies:
        came = [one for one in sent if one.octets]
        tops = [topmost(one.octets) for one in came]
        for top in tops:
            if top.problem and top.problem not in self.problems:
                self._problem(top.problem)
        ids = dict.fromkeys(top.authserv_id for top in tops if top.authserv_id)
        kept = [quick_ids(one.octets)[0] == one.probe.message_id for one in came]
        after = {one.name: one.after for one in sent}
        return Replies(
            after.get("plain"),
            after.get("sub_address"),
            tuple(ids),
            all(kept) if kept else None,
            tuple(self.problems),
            tuple(self.spam_folders),
        )

    def _problem(self, words: str) -> None:
        self.problems.append(" ".join(words.split()))
        self.say(self.problems[-1])


def _is_itself(one: Probe, octets: bytes) -> bool:
    """Whether this is the mail itself, and no report or answer that speaks of it. A relay may have
    taken fields away."""
    fields = gathered(split(octets)[0])
    field_ = b" ".join(fields.get(FIELD.lower(), ()))
    subject = decoded(next(iter(fields.get("subject", ())), b""))
    return one.stands_in(field_) or subject == one.subject
