"""The way into an IMAP mailbox and out of it: connect, TLS, log in, LOGOUT.

What is told to use TLS never speaks without it: when TLS fails, the connection
fails, before any name or secret was sent. A client is used until its first
error and then thrown away: after a timeout its state is anybody's guess.
"""

from __future__ import annotations

import contextlib
import ssl
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError, ProtocolError

from maildesk.config.settings import ImapMailbox
from maildesk.errors import PermanentFailure
from maildesk.ingress.imap.token_command import token_of
from maildesk.oauth.sasl import Mechanism, Token, best, message

CONNECT_PATIENCE = 10  # seconds for a connection to come about
GOODBYE_PATIENCE = 0.4  # seconds for the answer to LOGOUT
# response codes of a refusal that another token would hear as well (RFC 5530, 3)
_NOT_THE_TOKEN = ("[UNAVAILABLE]", "[LIMIT]", "[INUSE]", "[THROTTLED]")


_OTHER_NAME = (62, 64)  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH


class CertificateOfAnother(PermanentFailure):
    """The server has a certificate that is believed, for other names than `host`."""

    outcome = "certificate_of_another"


class Client(IMAPClient):
    """IMAPClient, but `idle_check(timeout=0)` looks at what was read already, too.

    An EXISTS in the same packet as the answer to IDLE waits in imaplib's
    buffer, where polling the socket does not see it.
    """

    def _poll_socket(self, sock: Any, timeout: float | None = None) -> Any:
        return [sock] if timeout == 0 else super()._poll_socket(sock, timeout)  # type: ignore[no-untyped-call, unused-ignore]

    def _raw_command_untagged(self, command: Any, args: Any, *more: Any, **options: Any) -> Any:
        """An OK without the untagged SEARCH that must come with it (RFC 9051, 7.3.4) does not say
        that nothing was found."""
        data = super()._raw_command_untagged(command, args, *more, **options)  # type: ignore[no-untyped-call, unused-ignore]
        if command == b"SEARCH" and data == [None]:
            raise ProtocolError("OK to a SEARCH, and no SEARCH response")
        return data

    def create_special_folder(self, name: str, attribute: str) -> None:
        """CREATE with the folder's special use (RFC 6154, 3)."""
        use = f"(USE ({attribute}))".encode("ascii")
        self._command_and_check("create", self._normalise_folder(name) + b" " + use, unpack=True)  # type: ignore[no-untyped-call, unused-ignore]


def connect(mailbox: ImapMailbox, token: Token | None = None) -> Client:
    """A client that is logged in; whatever goes wrong is raised, and the connection closed.

    `token` gives those for `auth: oauth`. One that was good until now and is refused is renewed
    once.
    """
    if mailbox.auth != "oauth":
        return _connected(mailbox, "")
    if token is None:
        raise PermanentFailure("there is nobody to ask for a token")
    first = token("")
    try:
        return _connected(mailbox, first)
    except LoginError as refusal:
        if any(code in str(refusal).upper() for code in _NOT_THE_TOKEN):
            raise
        try:
            return _connected(mailbox, token(first))
        except PermanentFailure as problem:
            raise LoginError(f"{refusal}; {problem}") from None


def _connected(mailbox: ImapMailbox, token: str) -> Client:
    context = None if mailbox.tls == "none" else ssl.create_default_context(cafile=mailbox.ca_file)
    try:
        client = _greeted(mailbox, context)
    except ssl.SSLCertVerificationError as failure:
        if failure.verify_code not in _OTHER_NAME:
            raise
        raise CertificateOfAnother(_about_names(mailbox)) from failure
    client.normalise_times = False  # INTERNALDATE comes with its zone
    try:
        _log_in(client, mailbox, token)
    except BaseException:
        close(client)
        raise
    return client


def _greeted(mailbox: ImapMailbox, context: ssl.SSLContext | None) -> Client:
    """A connection, over TLS where the settings want it."""
    implicit = mailbox.tls == "implicit"
    timeout: Any = SocketTimeout(connect=CONNECT_PATIENCE, read=mailbox.timeout.total_seconds())
    client = Client(mailbox.host, mailbox.port, ssl=implicit, ssl_context=context, timeout=timeout)
    try:
        if mailbox.tls == "starttls":
            client.starttls(context)  # type: ignore[no-untyped-call, unused-ignore]
    except BaseException:
        close(client)
        raise
    return client


def _about_names(mailbox: ImapMailbox) -> str:
    """Whose certificate the server has, and whose it should be; looked at over a connection on
    which nothing else is said."""
    names: list[str] = []
    with contextlib.suppress(Exception):
        context = ssl.create_default_context(cafile=mailbox.ca_file)
        context.check_hostname = False
        client: Any = _greeted(mailbox, context)
        try:
            known: dict[str, Any] = dict(client.socket().getpeercert() or {})
        finally:
            close(client)
        common = [str(v) for one in known.get("subject", ()) for k, v in one if k == "commonName"]
        names = [str(name) for _, name in known.get("subjectAltName", ())] or common
    theirs = f"is for {', '.join(names)}" if names else "is for another name"
    return f"the server's certificate {theirs}, and settings.yaml calls it {mailbox.host}"


def say_goodbye(client: Any) -> None:
    """LOGOUT (RFC 9051, 6.1.3), so that the server counts us out at once; it must not keep us
    waiting."""
    with contextlib.suppress(Exception):
        client.socket().settimeout(GOODBYE_PATIENCE)
        client.logout()


def close(client: Client) -> None:
    """Hang up, without a word: the server must not keep us waiting."""
    try:
        client.shutdown()
    except OSError:
        return  # it was closed already


def _log_in(client: Any, mailbox: ImapMailbox, token: str) -> None:
    if mailbox.auth == "password":
        password = mailbox.password.get_secret_value() if mailbox.password else ""
        if (mailbox.username + password).isascii():
            client.login(mailbox.username, password)
            return
        # a string of LOGIN is ASCII (RFC 9051, 4.3 and 9); PLAIN takes UTF-8 (RFC 4616)
        plain = f"\0{mailbox.username}\0{password}".encode("utf-8", "surrogateescape")
        client.sasl_login("PLAIN", lambda _: plain)
        return
    mechanism: Mechanism = "XOAUTH2" if mailbox.auth == "xoauth2" else "OAUTHBEARER"
    if mailbox.auth == "oauth":
        offered = [one.decode("ascii", "replace").upper() for one in client.capabilities()]
        mechanism = best(one.removeprefix("AUTH=") for one in offered)
    said = message(
        mechanism,
        mailbox.username,
        token or _access_token(mailbox),
        host=mailbox.host,
        port=mailbox.port,
    )
    answer = said.answer()
    client.sasl_login(mechanism, lambda challenge: answer(challenge).encode())


def _access_token(mailbox: ImapMailbox) -> str:
    """The OAuth 2.0 token: asked from the command at each log-in, as tokens live for an hour, or
    the one of the settings."""
    if mailbox.access_token_command:
        return token_of(mailbox.access_token_command)
    return mailbox.access_token.get_secret_value() if mailbox.access_token else ""
