"""A web hoster in a box: Postfix takes submissions, Dovecot knows the log-ins. It needs root.

As such hosters are set up: a log-in sends as itself alone (`smtpd_sender_login_maps` with
`reject_sender_login_mismatch`), over TLS, and only so much in a time (anvil).
"""

from __future__ import annotations

from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.postfix import Postfix
from tests.servers.process import free_port

MAIN = """
smtpd_tls_security_level = may
smtpd_tls_cert_file = {folder}/certificate.pem
smtpd_tls_key_file = {folder}/key.pem
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{sasl_port}
smtpd_tls_auth_only = yes
smtpd_sender_login_maps = hash:/etc/postfix/senders
smtpd_client_event_limit_exceptions =
anvil_rate_time_unit = 2s
mynetworks =
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_sender_restrictions = reject_sender_login_mismatch
recipient_delimiter = {delimiter}
"""
MAILBOXES = """
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = hash:/etc/postfix/senders
virtual_transport = lmtp:inet:127.0.0.1:{lmtp_port}
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
  -o smtpd_client_message_rate_limit={rate}
"""


class Hoster:
    """Log-ins are the addresses in `senders`, all with one password. It sends to `next_hop`.

    `delimiter`: with a plus a log-in may send as its sub-addresses. `rate`: mails in two seconds.
    `keeps`: the log-ins are mailboxes, too, and what is sent to them lies in Dovecot.
    """

    password = PASSWORD

    def __init__(
        self,
        dovecot: Dovecot,
        next_hop: int,
        *senders: str,
        delimiter: str = "",
        rate: int = 0,
        keeps: bool = False,
    ) -> None:
        self.port = free_port()
        self.certificate = f"{dovecot.folder}/certificate.pem"
        main = MAIN.format(folder=dovecot.folder, sasl_port=dovecot.sasl_port, delimiter=delimiter)
        if keeps:
            domain, lmtp_port = senders[0].rpartition("@")[2], dovecot.new_account().lmtp_port
            main += MAILBOXES.format(domain=domain, lmtp_port=lmtp_port)
        self._owners = {one: one for one in senders}
        master = MASTER.format(port=self.port, rate=rate)
        files = {"main.cf": main, "master.cf": master, "senders": self._table()}
        self._postfix = Postfix(next_hop=next_hop, files=files)

    def allow(self, sender: str, log_in: str) -> None:
        """From now on this log-in may send as this address, too."""
        self._owners[sender] = f"{self._owners.get(sender, '')} {log_in}"
        self._postfix.change_table("senders", self._table())

    def _table(self) -> str:
        return "".join(f"{sender} {log_ins}\n" for sender, log_ins in self._owners.items())

    def relay(self, log_in: str, **more: object) -> dict[str, object]:
        """What settings.yaml says of it, with this log-in."""
        known: dict[str, object] = {
            "host": "127.0.0.1",
            "port": self.port,
            "tls": "starttls",
            "ca_file": self.certificate,
            "username": log_in,
            "password": self.password,
        }
        return known | more

    def log(self) -> str:
        """What Postfix wrote."""
        return self._postfix.log()

    def remove(self) -> None:
        """Stop Postfix; Dovecot is the session's."""
        self._postfix.remove()
