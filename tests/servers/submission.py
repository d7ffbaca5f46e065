"""A web hoster's submission server: STARTTLS and a log-in before anything else, and what it takes
lies in the mailboxes a moment later (RFC 6409, RFC 4954).

It says what Postfix says where a log-in may send as itself alone, or where a mailbox does not
exist. Delivery is Dovecot's, by LMTP.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from email import message_from_bytes
from email.utils import parseaddr
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tests.servers.process import NEVER, free_port
from tests.servers.tls import Certificate


class Submission:
    """Log-ins are the addresses in `log_ins`, all with one password; each is a mailbox, too.

    `sub_addresses`: whether mail to address+anything is delivered. `own_sender_only`: whether a
    log-in may be no other sender than itself; `own_from_only`: nor write in another's name, as at
    Exchange. `authserv_id`: who puts its Authentication-Results on
    what it delivers. `rewrites`: whether it gives every mail a Message-ID of its own.
    """

    def __init__(
        self,
        lmtp_port: int,
        certificate: Certificate,
        *log_ins: str,
        password: str,
        sub_addresses: bool = True,
        own_sender_only: bool = False,
        own_from_only: bool = False,
        authserv_id: str = "",
        implicit: bool = False,
    ) -> None:
        self.log_ins = {one.lower() for one in log_ins}
        self.mailboxes = set(self.log_ins)
        self.password = password
        self.sub_addresses, self.own_sender_only = sub_addresses, own_sender_only
        self.authserv_id, self.own_from_only = authserv_id, own_from_only
        self.delivered: list[tuple[str, str]] = []  # sender and recipient
        self.tried_passwords: list[bytes] = []
        self._lmtp_port = lmtp_port
        self.port = free_port()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.certificate, certificate.key)
        self._controller = _Controller(
            self, hostname="127.0.0.1", port=self.port,
            **({"ssl_context": context} if implicit else {"tls_context": context}),
        )  # fmt: skip
        self._controller.start()

    def remove(self) -> None:
        """Take no more."""
        self._controller.stop()

    # -- what aiosmtpd asks -----------------------------------------------------------

    def log_in(self, _server: Any, session: Any, _envelope: Any, mechanism: str, said: Any) -> Any:
        """Who may."""
        if mechanism not in ("LOGIN", "PLAIN") or not isinstance(said, LoginPassword):
            return AuthResult(success=False, handled=False)
        self.tried_passwords.append(said.password)
        user = said.login.decode("utf-8", "replace").lower()
        if user not in self.log_ins or said.password != self.password.encode():
            return AuthResult(
                success=False, handled=False, message="535 5.7.8 Error: authentication failed"
            )
        session.log_in = user
        return AuthResult(success=True, auth_data=user)

    async def handle_RCPT(
        self, _server: Any, session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Whether the sender is the log-in's, and the mailbox is there."""
        log_in, sender = session.log_in, (envelope.mail_from or "").lower()
        if self.own_sender_only and sender not in ("", log_in):
            return f"553 5.7.1 <{sender}>: Sender address rejected: not owned by user {log_in}"
        if self._mailbox(address) is None:
            return f"550 5.1.1 <{address}>: Recipient address rejected: User unknown"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:
        """Into the mailboxes."""
        content: bytes = envelope.content
        if self.own_from_only:
            written = parseaddr(str(message_from_bytes(content)["From"]))[1].lower()
            if written != session.log_in:
                return "554 5.7.60 SMTP; Client does not have permissions to send as this sender"
        if self.authserv_id:
            domain = parseaddr(envelope.mail_from or "")[1].rpartition("@")[2]
            said = f"spf=pass smtp.mailfrom={domain}; dkim=none; dmarc=pass header.from={domain}"
            content = f"Authentication-Results: {self.authserv_id}; {said}\r\n".encode() + content
        for recipient in envelope.rcpt_tos:
            mailbox = self._mailbox(recipient)
            with smtplib.LMTP("127.0.0.1", self._lmtp_port, timeout=NEVER) as link:
                link.sendmail(envelope.mail_from or "", [str(mailbox)], content)
            self.delivered.append((envelope.mail_from or "", recipient))
        return "250 2.0.0 Ok: queued as 4Vw2hT0B7kz1"

    def _mailbox(self, address: str) -> str | None:
        """Whose mailbox it goes to; those of other domains are all there."""
        local, _, domain = address.lower().rpartition("@")
        whole = f"{local}@{domain}"
        if whole in self.mailboxes or domain not in {m.rpartition("@")[2] for m in self.mailboxes}:
            return whole
        bare = f"{local.partition('+')[0]}@{domain}"
        return bare if self.sub_addresses and bare in self.mailboxes else None


class _Controller(Controller):
    def __init__(self, handler: Submission, **more: Any) -> None:
        self._log_in: Callable[..., Any] = handler.log_in
        self._tls = more.pop("tls_context", None)
        super().__init__(handler, **more)

    def factory(self) -> SMTP:
        return SMTP(
            self.handler,
            hostname="mail.company.example",
            authenticator=self._log_in,
            auth_required=True,
            auth_require_tls=self._tls is not None,
            require_starttls=self._tls is not None,
            tls_context=self._tls,
            enable_SMTPUTF8=True,
        )
