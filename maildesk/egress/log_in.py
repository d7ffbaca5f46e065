"""Logging in at a relay (RFC 4954): the one place where a connection says who we are.

A password goes as UTF-8 (RFC 4616); where that is refused and SASLprep (RFC 4013) would have made
another one of it, that is tried, too: servers keep either. Mechanisms in which it cannot be heard
stand behind those in which it is sent, for it is sent over TLS or to this machine alone.
"""

from __future__ import annotations

import smtplib
import stringprep
import unicodedata
from base64 import b64encode
from collections.abc import Callable

from maildesk.config.settings import Relay
from maildesk.oauth.sasl import best, message

_Answer = tuple[int, bytes]
_FORBIDDEN = (
    stringprep.in_table_c12, stringprep.in_table_c21_c22, stringprep.in_table_c3,
    stringprep.in_table_c4, stringprep.in_table_c5, stringprep.in_table_c6,
    stringprep.in_table_c7, stringprep.in_table_c8, stringprep.in_table_c9,
)  # fmt: skip
_WELCOME = 235


class LogInRefused(Exception):
    """The relay does not let us in; what it said."""

    def __init__(self, code: int, reply: bytes) -> None:
        self.code, self.reply = code, reply
        super().__init__(code, reply)


def log_in(link: smtplib.SMTP, relay: Relay, token: str = "") -> None:
    """Say who we are, where the settings do, by this token where there is one. LogInRefused with
    the relay's words.

    smtplib.SMTPNotSupportedError where it offers nothing that we speak.
    """
    if token:
        _with_token(link, relay, token)
        return
    if not relay.username or relay.password is None:
        return
    offered = link.esmtp_features.get("auth", "").upper().split()
    mechanism = next((name for name in _MECHANISMS if name in offered), None)
    if mechanism is None:
        there = ", ".join(offered) or "none at all"
        raise smtplib.SMTPNotSupportedError(
            f"a log-in by {', '.join(_MECHANISMS)} (it offers {there})"
        )
    passwords = passwords_of(relay.password.get_secret_value())
    for number, password in enumerate(passwords, 1):
        code, reply = _MECHANISMS[mechanism](link, relay.username, password)
        if code == _WELCOME:
            return
        if code != 535 or number == len(passwords):
            raise LogInRefused(code, reply)


def _with_token(link: smtplib.SMTP, relay: Relay, token: str) -> None:
    """By XOAUTH2, or OAUTHBEARER (RFC 7628), as it offers them."""
    offered = link.esmtp_features.get("auth", "").upper().split()
    if not {"XOAUTH2", "OAUTHBEARER"} & set(offered):
        there = ", ".join(offered) or "none at all"
        raise smtplib.SMTPNotSupportedError(f"a log-in by XOAUTH2 (it offers {there})")
    said = message(best(offered), relay.username, token, host=relay.host, port=relay.port)
    answer = said.answer()

    def respond(challenge: bytes | None = None) -> str:
        return answer(challenge)

    try:
        link.auth(said.mechanism, respond)
    except smtplib.SMTPAuthenticationError as refused:
        reply = refused.smtp_error
        raise LogInRefused(
            refused.smtp_code, reply if isinstance(reply, bytes) else reply.encode()
        ) from None


def passwords_of(password: str) -> list[str]:
    """What may have to be said for this password: itself, and what SASLprep makes of it."""
    try:
        prepared = saslprep(password)
    except ValueError:
        prepared = password
    return list(dict.fromkeys((password, prepared)))


def saslprep(text: str) -> str:
    """The text prepared for comparison (RFC 4013); ValueError where it may not be a password."""
    mapped = "".join(
        " " if stringprep.in_table_c12(c) else c for c in text if not stringprep.in_table_b1(c)
    )
    made = unicodedata.normalize("NFKC", mapped)
    if any(forbidden(c) for c in made for forbidden in _FORBIDDEN):
        raise ValueError("a character that no password may have")
    return made


def _plain(link: smtplib.SMTP, username: str, password: str) -> _Answer:
    """RFC 4616, with an initial response (RFC 4954, 4)."""
    return link.docmd("AUTH", "PLAIN " + _encoded(f"\0{username}\0{password}"))


def _login(link: smtplib.SMTP, username: str, password: str) -> _Answer:
    """Never standardised; what some hosters speak alone."""
    answer = link.docmd("AUTH", "LOGIN " + _encoded(username))
    return link.docmd(_encoded(password)) if answer[0] == 334 else answer


def _cram_md5(link: smtplib.SMTP, username: str, password: str) -> _Answer:
    """RFC 2195; smtplib has it, for ASCII."""
    link.user, link.password = username, password
    try:
        return link.auth("CRAM-MD5", link.auth_cram_md5)
    except smtplib.SMTPAuthenticationError as refused:
        said = refused.smtp_error
        return refused.smtp_code, said if isinstance(said, bytes) else said.encode()


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


_MECHANISMS: dict[str, Callable[[smtplib.SMTP, str, str], _Answer]] = {
    "PLAIN": _plain,
    "LOGIN": _login,
    "CRAM-MD5": _cram_md5,
}
