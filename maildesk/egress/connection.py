"""A connection to a relay: greeted, over TLS as the settings demand it, logged in.

Whatever refuses it here is no mail's matter: it stops the relay, with the relay's own words where
it had any. Plain text is no way out where TLS fails.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from maildesk.config.connections.hosts import is_here
from maildesk.config.settings import Relay
from maildesk.egress.log_in import LogInRefused, log_in
from maildesk.egress.outcome import Outcome, from_reply
from maildesk.errors import MaildeskError
from maildesk.mail.submission.refusals import Blame, Stage
from maildesk.oauth.sasl import Token

NOT_LET_IN = 535  # RFC 4954, 6
_OTHER_NAME = (62, 64)  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH


class NoLink(Exception):
    """No usable connection to the relay: why, as the outcome of a mail that was to go over it."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(outcome.text)

    @property
    def enhanced(self) -> str:
        """The status for it (RFC 3463)."""
        return self.outcome.enhanced


def connect(
    relay: Relay,
    hostname: str,
    timeout: float,
    learn_size: Callable[[int | None], None],
    token: Token | None = None,
) -> smtplib.SMTP:
    """A connection that takes mail; NoLink where it cannot be had.

    `learn_size` is told how large a mail the relay takes (RFC 1870). `token` gives those for `auth:
    oauth`; one that was good until now and is refused is renewed once.
    """
    if token is None:
        return _connected(relay, hostname, timeout, learn_size, "")
    try:
        first = token("")
    except MaildeskError as problem:
        raise NoLink(_outcome("log_in", "4.7.0", str(problem))) from problem
    try:
        return _connected(relay, hostname, timeout, learn_size, first)
    except NoLink as refusal:
        if refusal.outcome.code != NOT_LET_IN:
            raise
        try:
            another = token(first)
        except MaildeskError as problem:
            words = f"{refusal.outcome.text}; {problem}"
            raise NoLink(replace(refusal.outcome, text=words)) from problem
    return _connected(relay, hostname, timeout, learn_size, another)


def _connected(
    relay: Relay,
    hostname: str,
    timeout: float,
    learn_size: Callable[[int | None], None],
    token: str,
) -> smtplib.SMTP:
    link = None
    stage: Stage = "connect"
    try:
        link = _greeted(relay, hostname, timeout)
        if link.sock is not None:
            link.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.ehlo_or_helo_if_needed()
        if relay.tls == "starttls":
            link.starttls(context=_tls_context(relay))
            link.ehlo_or_helo_if_needed()
        learn_size(_largest_mail(link))
        _check_secrecy(relay)
        stage = "log_in"
        log_in(link, relay, token)
    except (NoLink, LogInRefused, smtplib.SMTPException, OSError, UnicodeError) as error:
        if link is not None:
            link.close()
        if isinstance(error, NoLink):
            raise
        raise NoLink(_why(error, relay, hostname, timeout, stage)) from error
    return link


def _greeted(
    relay: Relay, hostname: str, timeout: float, context: ssl.SSLContext | None = None
) -> smtplib.SMTP:
    """A connection that has heard 220.

    The name goes to the constructor, where smtplib takes it for the certificate.
    """
    if relay.tls == "implicit":
        context = context or _tls_context(relay)
        return smtplib.SMTP_SSL(relay.host, relay.port, hostname, timeout=timeout, context=context)
    return smtplib.SMTP(relay.host, relay.port, hostname, timeout=timeout)


def _check_secrecy(relay: Relay) -> None:
    is_secret = bool(relay.username) and (relay.password is not None or relay.auth == "oauth")
    if is_secret and relay.tls == "none" and not is_here(relay.host):
        words = "a password is not sent without TLS: set relay.tls to starttls or implicit"
        raise NoLink(_outcome("tls", "4.7.0", words))


def _largest_mail(link: smtplib.SMTP) -> int | None:
    """How many octets a mail may have; no number, or 0, is no limit that it knows (RFC 1870, 3)."""
    words = link.esmtp_features.get("size", "").split()
    return int(words[0]) or None if words and words[0].isascii() and words[0].isdigit() else None


def _tls_context(relay: Relay) -> ssl.SSLContext:
    """Certificates are checked, against `ca_file` where the relay's is home-made."""
    try:
        context = ssl.create_default_context()
        if relay.ca_file is not None:
            context.load_verify_locations(relay.ca_file)
    except OSError as error:
        words = f"relay.ca_file cannot be read: {error.strerror or error}"
        raise NoLink(_outcome("tls", "4.7.5", words)) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _why(error: Exception, relay: Relay, hostname: str, timeout: float, stage: Stage) -> Outcome:
    """What went wrong on the way to the relay, in words; none of it is about a mail."""
    if isinstance(error, LogInRefused):
        return _said("log_in", error.code, error.reply)
    if isinstance(error, ssl.SSLCertVerificationError):
        return _outcome("tls", "4.7.5", _about_certificate(error, relay, hostname, timeout))
    if isinstance(error, ssl.SSLError):
        words = f"TLS with the relay failed: {error.reason or type(error).__name__}"
        return _outcome("tls", "4.7.5", words)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        whose: Blame = "log_in" if stage == "log_in" else "tls"
        words = f"the relay does not offer what the settings demand: {error}"
        return _outcome(whose, "4.7.4", words)
    if isinstance(error, smtplib.SMTPResponseException) and 400 <= error.smtp_code < 600:
        said = error.smtp_error
        return _said(stage, error.smtp_code, said if isinstance(said, bytes) else said.encode())
    for kind, enhanced, words in _NO_WAY:
        if isinstance(error, kind):
            return _outcome("server", enhanced, words)
    words = f"no connection to the relay: {type(error).__name__}"
    return _outcome("server", "4.4.2", words)


_NO_WAY: tuple[tuple[type[Exception], str, str], ...] = (
    (socket.gaierror, "4.4.3", "the relay's name cannot be looked up"),
    (UnicodeError, "4.4.3", "the relay's name cannot be looked up"),
    (TimeoutError, "4.4.1", "the relay does not answer in time"),
    (ConnectionRefusedError, "4.4.1", "the relay refuses the connection"),
)


def _said(stage: Stage, code: int, reply: bytes) -> Outcome:
    """A refusal before any mail, in the relay's words; whatever it says it is ours."""
    found = from_reply("", code, reply, stage)
    about = found.about_us or "server"
    return Outcome("", "stopped", found.code, found.enhanced, found.text, about)


def _outcome(about: Blame, enhanced: str, words: str) -> Outcome:
    return Outcome("", "stopped", 0, enhanced, words, about)


def _about_certificate(
    error: ssl.SSLCertVerificationError, relay: Relay, hostname: str, timeout: float
) -> str:
    """Why it is not believed; with both names, where it is another's."""
    if error.verify_code not in _OTHER_NAME:
        return f"the relay's certificate is not believed: {error.verify_message}"
    names = ""
    with suppress(NoLink, smtplib.SMTPException, OSError):
        names = ", ".join(_names_in_certificate(relay, hostname, timeout))
    theirs = f"is for {names}" if names else "is for another name"
    return f"the relay's certificate {theirs}, and settings.yaml calls the relay {relay.host}"


def _names_in_certificate(relay: Relay, hostname: str, timeout: float) -> list[str]:
    """Whose it is. Looked at over a connection on which nothing else is said."""
    context = _tls_context(relay)
    context.check_hostname = False
    link = _greeted(relay, hostname, timeout, context)
    try:
        if relay.tls == "starttls":
            link.ehlo_or_helo_if_needed()
            link.starttls(context=context)
        found = link.sock.getpeercert() if isinstance(link.sock, ssl.SSLSocket) else None
    finally:
        link.close()
    known: dict[str, Any] = dict(found or {})
    names = [str(name) for _, name in known.get("subjectAltName", ())]
    common = [str(v) for one in known.get("subject", ()) for k, v in one if k == "commonName"]
    return names or common
