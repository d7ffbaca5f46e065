"""What a client and we say to each other in SMTP or LMTP (RFC 5321, RFC 2033).

The rule here: 250 after DATA is said only once `accept` has returned, that is
after a durable commit. Whatever goes wrong before gets a 4yz, so the sender
keeps the mail. Every reply bears its enhanced status (RFC 2034).
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from aiosmtpd.smtp import SMTP

from maildesk.errors import Refused, TransientFailure
from maildesk.ingress.commands import Path, read_line, read_path, safe_name
from maildesk.ingress.content import Content, trace
from maildesk.ingress.lines import NO_ROOM
from maildesk.ingress.link import GOING_DOWN, DoorConfig, Link
from maildesk.log import log
from maildesk.mail.message import Envelope
from maildesk.store.incoming import Raw

# octets that are looked through on a thread, while the loop serves others
MUCH_TO_READ = 256 * 1024
UNKNOWN_COMMANDS = 10  # then it is no mail client
_NOT_MAIL = frozenset({"GET", "POST", "PUT", "CONNECT", "OPTIONS", "HOST:", "USER-AGENT:"})
_BEFORE_TLS = frozenset({"NOOP", "EHLO", "HELO", "LHLO", "STARTTLS", "QUIT", "RSET"})
BAD_SEQUENCE = "503 5.5.1 Bad sequence of commands"


class Conversation(Link):
    """The commands of one client, one after the other."""

    def __init__(self, terms: DoorConfig, pattern: SMTP) -> None:
        super().__init__(terms, pattern)
        self._greeting = ""
        self._is_extended = False
        self._commands = 0
        self._unknown = 0
        self._forget_mail()

    @property
    def is_lmtp(self) -> bool:
        """LMTP: greeted with LHLO, one answer for each recipient after DATA."""
        return self.terms.listener.protocol == "lmtp"

    async def talk(self) -> None:
        """Greet, then obey line by line until somebody leaves."""
        self.reply(f"220 {self.terms.hostname} {'LMTP' if self.is_lmtp else 'ESMTP'} maildesk")
        while not self.is_leaving:
            if not self.another_line_waits():
                await self.flushed()
            line = await self.next_line()
            self._reset_timeout()
            if line is None:
                self.reply("500 5.5.2 Command line too long")
            else:
                await self._obey_safely(line)
        self.hang_up(GOING_DOWN)

    async def _obey_safely(self, line: bytes) -> None:
        """Whatever we stumble over ourselves is no reason for the sender to give up."""
        try:
            await self._obey(line)
        except Exception:
            # TLS did not come about: no word has a meaning on this link any more
            if self.is_shaking_hands:
                raise
            log.exception("processing_failed", peer=self.peer)
            self._forget_mail()
            self.reply(_TRY_AGAIN)

    async def _obey(self, line: bytes) -> None:
        self._commands += 1
        if self._commands > self.terms.listener.max_commands:
            self.hang_up("421 4.7.0 Too many commands")
            return
        text = read_line(line)
        if text is None:
            self.reply("500 5.5.2 Control characters or no UTF-8 in a command")
            return
        word, _, rest = text.partition(" ")
        verb = word.upper()
        if self.tls_is_missing and verb not in _BEFORE_TLS:
            self.reply("530 5.7.0 Must issue a STARTTLS command first")
        elif command := self.command_of(verb):
            await command(self, rest.strip())
        elif answer := _ANSWERS.get(verb):
            self.reply(answer)
        else:
            self._does_not_know(verb)

    def command_of(self, verb: str) -> Callable[[Conversation, str], Awaitable[None]] | None:
        """What this word asks for; None where it is no command."""
        return _COMMANDS.get(verb)

    @property
    def is_in_mail(self) -> bool:
        """Whether a mail has begun."""
        return self._mail_from is not None

    def _does_not_know(self, verb: str) -> None:
        self._unknown += 1
        if verb in _NOT_MAIL:  # a web browser made to talk to us by somebody else's page
            self.hang_up("421 5.7.0 This is a mail server")
        elif self._unknown > UNKNOWN_COMMANDS:
            self.hang_up("421 4.7.0 Too many unknown commands")
        else:
            self.reply("500 5.5.2 Command not recognised")

    def _forget_mail(self) -> None:
        self._mail_from: str | None = None
        self._rcpt_to: list[str] = []
        self._is_utf8 = False

    # Greetings

    async def _helo(self, rest: str) -> None:
        self._greet(rest, extended=False) if not self.is_lmtp else self.reply(
            "500 5.5.1 This is LMTP, say LHLO"
        )

    async def _ehlo(self, rest: str) -> None:
        self._greet(rest, extended=True) if not self.is_lmtp else self.reply(
            "500 5.5.1 This is LMTP, say LHLO"
        )

    async def _lhlo(self, rest: str) -> None:
        self._greet(rest, extended=True) if self.is_lmtp else self.reply(
            "500 5.5.1 This is SMTP, say EHLO"
        )

    def _greet(self, name: str, *, extended: bool) -> None:
        if not name:
            self.reply("501 5.5.4 Say who you are")
            return
        self._forget_mail()
        self._greeting = safe_name(name)
        self._is_extended = extended
        if not extended:
            self.reply(f"250 {self.terms.hostname}")
            return
        lines = [self.terms.hostname, *self.extensions()]
        self.reply("\r\n".join([*(f"250-{line}" for line in lines), "250 ENHANCEDSTATUSCODES"]))

    def extensions(self) -> list[str]:
        """What is offered as things stand."""
        lines = [
            "PIPELINING",
            f"SIZE {self.terms.listener.max_message_size}",
            "8BITMIME",
            "SMTPUTF8",
        ]
        if self.terms.tls is not None and not self.is_secure:
            lines.append("STARTTLS")
        return lines

    async def _starttls(self, rest: str) -> None:
        if rest:
            self.reply("501 5.5.4 STARTTLS takes no argument")
        elif self.terms.tls is None or self.is_secure:
            self.reply("502 5.5.1 STARTTLS is not offered")
        else:
            self.reply("220 2.0.0 Ready to start TLS")
            self.flush()
            await self.begin_tls()
            self._greeting = ""  # nothing said in plain text counts (RFC 3207, 4.2)
            self._forget_mail()

    # A mail

    async def _mail(self, rest: str) -> None:
        path = read_path(rest, "FROM:")
        if not self._greeting or self._mail_from is not None:
            self.reply(BAD_SEQUENCE)
        elif path is None:
            self.reply("501 5.5.4 Syntax: MAIL FROM:<address>")
        elif refusal := self.why_not(path):
            self.reply(refusal)
        else:
            self._mail_from = path.address
            self._is_utf8 = "SMTPUTF8" in path.parameters
            self.reply("250 2.1.0 Sender ok")

    def why_not(self, path: Path) -> str:
        """What is wrong with this MAIL: its address or a parameter; an empty
        string when nothing is."""
        parameters = dict(path.parameters)
        utf8 = parameters.pop("SMTPUTF8", None)
        size = parameters.pop("SIZE", "0")
        body = parameters.pop("BODY", "7BIT")
        if parameters or (path.parameters and not self._is_extended):
            return "555 5.5.4 Unknown parameter"
        if (
            utf8
            or not (size.isascii() and size.isdigit())
            or body.upper() not in {"7BIT", "8BITMIME"}
        ):
            return "501 5.5.4 Wrong value of a parameter"
        if len(size) > 20 or int(size) > self.terms.listener.max_message_size:
            return (
                f"552 5.3.4 Message too big, at most {self.terms.listener.max_message_size} "
                f"octets are taken"
            )
        if utf8 is None and not path.address.isascii():
            return "553 5.6.7 This address needs SMTPUTF8"
        if path.address and "@" not in path.address:
            return "553 5.1.7 The address needs a domain"
        return ""

    async def _rcpt(self, rest: str) -> None:
        path = read_path(rest, "TO:")
        if self._mail_from is None:
            self.reply(BAD_SEQUENCE)
        elif path is None or not path.address:
            self.reply("501 5.5.4 Syntax: RCPT TO:<address>")
        elif path.parameters:
            self.reply("555 5.5.4 Unknown parameter")
        elif not path.address.isascii() and not self._is_utf8:
            self.reply("553 5.6.7 This address needs SMTPUTF8")
        elif len(self._rcpt_to) >= self.terms.listener.max_recipients:
            self.reply("452 4.5.3 Too many recipients")
        elif not self._is_ours(path.address):
            log.info(
                "refused",
                recipient=path.address,
                peer=self.peer,
                code=550,
                reason="unknown recipient",
            )
            self.reply(self.unknown_recipient(path.address))
        else:
            self._rcpt_to.append(path.address)
            self.reply("250 2.1.5 Recipient ok")

    def unknown_recipient(self, _address: str) -> str:
        """What is said of an address that is none of the desk's."""
        return "550 5.1.1 No such address here"

    def _is_ours(self, address: str) -> bool:
        """<Postmaster> without a domain must always be taken (RFC 5321, 4.5.1)."""
        return address.lower() == "postmaster" or self.terms.is_ours(address)

    async def _data(self, rest: str) -> None:
        if rest:
            self.reply("501 5.5.4 DATA takes no argument")
        elif self._mail_from is None:
            self.reply(BAD_SEQUENCE)
        elif not self._rcpt_to:
            self.reply(
                "503 5.5.1 No valid recipient" if self.is_lmtp else "554 5.5.1 No valid recipient"
            )
        else:
            await self._take_mail()

    async def _take_mail(self) -> None:
        tag = secrets.token_hex(6)
        content = Content(
            self.terms.listener.max_message_size, self.begin_large(lambda: self._trace(tag))
        )
        self.reply("354 End data with <CR><LF>.<CR><LF>")
        self.flush()
        try:
            if not await self.read_content(content):
                self.is_leaving = True
                return
            try:
                verdict = await self._settle(content, tag)
            finally:
                self.let_go()
        finally:
            content.close()
        if verdict.startswith("250"):
            self._commands = 0
        for recipient in self._rcpt_to if self.is_lmtp else [""]:
            code, enhanced, words = verdict.split(" ", 2)
            self.reply(f"{code} {enhanced} <{recipient}> {words}" if recipient else verdict)
        self._forget_mail()

    async def _settle(self, content: Content, tag: str) -> str:
        """Judge a whole mail and, unless it cannot be taken, have it committed.
        Returns the reply."""
        self.is_accepting = True
        try:
            raw: Raw
            if content.large is not None:
                raw = await content.large.checked()
            elif content.size > MUCH_TO_READ:
                raw = await asyncio.to_thread(
                    content.checked, self.terms.listener, self._trace(tag)
                )
            else:
                raw = content.checked(self.terms.listener, self._trace(tag))
            self.judge(raw)
            return await self._commit(raw, tag)
        except Refused as refusal:
            log.info("refused", what="mail", peer=self.peer, size=content.size, reason=str(refusal))
            return str(refusal)
        except TransientFailure as failure:
            log.warning("not_accepted", peer=self.peer, tag=tag, problem=str(failure)[:200])
            return NO_ROOM
        finally:
            self.is_accepting = False

    def judge(self, raw: Raw) -> None:
        """Refused where the mail itself may not be taken here."""

    @property
    def via(self) -> str:
        """The door, as the envelope has it."""
        return self.terms.listener.protocol

    @property
    def protocol(self) -> str:
        """What was spoken, as Received has it (RFC 3848; RFC 6531, 4.3)."""
        plain = "LMTP" if self.is_lmtp else "ESMTP" if self._is_extended else "SMTP"
        name = f"UTF8{plain.removeprefix('E')}" if self._is_utf8 else plain
        return name + ("S" if self.is_secure else "")

    def _trace(self, tag: str) -> bytes:
        return trace(
            mail_from=self._mail_from or "",
            greeting=self._greeting,
            peer=self.peer,
            by=self.terms.hostname,
            protocol=self.protocol,
            tag=tag,
            now=datetime.now(UTC),
        )

    async def _commit(self, raw: Raw, tag: str) -> str:
        """Hand the mail over. Anything but success leaves it with the sender, who tries again."""
        recipients = tuple(dict.fromkeys(self._rcpt_to))
        envelope = Envelope(self._mail_from, recipients, via=self.via, peer=self.peer)
        try:
            await self.terms.accept(raw, envelope)
        except TransientFailure as failure:
            log.warning("not_accepted", peer=self.peer, tag=tag, problem=str(failure)[:200])
            return NO_ROOM if 452 in failure.args or _FULL.search(str(failure)) else _TRY_AGAIN
        except Exception:
            log.exception("not_accepted", peer=self.peer, tag=tag)
            return _TRY_AGAIN
        return f"250 2.0.0 Ok, taken as {tag}"

    # The rest

    async def _rset(self, _: str) -> None:
        self._forget_mail()
        self.reply("250 2.0.0 Ok")

    async def _quit(self, _: str) -> None:
        self.hang_up("221 2.0.0 Bye")


# As SQLite and the operating system say it.
_FULL = re.compile("disk is full|no space left|quota exceeded|file too large", re.IGNORECASE)
_TRY_AGAIN = "451 4.3.0 Cannot take mail now, try again later"
_COMMANDS: dict[str, Callable[[Conversation, str], Awaitable[None]]] = {
    "HELO": Conversation._helo,
    "EHLO": Conversation._ehlo,
    "LHLO": Conversation._lhlo,
    "STARTTLS": Conversation._starttls,
    "MAIL": Conversation._mail,
    "RCPT": Conversation._rcpt,
    "DATA": Conversation._data,
    "RSET": Conversation._rset,
    "QUIT": Conversation._quit,
}
_ANSWERS = {
    "NOOP": "250 2.0.0 Ok",
    "VRFY": "252 2.1.5 Send some mail and see",
    "HELP": "214 2.0.0 See RFC 5321 and RFC 2033",
    "EXPN": "502 5.5.1 Not implemented",
    "AUTH": "502 5.5.1 Not implemented",
    "BDAT": "502 5.5.1 Not implemented",
    "TURN": "502 5.5.1 Not implemented",
}
