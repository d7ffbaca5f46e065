"""The courier: hands finished messages to the relay over SMTP, on a connection it keeps.

The rule here: 5yz alone fails a message, and only the relay's own word about
this mail counts; all trouble with the way there (DNS, refused, TLS, log-in)
defers. Uncertain is one moment only: the final dot is out, its answer lost.
"""

from __future__ import annotations

import contextlib
import ipaddress
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from maildesk.config.settings import Relay, Settings
from maildesk.egress.maildir import MaildirCourier
from maildesk.egress.outcome import Outcome, may_stand_in_an_envelope
from maildesk.egress.stream import Streamed
from maildesk.egress.transaction import NOT_ABOUT_THE_MAIL, Lost, Transaction
from maildesk.log import log

MAILS_A_CONNECTION = 100  # then a new one: relays that spread the load by DNS get their share
IDLE_LIMIT = 30.0  # a relay hangs up sooner or later; better we do
SHORTEST_TIMEOUT = 0.05  # none at all would mean not to wait for anything
GOOD_BYE = 2.0  # seconds for the answer to QUIT, which a dead link never gives


class _NoLink(Exception):
    """No usable connection to the relay: why, with an enhanced status."""

    def __init__(self, enhanced: str, why: str) -> None:
        self.enhanced = enhanced
        super().__init__(why)


class Courier:
    """One connection to one relay, for one thread."""

    def __init__(
        self,
        relay: Relay,
        *,
        hostname: str = "",
        mails_a_connection: int = MAILS_A_CONNECTION,
        idle_limit: float = IDLE_LIMIT,
        clock: Callable[[], float] = time.monotonic,
        learn_size: Callable[[int | None], None] = lambda _octets: None,
    ) -> None:
        self._relay = relay
        self._learn_size = learn_size  # told with each connection what the relay takes at most
        self._hostname = relay.hostname or hostname or socket.gethostname()
        self._timeout = max(relay.timeout.total_seconds(), SHORTEST_TIMEOUT)
        self._mails_a_connection = mails_a_connection
        self._idle_limit = idle_limit
        self._clock = clock
        self._link: smtplib.SMTP | None = None
        self._mails = 0  # over this link
        self._used_at = 0.0
        self._is_sending = False
        self._is_cut = False

    def send(self, mail_from: str, rcpt_to: Sequence[str], raw: bytes | Streamed) -> list[Outcome]:
        """Hand it over; one outcome for each recipient, in their order. Never raises for what the
        relay or the network does."""
        usable = [address for address in rcpt_to if address and may_stand_in_an_envelope(address)]
        outcomes = {
            a: Outcome(a, "failed", 0, "5.1.3", "not a usable address")
            for a in rcpt_to
            if a not in usable
        }
        if not may_stand_in_an_envelope(mail_from):
            outcomes |= {
                address: Outcome(address, "failed", 0, "5.1.7", "not a usable sender address")
                for address in usable
            }
        elif usable:
            self._is_sending = True
            try:
                outcomes |= {
                    outcome.recipient: outcome for outcome in self._carry(mail_from, usable, raw)
                }
            finally:
                self._is_sending = False
        return [outcomes[address] for address in rcpt_to]

    def close(self) -> None:
        """Hang up. A thread that waits for the relay just now hears that the link is gone, and
        keeps nobody waiting."""
        if not self._is_sending:
            self._say_good_bye()
            return
        self._is_cut = True
        link = self._link
        if link is not None and link.sock is not None:
            with contextlib.suppress(OSError):
                link.sock.shutdown(socket.SHUT_RDWR)

    def _say_good_bye(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                if link.sock is not None:
                    link.sock.settimeout(min(GOOD_BYE, self._timeout))
                link.quit()
            link.close()

    def _carry(self, mail_from: str, rcpt_to: list[str], raw: bytes | Streamed) -> list[Outcome]:
        """Over the kept connection; should that one be dead (the relay closed it meanwhile), once
        more over a new one."""
        while True:
            try:
                link = self._open_link()
                is_kept = self._mails > 0
                self._mails += 1
                outcomes = Transaction(link, self._timeout).run(
                    mail_from, rcpt_to, raw, clear_first=is_kept
                )
            except _NoLink as trouble:
                self._drop()
                log.warning(
                    "no_relay", host=self._relay.host, status=trouble.enhanced, reason=str(trouble)
                )
                return [
                    Outcome(address, "deferred", 0, trouble.enhanced, str(trouble))
                    for address in rcpt_to
                ]
            except Lost:
                self._drop()
                if is_kept and not self._is_cut:
                    continue
                return [
                    Outcome(address, "deferred", 0, "4.4.2", "the relay closed the connection")
                    for address in rcpt_to
                ]
            self._used_at = self._clock()
            if link.sock is None or any(
                o.kind == "uncertain" or o.code in NOT_ABOUT_THE_MAIL for o in outcomes
            ):
                self._drop()
            return outcomes

    def _open_link(self) -> smtplib.SMTP:
        """The kept connection while it is fresh enough, else a new one."""
        is_stale = (
            self._clock() - self._used_at > self._idle_limit
            or self._mails >= self._mails_a_connection
        )
        if self._link is not None and is_stale:
            self._say_good_bye()
        if self._link is None:
            self._link = self._connect()
            self._mails = 0
        return self._link

    def _drop(self) -> None:
        if self._link is not None:
            self._link.close()
        self._link = None

    def _connect(self) -> smtplib.SMTP:
        """Connect, greet, begin TLS and log in; _NoLink with the reason where one of them is
        refused. Plain text is no way out."""
        link = None
        try:
            link = self._greeted()
            if link.sock is not None:
                link.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link.ehlo_or_helo_if_needed()
            if self._relay.tls == "starttls":
                link.starttls(context=_tls_context(self._relay))
                link.ehlo_or_helo_if_needed()
            self._learn_size(_largest_mail(link))
            self._log_in(link)
        except (_NoLink, smtplib.SMTPException, OSError, UnicodeError) as error:
            if link is not None:
                link.close()
            if isinstance(error, _NoLink):
                raise
            raise _NoLink(*_why_no_link(error)) from error
        return link

    def _greeted(self) -> smtplib.SMTP:
        """A connection that has heard 220. The name goes to the constructor, where smtplib takes it
        for the certificate."""
        relay = self._relay
        if relay.tls == "implicit":
            context = _tls_context(relay)
            return smtplib.SMTP_SSL(
                relay.host, relay.port, self._hostname, timeout=self._timeout, context=context
            )
        return smtplib.SMTP(relay.host, relay.port, self._hostname, timeout=self._timeout)

    def _log_in(self, link: smtplib.SMTP) -> None:
        relay = self._relay
        if not relay.username or relay.password is None:
            return
        if relay.tls == "none" and not _is_loopback(relay.host):
            raise _NoLink(
                "4.7.0", "a password is not sent without TLS: set relay.tls to starttls or implicit"
            )
        link.login(relay.username, relay.password.get_secret_value())


def _largest_mail(link: smtplib.SMTP) -> int | None:
    """How many octets a mail may have, where the relay says so; no number, or 0, is no limit that
    it knows of (RFC 1870, 3)."""
    words = link.esmtp_features.get("size", "").split()
    return int(words[0]) or None if words and words[0].isascii() and words[0].isdigit() else None


def _tls_context(relay: Relay) -> ssl.SSLContext:
    """Certificates are checked, against `ca_file` where the relay's is home-made."""
    try:
        context = ssl.create_default_context()
        if relay.ca_file is not None:
            context.load_verify_locations(relay.ca_file)
    except OSError as error:
        raise _NoLink(
            "4.7.5", f"relay.ca_file cannot be read: {error.strerror or error}"
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _why_no_link(error: Exception) -> tuple[str, str]:
    """An enhanced status and words for what went wrong on the way to the relay; none of it is about
    the mail."""
    if isinstance(error, ssl.SSLError):
        return "4.7.5", f"TLS with the relay failed: {error.reason or type(error).__name__}"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "4.7.4", f"the relay does not offer what the settings demand: {error}"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "4.7.8", "the relay does not accept our user name and password"
    if isinstance(error, smtplib.SMTPResponseException):
        return "4.3.2", f"the relay does not want to talk: {error.smtp_code}"
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return "4.4.3", "the relay's name cannot be looked up"
    if isinstance(error, TimeoutError):
        return "4.4.1", "the relay does not answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "4.4.1", "the relay refuses the connection"
    return "4.4.2", f"no connection to the relay: {type(error).__name__}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def courier_for(
    settings: Settings, desk: Path, learn_size: Callable[[int | None], None] = lambda _octets: None
) -> Courier | MaildirCourier:
    """The courier the settings ask for: the relay where one is named, else the local Maildir in the
    desk folder.

    `learn_size` is told what the relay takes at most; a Maildir takes everything.
    """
    relay = settings.relay
    if not relay.host:
        return MaildirCourier(desk / relay.maildir)
    if relay.ca_file is not None:
        relay = relay.model_copy(update={"ca_file": desk / relay.ca_file})
    hostname = next((listener.hostname for listener in settings.listeners if listener.hostname), "")
    return Courier(relay, hostname=hostname, learn_size=learn_size)
