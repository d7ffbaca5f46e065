"""What an agent's mail program and we say to each other on a listener for log-ins (RFC 6409, RFC
4954).

The rules here: AUTH is neither offered nor taken before TLS (RFC 8314); nothing is taken before
AUTH; recipients are the desk's own addresses, and From is one of the agent's. Whether somebody is
an agent is asked again for each mail: who is taken off agents.yaml, or gets another password, is
out at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiosmtpd.smtp import SMTP

from maildesk.config.senders.passwords import is_right
from maildesk.errors import BadMessage, Refused
from maildesk.ingress.commands import Path
from maildesk.ingress.conversation import BAD_SEQUENCE, Conversation
from maildesk.ingress.link import DoorConfig
from maildesk.ingress.submission import sasl
from maildesk.ingress.submission.accounts import Account, LogIn
from maildesk.ingress.submission.limits import WAITING
from maildesk.ingress.submission.sasl import Credentials
from maildesk.log import log
from maildesk.mail.owners import mailbox_of
from maildesk.mail.parse import parse
from maildesk.store.incoming import Raw, head_of

MOST_FAILURES = 3  # on one connection
_NOT_DECODED = "501 5.5.2 Cannot decode that"
_WRONG = "535 5.7.8 Name or password is wrong"
_NOT_NOW = "454 4.7.0 Too many log in at once, try again"
_TOO_MANY = "421 4.7.0 Too many log-ins failed, try again later"
_NO_LOG_IN = "530 5.7.0 Log in first"
_NOT_THEIRS = "550 5.7.1 From has to be one of your own addresses: {addresses}"


class Submission(Conversation):
    """The commands of one mail program, which logs in before anything else."""

    def __init__(self, terms: DoorConfig, pattern: SMTP) -> None:
        super().__init__(terms, pattern)
        self._account: Account | None = None
        self._failures = 0

    @property
    def tls_is_missing(self) -> bool:
        """TLS is demanded, whatever the settings say."""
        return not self.is_secure

    @property
    def _log_in(self) -> LogIn:
        assert self.terms.log_in is not None
        return self.terms.log_in

    def command_of(self, verb: str) -> Callable[[Conversation, str], Awaitable[None]] | None:
        """AUTH beside the ordinary ones."""
        return _auth if verb == "AUTH" else super().command_of(verb)

    def extensions(self) -> list[str]:
        """AUTH is offered where it may be used."""
        offered = [f"AUTH {' '.join(sasl.MECHANISMS)}"] if self.is_secure else []
        return [*super().extensions(), *offered]

    async def auth(self, rest: str) -> None:
        """The whole exchange."""
        word, _, initial = rest.partition(" ")
        if self._account is not None or self.is_in_mail:
            self.reply(BAD_SEQUENCE)
            return
        if word.upper() not in sasl.MECHANISMS:
            self.reply("504 5.5.4 That way to log in is not known: PLAIN or LOGIN")
            return
        found = await (self._plain if word.upper() == "PLAIN" else self._login)(initial.strip())
        if found is not None:
            await self._try(found)

    async def _plain(self, initial: str) -> Credentials | None:
        octets = await self._said(initial, "")
        if octets is None:
            return None
        found = sasl.of_plain(octets)
        if found is None:
            self._wrong("")
        return found

    async def _login(self, initial: str) -> Credentials | None:
        said = []
        for prompt, first in ((sasl.ASKS_USER, initial), (sasl.ASKS_PASSWORD, "")):
            octets = await self._said(first, prompt)
            if octets is None:
                return None
            said.append(sasl.text_of(octets))
        name, password = said
        if not name or not password:
            self._wrong("")
            return None
        return Credentials(name, password)

    async def _said(self, initial: str, prompt: str) -> bytes | None:
        """What the client says now; None where it is nothing, and has had its reply."""
        line = initial
        if not line:
            self.reply(f"334 {prompt}")
            await self.flushed()
            octets = await self.next_line()
            self._reset_timeout()
            if octets is None:
                self.reply("500 5.5.6 That line is too long")
                return None
            line = octets.strip(b" \t\r\n").decode("ascii", "replace")
        if line == "*":
            self.reply("501 5.7.0 Cancelled")
            return None
        found = sasl.decoded("" if initial and line == "=" else line)
        if found is None:
            self.reply(_NOT_DECODED)
        return found

    async def _try(self, said: Credentials) -> None:
        """Whether it is they, on a thread; as much work for a name that nobody has."""
        log_in, account = self._log_in, self._log_in.account(said.name)
        name = account.address if account is not None else ""
        if log_in.limits.is_over(self.peer, name, self.loop.time()):
            self._refused(name, "too many failures")
            self.hang_up(_TOO_MANY)
            return
        if log_in.waiting >= WAITING:
            self.reply(_NOT_NOW)
            return
        line = account.password if account is not None else ""
        log_in.waiting += 1
        try:
            async with log_in.turn:
                is_they = await asyncio.to_thread(is_right, said.password, line)
        finally:
            log_in.waiting -= 1
        if account is None or not is_they:
            self._wrong(name)
            return
        log_in.limits.succeeded(self.peer, name)
        self._account = account
        log.info("logged_in", agent=name, peer=self.peer)
        self.reply("235 2.7.0 Welcome")

    def _wrong(self, name: str) -> None:
        """A log-in that failed. What was typed is in no log: it may have been a password."""
        self._failures += 1
        self._log_in.limits.failed(self.peer, name, self.loop.time())
        self._refused(name, "wrong name or password")
        if self._failures >= MOST_FAILURES:
            self.hang_up(_TOO_MANY)
        else:
            self.reply(_WRONG)

    def _refused(self, name: str, reason: str) -> None:
        log.info(
            "refused", what="log-in", peer=self.peer, agent=name or "nobody's name", reason=reason
        )

    def _is_still_theirs(self) -> bool:
        """Whether who logged in is an agent yet, with the same password."""
        account = self._account
        return account is not None and self._log_in.account(account.address) == account

    def why_not(self, path: Path) -> str:
        """Nothing before they have logged in, and nothing in another's name."""
        if self._account is None:
            return _NO_LOG_IN
        if not self._is_still_theirs():
            self._account = None
            return _NO_LOG_IN
        parameters = {name: value for name, value in path.parameters.items() if name != "AUTH"}
        if path.address and mailbox_of(path.address) not in self._account.keys:
            addresses = ", ".join(sorted(self._account.keys))
            return f"553 5.7.1 MAIL FROM has to be one of your own addresses: {addresses}"
        return super().why_not(Path(path.address, parameters))

    def unknown_recipient(self, _address: str) -> str:
        """The desk passes nothing on."""
        return "550 5.7.1 Only mail to the desk's own addresses is taken here"

    @property
    def protocol(self) -> str:
        """As Received has it (RFC 3848)."""
        return f"{super().protocol}A"

    @property
    def via(self) -> str:
        """The door, with who came in by it."""
        return f"submission:{self._account.address if self._account else ''}"

    def judge(self, raw: Raw) -> None:
        """Refused where From is not theirs, or there is more than one."""
        account = self._account
        if account is None or not self._is_still_theirs():
            raise Refused(_NO_LOG_IN)
        head, _, _ = head_of(raw).partition(b"\r\n\r\n")
        try:
            message = parse(head + b"\r\n\r\n")
        except BadMessage:
            raise Refused("554 5.6.0 The header cannot be read") from None
        named = [box.key for box in message.senders]
        is_one = len(message.headers.get("from", ())) == 1
        if not named or not is_one or not account.keys.issuperset(named):
            addresses = ", ".join(sorted(account.keys))
            raise Refused(_NOT_THEIRS.format(addresses=addresses))


async def _auth(link: Conversation, rest: str) -> None:
    assert isinstance(link, Submission)
    await link.auth(rest)
