"""What a mailbox's server says when it does not serve us, as a named outcome: what it is, in words
for the admin, and how long to leave the server alone.

Response codes are those of RFC 5530 and RFC 9051, 7.1, and the words of providers that have none.
Nothing of it is a message's fault, so none is refused for it.
"""

from __future__ import annotations

import re
import socket
import ssl
from dataclasses import dataclass

from imapclient.exceptions import (
    CapabilityError,
    IMAPClientAbortError,
    IMAPClientError,
    LoginError,
    ProtocolError,
)

from maildesk.errors import MaildeskError

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a mailbox cannot be read: the outcome's name, the sentence, and the seconds that the
    server wants to be left alone; 0: as after any failure."""

    outcome: str
    words: str
    wait: float = 0.0

    @property
    def is_servers(self) -> bool:
        """Whether the server itself asked for patience, and no message can be to blame."""
        return self.wait > 0


# outcome, what the server says (its code, or words of those that have none), sentence, seconds
_SAID: tuple[tuple[str, str, str, float], ...] = (
    (
        "throttled",
        r"\[THROTTLED\]|\bthrottl(?:ed|ing)\b|too many (?:requests|commands)",
        "the server wants fewer requests",
        5 * MINUTE,
    ),
    (
        "too_many_connections",
        r"too many (?:simultaneous |concurrent )?(?:connections|sessions|logins)"
        r"|maximum number of connections|mail_max_userip_connections",
        "the mailbox has too many connections; another program may be reading it too",
        2 * MINUTE,
    ),
    (
        "limit",
        r"\[LIMIT\]|exceeded [\w ]{0,30}limits",
        "a limit of the server is reached",
        5 * MINUTE,
    ),
    (
        "over_quota",
        r"\[OVERQUOTA\]|quota (?:exceeded|is full)|over ?quota",
        "the mailbox is full: delete something, or have its quota raised",
        5 * MINUTE,
    ),
    (
        "unavailable",
        r"\[UNAVAILABLE\]|\[INUSE\]|temporary (?:authentication )?failure",
        "a part of the server is away for the moment",
        1 * MINUTE,
    ),
    (
        "server_error",
        r"\[SERVERBUG\]|\[CORRUPTION\]|internal (?:server )?error",
        "the server has an error of its own",
        0.0,  # one message may be to blame
    ),
    (
        "folder_missing",
        r"\[NONEXISTENT\]|\[TRYCREATE\]|(?:mailbox|folder) (?:doesn't|does not) exist"
        r"|(?:no such|unknown) (?:mailbox|folder)|mailbox has been (?:deleted|renamed)",
        "the folder is not there any more",
        1 * MINUTE,
    ),
    (
        "not_allowed",
        r"\[NOPERM\]|permission denied|not permitted",
        "the log-in has no right to this folder",
        1 * MINUTE,
    ),
    (
        "log_in_elsewhere",
        r"\[WEBALERT|web login required|application-specific password|app password",
        "the provider wants something done in a browser, or a password made for programs",
        10 * MINUTE,
    ),
    (
        "expired",
        r"\[EXPIRED\]|password (?:has )?expired",
        "the password has expired",
        10 * MINUTE,
    ),
    (
        "basic_auth_blocked",
        r"basic ?auth(?:entication)? (?:is )?(?:blocked|disabled)|LOGINDISABLED"
        r"|\[PRIVACYREQUIRED\]",
        "the server takes no password (any more), or not without TLS: set `auth` or `tls`",
        10 * MINUTE,
    ),
)
_TABLE = tuple(
    (name, re.compile(found, re.IGNORECASE), words, wait) for name, found, words, wait in _SAID
)
# Exchange: "Request is throttled. Suggested Backoff Time: 299961 milliseconds"
_BACK_OFF = re.compile(r"backoff time:? *(\d{1,9}) *milliseconds", re.IGNORECASE)
_SECONDS = re.compile(r"(?:retry|try again) (?:after|in) *(\d{1,5}) *s(?:ec|\b)", re.IGNORECASE)
_LONGEST_WAIT = 60 * MINUTE
_BYE = re.compile(r"\bBYE\b|logging out|shutting down|disconnect", re.IGNORECASE)
_OUT_OF_ORDER = re.compile(r"unexpected (?:response|tagged)|unexpected tag", re.IGNORECASE)


def read(failure: BaseException) -> Refusal:
    """What this failure of a connection is. The server's words stand in it, our secrets never."""
    said = str(failure)
    if isinstance(failure, MaildeskError):
        outcome = getattr(failure, "outcome", "") or "ours"
        return Refusal(outcome, said, getattr(failure, "wait", 0.0))
    if isinstance(failure, IMAPClientError):
        return _said(failure, said)
    if isinstance(failure, ssl.SSLError):
        return Refusal("tls_failed", _named(failure))
    if isinstance(failure, (socket.gaierror, ConnectionError)):
        return Refusal("unreachable", _named(failure))
    if isinstance(failure, TimeoutError):
        return Refusal("silent", f"the server said nothing in time: {_named(failure)}")
    return Refusal("failed", _named(failure))


def _said(failure: IMAPClientError, said: str) -> Refusal:
    refused = isinstance(failure, LoginError)
    for outcome, pattern, sentence, wait in _TABLE:
        if pattern.search(said):
            sentence = f"the log-in is refused: {sentence}" if refused else sentence
            return Refusal(outcome, f"{sentence} ({said})", _asked(said) or wait)
    if refused:
        return Refusal("log_in_refused", f"the log-in is refused: {said}")
    if isinstance(failure, CapabilityError):
        return Refusal("cannot", f"the server cannot do what the settings want: {said}")
    if isinstance(failure, ProtocolError) or _OUT_OF_ORDER.search(said):
        return Refusal("out_of_order", f"the server answers out of order: {_named(failure)}")
    if isinstance(failure, IMAPClientAbortError) and _BYE.search(said):
        return Refusal("bye", f"the server hung up: {said}", _asked(said) or MINUTE / 2)
    return Refusal("failed", _named(failure))


def _asked(said: str) -> float:
    """The seconds for which the server says it wants to be left alone; 0 where it says none."""
    if found := _BACK_OFF.search(said):
        return min(int(found[1]) / 1000, _LONGEST_WAIT)
    found = _SECONDS.search(said)
    return min(float(found[1]), _LONGEST_WAIT) if found else 0.0


def _named(failure: BaseException) -> str:
    return f"{type(failure).__name__}: {failure}" if str(failure) else type(failure).__name__
