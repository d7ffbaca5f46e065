"""One mail over an open SMTP connection (RFC 5321, 3.3), and what each recipient's outcome is.

Envelope commands go in one write where PIPELINING is offered (RFC 2920), the
content with its dot in another: on a kept connection a mail is two round trips.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
from collections.abc import Iterator

from maildesk.egress.outcome import Outcome, from_reply
from maildesk.egress.stream import Streamed
from maildesk.errors import PermanentFailure
from maildesk.log import log
from maildesk.mail.submission.refusals import Stage

# Times the timeout: relays scan before they answer the final dot (RFC 5321, 4.5.3.2.6).
FINAL_PATIENCE = 5

_STAGES: dict[str, Stage] = {"RCPT": "rcpt", "DATA": "data"}
_LINE_END = re.compile(rb"\r\n|\r|\n")


class Lost(Exception):
    """The connection went away before any content was sent: nothing has happened yet.

    `code` and `reply` are what the relay said as it went (421), where it said something.
    """

    def __init__(self, code: int = 0, reply: bytes = b"", stage: Stage = "mail") -> None:
        self.code, self.reply, self.stage = code, reply, stage
        super().__init__(code, reply)


class Transaction:
    """One mail over this connection."""

    def __init__(self, link: smtplib.SMTP, timeout: float) -> None:
        self._link = link
        self._timeout = timeout

    def run(
        self, mail_from: str, rcpt_to: list[str], raw: bytes | Streamed, *, clear_first: bool
    ) -> list[Outcome]:
        """The outcomes; Lost when the connection went away before any content was sent."""
        raw = _with_clean_line_ends(raw) if isinstance(raw, bytes) else raw
        can_utf8 = self._link.has_extn("smtputf8")
        outcomes: dict[str, Outcome] = {}
        if not can_utf8:
            foreign = [address for address in (mail_from, *rcpt_to) if not address.isascii()]
            outcomes = {
                a: Outcome(a, "failed", 0, "5.6.7", "the relay takes no such address")
                for a in foreign
            }
        if mail_from in outcomes:
            return [
                Outcome(a, "failed", 0, "5.6.7", "the relay takes no such sender address")
                for a in rcpt_to
            ]
        addressed = [a for a in rcpt_to if a not in outcomes]
        if addressed:
            outcomes |= self._hand_over(
                self._mail_command(mail_from, addressed, raw, can_utf8=can_utf8),
                addressed,
                raw,
                clear_first,
            )
        return [outcomes[a] for a in rcpt_to]

    def _mail_command(
        self, mail_from: str, rcpt_to: list[str], raw: bytes | Streamed, *, can_utf8: bool
    ) -> str:
        words = [f"MAIL FROM:<{mail_from}>"]
        own, size = (raw, len(raw)) if isinstance(raw, bytes) else (raw.own, raw.size)
        if self._link.has_extn("size"):
            words.append(f"SIZE={size}")
        if self._link.has_extn("8bitmime") and not own.isascii():
            words.append("BODY=8BITMIME")
        header = own.partition(b"\r\n\r\n")[0]
        if can_utf8 and not ("".join((mail_from, *rcpt_to)).isascii() and header.isascii()):
            words.append("SMTPUTF8")
        return " ".join(words)

    def _hand_over(
        self, mail: str, rcpt_to: list[str], raw: bytes | Streamed, clear_first: bool
    ) -> dict[str, Outcome]:
        commands = [
            *(["RSET"] if clear_first else []),
            mail,
            *(f"RCPT TO:<{address}>" for address in rcpt_to),
            "DATA",
        ]
        talk = self._all_at_once if self._link.has_extn("pipelining") else self._one_by_one
        try:
            replies = talk(commands)
        except (smtplib.SMTPException, OSError) as error:
            raise Lost from error
        if clear_first:
            replies = replies[1:]
        mail_reply, data_reply = replies[0], replies[-1]
        if mail_reply[0] // 100 != 2:
            outcomes = {a: from_reply(a, *mail_reply, "mail") for a in rcpt_to}
        else:
            outcomes = {
                a: _about_recipient(a, *reply)
                for a, reply in zip(rcpt_to, replies[1:-1], strict=True)
            }
        accepted = [a for a, outcome in outcomes.items() if outcome.kind == "sent"]
        if data_reply[0] == 354:
            return outcomes | self._content(accepted, raw)
        return outcomes | {a: from_reply(a, *data_reply, "data") for a in accepted}

    def _all_at_once(self, commands: list[str]) -> list[tuple[int, bytes]]:
        self._link.send("".join(f"{command}\r\n" for command in commands).encode())
        return [self._reply_to(command) for command in commands]

    def _reply_to(self, command: str) -> tuple[int, bytes]:
        """The next reply; Lost where the relay goes down with it (RFC 5321, 3.8).

        A relay that writes each with a call of its own (Nagle) would wait 40 ms for our delayed
        ACK.
        """
        sock = self._link.sock
        if sock is not None and hasattr(socket, "TCP_QUICKACK"):
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        code, reply = self._link.getreply()
        if code == 421:
            raise Lost(code, reply, _STAGES.get(command[:4], "mail"))
        return code, reply

    def _one_by_one(self, commands: list[str]) -> list[tuple[int, bytes]]:
        """Stops asking once it is clear that nothing will be taken.

        The rest is answered with what said so.
        """
        replies: list[tuple[int, bytes]] = []
        for command in commands:
            asked = zip(commands, replies, strict=False)
            if command == "DATA" and not any(
                code // 100 == 2 for words, (code, _) in asked if words.startswith("RCPT ")
            ):
                return [*replies, (554, b"5.5.1 no valid recipients")]
            self._link.send(f"{command}\r\n".encode())
            replies.append(self._reply_to(command))
            if command.startswith("MAIL ") and replies[-1][0] // 100 != 2:
                return [*replies, *[replies[-1]] * (len(commands) - len(replies))]
        return replies

    def _content(self, accepted: list[str], raw: bytes | Streamed) -> dict[str, Outcome]:
        """The content and its dot; a relay that took no recipient but says 354 all the same gets a
        dot alone.
        """
        try:
            for piece in _stuffed(raw if accepted else b""):
                self._link.send(piece)
        # a part of the mail is out, and must not be taken for the whole
        except PermanentFailure as gone:
            self._link.close()
            log.error("not_sent", to=",".join(accepted), why=str(gone))
            return {
                a: Outcome(a, "deferred", 0, "4.3.0", "a file of the mail cannot be read")
                for a in accepted
            }
        except (smtplib.SMTPException, OSError):
            # A write that fails has not put out its last octets: without the dot the relay may not
            # keep it (RFC 5321, 4.1.1.4).
            return {
                a: Outcome(
                    a, "deferred", 0, "4.4.2", "the connection broke while the mail was sent"
                )
                for a in accepted
            }
        sock = self._link.sock
        try:
            if sock is not None:
                sock.settimeout(self._timeout * FINAL_PATIENCE)
            code, reply = self._link.getreply()
            if sock is not None:
                sock.settimeout(self._timeout)
        except (smtplib.SMTPException, OSError):
            code, reply = -1, b""
        if code < 200 or code > 599:
            self._link.close()
            return {
                a: Outcome(
                    a, "uncertain", 0, "4.4.2", "the relay's answer to the whole mail was lost"
                )
                for a in accepted
            }
        return {a: from_reply(a, code, reply, "content") for a in accepted}


def _stuffed(raw: bytes | Streamed) -> Iterator[bytes]:
    """The content as it goes over the line (RFC 5321, 4.5.2), with its dot: in one write, or piece
    by piece where it is large.
    """
    if isinstance(raw, bytes):
        stuffed = (b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:] if raw else b""
        yield stuffed + (b".\r\n" if not stuffed or stuffed.endswith(b"\r\n") else b"\r\n.\r\n")
        return
    for piece in raw:  # base64 has no dots, and no line of ours goes on in another piece
        yield piece.replace(b"\r\n.", b"\r\n..") if b"\r\n." in piece else piece
    yield b".\r\n"


def _with_clean_line_ends(raw: bytes) -> bytes:
    """CR LF for every line end, so that nothing in the content can look like the end of it to a
    lenient relay.
    """
    lines = raw.count(b"\r\n")
    return (
        raw
        if raw.count(b"\n") == lines and raw.count(b"\r") == lines
        else _LINE_END.sub(b"\r\n", raw)
    )


def _about_recipient(recipient: str, code: int, reply: bytes) -> Outcome:
    """What the answer to RCPT means for them.

    552 may be an old server's way to say "too many recipients" (RFC 5321, 4.5.3.1.10).
    """
    outcome = from_reply(recipient, code, reply, "rcpt")
    is_vague = not outcome.enhanced.startswith(("5.2.", "5.3."))
    if code == 552 and outcome.kind == "failed" and is_vague:
        return Outcome(recipient, "deferred", code, outcome.enhanced, outcome.text)
    return outcome
