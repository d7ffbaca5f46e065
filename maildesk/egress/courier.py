"""The courier: hands finished messages to the relay over SMTP, on a connection it keeps.

The rule here: 5yz alone fails a message, and only the relay's own word about this mail counts. What
it has against us, and all trouble with the way there (DNS, refused, TLS, log-in), stops the relay
and fails nothing. On a connection that has carried mail a refusal may be of the second mail alone:
it is believed when a new one hears it, too. Uncertain is one moment only: the final dot is out, its
answer lost.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from maildesk.config.settings import Relay
from maildesk.egress.connection import NoLink, connect
from maildesk.egress.maildir import MaildirCourier
from maildesk.egress.outcome import Outcome, from_reply, may_stand_in_an_envelope
from maildesk.egress.stream import Streamed
from maildesk.egress.transaction import Lost, Transaction
from maildesk.errors import PermanentFailure
from maildesk.log import log
from maildesk.oauth.sasl import Token

if TYPE_CHECKING:
    from maildesk.egress.graph import GraphCourier

MAILS_A_CONNECTION = 100  # then a new one: relays that spread the load by DNS get their share
IDLE_LIMIT = 30.0  # a relay hangs up sooner or later; better we do
SHORTEST_TIMEOUT = 0.05  # none at all would mean not to wait for anything
GOOD_BYE = 2.0  # seconds for the answer to QUIT, which a dead link never gives
ADDRESS_STATUSES = ("5.1.", "5.2.", "4.2.")  # a refusal of this recipient, on whatever connection


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
        token: Token | None = None,
    ) -> None:
        self._relay = relay
        self._token = token  # what gives those for `auth: oauth`
        # Told with each connection what the relay takes at most.
        self._learn_size = learn_size
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
        """Hand it over; one outcome for each recipient, in their order.

        Never raises for what the relay or the network does.
        """
        usable = [address for address in rcpt_to if address and may_stand_in_an_envelope(address)]
        outcomes = {
            a: Outcome(a, "failed", 0, "5.1.3", "not a usable address")
            for a in rcpt_to
            if a not in usable
        }
        if not may_stand_in_an_envelope(mail_from):
            words = "not a usable sender address"
            outcomes |= {a: Outcome(a, "failed", 0, "5.1.7", words) for a in usable}
        elif usable:
            self._is_sending = True
            try:
                outcomes |= {one.recipient: one for one in self._carry(mail_from, usable, raw)}
            finally:
                self._is_sending = False
        return [outcomes[address] for address in rcpt_to]

    def why_not(self) -> str:
        """Why no mail could go this way now; "" where the relay lets us in."""
        try:
            self._open_link()
        except NoLink as trouble:
            return str(trouble)
        self._say_good_bye()
        return ""

    def close(self) -> None:
        """Hang up.

        A thread that waits for the relay just now hears that the link is gone, and keeps nobody
        waiting.
        """
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
        """Over the kept connection; should that one be dead, or refuse, once more over a new one.

        The relay may have closed it meanwhile, or take so many mails over one and no more.
        """
        carried = 0  # over a connection that refused this mail
        while True:
            is_kept = False
            try:
                link = self._open_link()
                is_kept = self._mails > 0
                self._mails += 1
                transaction = Transaction(link, self._timeout)
                outcomes = transaction.run(mail_from, rcpt_to, raw, clear_first=is_kept)
            except NoLink as trouble:
                self._drop()
                host, status = self._relay.host, trouble.enhanced
                log.warning("no_relay", host=host, status=status, reason=str(trouble))
                return [replace(trouble.outcome, recipient=address) for address in rcpt_to]
            except Lost as lost:
                self._drop()
                if is_kept and not self._is_cut:
                    continue
                return [_lost(address, lost) for address in rcpt_to]
            if is_kept and not self._is_cut and all(map(_may_be_the_connection_s, outcomes)):
                carried = self._mails - 1
                self._drop()
                continue
            if carried and any(one.kind == "sent" for one in outcomes):
                self._mails_a_connection = min(carried, self._mails_a_connection)
            self._used_at = self._clock()
            if link.sock is None or any(o.kind in ("uncertain", "stopped") for o in outcomes):
                self._drop()
            return outcomes

    def _open_link(self) -> smtplib.SMTP:
        """The kept connection while it is fresh enough, else a new one."""
        is_stale = self._clock() - self._used_at > self._idle_limit
        if self._link is not None and (is_stale or self._mails >= self._mails_a_connection):
            self._say_good_bye()
        if self._link is None:
            self._link = connect(
                self._relay, self._hostname, self._timeout, self._learn_size, self._token
            )
            self._mails = 0
        return self._link

    def _drop(self) -> None:
        if self._link is not None:
            self._link.close()
        self._link = None


def _may_be_the_connection_s(outcome: Outcome) -> bool:
    """Whether a new connection may hear something else, without sending any content twice."""
    if outcome.kind in ("sent", "uncertain") or outcome.stage == "content":
        return False
    return outcome.code != 0 and not outcome.enhanced.startswith(ADDRESS_STATUSES)


def _lost(recipient: str, lost: Lost) -> Outcome:
    """The relay went away, saying why or not."""
    if lost.code:
        return from_reply(recipient, lost.code, lost.reply, lost.stage)
    return Outcome(recipient, "deferred", 0, "4.4.2", "the relay closed the connection")


def courier_for(
    relay: Relay,
    desk: Path,
    *,
    hostname: str = "",
    learn_size: Callable[[int | None], None] = lambda _octets: None,
    token: Token | None = None,
) -> Courier | GraphCourier | MaildirCourier:
    """The courier to this relay; without a host, to the local Maildir in the desk folder.

    `hostname` is what the desk calls itself where the relay's settings name nothing else;
    `learn_size` is told what the relay takes at most; a Maildir takes everything. `token` gives
    those for `auth: oauth`.
    """
    if relay.kind == "graph":
        if token is None:
            raise PermanentFailure("the relay of the kind graph has nobody to ask for a token")
        from maildesk.egress.graph import GraphCourier

        return GraphCourier(relay, token, learn_size=learn_size)
    if relay.is_maildir:
        return MaildirCourier(desk / relay.maildir)
    if relay.ca_file is not None:
        relay = relay.model_copy(update={"ca_file": desk / relay.ca_file})
    return Courier(relay, hostname=hostname, learn_size=learn_size, token=token)
